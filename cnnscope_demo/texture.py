"""Textures: noise, cells and grains.

Large fields of them are computed once in a process, and each surface gets a random part of one.
"""

import math
from functools import cache

import numpy as np
from PIL import Image

from cnnscope.seeds import stream

Array = np.ndarray


def colour(red: int, green: int, blue: int) -> Array:
    """A colour as (3, 1, 1), in [0, 1]."""
    return np.array([red, green, blue], np.float32)[:, None, None] / 255


def mix(a: Array, b: Array, share: Array) -> Array:
    """`a` where `share` is 0, `b` where it is 1; colours (3, 1, 1) or (3, h, w), share (h, w)."""
    return a + (b - a) * share


def vary(rng: np.random.Generator, base: Array, spread: float = 0.05) -> Array:
    """A random colour near `base`, with less change in hue than in brightness."""
    light = 1 + rng.uniform(-spread, spread) * 1.5
    hue = rng.uniform(-spread / 2, spread / 2, (3, 1, 1)).astype(np.float32)
    return np.clip(base * light + hue, 0, 1)


def noise(rng: np.random.Generator, shape: tuple[int, int], feature: float) -> Array:
    """Cloudy noise of mean 0 and standard deviation 1, with features of up to `feature` pixels."""
    return _cut(rng, _clouds(_level(feature), _side(shape)), shape)


def cells(rng: np.random.Generator, shape: tuple[int, int], feature: float) -> Array:
    """Distance to the nearest of scattered points, in units of their spacing, `feature` pixels."""
    return _cut(rng, _scattered(_level(feature), _side(shape)), shape)


def grains(rng: np.random.Generator, shape: tuple[int, int], feature: float) -> tuple[Array, Array]:
    """A heap of long grains of about `feature` pixels: height in pixels, and a tone in [0, 1]."""
    length = max(4, 2 * round(feature / 2))
    both = _cut(rng, _heaped(length, _side(shape)), shape)
    return both[..., 0], both[..., 1]


def along(rng: np.random.Generator, u: Array, v: Array, feature: float) -> Array:
    """Noise at the pixel coordinates `u`, `v`, which can be stretched, rotated or bent."""
    side = _side(u.shape)
    field = _clouds(_level(feature), side)
    rows = (v + rng.uniform(0, side)).astype(np.int32) & (side - 1)
    columns = (u + rng.uniform(0, side)).astype(np.int32) & (side - 1)
    return field.ravel()[rows * side + columns]


def _level(feature: float) -> int:
    """`feature` in half octaves, rounded, so that a few fields are enough for all sizes."""
    return max(2, round(2 * math.log2(max(feature, 2))))


def _side(shape: tuple[int, int]) -> int:
    side = 256
    while side < max(shape):
        side *= 2
    return side * 2


def _cut(rng: np.random.Generator, field: Array, shape: tuple[int, int]) -> Array:
    """A window at a random position, mirrored at random."""
    turn = int(rng.integers(4))
    top = int(rng.integers(field.shape[0] - shape[0] + 1))
    left = int(rng.integers(field.shape[1] - shape[1] + 1))
    window = field[top : top + shape[0], left : left + shape[1]]
    return window[:: 1 - 2 * (turn & 1), :: 1 - (turn & 2)]


@cache
def _clouds(level: int, side: int) -> Array:
    """Four octaves of value noise, tileable, (side, side)."""
    rng = stream(0, "clouds", level, side)
    total = np.zeros((side, side), np.float32)
    points = max(2, round(side / 2 ** (level / 2)))
    for octave in range(4):
        if points > side:
            break
        grid = np.pad(rng.standard_normal((points, points), np.float32), 3, mode="wrap")
        window = (3, 3, points + 3, points + 3)
        smooth = Image.fromarray(grid).resize((side, side), Image.Resampling.BICUBIC, box=window)
        total += np.asarray(smooth) * 0.55**octave
        points *= 2
    return (total - total.mean()) / total.std()


@cache
def _scattered(level: int, side: int) -> Array:
    """Distance to the nearest point of a jittered grid, tileable, (side, side)."""
    rng = stream(0, "cells", level, side)
    points = max(3, round(side / 2 ** (level / 2)))
    x, y = rng.uniform(0.05, 0.95, (2, points, points)).astype(np.float32)
    place = (np.arange(side, dtype=np.float32) + 0.5) * (points / side)
    cell = place.astype(np.int32)
    inside = place - cell
    nearest = np.full((side, side), np.inf, np.float32)
    for down in (-1, 0, 1):
        rows = (cell + down) % points
        for right in (-1, 0, 1):
            columns = (cell + right) % points
            across = x[rows][:, columns] + (right - inside[None, :])
            upwards = y[rows][:, columns] + (down - inside[:, None])
            np.minimum(nearest, across * across + upwards * upwards, out=nearest)
    return np.sqrt(nearest)


@cache
def _heaped(length: int, side: int) -> Array:
    """A heap of long grains, tileable, (side, side, 2): height and tone."""
    rng = stream(0, "grains", length, side)
    half, turns = side // 2, 24
    stamps = np.stack([_grain(length, turn * math.pi / turns) for turn in range(turns)])
    count = round(9 * half * half / length**2)
    turn, tone = rng.integers(0, turns, count), rng.uniform(0, 1, count).astype(np.float32)
    row, column = rng.integers(0, half, (2, count, 1, 1))
    spread = np.arange(stamps.shape[1])
    pixel = (row + spread[:, None]) % half * half + (column + spread) % half
    height = (stamps[turn] * 0.35 + tone[:, None, None] * 0.25) * length
    height[stamps[turn] == 0] = 0
    # Of several values for a pixel the last one remains, so the highest is written last.
    order = np.argsort(height, axis=None, kind="stable")
    top = np.zeros((half * half, 2), np.float32)
    top[pixel.ravel()[order], 0] = height.ravel()[order]
    top[pixel.ravel()[order], 1] = np.broadcast_to(tone[:, None, None], height.shape).ravel()[order]
    return np.tile(top.reshape(half, half, 2), (2, 2, 1))


def _grain(length: int, angle: float) -> Array:
    """Height of one grain in [0, 1], lying at `angle`."""
    place = np.arange(length + 1, dtype=np.float32) - length / 2
    u = place[None, :] * math.cos(angle) + place[:, None] * math.sin(angle)
    v = place[:, None] * math.cos(angle) - place[None, :] * math.sin(angle)
    return np.sqrt(np.maximum(0, 1 - (2.1 * u / length) ** 2 - (5.2 * v / length) ** 2))
