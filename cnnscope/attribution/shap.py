"""Deep SHAP: how much each pixel moves each logit from its mean over background images."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import nn

from cnnscope.attribution._gradients.residual import LARGEST, count_too_large
from cnnscope.attribution._shap import deep_shap, expected_gradients, shap_library
from cnnscope.attribution._shap.classes import chosen_classes
from cnnscope.attribution._shap.deep_rules import UnsupportedModelError
from cnnscope.attribution._shap.residual import (
    advice,
    largest_of_each,
    relative_residual,
    standard_error,
)
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.errors import UserError
from cnnscope.networks.classifier import device_of, predict, to_tensor
from cnnscope.networks.state import borrowed
from cnnscope.seeds import stream

METHOD = Method(
    title="Deep SHAP",
    summary="Deep SHAP: how much each pixel moved the score of each class",
    paper="Lundberg, Lee 2017, A Unified Approach to Interpreting Model Predictions, "
    "https://arxiv.org/abs/1705.07874; Erion and others 2021, Improving performance of deep "
    "learning models with axiomatic attribution priors and expected gradients, "
    "https://arxiv.org/abs/1906.10670",
    units="logit",
    signed=True,
    options={
        "background": {
            "type": "integer",
            "minimum": 1,
            "default": 32,
            "description": "images that stand for nothing to see, drawn evenly from training's "
            "classes",
        },
        "engine": {
            "enum": ["auto", "cnnscope", "expected_gradients", "shap"],
            "default": "auto",
            "description": "auto: exact rules, or expected_gradients where one is missing; "
            "cnnscope: the rules, or shap where one is missing; shap: the library's DeepExplainer",
        },
        "samples": {
            "type": "integer",
            "minimum": 1,
            "default": 256,
            "description": "gradients an image by expected_gradients, rounded up to equally many, "
            "and an even number, for each background image; up to four times as many for an image "
            "that would miss more than 10 %",
        },
        "classes": {
            "type": ["integer", "null"],
            "minimum": 1,
            "default": None,
            "description": "how many of the likeliest classes of an image are explained, besides "
            "its target and its true class; null: all where there are 12 or fewer, otherwise 5",
        },
    },
    needs=("background",),
    figure="shap",
)
_ENGINES = METHOD.options["engine"]["enum"]
# The rules are exact but for rounding; where more is missing, a rule is wrong for the model.
_EXACT = 1e-3


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    background: np.ndarray,
    labels: np.ndarray | None = None,
    engine: str = "auto",
    samples: int = 256,
    classes: int | None = None,
    seed: int = 0,
    batch_size: int = 32,
    log: Callable[[str], None] = print,
) -> Explanation:
    """SHAP values, averaged over background images.

    Lundberg, Lee 2017, "A Unified Approach to Interpreting Model Predictions",
    https://arxiv.org/abs/1705.07874, section 4.2, in the form of `shap.DeepExplainer`: DeepLIFT's
    rescale rule, and an exact rule for products. For networks with functions that have no exact
    rule, such as the norms over layers and the attention of transformers, expected gradients.

    In exact arithmetic, the values of a class add up to the change of its logit, from the mean
    over the background to the image. By expected gradients they do so in the mean over seeds. What
    they miss is the residual, see `_shap.residual`.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: int (N,), the class that `attribution` explains.
        background: uint8 (B, H, W, C), images that stand for the absence of information.
        labels: int (N,), the true class, -1 where unknown; None where none is known.
        engine: `cnnscope` for the rules; models with a function that has none are explained by the
            library, as with `shap`. `auto` for the rules, or `expected_gradients` where one is
            missing. `facts` says which it was, the log why.
        samples: gradients an image by expected gradients, rounded up to a multiple of 2 B;
            twice or four times as many where the residual would be above 10 %.
        classes: how many of the likeliest classes are explained besides the target and the true
            class; None for all where there are 12 or fewer, and for 5 where there are more.
        seed: together with the content of an image it determines the places of its gradients.
        batch_size: the most images that run through the network at once.
        log: receives one line at a time.

    Returns:
        attribution: (N, H, W), signed, in logits, the values of the target summed over the colour
        channels.
        details: `classes` int64 (N, L), the class of each column, -1 where an image has fewer than
        others; `values` (N, L, C, H, W) and `residual` (N, L), NaN there; `logits` (N, K). By
        expected gradients also `residual_error` (N, L), the standard error of the residual, and
        `samples` int64 (N,), the gradients of each image.
        shared: `background_logits` (K,), their mean over the background.

    Raises:
        UserError: the arguments do not fit together, or no engine can explain the model.
    """
    _check(images, background, targets, engine)
    logits = predict(model, images, 1)  # alone, so no rounding depends on the batch
    each_background = predict(model, background, batch_size)
    background_logits = each_background.mean(0, dtype=np.float64)
    if targets.min() < 0 or targets.max() >= logits.shape[1]:
        raise UserError(
            f"shap: targets {targets.min()} to {targets.max()}, but the model has "
            f"{logits.shape[1]} classes, numbered from 0"
        )
    chosen = chosen_classes(logits, classes, targets, labels)
    device = device_of(model)
    tensors = to_tensor(images, device), to_tensor(background, device)
    facts = {"units": METHOD.units, "background": len(background)}
    details = {}

    def missed(rows: np.ndarray, some: np.ndarray) -> np.ndarray:
        own = chosen[rows]
        return largest_of_each(relative_residual(some, logits[rows], background_logits, own), own)

    with borrowed(model):
        used, values = _by_rules(engine, model, *tensors, chosen, batch_size, log)
        if values is None:
            each = expected_gradients.samples_of_each(samples, len(background))
            facts["samples"] = each * len(background)
            rngs = [stream(seed, "expected gradients", image) for image in images]
            values, sums, taken = _by_gradients(
                model, *tensors, chosen, rngs, each, batch_size, missed
            )
            details["samples"] = taken * len(background)
            details["residual_error"] = standard_error(sums, logits, each_background, chosen)
    residual = relative_residual(values, logits, background_logits, chosen)
    _judge(largest_of_each(residual, chosen), used, log)
    of_target = values[np.arange(len(images)), (chosen == targets[:, None]).argmax(1)]
    details |= {"classes": chosen, "values": values, "logits": logits, "residual": residual}
    return Explanation(
        of_target.sum(1),
        details,
        {"background_logits": background_logits.astype(np.float32)},
        facts | {"engine": used},
    )


def summarise(details: Mapping[str, np.ndarray]) -> dict:
    """The largest residual of any image and class."""
    return {
        "largest_residual": float(largest_of_each(details["residual"], details["classes"]).max())
    }


def _check(images, background, targets, engine) -> None:
    if engine not in _ENGINES:
        raise UserError(f"shap.engine: {engine!r} is none of {', '.join(_ENGINES)}")
    if not len(background):
        raise UserError("shap.background: there is no image in it; give at least one")
    if images.shape[1:] != background.shape[1:]:
        raise UserError(
            f"shap.background: its images are {background.shape[1:]}, those to explain are "
            f"{images.shape[1:]} (height, width, channels); bring them to one size"
        )
    if len(images) != len(targets) or not len(images):
        raise UserError(f"shap: {len(images)} images and {len(targets)} targets; give one for each")


def _by_rules(
    engine: str,
    model: nn.Module,
    images: torch.Tensor,
    background: torch.Tensor,
    classes: np.ndarray,
    batch_size: int,
    log: Callable[[str], None],
) -> tuple[str, np.ndarray | None]:
    """The name of the engine that `engine` leads to, and its values.

    The values are (N, L, C, H, W), or None where expected gradients are to compute them.
    """
    reason = ""
    if engine in ("auto", "cnnscope"):
        try:
            values = deep_shap.shap_values(model, images, background, classes, batch_size)
            return "cnnscope", values
        except UnsupportedModelError as error:
            reason = f"this model ({error}) needs the library, and "
            other = (
                "expected gradients explain" if engine == "auto" else "the library shap explains"
            )
            log(f"shap: {error}; {other} this model instead")
    if engine in ("auto", "expected_gradients"):
        return "expected_gradients", None
    try:
        values = shap_library.shap_values(model, images, background, classes, batch_size, log)
    except Exception as error:
        raise UserError(
            f"shap: {reason}the library shap fails on this model: {type(error).__name__}: {error}"
        ) from error
    return "shap", values


def _by_gradients(*arguments) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    try:
        return expected_gradients.values_that_add_up(*arguments)
    except RuntimeError as error:
        raise UserError(f"shap: expected gradients fail on this model: {error}") from error


def _judge(largest: np.ndarray, used: str, log: Callable[[str], None]) -> None:
    """Log how far the values of the images (N,) are from adding up, where that is to be known."""
    sampled = used == "expected_gradients"
    if sampled:
        log(f"shap: expected gradients miss the change of the logits by up to {largest.max():.1%}")
    elif not largest.max() <= _EXACT:
        log(
            f"shap: the values miss the change of the logits by {largest.max():.1e} of it, more "
            f"than {_EXACT:g}: do not read much into them"
        )
    if undrawn := count_too_large(largest):
        share = f"{undrawn} of {len(largest)} images miss more than {LARGEST:.0%}"
        log(f"shap: {share}, so their maps are not drawn; {advice(sampled)}")
