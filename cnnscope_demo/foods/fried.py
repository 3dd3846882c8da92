"""Fried food: chips, nuggets, rings, cutlets."""

import math

import numpy as np

from cnnscope_demo.canvas import Canvas, Frame
from cnnscope_demo.crockery import Place
from cnnscope_demo.foods.pieces import near, one_of, spots, strewn
from cnnscope_demo.shapes import blob, box, dome, ramp
from cnnscope_demo.texture import colour, mix, vary

_GOLD = colour(226, 158, 58)
_DEEP = colour(158, 88, 26)
_PALE = colour(246, 208, 120)


def paint(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    kinds = {_chips: 36, _nuggets: 36, _rings: 4, _cutlet: 1}
    one_of(rng, kinds)(canvas, rng, place)


def _crust(
    canvas: Canvas, rng: np.random.Generator, frame: Frame, tone: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Colours and relief of a coarse golden coat."""
    flakes = ramp(canvas.cells(rng, frame, 0.03), 0.8, 0.1)
    rough = 0.6 * canvas.noise(rng, frame, 0.03) + 1.6 * (flakes - 0.5)
    colours = mix(tone, _DEEP, np.clip(0.3 - 0.28 * rough, 0, 0.9))
    colours = mix(colours, _PALE, np.clip(0.3 * rough - 0.15, 0, 0.6))
    return colours, 0.006 * rough


def _chips(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(12, 24))
    long, thick = place.r * rng.uniform(0.42, 0.58), place.r * rng.uniform(0.055, 0.09)
    base = vary(rng, colour(242, 196, 92), 0.06)
    lie, loose = rng.uniform(0, math.pi), rng.uniform(0.3, 1.4)
    for x, y in spots(canvas, rng, place, count, thick * 1.2, 0.6):
        a = long * rng.uniform(0.6, 1.1)
        turn = lie + rng.uniform(-loose, loose)
        frame = canvas.frame(x, y, a + 0.03, turn, wide=thick + 0.25 * a + 0.03)
        v = frame.v + rng.uniform(-0.25, 0.25) * frame.u**2 / a
        d = box(frame.u, v, a, thick, thick * 0.4)
        ends = ramp(np.abs(frame.u) / a, 0.75, 1.0)
        edge = ramp(d, -0.012, 0)
        tone = vary(rng, base, 0.05)
        colours = mix(tone, _DEEP, np.clip(0.55 * ends + 0.35 * edge, 0, 1) * rng.uniform(0.4, 1))
        height = 0.8 * thick * dome(d, thick * 0.7)
        canvas.put(frame, d, colours, height, gloss=0.12, food=True, shadow=0.45, lift=0.015)


def _nuggets(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(3, 9))
    size = place.r * (0.4 - 0.022 * (count - 3))
    long = rng.uniform(1.0, 1.9)
    base = vary(rng, _GOLD, 0.08)
    for x, y in spots(canvas, rng, place, count, size * 1.3, 0.66):
        frame = canvas.frame(x, y, size * 1.35 * math.sqrt(long) + 0.04, rng.uniform(0, math.pi))
        u, v = frame.u / math.sqrt(long), frame.v * math.sqrt(long)
        d = blob(u, v, size, rng, 0.14) / math.sqrt(long)
        colours, rough = _crust(canvas, rng, frame, vary(rng, base, 0.05))
        d = d + rough
        height = 0.45 * size * dome(d, size * 0.7) + rough
        canvas.put(frame, d, colours, height, gloss=0.12, food=True, lift=0.025)


def _rings(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(2, 7))
    size = place.r * (0.5 - 0.03 * (count - 2))
    base = vary(rng, _GOLD, 0.08)
    for x, y in spots(canvas, rng, place, count, size * 1.0, 0.6):
        frame = canvas.frame(x, y, size * 1.3 + 0.04, rng.uniform(0, math.pi))
        out = blob(frame.u, frame.v, size * 0.78, rng, 0.06)
        colours, rough = _crust(canvas, rng, frame, vary(rng, base, 0.05))
        thick = size * 0.22
        d = np.abs(out) - thick + rough
        height = 0.9 * thick * dome(d, thick) + rough
        canvas.put(frame, d, colours, height, gloss=0.12, food=True, lift=0.02)


def _cutlet(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    """A breaded slab cut into strips, drawn a little apart."""
    x, y = near(rng, place)
    size = place.r * rng.uniform(0.8, 0.95)
    frame = canvas.frame(x, y, size * 1.3 + 0.04, rng.uniform(0, math.pi))
    d = blob(frame.u, frame.v * 1.45, size, rng, 0.1) / 1.2
    colours, rough = _crust(canvas, rng, frame, vary(rng, _GOLD, 0.08))
    strips = int(rng.integers(0, 6))
    if strips:
        apart = np.abs(((frame.u + 0.15 * frame.v) / (2 * size / strips)) % 1 - 0.5) * (
            2 * size / strips
        )
        d = np.maximum(d, 0.009 - apart)
        colours = mix(colours, colour(244, 226, 196), ramp(apart, 0.03, 0.012) * 0.8)
    d = d + rough
    height = 0.035 * dome(d, 0.045) + rough
    colours = mix(colours, colour(80, 130, 60), strewn(canvas, rng, frame, 0.009, 0.3))
    canvas.put(frame, d, colours, height, gloss=0.1, food=True, lift=0.025)
