"""Attribution methods and metrics as functions: arrays in, arrays out, as a run computes them."""

import importlib
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from threadpoolctl import threadpool_limits
from torch import nn

from cnnscope.api_arguments import (
    Images,
    as_background,
    as_images,
    as_masks,
    completed,
    declared,
    normalising,
    one_each,
)
from cnnscope.attribution.asked import AskedMethod
from cnnscope.attribution.method import arguments_for
from cnnscope.errors import RefusalError, UserError
from cnnscope.explanation import Explanation
from cnnscope.networks.classifier import predict_each
from cnnscope.networks.device import use_threads
from cnnscope.planning.methods import declared_methods, declared_metrics

_LOG = logging.getLogger("cnnscope")


def explain(
    model: nn.Module,
    images: Images,
    *,
    method: str = "grad_cam",
    targets: npt.ArrayLike | None = None,
    labels: npt.ArrayLike | None = None,
    seed: int = 0,
    background: Images | None = None,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
    **options: Any,
) -> Explanation:
    """Explain what a model makes of images; the model is left as it was.

    The answer for an image follows from the model, the image, the options and the seed alone, to
    the last bit, whatever other images there are.

    Args:
        model: float32 images (N, C, H, W) in [0, 1] to logits (N, K); with `mean` and `std`, as it
            was trained, normalised images to logits.
        images: uint8 (N, H, W, C) or (H, W, C); or one image of Pillow, or several of one size.
        method: one of those that `cnnscope methods` lists.
        targets: the class to explain, one for all or one an image; None for the predicted ones.
        labels: the true classes, which some figures and LIME show beside the target; None where
            they are unknown.
        seed: of all random numbers.
        background: images that stand for nothing to see, of the size of `images`, for a method that
            needs them or has `baseline="background"`.
        mean, std: a number a channel: the model is given (image in [0, 1] - mean) / std.
        options: of the method, as `cnnscope settings METHOD` lists them.

    Raises:
        UserError: an argument is not what it must be. RefusalError, one of these: the method has
            no right answer for this model.
    """
    about = declared("method", method, declared_methods())
    known = {name: one for name, one in about.options.items() if name != "background"}
    chosen = completed(method, known, options)
    shown = as_images("images", images)
    known_classes = one_each("labels", -1 if labels is None else labels, len(shown))
    drawn = as_background(method, about.takes_background(chosen), background, shown.shape)
    asked = _asked(method, chosen, drawn, seed)
    wrapped = normalising(model, mean, std)
    with _as_in_a_job():
        logits = predict_each(wrapped, shown)
        wanted = logits.argmax(1) if targets is None else targets
        explained = one_each("targets", wanted, len(shown))
        if not ((explained >= 0) & (explained < logits.shape[1])).all():
            raise UserError(f"targets: the model knows classes 0 to {logits.shape[1] - 1}")
        result = asked.answer(wrapped, shown, explained, known_classes, _LOG.info)
    if "refused" in result.facts:
        raise RefusalError(result.facts["refused"])
    details = {"targets": explained, "labels": known_classes, "logits": logits} | result.details
    facts = {**asked.facts, **result.facts, "shared": list(result.shared)}
    if summarise := getattr(asked.module, "summarise", None):
        facts |= summarise(details)
    return Explanation(
        values=result.attribution,
        images=shown,
        targets=explained,
        method=method,
        units=result.facts["units"],
        residuals=details.get("residual"),
        probabilities=_both_ends(details),
        options=chosen,
        seed=seed,
        labels=known_classes,
        logits=logits,
        background=drawn,
        mean=mean,
        std=std,
        details=details | result.shared,
        facts=facts,
    )


def score(
    model: nn.Module,
    explanation: Explanation,
    *,
    metric: str = "deletion",
    masks: npt.ArrayLike | None = None,
    examples: Images | None = None,
    example_labels: npt.ArrayLike | None = None,
    **options: Any,
) -> npt.NDArray[np.float32]:
    """Score an explanation, with its seed and its normalisation; the model is left as it was.

    Args:
        model: the one that was explained, as `explain` was given it.
        metric: one of those that `cnnscope metrics` lists, with whether higher is better.
        masks: bool (N, H, W), true where the object is, for a metric that asks where maps lie.
        examples: images of the dataset, of the size of those explained, for a metric such as
            `focus`, which puts them beside these.
        example_labels: (M,), the classes of `examples`.
        options: of the metric, as `cnnscope settings METRIC` lists them.

    Returns:
        float32 (N,), NaN where the metric has no answer for an image.

    Raises:
        UserError: an argument is not what it must be.
    """
    about = declared("metric", metric, declared_metrics())
    chosen = completed(metric, about.options, options)
    offered: dict[str, Any] = {"labels": explanation.labels, "seed": explanation.seed}
    if "masks" in about.needs:
        offered["masks"] = as_masks(metric, masks, explanation.values.shape)
    if "examples" in about.needs:
        if examples is None or example_labels is None:
            raise UserError(f"examples: {metric} needs images and their example_labels")
        pool = as_images("examples", examples)
        offered |= {"examples": pool}
        offered["example_labels"] = one_each("example_labels", example_labels, len(pool))
    if "method" in about.needs:
        same = explanation
        asked = _asked(same.method, same.options, same.background, same.seed)
        offered["explain"] = asked.explainer(_LOG.info)
    module = importlib.import_module(f"cnnscope.evaluation.{metric}")
    arguments = arguments_for(module.score, chosen, **offered)
    wrapped = normalising(model, explanation.mean, explanation.std) if about.network else None
    with _as_in_a_job():
        found: npt.NDArray[np.float32] = module.score(
            wrapped, explanation.images, explanation.targets, explanation.values,
            **arguments, log=_LOG.info,
        )  # fmt: skip
    return found


def _asked(
    method: str, options: Mapping[str, Any], background: npt.NDArray[np.uint8] | None, seed: int
) -> AskedMethod:
    """A method with its options, which both functions run."""
    facts: dict[str, Any] = {"method": method, "seed": seed, "arguments": dict(options)}
    told = dict(options)
    if background is not None:
        told["background"] = background
        facts["background_images"] = f"{len(background)} given images"
    module = importlib.import_module(f"cnnscope.attribution.{method}")
    return AskedMethod(method, module, "predicted", told, seed, facts)


def _both_ends(details: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.float64] | None:
    if "whole" not in details:
        return None
    return np.stack([details["whole"], details["hidden"]], 1)


@contextmanager
def _as_in_a_job() -> Iterator[None]:
    """Compute to the same last bits as a job of the workflow does that has as many threads.

    Threads and devices stay as the caller has chosen them.
    """
    os.environ.setdefault("MKL_CBWR", "AUTO")
    use_threads(torch.get_num_threads())
    exact = torch.backends.cudnn.flags(
        torch.backends.cudnn.enabled, benchmark=False, deterministic=True, allow_tf32=False
    )
    with threadpool_limits(1, "blas"), exact:
        yield
