"""Dairy products: cheese wedges and wheels, cubes, yoghurt, milk, butter."""

import math

import numpy as np

from cnnscope_demo.canvas import Canvas
from cnnscope_demo.crockery import Place
from cnnscope_demo.foods.pieces import body, mound, near, one_of, spots
from cnnscope_demo.shapes import box, circle, dome, ellipse, ramp, wedge
from cnnscope_demo.texture import colour, mix, vary

_YELLOW = [colour(250, 206, 84), colour(246, 190, 70), colour(250, 222, 140), colour(240, 160, 62)]
_WHITE = colour(250, 246, 236)
_RIND = colour(236, 226, 206)


def paint(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    flat = {_wedges: 81, _milk: 9, _cubes: 4, _wheel: 1, _butter: 1}
    kinds = {_yoghurt: 9, _cubes: 4, _wedges: 36} if place.kind == "bowl" else flat
    one_of(rng, kinds)(canvas, rng, place)


def _holes(canvas: Canvas, rng: np.random.Generator, frame, size: float) -> np.ndarray:
    some = ramp(canvas.noise(rng, frame, size * 2), -0.5, 0.1)
    return ramp(canvas.cells(rng, frame, size), 0.36, 0.28) * some


def _wedges(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(1, 4))
    size = place.r * (1.35, 1.1, 0.95)[count - 1]
    tone = vary(rng, _YELLOW[rng.integers(4)], 0.04)
    thick, opening = size * rng.uniform(0.18, 0.34), rng.uniform(0.28, 0.45)
    holed = rng.random() < 0.75
    for x, y in spots(canvas, rng, place, count, size * 0.5, 0.35):
        angle = rng.uniform(0, 2 * math.pi)
        frame = canvas.frame(x, y - thick * 0.3, size * 0.75 + thick + 0.03, angle)
        d = wedge(frame.u + size * 0.55, frame.v, size, opening)
        side = tone * 0.74
        top = tone
        height = 0.01 * dome(d, 0.012)
        if holed:
            eyes = _holes(canvas, rng, frame, size * 0.28)
            side, top = mix(side, tone * 0.5, eyes), mix(top, tone * 0.72, eyes)
            height = height - 0.012 * eyes
        body(canvas, frame, d, thick, side)
        canvas.put(frame, d, top, height, gloss=0.18, food=True, shadow=0)


def _wheel(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    x, y = near(rng, place)
    size = place.r * rng.uniform(0.7, 0.9)
    thick = size * rng.uniform(0.2, 0.3)
    frame = canvas.frame(x, y - thick * 0.4, size * 1.1 + thick + 0.04, rng.uniform(0, 2 * math.pi))
    rind = vary(rng, [_WHITE, _RIND, _YELLOW[2]][rng.integers(3)], 0.04)
    inside = vary(rng, _YELLOW[2], 0.04)
    gone = wedge(frame.u, frame.v, size * 1.3, rng.uniform(0.35, 0.6))
    disc = circle(frame.u, frame.v, size)
    d = np.maximum(disc, -gone)
    cut = ramp(np.abs(gone), 0.02, 0.01) * ramp(disc, -0.04, -0.06)
    side = mix(rind * 0.84, inside * 0.95, ramp(disc, -0.02, -0.05))
    body(canvas, frame, d, thick, side)
    mould = 1 + 0.035 * canvas.noise(rng, frame, 0.05)
    colours = mix(rind * mould, inside, cut * 0.5)
    height = 0.012 * dome(d, 0.02) + 0.001 * canvas.noise(rng, frame, 0.02)
    canvas.put(frame, d, colours, height, food=True, shadow=0)


def _cubes(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    size = place.r * rng.uniform(0.17, 0.26)
    tone = vary(rng, [*_YELLOW, _WHITE][rng.integers(5)], 0.04)
    count = int(rng.integers(4, 11))
    for x, y in spots(canvas, rng, place, count, size * 1.5, 0.7):
        own = vary(rng, tone, 0.03)
        thick = size * rng.uniform(0.8, 1.2)
        frame = canvas.frame(x, y - thick / 2, size * 1.5 + thick + 0.02, rng.uniform(0, math.pi))
        d = box(frame.u, frame.v, size, size * rng.uniform(0.8, 1), size * 0.16)
        body(canvas, frame, d, thick, own * 0.76)
        height = 0.008 * dome(d, 0.01) + 0.001 * canvas.noise(rng, frame, 0.03)
        canvas.put(frame, d, own, height, gloss=0.15, food=True, shadow=0)


def _yoghurt(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    frame, d = mound(canvas, rng, place, 0.9)
    tone = vary(
        rng, [_WHITE, _WHITE, colour(250, 226, 222), colour(246, 232, 200)][rng.integers(4)], 0.03
    )
    turn, out = np.arctan2(frame.v, frame.u), np.sqrt(frame.u**2 + frame.v**2) / place.r
    swirl = np.sin(turn + out * rng.uniform(9, 15) * rng.choice([-1, 1]))
    swirl *= ramp(out, 0.0, 0.2)
    soft = canvas.noise(rng, frame, 0.25)
    height = 0.014 * swirl + 0.008 * soft + 0.03 * dome(d, place.r)
    colours = mix(tone, tone * 0.9, np.clip(-0.3 * swirl, 0, 1))
    canvas.put(frame, d, colours, height, gloss=0.3, food=True, shadow=0.3, lift=0.01)
    if rng.random() < 0.4:
        berry = vary(rng, [colour(70, 70, 130), colour(190, 40, 60)][rng.integers(2)])
        for x, y in spots(canvas, rng, place, int(rng.integers(2, 6)), place.r * 0.25, 0.5):
            size = place.r * rng.uniform(0.09, 0.13)
            spot = canvas.frame(x, y, size + 0.03)
            d = circle(spot.u, spot.v, size)
            canvas.put(spot, d, berry, 0.8 * size * dome(d, size), gloss=0.3, food=True)


def _milk(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    """A glass seen from the side and above."""
    x, y = near(rng, place)
    r = place.r * rng.uniform(0.34, 0.5)
    tall = r * rng.uniform(1.6, 2.3)
    flat = 0.35 + 0.3 * rng.random()
    frame = canvas.frame(x, y - tall * 0.1, tall + r + 0.04, upright=True)
    u, v = frame.u * (1 + 0.25 * (frame.v / tall)), frame.v
    low, high = v - tall * 0.5, v + tall * 0.5
    wide = np.maximum(np.abs(u) - r, np.abs(v) - tall * 0.5)
    glass = np.minimum(wide, ellipse(u, low, r, r * flat))
    glass = np.minimum(glass, ellipse(u, high, r, r * flat))
    canvas.put(frame, glass, colour(222, 232, 238), shadow=0.5, lift=0.05, cover=0.6)
    fill = tall * rng.uniform(0.15, 0.4)
    milk = vary(
        rng, [_WHITE, _WHITE, colour(250, 214, 214), colour(214, 176, 140)][rng.integers(4)], 0.02
    )
    level = v + tall * 0.5 - fill
    column = np.maximum(np.abs(u) - r * 0.92, np.maximum(-level, low))
    column = np.minimum(column, ellipse(u, low, r * 0.92, r * flat * 0.92))
    round_off = mix(milk, milk * 0.78, ramp(np.abs(u - 0.25 * r * canvas.light.x), 0.3 * r, r))
    canvas.put(frame, column, round_off, food=True, shadow=0)
    surface = ellipse(u, level, r * 0.92, r * flat * 0.92)
    rim = mix(milk, milk * 0.9, ramp(surface, -0.02, -0.008))
    canvas.put(frame, surface, rim, food=True, shadow=0)
    edge = np.abs(ellipse(u, high, r, r * flat)) - 0.005
    canvas.put(frame, edge, colour(250, 252, 255), food=False, shadow=0, cover=0.55)


def _butter(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    x, y = near(rng, place)
    a = place.r * rng.uniform(0.6, 0.8)
    b = a * rng.uniform(0.4, 0.6)
    thick = b * rng.uniform(0.5, 0.8)
    tone = vary(rng, colour(252, 232, 150), 0.04)
    angle = rng.uniform(-0.6, 0.6)
    frame = canvas.frame(x, y - thick / 2, a * 1.4 + thick, angle)
    d = box(frame.u, frame.v, a, b, 0.012)
    cut_at = a * rng.uniform(0.1, 0.6)
    d = np.maximum(d, -(np.abs(frame.u - cut_at) - 0.008))
    body(canvas, frame, d, thick, tone * 0.8)
    height = 0.012 * dome(d, 0.014) + 0.0015 * canvas.noise(rng, frame, 0.06)
    canvas.put(frame, d, tone, height, gloss=0.3, food=True, shadow=0)
