"""Soup: clear and thick, with eyes of fat, cream, herbs, tofu, vegetables."""

import math

import numpy as np

from cnnscope_demo.canvas import Canvas
from cnnscope_demo.crockery import Place
from cnnscope_demo.foods.pieces import spots, strewn, wall
from cnnscope_demo.shapes import blob, box, circle, dome, ramp
from cnnscope_demo.texture import colour, mix, vary

_BROTH = [
    colour(206, 60, 28),
    colour(228, 130, 30),
    colour(186, 120, 52),
    colour(214, 176, 104),
    colour(240, 222, 176),
    colour(130, 70, 40),
    colour(220, 150, 50),
]
_CREAM = colour(252, 244, 226)
_HERB = [colour(60, 130, 40), colour(110, 160, 60)]
_BITS = [colour(236, 124, 36), colour(252, 240, 214), colour(200, 150, 80), colour(200, 50, 36)]


def paint(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    r = place.r * rng.uniform(0.86, 1.1)
    frame = canvas.frame(place.x, place.y, r * 1.05 + 0.02, rng.uniform(0, 2 * math.pi))
    d = circle(frame.u, frame.v, r)
    broth = vary(rng, _BROTH[rng.integers(len(_BROTH))], 0.06)
    thick = rng.random() < 0.5
    cloud = canvas.noise(rng, frame, 0.25)
    colours = mix(broth, broth * 0.72, np.clip(0.3 + 0.25 * cloud, 0, 1))
    grainy = canvas.noise(rng, frame, 0.02)
    if thick:
        colours = colours * (1 + 0.035 * grainy)
    height = 0.004 * canvas.noise(rng, frame, 0.3) + 0.012 * dome(d, 0.02)
    canvas.put(frame, d, colours, height, gloss=0.55, food=True, shadow=0)
    if thick and rng.random() < 0.5:
        _cream(canvas, rng, place, r)
    if not thick or rng.random() < 0.3:
        _eyes(canvas, rng, place, broth)
    if rng.random() < 0.75:
        _pieces(canvas, rng, place)
    canvas.objects.begin_food()
    herbs = strewn(canvas, rng, frame, rng.uniform(0.01, 0.016), rng.uniform(0.2, 0.5))
    d = canvas.objects.kept(frame, d)
    herbs = herbs * np.clip(0.5 - (d + 0.02) * canvas.side, 0, 1) * (rng.random() < 0.7)
    herbs *= canvas.clip[frame.rows, frame.cols]
    canvas.blend(frame, vary(rng, _HERB[rng.integers(2)]), herbs, food=True)
    if rng.random() < 0.5:
        _glare(canvas, place, r)


def _cream(canvas: Canvas, rng: np.random.Generator, place: Place, r: float) -> None:
    """A spiral poured on top."""
    frame = canvas.frame(place.x, place.y, r)
    turn, out = np.arctan2(frame.v, frame.u), np.sqrt(frame.u**2 + frame.v**2) / r
    period = rng.uniform(0.2, 0.3)
    spiral = np.abs(
        ((out + turn * rng.choice([-1, 1]) / (2 * math.pi) * period) / period) % 1 - 0.5
    )
    d = (spiral - 0.16 + 0.04 * canvas.noise(rng, frame, 0.12)) * period * r
    d = np.maximum(d, (out - rng.uniform(0.45, 0.75)) * r)
    canvas.put(
        frame, d, vary(rng, _CREAM, 0.02), 0.006 * dome(d, 0.02), gloss=0.3, food=True, shadow=0
    )


def _eyes(canvas: Canvas, rng: np.random.Generator, place: Place, broth: np.ndarray) -> None:
    """Round drops of fat that lens the light."""
    for x, y in spots(canvas, rng, place, int(rng.integers(6, 18)), place.r * 0.12, 0.85):
        size = place.r * rng.uniform(0.03, 0.1)
        frame = canvas.frame(x, y, size * 1.3 + 0.005)
        d = circle(frame.u, frame.v, size)
        ring = ramp(np.abs(d + 0.2 * size), 0.2 * size, 0.05 * size)
        bright = np.clip(broth * 1.25 + 0.1, 0, 1)
        canvas.put(
            frame,
            d,
            mix(broth * 1.05, bright, ring),
            0.4 * size * dome(d, size),
            gloss=0.6,
            food=True,
            shadow=0,
            cover=0.75,
        )


def _pieces(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    """Cubes and rounds that float."""
    cubes = rng.random() < 0.5
    tone = vary(rng, _BITS[rng.integers(4)])
    for x, y in spots(canvas, rng, place, int(rng.integers(3, 9)), place.r * 0.3, 0.66):
        size = place.r * rng.uniform(0.09, 0.15)
        thick = 0.02
        frame = canvas.frame(x, y, size * 1.6 + thick + 0.02, rng.uniform(0, math.pi))
        d = (
            box(frame.u, frame.v, size, size * 0.85, size * 0.15)
            if cubes
            else blob(frame.u, frame.v, size, rng)
        )
        own = vary(rng, tone, 0.05)
        if cubes:
            swept, _ = wall(canvas, d, thick)
            canvas.put(frame, swept, own * 0.7, food=True, shadow=0.3, lift=0.006)
        ring = ramp(np.abs(d + 0.4 * size), 0.08 * size, 0.02 * size) * (not cubes)
        colours = mix(own, own * 0.8, ring)
        canvas.put(
            frame,
            d,
            colours,
            0.01 * dome(d, 0.02),
            gloss=0.3,
            food=True,
            shadow=0 if cubes else 0.3,
            lift=0.006,
        )


def _glare(canvas: Canvas, place: Place, r: float) -> None:
    """Paint the reflection of a window in the broth, a streak along the rim."""
    frame = canvas.frame(place.x, place.y, r)
    turn = math.atan2(canvas.light.y, canvas.light.x)
    out = np.sqrt(frame.u**2 + frame.v**2) / r
    off = np.abs((np.arctan2(frame.v, frame.u) - turn + math.pi) % (2 * math.pi) - math.pi)
    shine = ramp(np.abs(out - 0.74), 0.07, 0.02) * ramp(off, 0.6, 0.35) * 0.5
    shine *= canvas.food[frame.rows, frame.cols]
    under = canvas.picture[:, frame.rows, frame.cols]
    under += (1 - under) * shine
