"""Parts that several foods share: positions of pieces, bodies with sides, specks and sauce."""

import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from cnnscope_demo.canvas import Canvas, Frame
from cnnscope_demo.crockery import Place
from cnnscope_demo.shapes import blob, dome, ramp
from cnnscope_demo.texture import mix

Array = np.ndarray
Paint = Callable[[Canvas, np.random.Generator, Place], None]


def one_of(rng: np.random.Generator, kinds: Mapping[Paint, float]) -> Paint:
    """A random function of `kinds`, with probabilities proportional to the weights there."""
    ways = list(kinds)
    weights = np.array([kinds[way] for way in ways], float)
    return ways[rng.choice(len(ways), p=weights / weights.sum())]


def spots(
    canvas: Canvas, rng: np.random.Generator, place: Place, count: int, apart: float, within: float
) -> Iterator[tuple[float, float]]:
    """Up to `count` random points within `within` times the radius of the place, a piece at each.

    They are at least `apart` from each other, in sides of the canvas.

    Sorted from the back of the table to the front, so that nearer pieces cover farther ones.
    """
    points: list[tuple[float, float]] = []
    reach = place.r * within
    for _ in range(count * 8):
        way, out = rng.uniform(0, 2 * math.pi), reach * math.sqrt(rng.uniform(0, 1))
        x, y = out * math.cos(way), out * math.sin(way)
        if all(math.hypot(x - a, y - b) >= apart for a, b in points):
            points.append((x, y))
            if len(points) == count:
                break
    points.sort(key=lambda point: point[1])
    centres = [(place.x + x, place.y + y * canvas.tilt) for x, y in points]
    return canvas.objects.pieces(centres)


def near(rng: np.random.Generator, place: Place, far: float = 0.15) -> tuple[float, float]:
    """A random point near the centre of the place."""
    reach = place.r * far
    return place.x + rng.uniform(-reach, reach), place.y + rng.uniform(-reach, reach)


def wall(canvas: Canvas, d: Array, thick: float) -> tuple[Array, Array]:
    """Move a flat top down the picture to get the visible side of a body below it.

    Args:
        d: signed distance to the edge of the top, in sides of the canvas.
        thick: height of the side, in sides of the canvas.

    Returns:
        The signed distance to the edge of top and side together, and for each pixel of the side
        how far it is below the edge of the top, as a share of `thick`.
    """
    steps = max(1, round(thick * canvas.side))
    swept = d.copy()
    depth = np.zeros_like(d)
    for step in range(1, steps + 1):
        moved = d[:-step]
        lower = swept[step:]
        depth[step:][(lower > 0) & (moved <= 0)] = step / steps
        np.minimum(lower, moved, out=lower)
    return swept, depth


def body(
    canvas: Canvas,
    frame: Frame,
    d: Array,
    thick: float,
    side: Array,
    shadow: float = 0.5,
) -> None:
    """Paint the side of a food whose top has the edge `d`; the caller paints the top afterwards."""
    swept, _ = wall(canvas, d, thick)
    canvas.put(frame, swept, side, food=True, shadow=shadow, lift=0.6 * thick)


def mound(
    canvas: Canvas, rng: np.random.Generator, place: Place, share: float
) -> tuple[Frame, Array]:
    """Frame and edge of a heap of `share` times the radius of the place; a bowl is filled."""
    x, y = near(rng, place, 0.08)
    r = place.r * share
    if place.kind == "bowl":
        x, y, r = place.x, place.y, place.r * max(share, rng.uniform(0.92, 1.1))
    frame = canvas.frame(x, y, r * 1.3 + 0.03, rng.uniform(0, 2 * math.pi))
    return frame, blob(frame.u, frame.v, r, rng, 0.07)


def strewn(
    canvas: Canvas, rng: np.random.Generator, frame: Frame, size: float, often: float
) -> Array:
    """The share of each pixel covered by round specks of `size`; `often` is their frequency."""
    spacing = size * 3.2
    near_point = canvas.cells(rng, frame, spacing)
    some = canvas.noise(rng, frame, spacing * 3)
    return ramp(near_point, 0.3, 0.22) * ramp(some, 1 - 2.4 * often, 1.2 - 2.4 * often)


def pool(
    canvas: Canvas, rng: np.random.Generator, x: float, y: float, r: float, tone: Array, gloss=0.5
) -> None:
    """Paint a glossy puddle of sauce, which is food."""
    canvas.objects.begin_food()
    frame = canvas.frame(x, y, r * 1.5 + 0.02)
    d = blob(frame.u, frame.v, r, rng, 0.2)
    lumps = canvas.noise(rng, frame, 0.06)
    colours = mix(tone, tone * 0.75, np.clip(0.4 + 0.3 * lumps, 0, 1))
    height = 0.012 * dome(d, 0.02) + 0.004 * lumps
    canvas.put(frame, d, colours, height, gloss=gloss, food=True, shadow=0.25, lift=0.005)
    canvas.objects.begin_mass()
