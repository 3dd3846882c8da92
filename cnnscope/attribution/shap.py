"""Deep SHAP: how much each pixel moves each logit from its mean over background images."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import nn

from cnnscope.attribution._shap import deep_shap, shap_library
from cnnscope.attribution._shap.deep_rules import UnsupportedModelError
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.errors import UserError
from cnnscope.networks.classifier import predict, to_tensor
from cnnscope.networks.state import borrowed

METHOD = Method(
    title="Deep SHAP",
    summary="Deep SHAP: how much each pixel moved the score of each class",
    paper="Lundberg, Lee 2017, A Unified Approach to Interpreting Model Predictions, "
    "https://arxiv.org/abs/1705.07874",
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
            "enum": ["cnnscope", "shap"],
            "default": "cnnscope",
            "description": "cnnscope's own, or shap for the library's DeepExplainer",
        },
    },
    needs=("background",),
    figure="shap",
)
_LARGEST_RESIDUAL = 1e-3
# Float32 logits have a relative error of about 1e-6. To judge an error of a thousandth of their
# change, the change must be at least this share of the logits.
_ROUNDING = 1e-3


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    background: np.ndarray,
    engine: str = "cnnscope",
    batch_size: int = 32,
    log: Callable[[str], None] = print,
) -> Explanation:
    """SHAP values by DeepLIFT's rescale rule, averaged over background images.

    Lundberg, Lee 2017, "A Unified Approach to Interpreting Model Predictions",
    https://arxiv.org/abs/1705.07874, section 4.2, in the form of `shap.DeepExplainer`.

    In exact arithmetic, the values of a class add up to the change of its logit, from the mean
    over the background to the image. The residual is |sum of the values - change of the logit|,
    divided by the largest change of any logit of that image. It is relative, because a wrong rule
    causes an error in proportion to the change. It is relative to the largest change, because the
    figure shows all classes of an image on one scale, and because a class whose logit happens not
    to change would have an infinite residual.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: int (N,), the class that `attribution` explains.
        background: uint8 (B, H, W, C), images that stand for the absence of information.
        engine: `cnnscope`, or `shap` for the library. Models with a function for which `cnnscope`
            has no rule are explained by the library, which the log and `facts` report.
        batch_size: the most images that run through the network at once.
        log: receives one line at a time.

    Returns:
        attribution: (N, H, W), signed, in logits, the values of the target summed over the colour
        channels.
        details: `values` (N, K, C, H, W), `logits` (N, K) and `residual` (N, K). shared:
        `background_logits` (K,), their mean over the background.

    Raises:
        UserError: the arguments do not fit together, or neither engine can explain the model.
    """
    _check(images, background, targets, engine)
    logits = predict(model, images, 1)  # alone, so no rounding depends on the batch
    background_logits = predict(model, background, batch_size).mean(0, dtype=np.float64)
    if targets.min() < 0 or targets.max() >= logits.shape[1]:
        raise UserError(
            f"shap: targets {targets.min()} to {targets.max()}, but the model has "
            f"{logits.shape[1]} classes, numbered from 0"
        )
    device = next(model.parameters()).device
    tensors = to_tensor(images, device), to_tensor(background, device)
    with borrowed(model):
        used, values = _values(engine, model, *tensors, batch_size, log)
    residual = _residual(values, logits, background_logits)
    if not residual.max() <= _LARGEST_RESIDUAL:
        log(
            f"shap: the values miss the change of the logits by {residual.max():.1e} of it, more "
            f"than {_LARGEST_RESIDUAL:g}: do not read much into them"
        )
    return Explanation(
        values[np.arange(len(images)), targets].sum(1),
        {
            "values": values,
            "logits": logits,
            "residual": residual,
        },
        {"background_logits": background_logits.astype(np.float32)},
        {"units": METHOD.units, "engine": used, "background": len(background)},
    )


def summarise(details: Mapping[str, np.ndarray]) -> dict:
    """The largest residual of any image and class."""
    return {"largest_residual": float(details["residual"].max())}


def _check(images, background, targets, engine) -> None:
    if engine not in ("cnnscope", "shap"):
        raise UserError(f"shap.engine: {engine!r} is neither cnnscope nor shap")
    if not len(background):
        raise UserError("shap.background: there is no image in it; give at least one")
    if images.shape[1:] != background.shape[1:]:
        raise UserError(
            f"shap.background: its images are {background.shape[1:]}, those to explain are "
            f"{images.shape[1:]} (height, width, channels); bring them to one size"
        )
    if len(images) != len(targets) or not len(images):
        raise UserError(f"shap: {len(images)} images and {len(targets)} targets; give one for each")


def _values(
    engine: str,
    model: nn.Module,
    images: torch.Tensor,
    background: torch.Tensor,
    batch_size: int,
    log: Callable[[str], None],
) -> tuple[str, np.ndarray]:
    """The name of the engine that succeeded, and its values (N, K, C, H, W)."""
    reason = ""
    if engine == "cnnscope":
        try:
            return engine, deep_shap.shap_values(model, images, background, batch_size)
        except UnsupportedModelError as error:
            reason = f"this model ({error}) needs the library, and "
            log(f"shap: {error}; the library shap explains this model instead")
    try:
        return "shap", shap_library.shap_values(model, images, background, batch_size, log)
    except Exception as error:
        raise UserError(
            f"shap: {reason}the library shap fails on this model: {type(error).__name__}: {error}"
        ) from error


def _residual(values: np.ndarray, logits: np.ndarray, background_logits: np.ndarray) -> np.ndarray:
    """Relative residual float32 (N, K), as `explain` defines it."""
    change = logits - background_logits
    error = np.abs(values.sum((2, 3, 4), dtype=np.float64) - change)
    largest = np.abs(change).max(1, keepdims=True)
    rounding = _ROUNDING * np.abs(logits).max(1, keepdims=True)
    return (error / np.maximum(largest, rounding)).astype(np.float32)
