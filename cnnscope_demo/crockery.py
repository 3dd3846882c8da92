"""Paint what food is served on: plates, bowls, boards and paper."""

import math
from dataclasses import dataclass

import numpy as np

from cnnscope_demo import tables
from cnnscope_demo.canvas import Canvas
from cnnscope_demo.shapes import box, circle, dome, ramp
from cnnscope_demo.texture import colour, mix, vary

Array = np.ndarray

KINDS = ("plate", "square", "bowl", "board", "paper")
_SHARES = (0.32, 0.12, 0.3, 0.15, 0.11)

# The first three are light, for the inside of bowls, which is often lighter than the outside.
_GLAZES = [
    colour(246, 244, 238),
    colour(238, 240, 242),
    colour(232, 224, 204),
    colour(246, 244, 238),
    colour(246, 244, 238),
    colour(238, 240, 242),
    colour(168, 196, 196),
    colour(120, 146, 180),
    colour(60, 62, 68),
    colour(196, 150, 120),
]
_RINGS = [
    colour(52, 84, 150),
    colour(170, 60, 50),
    colour(190, 150, 70),
    colour(80, 120, 90),
    colour(60, 60, 64),
]


@dataclass(frozen=True)
class Place:
    """The area where food may lie.

    Attributes:
        kind: one of `KINDS`.
        x, y: centre on the canvas.
        r: radius, in sides of the canvas.
    """

    kind: str
    x: float
    y: float
    r: float


def chosen(rng: np.random.Generator, bowl_only: bool = False) -> str:
    """A random kind of crockery; always a bowl if `bowl_only`, as for soup."""
    kind = str(rng.choice(KINDS, p=_SHARES))
    return "bowl" if bowl_only else kind


def lay(canvas: Canvas, rng: np.random.Generator, kind: str) -> Place:
    """Paint the crockery; the area for the food. A bowl sets the canvas's `clip`."""
    x, y = rng.uniform(0.43, 0.57), rng.uniform(0.45, 0.57)
    r = rng.uniform(0.42, 0.54)
    paint = {"plate": _plate, "square": _square, "bowl": _bowl, "board": _board, "paper": _paper}
    return paint[kind](canvas, rng, x, y, r)


def shade_bowl(canvas: Canvas, place: Place) -> None:
    """Paint the shadow of a bowl's rim on its contents, on the side of the light."""
    frame = canvas.frame(place.x, place.y, place.r * 1.3)
    light = canvas.light
    shift = 0.22 * place.r / light.z
    inside = circle(frame.u + light.x * shift, frame.v + light.y * shift, place.r * 1.0)
    dark = ramp(inside, -0.1 * place.r, 0.22 * place.r) * 0.55
    dark *= canvas.clip[frame.rows, frame.cols]
    under = canvas.picture[:, frame.rows, frame.cols]
    under *= 1 - dark


def _plate(canvas: Canvas, rng: np.random.Generator, x: float, y: float, r: float) -> Place:
    frame = canvas.frame(x, y, r * 1.15)
    d = circle(frame.u, frame.v, r)
    canvas.put(frame, d, *_dish(canvas, rng, d / r), gloss=0.3, shadow=0.6, lift=0.025)
    return Place("plate", x, y, r * 0.94)


def _square(canvas: Canvas, rng: np.random.Generator, x: float, y: float, r: float) -> Place:
    angle = rng.choice([0, math.pi / 4, rng.uniform(-0.4, 0.4)])
    frame = canvas.frame(x, y, r * 1.4, float(angle))
    a, b = r, r * rng.uniform(0.7, 1)
    d = box(frame.u, frame.v, a, b, r * rng.uniform(0.08, 0.3))
    canvas.put(frame, d, *_dish(canvas, rng, d / r), gloss=0.3, shadow=0.6, lift=0.025)
    return Place("square", x, y, b * 1.04)


def _dish(canvas: Canvas, rng: np.random.Generator, edge: Array) -> tuple[Array, Array]:
    """Colours and height of a glazed dish; `edge` is 0 at the rim and negative inside."""
    glaze = vary(rng, _GLAZES[rng.integers(len(_GLAZES))], 0.04)
    ring = vary(rng, _RINGS[rng.integers(len(_RINGS))])
    well = rng.uniform(0.2, 0.34)
    mark = np.zeros_like(edge)
    for _ in range(rng.choice([0, 0, 1, 2])):
        at, thick = -rng.uniform(0.02, 0.24), rng.uniform(0.008, 0.03)
        mark = np.maximum(mark, ramp(np.abs(edge - at), thick + 0.012, thick))
    height = 0.022 * ramp(edge, -well - 0.1, -well + 0.08) + 0.012 * dome(edge, 0.04)
    return mix(glaze, ring, mark), height


def _bowl(canvas: Canvas, rng: np.random.Generator, x: float, y: float, r: float) -> Place:
    outside = vary(rng, _GLAZES[rng.integers(len(_GLAZES))], 0.05)
    inside = outside if rng.random() < 0.5 else vary(rng, _GLAZES[rng.integers(3)], 0.04)
    slant = math.sqrt(1 - canvas.tilt**2)
    y -= 0.15 * r * slant
    deep = r * rng.uniform(0.4, 0.75) * slant
    frame = canvas.frame(x, y, r * 1.06)
    d = circle(frame.u, frame.v, r)
    canvas.shade(frame, canvas.objects.kept(frame, d), 0.6, 0.035)
    # Only the part of the outside below the middle of the rim is visible.
    half = (r + deep / canvas.tilt) / 2
    body = canvas.frame(x, y + half * canvas.tilt, r * 1.06, wide=half + 0.02)
    side = np.full(body.shape, 1, np.float32)
    for step in np.linspace(0, 1, 5).tolist():
        v = body.v + half - step * deep / canvas.tilt
        np.minimum(side, circle(body.u, v, r * (1 - 0.4 * step**2)), out=side)
    canvas.put(body, side, outside * 0.85, 0.3 * r * dome(side, r), gloss=0.3, shadow=0)
    hollow = np.minimum((d + r) / r, 1) ** 2
    rim = 0.3 * r * hollow + 0.02 * dome(d, 0.05 * r)
    band = ramp(np.abs(d + 0.03 * r), 0.03 * r, 0.02 * r) * (rng.random() < 0.4)
    ring = vary(rng, _RINGS[rng.integers(len(_RINGS))])
    canvas.put(frame, d, mix(inside, ring, band), rim, gloss=0.35, shadow=0)
    inner = np.zeros_like(canvas.food)
    inner[frame.rows, frame.cols] = np.clip(0.5 - (d + 0.06 * r) * canvas.side, 0, 1)
    canvas.clip = inner
    return Place("bowl", x, y + 0.14 * r * slant, r * 0.86)


def _board(canvas: Canvas, rng: np.random.Generator, x: float, y: float, r: float) -> Place:
    angle = rng.uniform(-0.5, 0.5) + rng.choice([0, math.pi / 2])
    frame = canvas.frame(x, y, r * 1.75, float(angle))
    a, b = r * rng.uniform(1.0, 1.25), r * rng.uniform(0.72, 0.9)
    d = box(frame.u, frame.v, a, b, r * rng.uniform(0.06, 0.3))
    if rng.random() < 0.4:
        d = np.minimum(d, box(frame.u - a * 1.15, frame.v, a * 0.3, b * 0.16, b * 0.12))
    tones = tables.WOODS[rng.integers(len(tables.WOODS))]
    tones = (vary(rng, tones[0]), vary(rng, tones[1]))
    colours = tables.grain(canvas, rng, frame, tones, np.zeros_like(frame.u))
    canvas.put(frame, d, colours, 0.012 * dome(d, 0.015), gloss=0.05, shadow=0.6, lift=0.02)
    return Place("board", x, y, b * 1.14)


def _paper(canvas: Canvas, rng: np.random.Generator, x: float, y: float, r: float) -> Place:
    frame = canvas.frame(x, y, r * 1.4, rng.uniform(-0.6, 0.6))
    d = box(frame.u, frame.v, r * rng.uniform(0.9, 1.1), r * rng.uniform(0.75, 0.95), 0.01)
    d = d + 0.006 * canvas.noise(rng, frame, 0.12)
    base = [colour(214, 186, 146), colour(240, 236, 228), colour(190, 160, 120)][rng.integers(3)]
    creases = np.abs(canvas.noise(rng, frame, 0.25))
    canvas.put(frame, d, vary(rng, base, 0.04), -0.008 * creases, shadow=0.45, lift=0.008)
    return Place("paper", x, y, r * 0.98)
