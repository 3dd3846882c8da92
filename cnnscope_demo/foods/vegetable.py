"""Vegetables and fruit: round fruit, citrus slices, salad, broccoli, carrots, bananas, berries."""

import math

import numpy as np

from cnnscope_demo.canvas import Canvas
from cnnscope_demo.crockery import Place
from cnnscope_demo.foods.pieces import near, one_of, spots
from cnnscope_demo.shapes import arc, box, circle, dome, ellipse, leaf, ramp, tube
from cnnscope_demo.texture import colour, mix, vary

_FRUIT = [
    colour(196, 30, 34),
    colour(236, 130, 26),
    colour(130, 180, 50),
    colour(214, 60, 40),
    colour(150, 40, 60),
]
_CITRUS = [colour(250, 160, 30), colour(246, 214, 60), colour(170, 205, 70), colour(236, 96, 80)]
_GREENS = [colour(80, 150, 50), colour(130, 180, 70), colour(50, 110, 50), colour(120, 60, 90)]
_TOMATO = colour(214, 46, 34)
_STEM = colour(70, 100, 40)


def paint(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    kinds = {_salad: 64, _broccoli: 25, _round: 9, _slices: 4}
    if place.kind != "bowl":
        kinds |= {_carrots: 1, _bananas: 1}
    one_of(rng, kinds)(canvas, rng, place)


def _round(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    """Apples, tomatoes, oranges; many small ones are berries or grapes."""
    count = int(rng.choice([1, 2, 3, 4, 9, 14]))
    size = place.r * min(0.6, 0.82 / math.sqrt(count))
    tone, blush = _FRUIT[rng.integers(5)], vary(rng, _FRUIT[rng.integers(5)])
    pitted = rng.random() < 0.4
    for x, y in spots(canvas, rng, place, count, size * 1.4, 0.66):
        frame = canvas.frame(x, y, size * 1.2 + 0.06, rng.uniform(0, 2 * math.pi), upright=True)
        u, v = frame.u, frame.v
        d = ellipse(u, v, size, size * rng.uniform(0.88, 1))
        own = vary(rng, tone, 0.05)
        colours = mix(own, blush, 0.4 * ramp(u + 0.3 * v, 0, size))
        streaks = canvas.noise(rng, frame, 0.03)
        colours = colours * (1 + 0.04 * streaks)
        pit = np.sqrt((u + 0.15 * size) ** 2 + v * v)
        height = 0.85 * size * dome(d, size) - 0.1 * size * ramp(pit, 0.3 * size, 0)
        height = height + (0.0015 * canvas.noise(rng, frame, 0.015) if pitted else 0)
        canvas.put(frame, d, colours, height, gloss=0.55, food=True, lift=0.04)
        if count < 9:
            stem = box(u - 0.1 * size, v, 0.3 * size, 0.045 * size, 0.02 * size)
            canvas.put(frame, stem, _STEM, food=True, shadow=0.3, lift=0.01)


def _slices(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    """Discs of citrus or cucumber, overlapping."""
    count = int(rng.integers(2, 7))
    size = place.r * (0.52 - 0.035 * (count - 2))
    tone = vary(rng, _CITRUS[rng.integers(4)], 0.05)
    parts = int(rng.integers(8, 11))
    for x, y in spots(canvas, rng, place, count, size * 1.15, 0.6):
        frame = canvas.frame(x, y, size * 1.1 + 0.03, rng.uniform(0, math.pi))
        d = circle(frame.u, frame.v, size)
        out, turn = d + size, np.arctan2(frame.v, frame.u)
        walls = np.abs((turn * parts / (2 * math.pi)) % 1 - 0.5) * out * (2 * math.pi / parts)
        flesh = ramp(walls, 0.02 * size, 0.06 * size) * ramp(out, 0.1 * size, 0.16 * size)
        flesh *= ramp(d, -0.12 * size, -0.17 * size)
        pulp = canvas.noise(rng, frame, 0.025)
        colours = mix(mix(tone, colour(252, 244, 214), np.full_like(d, 0.8)), tone, flesh)
        colours = mix(colours, tone * 0.9, ramp(d, -0.06 * size, -0.04 * size))
        colours = colours * (1 + 0.05 * pulp * flesh)
        height = 0.012 * dome(d, 0.012) + 0.004 * flesh + 0.002 * pulp * flesh
        canvas.put(frame, d, colours, height, gloss=0.4, food=True, lift=0.012)


def _salad(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    size = place.r * rng.uniform(0.36, 0.46)
    greens = [vary(rng, _GREENS[number]) for number in rng.permutation(4)[:2]]
    for x, y in spots(canvas, rng, place, int(rng.integers(11, 17)), size * 0.5, 0.68):
        turn = rng.uniform(0, 2 * math.pi)
        frame = canvas.frame(x, y, size * 1.25 + 0.03, turn, wide=0.9 * size + 0.03)
        u, v = frame.u, frame.v
        frill = (
            0.05 * size * np.sin(np.arctan2(v, u) * 14)
            + 0.06 * canvas.noise(rng, frame, 0.06) * size
        )
        d = ellipse(u, v, size, size * rng.uniform(0.45, 0.7)) + frill
        rib = ramp(np.abs(v), 0.05 * size, 0.01 * size)
        veins = ramp(np.abs(np.sin((u - 0.8 * np.abs(v)) * (9 / size))), 0.3, 0.0) * 0.5
        tone = vary(rng, greens[rng.integers(2)], 0.06)
        colours = mix(tone, colour(214, 232, 160), np.maximum(rib, veins) * 0.6)
        height = 0.012 * canvas.noise(rng, frame, 0.06) + 0.02 * dome(d, size * 0.4) + 0.004 * rib
        canvas.put(frame, d, colours, height, gloss=0.25, food=True, lift=0.014)
    for x, y in spots(canvas, rng, place, int(rng.integers(0, 5)), place.r * 0.4, 0.55):
        r = place.r * rng.uniform(0.16, 0.22)
        frame = canvas.frame(x, y, r * 1.1 + 0.03)
        d = circle(frame.u, frame.v, r)
        tone = vary(rng, _TOMATO)
        seeds = ramp(np.abs(np.abs(d + 0.45 * r) - 0.0), 0.16 * r, 0.08 * r)
        seeds *= ramp(np.abs(np.sin(np.arctan2(frame.v, frame.u) * 2)), 0.35, 0.6)
        colours = mix(tone, colour(240, 160, 90), seeds * 0.8)
        canvas.put(frame, d, colours, 0.02 * dome(d, 0.02), gloss=0.6, food=True)


def _broccoli(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(2, 6))
    size = place.r * (0.5 - 0.04 * (count - 2))
    green = vary(
        rng,
        [colour(64, 124, 44), colour(92, 150, 60), colour(110, 160, 70)][rng.integers(3)],
        0.06,
    )
    stalk = vary(rng, colour(190, 212, 140), 0.04)
    for x, y in spots(canvas, rng, place, count, size * 1.35, 0.6):
        frame = canvas.frame(x, y, size * 1.5 + 0.03, rng.uniform(0, 2 * math.pi))
        stem = box(frame.u - 0.8 * size, frame.v, 0.6 * size, 0.26 * size, 0.1 * size)
        stem = stem - 0.1 * np.clip(-(frame.u - 0.8 * size), 0, 1)
        canvas.put(frame, stem, stalk, 0.2 * size * dome(stem, 0.25 * size), food=True, lift=0.02)
        buds = canvas.cells(rng, frame, size * 0.42)
        fine = canvas.noise(rng, frame, 0.016)
        d = ellipse(frame.u + 0.2 * size, frame.v, 0.8 * size, size) + 0.2 * size * (buds - 0.5)
        bump = ramp(buds, 0.85, 0.0)
        colours = mix(green * 0.5, green, bump) * (1 + 0.14 * fine)
        height = 0.5 * size * dome(d, size) + 0.22 * size * bump + 0.003 * fine
        canvas.put(frame, d, colours, height, gloss=0.08, food=True, lift=0.025)


def _carrots(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(1, 5))
    size = place.r * rng.uniform(0.75, 0.9)
    thick = place.r * (0.26, 0.2, 0.17, 0.15)[count - 1]
    lie = rng.uniform(0, 2 * math.pi)
    root = vary(
        rng,
        [colour(236, 124, 36), colour(236, 124, 36), colour(246, 240, 226)][rng.integers(3)],
        0.05,
    )
    for x, y in spots(canvas, rng, place, count, thick * 2, 0.5):
        turn = lie + rng.uniform(-0.3, 0.3)
        frame = canvas.frame(x, y, size * 1.35 + 0.03, turn, wide=0.25 * size + thick)
        u, v = frame.u, frame.v
        for side in (-0.5, 0.0, 0.5):
            tip_u, tip_v = u + size * 1.0, v - side * 0.3 * (-u - size * 0.7)
            tuft = leaf(tip_u, tip_v, size * 0.36, size * 0.06)
            canvas.put(
                frame, tuft, vary(rng, _GREENS[0]), 0.01 * dome(tuft, 0.02), food=True, shadow=0.3
            )
        taper = thick * np.clip(0.62 - 0.42 * u / size, 0.1, 1.1)
        d = np.maximum(np.abs(v) - taper, np.abs(u) - size * 0.82)
        d = np.maximum(d, circle(u + 0.6 * size, v, thick * 1.1 + 1.5 * size * (u > -0.6 * size)))
        rings = ramp(np.abs(np.sin(u * (17 / size) + 3 * v / size)), 0.22, 0.0)
        colours = mix(root, root * 0.7, rings * 0.6)
        height = 0.8 * thick * dome(d, thick) - 0.003 * rings
        canvas.put(frame, d, colours, height, gloss=0.25, food=True, lift=0.022)


def _bananas(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(1, 4))
    x, y = near(rng, place)
    size = place.r * rng.uniform(0.8, 0.95)
    tone = vary(rng, [colour(246, 208, 60), colour(210, 206, 70)][rng.integers(2)], 0.05)
    lie = rng.uniform(0, 2 * math.pi)
    for number in canvas.objects.pieces(range(count)):
        frame = canvas.frame(x, y, size * 1.4 + 0.04, lie + number * 0.2)
        bend = size * 1.1
        on, off = arc(frame.u + bend - number * 0.16 * size, frame.v, bend, 0.85)
        thick = size * 0.2 * (1.02 - 0.75 * np.clip(np.abs(on), 0, 1) ** 4)
        d = tube(on, off, bend, 0.85, thick)
        edge = ramp(np.abs(off / size + 0.02), 0.03, 0.0) * 0.15
        ends = ramp(np.abs(on), 0.9, 0.98)
        colours = mix(mix(tone, tone * 0.7, edge), colour(90, 66, 30), ends)
        spotty = np.clip(0.3 * canvas.noise(rng, frame, 0.03) - 0.42, 0, 0.8)
        colours = mix(colours, colour(120, 80, 30), spotty)
        canvas.put(
            frame, d, colours, 0.16 * size * dome(d, size * 0.18), gloss=0.2, food=True, lift=0.025
        )
