"""Dessert: cake, ice cream, doughnuts, flan, cupcakes, brownies."""

import math

import numpy as np

from cnnscope_demo.canvas import Canvas, Frame
from cnnscope_demo.crockery import Place
from cnnscope_demo.foods.pieces import near, one_of, pool, spots, strewn, wall
from cnnscope_demo.shapes import circle, dome, ramp, wedge
from cnnscope_demo.texture import along, colour, mix, vary

_ICING = [
    colour(246, 170, 186),
    colour(252, 240, 226),
    colour(92, 54, 38),
    colour(196, 170, 220),
    colour(246, 200, 210),
    colour(150, 200, 220),
]
# Chocolate is rare: it looks like meat.
_OFTEN = (0.26, 0.17, 0.02, 0.18, 0.19, 0.18)
_SPONGE = [colour(240, 206, 140), colour(150, 92, 56), colour(226, 130, 130), colour(226, 176, 110)]
_CHOCOLATE = colour(78, 44, 30)
_CHERRY = colour(196, 26, 44)


def paint(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    flat = {_cake: 49, _doughnuts: 49, _cupcakes: 4, _scoops: 4, _flan: 1}
    kinds = {_scoops: 36, _doughnuts: 25} if place.kind == "bowl" else flat
    one_of(rng, kinds)(canvas, rng, place)


def _icing(rng: np.random.Generator) -> np.ndarray:
    return vary(rng, _ICING[rng.choice(len(_ICING), p=_OFTEN)])


def _berry(canvas: Canvas, rng: np.random.Generator, x: float, y: float, size: float, tone) -> None:
    frame = canvas.frame(x, y, size * 1.2 + 0.03, upright=True)
    d = circle(frame.u, frame.v, size)
    height = 0.9 * size * dome(d, size)
    canvas.put(frame, d, tone, height, gloss=0.7, food=True, lift=0.012)


def _drip(canvas: Canvas, rng: np.random.Generator, frame: Frame, depth: np.ndarray) -> np.ndarray:
    """Negative where icing runs down a side; `depth` is 0 at its top and 1 at its bottom."""
    columns = np.arange(frame.shape[1], dtype=np.float32)[None, :]
    run = along(rng, columns, np.zeros_like(columns), 0.08 * canvas.side)
    return depth - 0.3 - 0.2 * run


def _cake(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    x, y = near(rng, place)
    size = place.r * rng.uniform(1.2, 1.5)
    thick = size * rng.uniform(0.28, 0.42)
    whole = rng.random() < 0.35
    icing, sponge, cream = _icing(rng), vary(rng, _SPONGE[rng.integers(4)]), _icing(rng)
    frame = canvas.frame(
        x, y - thick * 0.4, size * 0.75 + thick + 0.04, rng.uniform(0, 2 * math.pi)
    )
    if whole:
        size *= 0.58
        d = circle(frame.u, frame.v, size)
        d = np.maximum(d, -wedge(frame.u, frame.v, size * 1.3, 0.4))
    else:
        d = wedge(frame.u + size * 0.55, frame.v, size, rng.uniform(0.3, 0.44))
    swept, depth = wall(canvas, d, thick)
    layers = int(rng.integers(2, 4))
    stripe = ramp(np.abs((depth * layers) % 1 - 0.02), 0.2, 0.1) * ramp(depth, 0.98, 0.9)
    side = mix(sponge * 0.8, cream * 0.86, stripe)
    side = side * (1 + 0.06 * canvas.noise(rng, frame, 0.02))
    if whole:
        side = mix(side, icing * 0.8, ramp(circle(frame.u, frame.v, size), -0.05, -0.03))
    canvas.put(frame, swept, side, food=True, shadow=0.55, lift=0.6 * thick)
    if rng.random() < 0.6:
        drip = np.maximum(swept, _drip(canvas, rng, frame, depth) * thick)
        canvas.put(frame, drip, icing * 0.86, food=True, shadow=0)
    height = 0.014 * dome(d, 0.02) + 0.002 * canvas.noise(rng, frame, 0.06)
    canvas.put(frame, d, icing, height, gloss=0.25, food=True, shadow=0)
    tone = vary(rng, [_CHERRY, colour(60, 60, 120), _CHOCOLATE][rng.integers(3)])
    for _ in range(int(rng.integers(1, 4))):
        at = place.r * 0.13
        _berry(
            canvas,
            rng,
            x + rng.uniform(-at, at),
            y - thick * 0.45 + rng.uniform(-at, at),
            place.r * rng.uniform(0.1, 0.15),
            tone,
        )


def _doughnuts(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(1, 4))
    size = place.r * (0.72, 0.5, 0.46)[count - 1]
    dough = vary(rng, colour(210, 150, 84))
    for x, y in spots(canvas, rng, place, count, size * 1.5, 0.6):
        frame = canvas.frame(x, y, size * 1.15 + 0.04)
        out = np.sqrt(frame.u**2 + frame.v**2)
        d = np.abs(out - size * 0.64) - size * 0.36
        rise = 0.4 * size * dome(d, size * 0.36)
        canvas.put(frame, d, dough, rise, gloss=0.1, food=True, lift=0.025)
        glaze = d + 0.07 * size + 0.03 * size * canvas.noise(rng, frame, size * 0.4)
        tone = _icing(rng)
        sprinkled = strewn(canvas, rng, frame, 0.012, 0.7) * (rng.random() < 0.7)
        hue = np.floor(2 + canvas.noise(rng, frame, 0.05)).astype(np.int32) % 5
        sweets = np.concatenate([*_ICING[2:6], colour(236, 60, 80)], 2)[:, 0, hue]
        colours = mix(tone, sweets, sprinkled)
        canvas.put(
            frame,
            glaze,
            colours,
            rise + 0.01 * dome(glaze, 0.01) + 0.006 * sprinkled,
            gloss=0.4,
            food=True,
            shadow=0,
        )


def _flan(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    x, y = near(rng, place, 0.1)
    size = place.r * rng.uniform(0.5, 0.68)
    thick = size * rng.uniform(0.4, 0.6)
    cream = vary(
        rng, [colour(246, 212, 120), colour(250, 236, 214), colour(240, 180, 190)][rng.integers(3)]
    )
    sauce = vary(rng, [colour(150, 70, 20), _CHERRY][rng.integers(2)])
    pool(canvas, rng, x, y + 0.3 * thick, size * rng.uniform(1.2, 1.35), sauce)
    frame = canvas.frame(x, y - thick * 0.5, size * 1.2 + thick + 0.03)
    d = circle(frame.u, frame.v, size)
    swept, depth = wall(canvas, d, thick)
    curve = ramp(np.abs(frame.u - 0.3 * size * canvas.light.x), 0.2 * size, size * 1.1)
    side = mix(cream * 0.95, cream * 0.7, curve)
    canvas.put(frame, swept, side, food=True, shadow=0.5, lift=0.5 * thick)
    drip = np.maximum(swept, _drip(canvas, rng, frame, depth) * thick)
    canvas.put(frame, drip, sauce * 0.9, food=True, shadow=0)
    canvas.put(frame, d, sauce * 1.1, 0.02 * dome(d, 0.03), gloss=0.7, food=True, shadow=0)


def _cupcakes(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(1, 4))
    size = place.r * (0.66, 0.48, 0.42)[count - 1]
    for x, y in spots(canvas, rng, place, count, size * 1.7, 0.55):
        frame = canvas.frame(x, y, size * 1.15 + 0.05)
        out = np.sqrt(frame.u**2 + frame.v**2)
        turn = np.arctan2(frame.v, frame.u)
        d = out - size * (1 + 0.025 * np.sin(turn * 26))
        paper = vary(rng, _ICING[rng.integers(len(_ICING))], 0.1)
        pleats = 0.8 + 0.2 * np.sin(turn * 26)
        canvas.put(frame, d, paper * pleats, food=True, lift=0.035, shadow=0.55)
        swirl = np.abs(np.sin(turn * 0.5 + out * (7 / size)))
        top = out - size * (0.84 + 0.05 * np.sin(turn * 7))
        height = 0.7 * size * dome(top, size) + 0.02 * swirl
        tone = _icing(rng)
        canvas.put(frame, top, tone, height, gloss=0.3, food=True, shadow=0.2, lift=0.008)
        _berry(canvas, rng, x, y, size * 0.22, vary(rng, _CHERRY))


def _scoops(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(1, 4))
    size = place.r * (0.6, 0.5, 0.46)[count - 1]
    sauce = vary(rng, [_CHOCOLATE, colour(190, 30, 60), colour(170, 90, 20)][rng.integers(3)])
    sauced = rng.random() < 0.5
    for x, y in spots(canvas, rng, place, count, size * 1.25, 0.5):
        tone = _icing(rng)
        frame = canvas.frame(x, y, size * 1.3 + 0.04, upright=True)
        rough = canvas.noise(rng, frame, 0.05)
        out = np.sqrt(frame.u**2 + frame.v**2)
        skirt = out - size * 1.03 + 0.008 * rough
        canvas.put(frame, skirt, tone * 0.9, 0.03 * dome(skirt, 0.03), food=True, lift=0.03)
        d = out - size * 0.95
        height = 0.8 * size * dome(d, size) + 0.004 * rough
        flecks = strewn(canvas, rng, frame, 0.012, 0.4) * (rng.random() < 0.4)
        canvas.put(
            frame, d, mix(tone, _CHOCOLATE, flecks), height, gloss=0.15, food=True, shadow=0.2
        )
        if sauced:
            turn = np.arctan2(frame.v, frame.u)
            runs = np.sin(turn * 4 + rng.uniform(0, 6)) + np.sin(turn * 7 + rng.uniform(0, 6))
            d = out - size * (0.62 + 0.1 * runs) + 0.006 * rough
            canvas.put(
                frame, d, sauce, height + 0.01 * dome(d, 0.015), gloss=0.6, food=True, shadow=0
            )
