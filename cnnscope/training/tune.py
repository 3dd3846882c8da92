"""Train a network further that was trained elsewhere; the part that stays runs once."""

import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from cnnscope.networks.classifier import device_of, to_tensor
from cnnscope.networks.cut import Parts, UncuttableError, cut
from cnnscope.networks.device import possible_precision
from cnnscope.networks.layout import memory_format
from cnnscope.training.examples import Features, Split
from cnnscope.training.frozen import Frozen, frozen_part
from cnnscope.training.train import Point, Recipe, train
from cnnscope.training.unfinished import Unfinished

# On so many images the parts of a network are compared with the whole.
_COMPARED = 4


def tune(
    model: nn.Module,
    training: Split,
    validation: Split,
    recipe: Recipe,
    seed: int,
    log: Callable[[str], None] = print,
    *,
    unfinished: Unfinished,
    observe: Callable[[Point], None] = lambda point: None,
    freeze: str | None = None,
    copies: int = 2,
) -> list[Point]:
    """Train the part of `model` behind what `freeze` names, in place, as `train` does.

    The frozen part runs once, on some copies of each training image, and the rest is trained on
    what comes out of it: mixup blends that instead of the images (Verma et al. 2019, "Manifold
    Mixup", https://arxiv.org/abs/1806.05236). Where the network cannot be cut, all of it runs in
    each step, on images that are changed anew each time.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits.
        training, validation: images uint8 (N, H, W, C) and labels (N,).
        unfinished: stores the state of the training, and while it lasts the features.
        freeze: as for `frozen_part`; None for nothing, as `train` does.
        copies: of each training image: the image itself, its mirror image, then shifted ones.

    Raises:
        UserError: `freeze` names no layer, or leaves nothing to train.
    """
    if freeze is None:
        return train(
            model, training, validation, recipe, seed, log, unfinished=unfinished, observe=observe
        )
    _, size, _, channels = training[0].shape
    frozen = frozen_part(model, freeze, size, channels)
    trainable = [parameter for parameter in frozen.parameters if parameter.requires_grad]
    for parameter in trainable:
        parameter.requires_grad_(False)
    try:
        parts = _parts(model, frozen, training, log)
        if parts:
            rest = parts.rest
            folder = unfinished.folder / "features"
            both = _features(parts.front, training, validation, recipe, seed, copies, folder, log)
        else:
            rest, both = model, (training, validation)
        points = train(
            rest, *both, recipe, seed, log,
            unfinished=unfinished, observe=observe, still=frozen.modules,
        )  # fmt: skip
    finally:
        for parameter in trainable:
            parameter.requires_grad_(True)
    model.to(memory_format=torch.contiguous_format).eval()
    return points


def _parts(
    model: nn.Module, frozen: Frozen, training: Split, log: Callable[[str], None]
) -> Parts | None:
    """The frozen part of `model` and the rest, as they will run; None where it cannot be cut."""
    whole = sum(parameter.numel() for parameter in model.parameters())
    kept = sum(parameter.numel() for parameter in frozen.parameters)
    log(f"frozen: {kept:,} of {whole:,} parameters")
    device = device_of(model)
    images = to_tensor(training[0][:_COMPARED], device)
    model.to(memory_format=memory_format(model, images[:1])).train()
    for module in frozen.modules:
        module.eval()
    try:
        return cut(model, frozen.layer, images, before=frozen.before)
    except UncuttableError as reason:
        log(f"the frozen part runs in each step, for the network cannot be cut there: {reason}")
        return None


def _features(
    front: nn.Module,
    training: Split,
    validation: Split,
    recipe: Recipe,
    seed: int,
    copies: int,
    folder: Path,
    log: Callable[[str], None],
) -> tuple[Features, Features]:
    """What the frozen part makes of both splits."""
    start = time.monotonic()
    precision = possible_precision(recipe.precision, device_of(front), log)
    learnt = Features(
        front, *training, folder / "training",
        copies=copies, shift=recipe.shift, seed=seed, precision=precision,
    )  # fmt: skip
    # In float32, as the network computes wherever it is asked.
    judged = Features(front, *validation, folder / "validation")
    shapes = " and ".join("×".join(map(str, shape)) for shape in learnt.shapes)
    log(
        f"the frozen part has run on {copies} × {len(training[1])} training images and "
        f"{len(validation[1])} for validation: {shapes} of each, "
        f"{(learnt.size + judged.size) / 1e6:.0f} MB, {time.monotonic() - start:.0f} s"
    )
    return learnt, judged
