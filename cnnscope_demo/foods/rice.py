"""Rice: white mounds, fried rice, rice balls, rolls, coloured rice."""

import math

import numpy as np

from cnnscope_demo.canvas import Canvas, Frame
from cnnscope_demo.crockery import Place
from cnnscope_demo.foods.pieces import mound, one_of, pool, spots, strewn, wall
from cnnscope_demo.shapes import box, circle, dome, ramp, triangle
from cnnscope_demo.texture import colour, grains, mix, vary

_WHITE = [colour(252, 250, 242), colour(246, 240, 224), colour(250, 250, 250)]
_YELLOW = [colour(240, 200, 96), colour(226, 186, 130), colour(232, 150, 70)]
_NORI = colour(28, 40, 34)
_BITS = [colour(90, 160, 60), colour(236, 130, 40), colour(250, 214, 90), colour(230, 130, 110)]
_CURRY = [colour(150, 90, 30), colour(110, 60, 24), colour(170, 50, 30)]


def paint(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    flat = {_white: 49, _fried: 9, _balls: 4, _rolls: 4}
    kinds = {_white: 9, _fried: 4} if place.kind == "bowl" else flat
    one_of(rng, kinds)(canvas, rng, place)


def _grained(
    canvas: Canvas, rng: np.random.Generator, frame: Frame, base: np.ndarray, size: float = 0.036
) -> tuple[np.ndarray, np.ndarray]:
    """Colours and relief of heaped grains."""
    high, tone = grains(rng, frame.shape, size * canvas.side)
    deep = np.clip(high / (0.55 * size * canvas.side), 0, 1)
    colours = mix(base * 0.72, base, ramp(deep, 0.05, 0.6)) * (0.93 + 0.09 * tone)
    return colours, high * (0.45 / canvas.side)


def _white(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    frame, d = mound(canvas, rng, place, rng.uniform(0.65, 0.95))
    base = vary(rng, _WHITE[rng.integers(3)], 0.03)
    colours, rough = _grained(canvas, rng, frame, base, rng.uniform(0.03, 0.042))
    d = d - rough + 0.008
    if rng.random() < 0.3:
        colours = mix(colours, colour(60, 50, 40), strewn(canvas, rng, frame, 0.007, 0.32))
    height = 0.1 * dome(d, place.r * 0.9) + rough
    canvas.put(frame, d, colours, height, gloss=0.1, food=True, lift=0.03)
    pick = rng.random()
    if pick < 0.3:
        way = rng.uniform(0, 2 * math.pi)
        out = place.r * rng.uniform(0.5, 0.7)
        x, y = place.x + out * math.cos(way), place.y + out * math.sin(way) * canvas.tilt
        pool(
            canvas, rng, x, y, place.r * rng.uniform(0.35, 0.5), vary(rng, _CURRY[rng.integers(3)])
        )
    elif pick < 0.5:
        spot = canvas.frame(place.x, place.y, place.r * 0.3)
        d = circle(spot.u, spot.v, place.r * 0.13)
        plum = vary(rng, colour(190, 50, 56))
        canvas.put(spot, d, plum, 0.02 * dome(d, 0.03), gloss=0.4, food=True)


def _fried(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    frame, d = mound(canvas, rng, place, rng.uniform(0.7, 0.95))
    base = vary(rng, _YELLOW[rng.integers(3)], 0.06)
    colours, rough = _grained(canvas, rng, frame, base, rng.uniform(0.03, 0.042))
    d = d - rough + 0.008
    height = 0.08 * dome(d, place.r * 0.9) + rough
    for tone in (_BITS[number] for number in rng.permutation(4)[: rng.integers(2, 4)]):
        bits = strewn(canvas, rng, frame, 0.018, 0.42)
        colours = mix(colours, vary(rng, tone), bits)
        height = height + 0.006 * bits
    canvas.put(frame, d, colours, height, gloss=0.2, food=True, lift=0.025)


def _balls(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    """Triangles of pressed rice in a strip of seaweed."""
    count = int(rng.integers(1, 4))
    size = place.r * (0.95, 0.66, 0.58)[count - 1]
    base = vary(rng, _WHITE[rng.integers(3)], 0.03)
    for x, y in spots(canvas, rng, place, count, size * 1.25, 0.5):
        frame = canvas.frame(x, y, size * 1.1 + 0.05, rng.uniform(-0.5, 0.5))
        colours, rough = _grained(canvas, rng, frame, base)
        d = triangle(frame.u, frame.v, size, size * 0.5) - 0.4 * rough
        height = 0.04 * dome(d, 0.05) + 0.8 * rough
        canvas.put(frame, d, colours, height, gloss=0.1, food=True, lift=0.03)
        strip = box(frame.u, frame.v - 0.32 * size, 0.3 * size, 0.24 * size, 0.01)
        strip = np.maximum(strip, d)
        crinkle = 0.002 * canvas.noise(rng, frame, 0.03)
        canvas.put(
            frame,
            strip,
            vary(rng, _NORI),
            0.04 * dome(d, 0.05) + crinkle,
            gloss=0.12,
            food=True,
            shadow=0.2,
            lift=0.004,
        )


def _rolls(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    """Slices of rice rolled in seaweed about a filling."""
    count = int(rng.integers(3, 8))
    size = place.r * (0.36 - 0.02 * (count - 3))
    base = vary(rng, _WHITE[rng.integers(3)], 0.03)
    filling = [vary(rng, _BITS[number]) for number in rng.permutation(4)[:2]]
    thick = size * 0.5
    for x, y in spots(canvas, rng, place, count, size * 2.0, 0.68):
        frame = canvas.frame(x, y - thick / 2, size * 1.1 + thick + 0.03)
        d = circle(frame.u, frame.v, size)
        swept, _ = wall(canvas, d, thick)
        canvas.put(frame, swept, _NORI, food=True, lift=0.02)
        colours, rough = _grained(canvas, rng, frame, base)
        colours = mix(colours, _NORI, ramp(d, -0.16 * size, -0.1 * size))
        turn = rng.uniform(-0.5, 0.5)
        for side, tone in zip((-1, 1), filling, strict=True):
            spot = circle(frame.u - side * 0.2 * size, frame.v - turn * 0.3 * size, 0.26 * size)
            colours = mix(colours, tone, ramp(spot, 0.005, -0.005))
        canvas.put(frame, d, colours, rough, gloss=0.12, food=True, shadow=0)
