"""Paint distractors: objects that are no food and do not depend on the class of the picture."""

import math

import numpy as np

from cnnscope_demo import tables
from cnnscope_demo.canvas import Canvas
from cnnscope_demo.crockery import Place
from cnnscope_demo.shapes import box, circle, dome, ellipse, leaf, ramp
from cnnscope_demo.texture import colour, mix, vary

KINDS = ("chopsticks", "fork", "knife", "spoon", "napkin", "cup", "leaves", "pepper")
_OVER = ("chopsticks", "fork", "leaves", "pepper")

_STEEL = colour(196, 200, 206)
_LACQUER = [colour(60, 36, 30), colour(150, 40, 36), colour(206, 168, 116), colour(40, 42, 48)]
_DRINKS = [colour(62, 38, 26), colour(176, 120, 60), colour(150, 160, 80), colour(226, 232, 236)]


def chosen(rng: np.random.Generator) -> list[tuple[str, bool]]:
    """Random kinds of distractors, each with whether it lies over the food."""
    count = int(rng.choice(5, p=(0.12, 0.3, 0.3, 0.18, 0.1)))
    kinds = rng.choice(KINDS, count, replace=False)
    return [(str(kind), kind in _OVER and rng.random() < 0.35) for kind in kinds]


def lay(canvas: Canvas, rng: np.random.Generator, kind: str, place: Place | None) -> None:
    """Paint a distractor at the edge of the picture, or over the food if `place` is given."""
    paint = {
        "chopsticks": _chopsticks,
        "fork": _fork,
        "knife": _knife,
        "spoon": _spoon,
        "napkin": _napkin,
        "cup": _cup,
        "leaves": _leaves,
        "pepper": _pepper,
    }
    canvas.objects.begin(kind)
    paint[kind](canvas, rng, place)


def _edge(rng: np.random.Generator, out: float) -> tuple[float, float, float]:
    """x and y of a random point at distance `out` from the centre, and its direction in radians."""
    way = rng.uniform(0, 2 * math.pi)
    return 0.5 + out * math.cos(way), 0.5 + out * math.sin(way), way


def _rod(rng: np.random.Generator, place: Place | None) -> tuple[float, float, float]:
    """Centre and angle of a long object: beside the food, or with one end over it."""
    if place is None:
        x, y, way = _edge(rng, rng.uniform(0.4, 0.5))
        return x, y, way + math.pi / 2 + rng.uniform(-0.3, 0.3)
    way = rng.uniform(0, 2 * math.pi)
    out = 0.33 + rng.uniform(0.0, 0.6) * place.r
    return place.x + out * math.cos(way), place.y + out * math.sin(way), way


def _chopsticks(canvas: Canvas, rng: np.random.Generator, place: Place | None) -> None:
    x, y, angle = _rod(rng, place)
    tone = vary(rng, _LACQUER[rng.integers(len(_LACQUER))])
    tip = vary(rng, _LACQUER[rng.integers(len(_LACQUER))])
    for side in (-1, 1):
        turn = angle + side * rng.uniform(0.0, 0.06)
        frame = canvas.frame(x, y, 0.36, turn, wide=0.06)
        v = frame.v - side * 0.016
        d = box(frame.u, v, 0.33, 0.011, 0.006) + 0.012 * np.clip(-frame.u, 0, 1)
        colours = mix(tone, tip, ramp(frame.u, 0.2, 0.21))
        canvas.put(frame, d, colours, 0.012 * dome(d, 0.01), gloss=0.4, lift=0.02)


def _fork(canvas: Canvas, rng: np.random.Generator, place: Place | None) -> None:
    x, y, angle = _rod(rng, place)
    frame = canvas.frame(x, y, 0.34, angle, wide=0.07)
    u, v = frame.u, frame.v
    handle = box(u - 0.06, v, 0.22, 0.009, 0.008) - 0.012 * np.clip(u - 0.1, 0, 0.12)
    head = box(u + 0.185, v, 0.03, 0.03, 0.022)
    # Taking the absolute value twice makes four tines of one.
    tines = box(u + 0.25, np.abs(np.abs(v) - 0.017) - 0.0085, 0.075, 0.0045, 0.004)
    d = np.minimum(np.minimum(handle, head), tines)
    canvas.put(frame, d, vary(rng, _STEEL), 0.014 * dome(d, 0.014), gloss=0.8, lift=0.012)


def _knife(canvas: Canvas, rng: np.random.Generator, place: Place | None) -> None:
    x, y, angle = _rod(rng, place)
    frame = canvas.frame(x, y, 0.36, angle, wide=0.06)
    u, v = frame.u, frame.v
    blade = np.maximum(box(u + 0.14, v, 0.19, 0.026, 0.02), -v - 0.012)
    handle = box(u - 0.18, v, 0.15, 0.016, 0.012)
    d = np.minimum(blade, handle)
    grip = vary(rng, [*_LACQUER, _STEEL][rng.integers(5)])
    colours = mix(vary(rng, _STEEL), grip, ramp(u, 0.04, 0.05))
    canvas.put(frame, d, colours, 0.012 * dome(d, 0.014), gloss=0.8, lift=0.01)


def _spoon(canvas: Canvas, rng: np.random.Generator, place: Place | None) -> None:
    x, y, angle = _rod(rng, place)
    frame = canvas.frame(x, y, 0.34, angle, wide=0.08)
    u, v = frame.u, frame.v
    head = ellipse(u + 0.22, v, 0.075, 0.05)
    d = np.minimum(box(u - 0.06, v, 0.24, 0.01, 0.008), head)
    metal = [_STEEL, _STEEL, _LACQUER[2]][rng.integers(3)]
    height = 0.014 * dome(d, 0.014) - 0.03 * dome(head + 0.008, 0.06)
    canvas.put(frame, d, vary(rng, metal), height, gloss=0.7, lift=0.012)


def _napkin(canvas: Canvas, rng: np.random.Generator, place: Place | None) -> None:
    x, y, way = _edge(rng, rng.uniform(0.38, 0.55))
    frame = canvas.frame(x, y, 0.34, way + rng.uniform(-0.5, 0.5))
    d = box(frame.u, frame.v, rng.uniform(0.14, 0.22), rng.uniform(0.18, 0.26), 0.008)
    d = d + 0.004 * canvas.noise(rng, frame, 0.1)
    dyes = [*tables.CLOTHS, *tables.LINENS]
    base, trim = (vary(rng, dyes[rng.integers(len(dyes))]) for _ in range(2))
    hem = ramp(np.abs(d + 0.03), 0.011, 0.006) * (rng.random() < 0.6)
    height = 0.008 * canvas.noise(rng, frame, 0.2) + 0.006 * dome(d, 0.01)
    canvas.put(frame, d, mix(base, trim, hem), height, shadow=0.4, lift=0.01)


def _cup(canvas: Canvas, rng: np.random.Generator, place: Place | None) -> None:
    x, y, _ = _edge(rng, rng.uniform(0.46, 0.58))
    r = rng.uniform(0.1, 0.14)
    tone = vary(rng, [*tables.LINENS, *tables.CLOTHS][rng.integers(12)])
    frame = canvas.frame(x, y, r * 1.8, rng.uniform(0, 2 * math.pi))
    d = circle(frame.u, frame.v, r)
    ear = np.abs(circle(frame.u - r, frame.v, r * 0.42)) - r * 0.12
    d = np.minimum(d, ear) if rng.random() < 0.7 else d
    canvas.put(frame, d, tone, 0.03 * dome(d, 0.02), gloss=0.4, shadow=0.6, lift=0.045)
    drink = circle(frame.u, frame.v, r * 0.84)
    tint = vary(rng, _DRINKS[rng.integers(len(_DRINKS))])
    canvas.put(frame, drink, tint, -0.02 * dome(drink, 0.03), gloss=0.25, shadow=0)


def _leaves(canvas: Canvas, rng: np.random.Generator, place: Place | None) -> None:
    base = vary(
        rng, [colour(70, 120, 50), colour(110, 140, 60), colour(150, 90, 50)][rng.integers(3)]
    )
    if place is None:
        x, y, _ = _edge(rng, rng.uniform(0.36, 0.52))
    else:
        way, out = rng.uniform(0, 2 * math.pi), place.r * rng.uniform(0, 0.7)
        x, y = place.x + out * math.cos(way), place.y + out * math.sin(way)
    first, count = rng.uniform(0, 2 * math.pi), int(rng.integers(1, 4))
    for number in range(count):
        angle = first + number * rng.uniform(0.7, 1.3)
        size = rng.uniform(0.05, 0.085)
        frame = canvas.frame(
            x + size * math.cos(angle), y + size * math.sin(angle), size * 1.3, angle
        )
        d = leaf(frame.u, frame.v, size, size * rng.uniform(0.36, 0.55))
        veins = np.abs(np.sin((frame.u - np.abs(frame.v)) * (9 / size)))
        rib = ramp(np.abs(frame.v), 0.006, 0.002)
        colours = mix(base * (0.85 + 0.15 * veins), base * 1.35, rib)
        height = 0.01 * dome(d, size * 0.5) - 0.006 * rib
        canvas.put(frame, d, colours, height, gloss=0.15, shadow=0.4, lift=0.01)


def _pepper(canvas: Canvas, rng: np.random.Generator, place: Place | None) -> None:
    """Specks of pepper, or crumbs."""
    tone = vary(
        rng, [colour(40, 34, 30), colour(40, 34, 30), colour(190, 140, 80)][rng.integers(3)]
    )
    x, y, reach = 0.5, 0.5, 0.5
    if place is None:
        x, y, _ = _edge(rng, rng.uniform(0.3, 0.5))
        reach = rng.uniform(0.1, 0.25)
    for _ in range(int(rng.integers(10, 26))):
        way, out = rng.uniform(0, 2 * math.pi), reach * math.sqrt(rng.uniform(0, 1))
        size = rng.uniform(0.004, 0.009)
        frame = canvas.frame(
            x + out * math.cos(way), y + out * math.sin(way), size + 0.02, rng.uniform(0, math.pi)
        )
        d = ellipse(frame.u, frame.v, size, size * rng.uniform(0.5, 1))
        canvas.put(frame, d, tone * rng.uniform(0.7, 1.2), shadow=0.3, lift=0.004)
