"""Draw one picture: a table, crockery, food, distractors, and their light."""

import numpy as np

from cnnscope.seeds import stream
from cnnscope_demo import crockery, distractors, tables
from cnnscope_demo.canvas import FINER, Canvas, Light
from cnnscope_demo.foods import FOODS
from cnnscope_demo.objects import Objects
from cnnscope_demo.texture import noise

CLASSES = tuple(FOODS)


def draw_picture(
    seed: int, split: str, label: int, number: int, size: int = 128
) -> tuple[np.ndarray, np.ndarray]:
    """Draw a picture, which depends only on the arguments.

    Returns:
        picture: uint8 (size, size, 3), RGB.
        mask: bool (size, size), true where visible food covers at least half of the pixel.
    """
    canvas, rng = paint(seed, split, label, number, size)
    return developed(canvas, rng), shrunk(canvas.food) >= 0.5


def paint(
    seed: int, split: str, label: int, number: int, size: int, **asked
) -> tuple[Canvas, np.random.Generator]:
    """Paint the canvas; returned with the random generator of the table and the crockery.

    Args:
        asked: what `Objects` is told: which objects are left out, whether they are watched.
    """
    # All classes have the same tables, crockery and distractors in different orders: the pictures 0
    # to 15 of each class have the same 16, and so have 16 to 31 and so on. So only the food, its
    # shadow and the bowl of a soup can tell the class.
    laid = ("demo", split, number ^ label)
    rng, about = stream(seed, *laid, "table"), stream(seed, *laid, "about")
    objects = Objects(size * FINER, **asked)
    canvas = Canvas(size, Light.drawn(rng), rng.uniform(0.66, 0.94), objects)
    tables.lay(canvas, rng)
    things = distractors.chosen(about)
    for kind, over in things:
        if not over:
            distractors.lay(canvas, about, kind, None)
    name = CLASSES[label]
    kind = crockery.chosen(rng, bowl_only=name == "soup")
    dish = objects.begin(kind, tells=name == "soup")
    place = crockery.lay(canvas, rng, kind)
    objects.begin_mass()
    FOODS[name](canvas, stream(seed, "demo", split, label, number, "food"), place)
    if canvas.clip is not None and dish not in objects.left_out:
        crockery.shade_bowl(canvas, place)
    canvas.clip = None
    for kind, over in things:
        if over:
            distractors.lay(canvas, about, kind, place)
    return canvas, rng


def developed(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    """The picture as from a camera, with tint, exposure, contrast, dark corners and noise."""
    picture = shrunk(canvas.picture)
    size = picture.shape[-1]
    at = np.linspace(-1, 1, size, dtype=np.float32) ** 2
    corners = 1 - rng.uniform(0.04, 0.12) * (at[:, None] + at[None, :])
    picture = picture * (canvas.light.tint * corners)
    contrast = rng.uniform(0.9, 1.15)
    picture -= 0.5
    picture *= contrast
    picture += 0.5 + rng.uniform(-0.04, 0.04)
    grain = [noise(rng, picture.shape[1:], 2) for _ in range(3)]
    picture += np.stack(grain) * rng.uniform(0.003, 0.012)
    np.clip(picture, 0, 1, out=picture)
    return np.round(np.moveaxis(picture, 0, 2) * 255).astype(np.uint8)


def shrunk(fine: np.ndarray) -> np.ndarray:
    """The mean over the canvas pixels of each final pixel, from side x side to size x size."""
    rows = fine[..., ::FINER, :].copy()
    for start in range(1, FINER):
        rows += fine[..., start::FINER, :]
    small = rows[..., ::FINER] / FINER**2
    for start in range(1, FINER):
        small += rows[..., start::FINER] / FINER**2
    return small
