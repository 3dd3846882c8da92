"""Paint the table: wood, cloth, stone or tiles."""

import math

import numpy as np

from cnnscope_demo.canvas import Canvas, Frame
from cnnscope_demo.shapes import ramp
from cnnscope_demo.texture import along, colour, mix, vary

Array = np.ndarray

WOODS = [
    (colour(205, 165, 115), colour(160, 115, 70)),
    (colour(150, 100, 62), colour(98, 60, 36)),
    (colour(110, 78, 58), colour(66, 45, 34)),
    (colour(222, 200, 168), colour(184, 155, 120)),
    (colour(158, 148, 136), colour(116, 106, 96)),
]
CLOTHS = [
    colour(178, 58, 52),
    colour(62, 98, 150),
    colour(92, 130, 96),
    colour(205, 170, 90),
    colour(120, 120, 128),
    colour(170, 120, 140),
]
_STONES = [
    (colour(226, 224, 220), colour(160, 158, 160)),
    (colour(70, 74, 80), colour(104, 108, 114)),
    (colour(186, 172, 152), colour(140, 126, 108)),
    (colour(98, 116, 112), colour(70, 86, 84)),
]
LINENS = [
    colour(232, 226, 212),
    colour(196, 186, 168),
    colour(120, 138, 156),
    colour(150, 160, 130),
    colour(84, 84, 92),
    colour(206, 160, 140),
]


def lay(canvas: Canvas, rng: np.random.Generator) -> None:
    """Cover the whole canvas, with less light on the side away from the lamp."""
    paint = [_planks, _planks, _gingham, _linen, _linen, _stone, _tiles][rng.integers(7)]
    colours = paint(canvas, rng, canvas.whole(rng.uniform(0, math.pi)))
    at = np.linspace(-1, 1, canvas.side, dtype=np.float32)
    fall = rng.uniform(0.06, 0.2)
    bright = 0.94 + fall * (canvas.light.x * at[None, :] + canvas.light.y * at[:, None])
    canvas.picture[:] = colours * bright


def grain(
    canvas: Canvas, rng: np.random.Generator, frame: Frame, tones: tuple[Array, Array], turn: Array
) -> Array:
    """Wood with fibres along u of the frame; `turn` is the number of the board at each pixel."""
    u = (frame.u + 0.37 * turn) * canvas.side
    v = (frame.v + 0.61 * turn) * canvas.side
    bend = along(rng, u * 0.2, v * 0.5, 32)
    rings = np.sin(v * (30 / canvas.side) + 2.5 * bend)
    fibre = along(rng, u * 0.06, v, 3)
    share = np.clip(0.4 + 0.22 * rings + 0.16 * fibre + 0.25 * np.sin(turn * 2.4), 0, 1)
    return mix(tones[0], tones[1], share)


def _planks(canvas: Canvas, rng: np.random.Generator, frame: Frame) -> Array:
    light, dark = WOODS[rng.integers(len(WOODS))]
    width = rng.uniform(0.16, 0.34)
    across = frame.v / width + rng.uniform(0, 1)
    number = np.floor(across)
    colours = grain(canvas, rng, frame, (vary(rng, light), vary(rng, dark)), number)
    joint = np.abs(across - number - 0.5) * width
    return colours * np.maximum(ramp(joint, width / 2, width / 2 - 0.012), 0.35)


def _gingham(canvas: Canvas, rng: np.random.Generator, frame: Frame) -> Array:
    base = vary(rng, LINENS[0], 0.03)
    dye = vary(rng, CLOTHS[rng.integers(len(CLOTHS))])
    period = rng.uniform(0.1, 0.2)
    stripes = [_stripe(frame.u, period), _stripe(frame.v, period)]
    if rng.random() < 0.3:
        stripes[1] = stripes[1] * 0
    colours = mix(base, dye, 0.45 * stripes[0] + 0.45 * stripes[1])
    return colours * _weave(canvas, rng, frame)


def _linen(canvas: Canvas, rng: np.random.Generator, frame: Frame) -> Array:
    base = vary(rng, LINENS[rng.integers(len(LINENS))], 0.08)
    return base * _weave(canvas, rng, frame)


def _stone(canvas: Canvas, rng: np.random.Generator, frame: Frame) -> Array:
    base, vein = (vary(rng, tone, 0.04) for tone in _STONES[rng.integers(len(_STONES))])
    field = canvas.noise(rng, frame, 0.4)
    veins = 0.6 * ramp(np.abs(field), 0.14, 0.0) + 0.25 * canvas.noise(rng, frame, 0.02)
    clouds = 0.12 * canvas.noise(rng, frame, 0.2)
    return mix(base, vein, np.clip(veins * rng.uniform(0.3, 1) + clouds + 0.1, 0, 1))


def _tiles(canvas: Canvas, rng: np.random.Generator, frame: Frame) -> Array:
    base = vary(rng, LINENS[rng.integers(len(LINENS))], 0.08)
    width = rng.uniform(0.2, 0.4)
    across, down = frame.u / width + 0.3, frame.v / width + 0.1
    column, row = np.floor(across), np.floor(down)
    joint = np.maximum(np.abs(across - column - 0.5), np.abs(down - row - 0.5))
    tone = 0.94 + 0.06 * np.sin(column * 5.1 + row * 3.7) + 0.02 * canvas.noise(rng, frame, 0.03)
    grout = ramp(joint * width, width / 2 - 0.01, width / 2 - 0.004)
    return mix(base * tone, base * 0.62, grout)


def _weave(canvas: Canvas, rng: np.random.Generator, frame: Frame) -> Array:
    """Brightness of a cloth, with threads in both directions and long soft folds."""
    threads = along(rng, frame.u * canvas.side * 0.1, frame.v * canvas.side, 3)
    threads = threads + along(rng, frame.u * canvas.side, frame.v * canvas.side * 0.1, 3)
    folds = along(rng, frame.u * canvas.side * 0.3, frame.v * canvas.side, 64)
    return 1 + 0.03 * threads + 0.045 * folds


def _stripe(x: Array, period: float) -> Array:
    place = np.abs((x / period) % 1 - 0.5)
    return ramp(place, 0.22, 0.28)
