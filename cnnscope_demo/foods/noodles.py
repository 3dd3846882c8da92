"""Noodles and pasta: heaps of strands, tubes and bows, dry, sauced or in broth."""

import math

import numpy as np
from PIL import Image, ImageDraw

from cnnscope_demo.canvas import Canvas, Frame
from cnnscope_demo.crockery import Place
from cnnscope_demo.foods.pieces import mound, near, one_of, pool, spots
from cnnscope_demo.shapes import arc, circle, dome, ramp
from cnnscope_demo.texture import colour, mix, vary

_DOUGH = [
    colour(240, 210, 130),
    colour(246, 232, 190),
    colour(226, 186, 110),
    colour(250, 224, 150),
    colour(222, 130, 60),
]
_BROTH = [colour(190, 130, 60), colour(226, 196, 140), colour(150, 76, 40)]
_SAUCE = [colour(190, 46, 26), colour(150, 60, 36), colour(70, 120, 50), colour(250, 236, 206)]
_STEPS = 14


def paint(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    one_of(rng, {_heap: 121, _nests: 1, _penne: 1})(canvas, rng, place)
    if rng.random() < 0.45:
        x, y = near(rng, place, 0.2)
        pool(
            canvas, rng, x, y, place.r * rng.uniform(0.25, 0.4), vary(rng, _SAUCE[rng.integers(4)])
        )
    if rng.random() < 0.35:
        _toppings(canvas, rng, place)


def _heap(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    frame, d = mound(canvas, rng, place, rng.uniform(0.75, 0.95))
    dough = vary(rng, _DOUGH[rng.integers(len(_DOUGH))], 0.05)
    if place.kind == "bowl" and rng.random() < 0.6:
        broth = vary(rng, _BROTH[rng.integers(3)])
        height = 0.003 * canvas.noise(rng, frame, 0.2)
        canvas.put(frame, d, broth, height, gloss=0.5, food=True, shadow=0)
        d = d + 0.12 * place.r
    _strands(canvas, rng, frame, d, dough, rng.uniform(0.01, 0.019), rng.uniform(0, 0.7))


def _nests(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(2, 5))
    size = place.r * (0.5, 0.44, 0.4)[count - 2]
    dough = vary(rng, _DOUGH[rng.integers(len(_DOUGH))], 0.05)
    wide = rng.uniform(0.01, 0.018)
    for x, y in spots(canvas, rng, place, count, size * 1.5, 0.55):
        frame = canvas.frame(x, y, size * 1.25 + 0.03)
        d = circle(frame.u, frame.v, size)
        _strands(canvas, rng, frame, d, dough, wide, swirl=1.0)


def _strands(
    canvas: Canvas,
    rng: np.random.Generator,
    frame: Frame,
    d: np.ndarray,
    dough: np.ndarray,
    wide: float,
    swirl: float,
) -> None:
    """Fill the shape with edge `d` with overlapping strands of half thickness `wide`.

    Args:
        swirl: share of the strands that are arcs of circles; the others run across the shape.
    """
    inside = np.nonzero(d < 0)
    if not len(inside[0]):
        return
    low, high = (
        np.array([axis.min() for axis in inside]),
        np.array([axis.max() for axis in inside]),
    )
    middle, half = (low + high) / 2, np.maximum((high - low) / 2 - wide * canvas.side, 1)
    size = float(half.mean()) / canvas.side
    count = int(min(90, max(10, 3.0 * size / wide)))
    round_about = rng.random(count) < swirl
    across, down = np.where(round_about[:, None], _rounds(rng, count, swirl), _runs(rng, count))
    lines = np.stack([middle[1] + across * half[1], middle[0] + down * half[0]], 2)
    relief, tone = _heights(rng, frame.shape, lines, 2 * wide * canvas.side)
    d = np.where(relief > 0, -0.01, d + 2 * wide).astype(np.float32)
    colours = mix(dough * 0.5, dough, np.clip(1.6 * relief, 0, 1)) * (0.92 + 0.14 * tone)
    height = relief * wide * 2.2 + 0.05 * dome(d, size)
    canvas.put(frame, d, colours, height, gloss=0.3, food=True, lift=0.02)


def _rounds(rng: np.random.Generator, count: int, swirl: float) -> tuple[np.ndarray, np.ndarray]:
    """Arcs of circles within the unit circle, (count, steps) along x and y."""
    way, turn = rng.uniform(0, 2 * math.pi, (2, count, 1))
    out = rng.uniform(0, 0.65 - 0.5 * swirl, (count, 1))
    radius = (1 - out) * np.sqrt(rng.uniform(0.05, 0.95, (count, 1)))
    at = turn + np.linspace(0, 1, _STEPS) * rng.uniform(1.2, 3.6, (count, 1))
    return np.stack(
        [out * np.cos(way) + radius * np.cos(at), out * np.sin(way) + radius * np.sin(at)]
    )


def _runs(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Bent chords of the unit circle, (count, steps) along x and y."""
    way = rng.uniform(0, 2 * math.pi, (count, 1))
    out = rng.uniform(-0.85, 0.85, (count, 1))
    reach = 0.95 * np.sqrt(1 - out**2)
    at = np.linspace(-1, 1, _STEPS) * reach
    off = out - out * at**2 * rng.uniform(0, 0.6, (count, 1))
    off += 0.05 * np.sin(at * rng.uniform(3, 8, (count, 1)) + way) * (1 - at**2)
    return np.stack([np.cos(way) * at - np.sin(way) * off, np.sin(way) * at + np.cos(way) * off])


def _heights(
    rng: np.random.Generator, shape: tuple[int, int], lines: np.ndarray, thick: float
) -> tuple[np.ndarray, np.ndarray]:
    """Heights in [0, 1] (0 where no line is) and tones of lines drawn over each other."""
    drawn = Image.new("RGB", (shape[1], shape[0]))
    draw = ImageDraw.Draw(drawn)
    tones = rng.integers(0, 256, len(lines)).tolist()
    widths = [max(1, round(thick * share)) for share in (1.0, 0.7, 0.36)]
    for number, (line, tone) in enumerate(zip(lines, tones, strict=True)):
        points = line.ravel().tolist()
        base = 30 + 110 * number // len(lines)
        for width, rise in zip(widths, (0, 55, 95), strict=True):
            draw.line(points, (base + rise, tone, 0), width)
    values = np.asarray(drawn, np.float32) / 255
    return values[..., 0], values[..., 1]


def _penne(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    """Short tubes, straight or bent."""
    count = int(rng.integers(14, 26))
    size = place.r * rng.uniform(0.2, 0.27)
    bent = rng.random() < 0.5
    dough = vary(rng, [*_DOUGH[:3], _DOUGH[4]][rng.integers(4)], 0.05)
    for x, y in spots(canvas, rng, place, count, size * 0.75, 0.72):
        turn = rng.uniform(0, 2 * math.pi)
        frame = canvas.frame(x, y, size * 1.25 + 0.02, turn, wide=size + 0.02)
        thick = size * 0.34
        if bent:
            on, off = arc(frame.u + 0.7 * size, frame.v, 0.8 * size, 1.2)
            d = np.maximum(np.abs(off) - thick, (np.abs(on) - 1) * size * 0.9)
            end, across = ramp(np.abs(on), 0.8, 0.85), off
        else:
            slant = frame.u + 0.6 * frame.v
            d = np.maximum(np.abs(frame.v) - thick, np.abs(slant) - size)
            end, across = ramp(slant / size, 0.78, 0.83), frame.v
        tone = vary(rng, dough, 0.04)
        ridges = 0.06 * np.sin(across * (10 / thick))
        colours = mix(
            tone * (1 + ridges), tone * 0.45, end * ramp(np.abs(across), thick * 0.75, thick * 0.6)
        )
        height = 0.9 * thick * dome(d, thick)
        canvas.put(frame, d, colours, height, gloss=0.3, food=True, lift=0.012)


def _toppings(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    """Rings of spring onion, or balls in sauce."""
    onions = rng.random() < 0.6
    for x, y in spots(canvas, rng, place, int(rng.integers(3, 9)), place.r * 0.15, 0.5):
        size = place.r * (0.08 if onions else 0.16)
        frame = canvas.frame(x, y, size + 0.03, rng.uniform(0, math.pi))
        out = np.sqrt(frame.u**2 + (1.3 * frame.v) ** 2)
        d = np.abs(out - size * 0.7) - size * 0.3 if onions else out - size
        tone = vary(rng, colour(110, 170, 70) if onions else colour(120, 60, 36))
        canvas.put(
            frame, d, tone, size * 0.6 * dome(d, size * 0.4), gloss=0.3, food=True, shadow=0.3
        )
