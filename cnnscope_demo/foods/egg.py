"""Egg: fried, boiled and halved, whole, omelette, scrambled."""

import math

import numpy as np

from cnnscope_demo.canvas import Canvas
from cnnscope_demo.crockery import Place
from cnnscope_demo.foods.pieces import near, one_of, spots, strewn
from cnnscope_demo.shapes import blob, circle, dome, egg, ellipse, ramp
from cnnscope_demo.texture import colour, mix, vary

_WHITE = colour(252, 250, 244)
_YOLK = [colour(252, 190, 30), colour(248, 160, 24), colour(250, 206, 70)]
_SHELL = [
    colour(224, 176, 136),
    colour(246, 238, 228),
    colour(200, 144, 104),
    colour(226, 214, 190),
]
_HERB = colour(70, 130, 50)


def paint(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    kinds = {_fried: 81, _halves: 64, _omelette: 1, _whole: 1}
    one_of(rng, kinds)(canvas, rng, place)


def _fried(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.choice(3, p=(0.5, 0.35, 0.15))) + 1
    size = place.r * (0.72, 0.54, 0.48)[count - 1]
    yolk = vary(rng, _YOLK[rng.integers(3)], 0.04)
    crisp = rng.random() < 0.6
    for x, y in spots(canvas, rng, place, count, size * 1.1, 0.5):
        frame = canvas.frame(x, y, size * 1.5 + 0.03)
        d = blob(frame.u, frame.v, size, rng, 0.2) + 0.008 * canvas.noise(rng, frame, 0.06)
        edge = ramp(d + 0.008 * canvas.noise(rng, frame, 0.03), -0.03, -0.002)
        lace = mix(_WHITE, colour(186, 118, 50), edge * crisp)
        ripple = canvas.noise(rng, frame, 0.1)
        height = 0.016 * dome(d, 0.06) + 0.004 * ripple
        canvas.put(frame, d, lace, height, gloss=0.35, food=True, lift=0.01)
        off = size * 0.15
        r = size * rng.uniform(0.36, 0.46)
        ball = canvas.frame(x + rng.uniform(-off, off), y + rng.uniform(-off, off), r * 1.2 + 0.03)
        d = circle(ball.u, ball.v, r)
        colours = mix(yolk * 0.92, yolk, dome(d, r * 0.6))
        canvas.put(
            ball, d, colours, 0.65 * r * dome(d, r), gloss=0.9, food=True, shadow=0.25, lift=0.008
        )


def _halves(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(2, 6))
    size = place.r * (0.5, 0.44, 0.4, 0.36)[count - 2]
    yolk = vary(rng, _YOLK[rng.integers(3)], 0.06)
    soft = rng.random() < 0.4
    for x, y in spots(canvas, rng, place, count, size * 1.25, 0.62):
        frame = canvas.frame(x, y, size * 1.3 + 0.03, rng.uniform(0, 2 * math.pi))
        d = egg(frame.u, frame.v, size, size * 0.74)
        skin = vary(rng, _WHITE, 0.02)
        colours = mix(skin, skin * 0.88, ramp(d, -0.02, 0))
        canvas.put(frame, d, colours, 0.02 * dome(d, 0.02), gloss=0.3, food=True, lift=0.022)
        d = circle(frame.u - size * 0.14, frame.v, size * rng.uniform(0.42, 0.5))
        rough = canvas.noise(rng, frame, 0.03)
        centre = yolk * (0.86 if soft else 1)
        colours = mix(yolk, centre, ramp(d, -0.2 * size, -0.32 * size))
        height = (0.02 if soft else 0.006) * dome(d, 0.04) + (0 if soft else 0.0015) * rough
        canvas.put(frame, d, colours, height, gloss=0.6 if soft else 0.1, food=True, shadow=0)


def _whole(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(1, 6))
    size = place.r * (0.55, 0.5, 0.44, 0.4, 0.36)[count - 1]
    base = _SHELL[rng.integers(4)]
    for x, y in spots(canvas, rng, place, count, size * 1.35, 0.62):
        frame = canvas.frame(x, y, size * 1.3 + 0.05, rng.uniform(0, 2 * math.pi), upright=True)
        d = egg(frame.u, frame.v, size, size * 0.76)
        shell = vary(rng, base, 0.05)
        freckles = strewn(canvas, rng, frame, 0.008, 0.4) * 0.35
        height = 0.75 * size * dome(d, size * 0.76)
        canvas.put(
            frame, d, mix(shell, shell * 0.7, freckles), height, gloss=0.25, food=True, lift=0.035
        )


def _omelette(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    x, y = near(rng, place)
    a = place.r * rng.uniform(0.85, 1.02)
    b = a * rng.uniform(0.5, 0.62)
    frame = canvas.frame(x, y, a * 1.2 + 0.03, rng.uniform(0, 2 * math.pi))
    u, v = frame.u, frame.v
    d = np.maximum(ellipse(u, v + b * 0.5, a, b * 1.4), -(v + b * 0.5) - 0.05 * a)
    d = d + 0.006 * canvas.noise(rng, frame, 0.08)
    base = vary(rng, _YOLK[2], 0.05)
    spread = canvas.noise(rng, frame, 0.09) + 0.5 * canvas.noise(rng, frame, 0.03)
    colours = mix(base, colour(190, 120, 40), np.clip(0.25 * spread - 0.05, 0, 0.65))
    colours = mix(colours, _HERB, strewn(canvas, rng, frame, 0.01, 0.4) * (rng.random() < 0.6))
    fold = ramp(np.abs(v - 0.15 * b + 0.1 * u), 0.04, 0.0) * 0.006
    height = 0.05 * dome(d, 0.09) + 0.003 * spread - fold
    canvas.put(frame, d, colours, height, gloss=0.2, food=True, lift=0.025)
