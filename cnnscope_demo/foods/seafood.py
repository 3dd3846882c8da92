"""Seafood: prawns, whole fish, slices of salmon, mussels, squid."""

import math

import numpy as np

from cnnscope_demo.canvas import Canvas
from cnnscope_demo.crockery import Place
from cnnscope_demo.foods.pieces import one_of, spots
from cnnscope_demo.shapes import arc, box, dome, egg, ellipse, leaf, ramp, tube
from cnnscope_demo.texture import colour, mix, vary

_SHELL = [colour(236, 112, 64), colour(240, 150, 120), colour(222, 84, 48)]
_SALMON = [colour(246, 128, 80), colour(238, 104, 74), colour(250, 150, 110), colour(244, 200, 180)]
_SCALES = [colour(150, 164, 180), colour(206, 96, 80), colour(110, 130, 120), colour(190, 176, 140)]
_MUSSEL = colour(40, 42, 62)
_FLESH = [colour(240, 150, 60), colour(236, 190, 140)]


def paint(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    flat = {_prawns: 81, _fish: 16, _mussels: 9, _salmon: 1}
    kinds = {_prawns: 49, _mussels: 9} if place.kind == "bowl" else flat
    one_of(rng, kinds)(canvas, rng, place)


def _prawns(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(1, 7))
    size = place.r * (0.68, 0.54, 0.48, 0.43, 0.39, 0.36)[count - 1]
    base, pale = vary(rng, _SHELL[rng.integers(3)], 0.05), colour(252, 224, 204)
    headed = rng.random() < 0.4
    for x, y in spots(canvas, rng, place, count, size * 1.1, 0.6):
        frame = canvas.frame(x, y, size * 1.5 + 0.04, rng.uniform(0, 2 * math.pi))
        half = rng.uniform(1.5, 2.0)
        on, off = arc(frame.u, frame.v * rng.choice([-1, 1]), size * 0.72, half)
        thick = size * (0.34 - 0.16 * np.clip(on, -1, 1))
        d = tube(on, off, size * 0.72, half, thick)
        tail = np.maximum(
            np.abs(on - 1.12) - 0.2, (np.abs(np.abs(off) - 0.14 * size) - 0.12 * size) * (3 / size)
        )
        fan = tail * size * 0.5
        bands = np.abs((on * 3.2) % 1 - 0.5)
        tone = vary(rng, base, 0.04)
        colours = mix(
            mix(pale, tone, ramp(off / size, -0.3, 0.12)), pale, ramp(bands, 0.16, 0.06) * 0.75
        )
        colours = mix(colours, tone * 0.72, ramp(on, 0.9, 1.0))
        if headed:
            colours = mix(colours, tone * 0.6, ramp(on, -0.62, -0.72))
            eye = np.sqrt((on + 1.0) ** 2 * 0.5 + ((off / size) - 0.12) ** 2) - 0.07
            colours = mix(colours, colour(20, 16, 18), ramp(eye, 0.02, -0.02))
        canvas.put(
            frame,
            np.minimum(fan, d),
            colours,
            0.3 * size * dome(d, size * 0.3),
            gloss=0.5,
            food=True,
            lift=0.02,
        )


def _fish(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = 1 if rng.random() < 0.75 else 2
    a = place.r * rng.uniform(1.0, 1.2) * (1 if count == 1 else 0.85)
    angle = rng.uniform(0, 2 * math.pi)
    base = vary(rng, _SCALES[rng.integers(4)], 0.06)
    for number in canvas.objects.pieces(range(count)):
        off = (number - (count - 1) / 2) * a * 0.75
        x = place.x - off * math.sin(angle)
        y = place.y + off * math.cos(angle) * canvas.tilt
        turn = angle + rng.uniform(-0.1, 0.1)
        frame = canvas.frame(x, y, a * 1.05 + 0.04, turn, wide=0.42 * a + 0.03)
        u, v = frame.u, frame.v
        flesh = leaf(u + 0.16 * a, v, 0.8 * a, a * 0.31)
        stem = u - 0.5 * a
        tail = np.maximum(
            np.abs(v) - 0.75 * stem,
            np.maximum(-stem, stem - 0.4 * a + 0.5 * np.abs(np.abs(v) - 0.2 * a)),
        )
        fins = leaf(u + 0.1 * a, v + 0.26 * a, 0.3 * a, 0.09 * a)
        fins = np.minimum(fins, leaf(u - 0.1 * a, v - 0.24 * a, 0.18 * a, 0.08 * a))
        edge = np.minimum(tail, fins)
        rays = 0.85 + 0.15 * np.sin((v - 0.2 * u) * (70 / a))
        canvas.put(frame, edge, base * rays * 0.8, 0.01 * dome(edge, 0.02), gloss=0.2, food=True)
        row = np.floor(u * (16 / a))
        scale = (u * (16 / a) - row - 0.5) ** 2 + ((v * (13 / a) + 0.5 * (row % 2)) % 1 - 0.5) ** 2
        scales = ramp(scale, 0.3, 0.1)
        belly = ramp(v / a, -0.1, 0.22)
        colours = mix(
            base * 0.62, colour(236, 236, 232), np.clip(belly + 0.25 * scales - 0.1, 0, 1)
        )
        gill = ramp(np.abs(np.sqrt((u + 0.85 * a) ** 2 + v * v) - 0.34 * a), 0.02 * a, 0.005 * a)
        gill *= ramp(np.abs(v) / a, 0.2, 0.15)
        colours = mix(colours, base * 0.35, gill * 0.8)
        eye = np.sqrt((u + 0.74 * a) ** 2 + (v + 0.05 * a) ** 2) / a
        colours = mix(colours, colour(250, 246, 230), ramp(eye, 0.065, 0.05))
        colours = mix(colours, colour(14, 14, 18), ramp(eye, 0.042, 0.03))
        if count == 1 and number == 0 and rng.random() < 0.5:
            slits = np.abs(((u + 0.4 * v) / (0.24 * a)) % 1 - 0.5) * ramp(np.abs(u) / a, 0.5, 0.4)
            colours = mix(colours, colour(90, 50, 36), ramp(np.abs(slits - 0.25), 0.05, 0.0) * 0.6)
        height = 0.16 * a * dome(flesh, a * 0.28) + 0.003 * scales
        canvas.put(frame, flesh, colours, height, gloss=0.5, food=True, lift=0.022)


def _salmon(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    """Slices of raw or cooked fish with pale seams."""
    count = int(rng.integers(1, 6))
    size = place.r * (0.72, 0.58, 0.52, 0.48, 0.44)[count - 1]
    base = vary(rng, _SALMON[rng.integers(4)], 0.05)
    lie = rng.uniform(0, math.pi)
    narrow = rng.uniform(0.4, 0.6)
    for x, y in spots(canvas, rng, place, count, size * 0.85, 0.5):
        turn = lie + rng.uniform(-0.25, 0.25)
        frame = canvas.frame(x, y, size * 1.2 + 0.03, turn, wide=size * narrow + 0.04)
        u, v = frame.u + 0.25 * frame.v, frame.v
        d = box(u, v, size, size * narrow, size * 0.2) + 0.004 * canvas.noise(rng, frame, 0.1)
        wave = np.abs(
            (u / size * 3.2 + 1.4 * (v / size) ** 2 + 0.08 * canvas.noise(rng, frame, 0.15)) % 1
            - 0.5
        )
        seams = ramp(wave, 0.13, 0.02)
        tone = vary(rng, base, 0.03)
        colours = mix(
            mix(tone, tone * 0.85, ramp(v / size, -0.4, 0.5)), colour(255, 236, 222), 0.75 * seams
        )
        height = 0.03 * dome(d, 0.035) - 0.003 * seams
        canvas.put(frame, d, colours, height, gloss=0.5, food=True, lift=0.016)


def _mussels(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    """Open shells, dark outside, with the flesh in them."""
    count = int(rng.integers(4, 10))
    size = place.r * (0.4 - 0.016 * (count - 4))
    shell = vary(rng, [_MUSSEL, _MUSSEL, colour(196, 180, 160)][rng.integers(3)])
    flesh = vary(rng, _FLESH[rng.integers(2)])
    for x, y in spots(canvas, rng, place, count, size * 1.25, 0.7):
        turn = rng.uniform(0, 2 * math.pi)
        frame = canvas.frame(x, y, size * 1.2 + 0.02, turn, wide=0.9 * size + 0.02)
        d = egg(frame.u, frame.v, size, size * 0.62, 0.5)
        lines = np.sin(np.sqrt((frame.u - size) ** 2 + frame.v**2) * (40 / size)) * 0.12
        canvas.put(
            frame,
            d,
            shell * (1 + lines),
            0.4 * size * dome(d, size * 0.6),
            gloss=0.5,
            food=True,
            lift=0.02,
        )
        if rng.random() < 0.3:
            continue
        inner = d + 0.14 * size
        pearl = mix(colour(176, 180, 200), shell, ramp(inner, -0.02, 0))
        canvas.put(
            frame,
            inner,
            pearl,
            -0.3 * size * dome(inner, size * 0.5),
            gloss=0.4,
            food=True,
            shadow=0,
        )
        meat = ellipse(frame.u + 0.02 * size, frame.v, size * 0.55, size * 0.34)
        folds = canvas.noise(rng, frame, 0.04)
        colours = mix(flesh, flesh * 0.6, np.clip(0.3 * folds, 0, 1))
        canvas.put(
            frame,
            meat,
            colours,
            0.25 * size * dome(meat, size * 0.3) + 0.003 * folds,
            gloss=0.6,
            food=True,
            shadow=0.3,
            lift=0.006,
        )
