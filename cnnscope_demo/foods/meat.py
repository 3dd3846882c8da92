"""Meat: steak, sausages, roast slices, meatballs, drumsticks."""

import math

import numpy as np

from cnnscope_demo.canvas import Canvas
from cnnscope_demo.crockery import Place
from cnnscope_demo.foods.pieces import near, one_of, pool, spots
from cnnscope_demo.shapes import (
    arc,
    blob,
    box,
    circle,
    dome,
    egg,
    ellipse,
    ramp,
    smooth_min,
    tube,
)
from cnnscope_demo.texture import colour, mix, vary

_SEAR = colour(112, 58, 36)
_CHAR = colour(46, 26, 20)
_PINK = [colour(206, 96, 92), colour(222, 138, 126), colour(170, 70, 66)]
_FAT = colour(240, 214, 180)
_ROAST = colour(150, 82, 46)
_GRAVY = colour(110, 50, 24)


def paint(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    if rng.random() < 0.25:
        x, y = near(rng, place)
        pool(canvas, rng, x, y, place.r * rng.uniform(0.5, 0.75), vary(rng, _GRAVY))
    kinds = {_steak: 64, _meatballs: 9, _sausages: 9, _roast: 1, _drumsticks: 1}
    one_of(rng, kinds)(canvas, rng, place)


def _steak(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    x, y = near(rng, place)
    size = place.r * rng.uniform(0.75, 0.95)
    frame = canvas.frame(x, y, size * 1.35 + 0.04, rng.uniform(0, 2 * math.pi))
    d = blob(frame.u, frame.v * 1.3, size, rng, 0.16) / 1.12
    fibre = canvas.noise(rng, frame, 0.04)
    sear = vary(rng, _SEAR, 0.1)
    colours = mix(sear, sear * 0.6, np.clip(0.35 + 0.3 * fibre, 0, 1))
    cut = rng.random()
    if cut < 0.55:
        lines = np.abs(((frame.u + frame.v) / (size * 0.3)) % 1 - 0.5)
        marks = ramp(lines, 0.17, 0.08)
        if cut < 0.2:
            lines = np.abs(((frame.u - frame.v) / (size * 0.3)) % 1 - 0.5)
            marks = np.maximum(marks, ramp(lines, 0.17, 0.08))
        colours = mix(colours, _CHAR, marks * 0.85)
    else:
        marks = np.zeros_like(d)
        width = size * 0.34
        gap = np.abs((frame.u / width) % 1 - 0.5) * width
        rare = vary(rng, _PINK[rng.integers(3)])
        face = ramp(gap, width * 0.1, width * 0.14) * ramp(d, -0.02, -0.05)
        colours = mix(colours, rare, face * ramp(canvas.noise(rng, frame, 0.03), -2.0, 0.5))
        d = np.maximum(d, 0.006 - gap)
    if rng.random() < 0.6:
        rim = ramp(d, -0.06, -0.045) * ramp(frame.v / size, 0.1, 0.3)
        colours = mix(colours, vary(rng, _FAT), rim * 0.9)
    height = 0.04 * dome(d, 0.05) + 0.003 * fibre - 0.004 * marks
    canvas.put(frame, d, colours, height, gloss=0.3, food=True, lift=0.025)


def _sausages(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(1, 5))
    size = place.r * rng.uniform(0.66, 0.85)
    thick = place.r * (0.2, 0.17, 0.15, 0.13)[count - 1]
    skin = vary(rng, [_ROAST, colour(176, 70, 48), colour(120, 56, 40)][rng.integers(3)], 0.06)
    lie = rng.uniform(0, 2 * math.pi)
    scored = rng.random() < 0.6
    for x, y in spots(canvas, rng, place, count, thick * 2.3, 0.55):
        bend = size * rng.uniform(1.2, 3)
        half = size / bend
        turn = lie + rng.uniform(-0.3, 0.3)
        frame = canvas.frame(x, y, size + thick + 0.04, turn, wide=0.45 * size + thick + 0.03)
        on, off = arc(frame.u + bend, frame.v, bend, half)
        d = tube(on, off, bend, half, np.full_like(on, thick))
        rise = dome(d, thick)
        colours = mix(skin, skin * 0.6, np.clip(0.3 * canvas.noise(rng, frame, 0.06), 0, 0.7))
        if scored:
            line = np.abs((on * 3 + off / thick * 0.4) % 1 - 0.5)
            colours = mix(colours, _CHAR, ramp(line, 0.12, 0.05) * ramp(rise, 0.5, 0.8) * 0.8)
        canvas.put(frame, d, colours, 0.9 * thick * rise, gloss=0.45, food=True, lift=0.025)


def _roast(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    """Overlapping slices of ham or roast, with a rim of crust or fat."""
    count = int(rng.integers(2, 6))
    size = place.r * rng.uniform(0.5, 0.62)
    pink, rim = vary(rng, _PINK[rng.integers(3)], 0.06), vary(rng, [_FAT, _SEAR][rng.integers(2)])
    x, y = near(rng, place)
    way = rng.uniform(0, 2 * math.pi)
    step = place.r * 0.9 / count
    long = rng.uniform(1.0, 1.4)
    for number in canvas.objects.pieces(range(count)):
        out = (number - (count - 1) / 2) * step
        frame = canvas.frame(
            x + out * math.cos(way),
            y + out * math.sin(way) * canvas.tilt,
            size * 1.5 + 0.03,
            way + math.pi / 2 + rng.uniform(-0.2, 0.2),
        )
        d = blob(frame.u / long, frame.v * 1.05, size, rng, 0.07)
        grain = canvas.noise(rng, frame, 0.06)
        marble = ramp(np.abs(canvas.noise(rng, frame, 0.1)), 0.12, 0.0) * 0.45
        colours = mix(mix(pink, pink * 0.84, np.clip(0.4 + 0.4 * grain, 0, 1)), _FAT, marble)
        colours = mix(colours, rim, ramp(d, -0.03, -0.015))
        height = 0.012 * dome(d, 0.012) + 0.003 * grain
        canvas.put(frame, d, colours, height, gloss=0.2, food=True, lift=0.014)


def _meatballs(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(3, 9))
    size = place.r * (0.34 - 0.016 * (count - 3))
    base = vary(rng, [_SEAR, _ROAST, colour(130, 48, 28)][rng.integers(3)], 0.08)
    for x, y in spots(canvas, rng, place, count, size * 1.5, 0.66):
        frame = canvas.frame(x, y, size * 1.2 + 0.05, upright=True)
        rough = canvas.noise(rng, frame, 0.035)
        d = circle(frame.u, frame.v, size) + 0.005 * rough
        tone = vary(rng, base, 0.05)
        colours = mix(tone, tone * 0.55, np.clip(0.3 + 0.3 * rough, 0, 1))
        height = 0.8 * size * dome(d, size) + 0.004 * rough
        canvas.put(frame, d, colours, height, gloss=0.4, food=True, lift=0.025)


def _drumsticks(canvas: Canvas, rng: np.random.Generator, place: Place) -> None:
    count = int(rng.integers(1, 4))
    size = place.r * (0.56, 0.46, 0.4)[count - 1]
    skin = vary(rng, colour(176, 100, 46), 0.08)
    for x, y in spots(canvas, rng, place, count, size * 1.2, 0.5):
        frame = canvas.frame(x, y, size * 1.7 + 0.04, rng.uniform(0, 2 * math.pi))
        u, v = frame.u - 0.3 * size, frame.v
        bone = smooth_min(
            box(u + 1.3 * size, v, 0.5 * size, 0.1 * size, 0.1 * size),
            ellipse(u + 1.75 * size, np.abs(v) - 0.1 * size, 0.15 * size, 0.13 * size),
            0.05 * size,
        )
        canvas.put(
            frame, bone, colour(240, 226, 200), 0.1 * size * dome(bone, 0.1 * size), food=True
        )
        d = egg(u + 0.1 * size, v, size, size * 0.66, 0.5)
        rough = canvas.noise(rng, frame, 0.04)
        tan = np.clip(0.35 + 0.3 * canvas.noise(rng, frame, 0.12), 0, 1)
        colours = mix(mix(skin * 1.2, skin * 0.62, tan), _CHAR, np.clip(0.2 * rough - 0.2, 0, 0.6))
        height = 0.5 * size * dome(d, size * 0.66) + 0.002 * rough
        canvas.put(frame, d, colours, height, gloss=0.45, food=True, lift=0.03)
