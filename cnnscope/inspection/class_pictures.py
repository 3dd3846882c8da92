"""The picture that a class wants: gradient ascent on its logit."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from cnnscope.errors import UserError
from cnnscope.inspection.climber import Climber, climber, warn_of_float32
from cnnscope.inspection.fourier import Preconditioner
from cnnscope.inspection.steps import DARKEST, climb, to_logits, to_picture
from cnnscope.inspection.views import moved_views
from cnnscope.networks.layers import choose_filters
from cnnscope.networks.probabilities import probabilities
from cnnscope.seeds import stream

# How many classes are pictured unless they are named.
_SOME = 6
# Of the logits of a picture, without its mean colour; and of the noise that it starts from, in
# intensity.
_CONTRAST, _NOISE = 3.0, 0.1
# Objects appear anywhere, a little turned and of several sizes.
_VIEWS = {"reach": 0.25, "degrees": 10.0, "zoom": 0.1}
# A logit looks at the whole picture, in which slower waves make larger parts of objects.
_WAVES = {"fall": 1.3, "fastest": 0.15}


def explain(
    model: nn.Module,
    *,
    classes: Sequence[int] | None,
    seed: int,
    size: tuple[int, int],
    channels: int,
    steps: int = 100,
    log: Callable[[str], None] = print,
) -> tuple[np.ndarray, dict[str, np.ndarray], dict]:
    """For each class, a picture that its logit is high for.

    Simonyan, Vedaldi, Zisserman 2014, "Deep Inside Convolutional Networks",
    https://arxiv.org/abs/1312.6034, section 2, with the regularisation of Olah, Mordvintsev,
    Schubert 2017, "Feature Visualization": the picture is found in a Fourier basis with
    decorrelated colours, its contrast is bounded, and before each step it is shifted by up to a
    quarter of its size, turned by up to 10 degrees and zoomed by up to a tenth. The logit is
    raised, not the probability, which rises where other classes fall.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        classes: numbers of P classes; None for 6 that are spread evenly, or all of fewer.
        seed: of the noise and the views; the picture of a class does not depend on the others.
        size: height and width of the pictures.
        channels: of the pictures, as many as the model takes.
        steps: of gradient ascent.
        log: gets a line for each class whose logit did not rise or whose picture is taken for
            another, and one if the ascent ran in float32.

    Returns:
        pictures: float32 (P, H, W, C) in [0, 1].
        details: `classes` (P,); `logits` (P, K) of the pictures; `logits_start` (P,), the logit of
            the class for the noise that its picture started from.
        facts: units, the arguments and the `precision` of the ascent.

    Raises:
        UserError: the model has no class of a number.
    """
    with climber(model, lambda network, grey: network(grey), size, channels) as on:
        known = on.tried.shape[1]
        numbers = np.array(choose_filters(_SOME if classes is None else classes, known), np.int64)
        if beyond := [int(number) for number in numbers if number >= known]:
            raise UserError(
                f"class_pictures.classes: the model has no class {beyond[0]}: it has {known}, "
                f"numbered 0 to {known - 1}"
            )
        shown = tqdm(numbers.tolist(), desc="classes", disable=None)
        pictures, logits, starts = zip(
            *(_picture(on, number, seed, steps) for number in shown), strict=True
        )
    details = {
        "classes": numbers,
        "logits": np.stack(logits),
        "logits_start": np.array(starts, np.float32),
    }
    _warn(log, details, on.precision)
    facts = {
        "seed": seed,
        "steps": steps,
        "contrast": _CONTRAST,
        "noise": _NOISE,
        "precision": on.precision,
        "units": "pictures: intensity from 0 to 1; logits: output of the network",
    }
    return np.stack(pictures), details, facts


def _picture(
    on: Climber[torch.Tensor], number: int, seed: int, steps: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """The picture (H, W, C) of a class, the logits (K,) of it, and the logit of its noise."""
    rng = stream(seed, "class_pictures", number)
    noise = rng.normal(0.5, _NOISE, on.grey.shape).clip(DARKEST, 1 - DARKEST)
    start = torch.from_numpy(noise).to(on.grey)
    size = tuple(start.shape[2:])
    logits = climb(
        lambda picture: on.network(picture)[0, number],
        to_logits(start),
        0.0,
        moved_views(rng, steps, size, **_VIEWS),
        _CONTRAST,
        Preconditioner(size, start.shape[1], start, **_WAVES),
    )
    with torch.no_grad():
        picture = torch.sigmoid(logits)
        answer, before = on.network(picture)[0], on.network(start)[0, number]
    return to_picture(picture), answer.float().cpu().numpy(), float(before)


def _warn(log: Callable[[str], None], details: dict[str, np.ndarray], precision: str) -> None:
    warn_of_float32(log, "class_pictures", precision)
    shares = probabilities(details["logits"])
    own = np.take_along_axis(details["logits"], details["classes"][:, None], 1)[:, 0]
    for row, number in enumerate(details["classes"]):
        likeliest = int(shares[row].argmax())
        if own[row] <= details["logits_start"][row]:
            log(f"class {number}: nothing raises its logit from white noise")
        elif likeliest != number:
            log(
                f"class {number}: the network takes its picture for class {likeliest}, "
                f"with {shares[row, likeliest]:.0%}"
            )
