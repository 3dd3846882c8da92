"""Bread: slices, buns, loaves, croissants."""

import math

import numpy as np

from cnnscope_demo.canvas import Canvas
from cnnscope_demo.crockery import Place
from cnnscope_demo.foods.pieces import near, one_of, spots
from cnnscope_demo.shapes import arc, box, dome, ellipse, ramp, smooth_min, tube
from cnnscope_demo.texture import colour, mix, vary

_PALE = colour(232, 190, 122)
_GOLD = colour(206, 142, 72)
_BROWN = colour(148, 86, 38)
_CRUMB = [colour(246, 228, 190), colour(238, 212, 160), colour(206, 170, 122)]


def paint(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    kinds = {_slices: 36, _loaf: 25, _buns: 9, _croissants: 1}
    one_of(rng, kinds)(canvas, rng, place)


def _slices(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(1, 4))
    size = place.r * (0.82 - 0.08 * count)
    crumb, crust = vary(rng, _CRUMB[rng.integers(3)], 0.04), vary(rng, _BROWN, 0.08)
    angle = rng.uniform(-math.pi, math.pi)
    for x, y in spots(canvas, rng, place, count, size * 0.8, 0.4):
        frame = canvas.frame(x, y, size * 1.4 + 0.03, angle + rng.uniform(-0.35, 0.35))
        u, v = frame.u, frame.v
        flank = box(u, v - 0.12 * size, 0.78 * size, 0.78 * size, 0.16 * size)
        d = smooth_min(flank, ellipse(u, v + 0.48 * size, 0.96 * size, 0.46 * size), 0.1 * size)
        d = d + 0.004 * canvas.noise(rng, frame, 0.08)
        holes = ramp(canvas.cells(rng, frame, 0.03), 0.4, 0.15)
        holes *= ramp(canvas.noise(rng, frame, 0.05), -0.6, 0.8)
        toast = np.clip(0.25 * canvas.noise(rng, frame, 0.15) + 0.2, 0, 0.6)
        colours = mix(mix(crumb, _GOLD, toast), crumb * 0.8, holes)
        colours = mix(colours, crust, ramp(d, -0.11 * size, -0.05 * size))
        height = 0.022 * dome(d, 0.025) - 0.002 * holes
        canvas.put(frame, d, colours, height, food=True, lift=0.022)


def _buns(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(1, 6))
    size = place.r * (0.7, 0.52, 0.47, 0.43, 0.39)[count - 1]
    top, rim = vary(rng, _BROWN, 0.1), vary(rng, _PALE, 0.06)
    seeded, scored, long = rng.random() < 0.5, rng.random() < 0.4, rng.uniform(1, 1.5)
    for x, y in spots(canvas, rng, place, count, size * 1.5, 0.72):
        frame = canvas.frame(x, y, size * 1.5 + 0.04, rng.uniform(0, math.pi))
        d = ellipse(frame.u, frame.v, size * math.sqrt(long), size / math.sqrt(long))
        rise = dome(d, size)
        tan = ramp(rise + 0.08 * canvas.noise(rng, frame, 0.06), 0.35, 1.0)
        colours = mix(rim, top, tan)
        height = 0.6 * size * rise + 0.0015 * canvas.noise(rng, frame, 0.02)
        if scored:
            cut = ramp(np.abs(frame.v + 0.1 * frame.u), 0.1 * size, 0.03 * size) * ramp(
                rise, 0.5, 0.8
            )
            colours = mix(colours, rim * 1.08, cut)
            height -= 0.012 * cut
        if seeded:
            seeds = ramp(canvas.cells(rng, frame, 0.034), 0.26, 0.18) * ramp(rise, 0.55, 0.8)
            colours = mix(colours, colour(250, 236, 200), seeds)
            height += 0.004 * seeds
        canvas.put(frame, d, colours, height, gloss=0.22, food=True, lift=0.03)


def _loaf(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    x, y = near(rng, place)
    a = place.r * rng.uniform(0.9, 1.15)
    b = a * rng.uniform(0.24, 0.5)
    frame = canvas.frame(x, y, a * 1.05 + 0.03, rng.uniform(0, math.pi), wide=b * 1.1 + 0.04)
    u, v = frame.u, frame.v
    d = box(u, v, a, b, b * 0.95) + 0.03 * u * u / a + 0.003 * canvas.noise(rng, frame, 0.06)
    rise = dome(d, b)
    slant = u + rng.choice([-1, 1]) * rng.uniform(0.3, 0.9) * v
    period = a * rng.uniform(0.34, 0.5)
    across = np.abs((slant / period) % 1 - 0.5)
    slash = ramp(across, 0.2, 0.1) * ramp(rise, 0.55, 0.8)
    ear = ramp(np.abs(across - 0.2), 0.08, 0.0) * ramp(rise, 0.5, 0.8)
    crust = mix(vary(rng, _GOLD), vary(rng, _BROWN, 0.1), ramp(rise, 0.3, 1))
    crust = crust * (1 + 0.07 * canvas.noise(rng, frame, 0.03))
    flour = np.clip(0.3 * canvas.noise(rng, frame, 0.1), 0, 0.7) * (rng.random() < 0.6)
    colours = mix(mix(crust, vary(rng, _PALE), slash), colour(246, 236, 220), flour * rise)
    height = 0.7 * b * rise + 0.006 * ear - 0.004 * slash + 0.001 * canvas.noise(rng, frame, 0.015)
    canvas.put(frame, d, colours, height, gloss=0.08, food=True, lift=0.035)


def _croissants(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(1, 4))
    size = place.r * (0.62, 0.48, 0.42)[count - 1]
    gold, brown = vary(rng, _GOLD, 0.06), vary(rng, _BROWN, 0.1)
    for x, y in spots(canvas, rng, place, count, size * 1.3, 0.6):
        frame = canvas.frame(x, y, size * 1.6 + 0.04, rng.uniform(0, 2 * math.pi))
        bend = size * 0.9
        place_on, off = arc(frame.u + bend * 0.75, frame.v, bend, 1.25)
        waves = np.abs(np.sin(place_on * 8 + 2.5 * off / size))
        thick = size * (0.5 * np.sqrt(np.clip(1.1 - place_on**2, 0.02, 1)) + 0.04 * waves)
        d = tube(place_on, off, bend, 1.25, thick)
        rise = dome(d, size * 0.42)
        colours = mix(gold, brown, ramp(rise * waves, 0.15, 0.9))
        colours = mix(colours, _PALE, ramp(waves, 0.25, 0.0) * 0.6)
        height = size * 0.35 * rise + 0.012 * waves * rise
        canvas.put(frame, d, colours, height, gloss=0.25, food=True, lift=0.028)
