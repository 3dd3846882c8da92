"""Expected gradients: integrated gradients from background images, by random samples."""

from collections.abc import Callable, Mapping

import numpy as np
from torch import nn

from cnnscope.attribution._gradients import residual
from cnnscope.attribution._shap import expected_gradients as ways
from cnnscope.attribution._shap.residual import relative_residual, standard_error
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.errors import UserError
from cnnscope.networks.classifier import device_of, predict, to_tensor
from cnnscope.networks.pooling import pools_first
from cnnscope.networks.state import borrowed
from cnnscope.seeds import stream

METHOD = Method(
    title="Expected gradients",
    summary="expected gradients: what each pixel adds to a class's score, from backgrounds on",
    paper="Erion, Janizek, Sturmfels, Lundberg, Lee 2021, Improving performance of deep learning "
    "models with axiomatic attribution priors and expected gradients, "
    "https://arxiv.org/abs/1906.10670",
    units="logits",
    signed=True,
    options={
        "background": {
            "type": "integer",
            "minimum": 1,
            "default": 32,
            "description": "images that stand for nothing to see, drawn evenly from training's "
            "classes",
        },
        "samples": {
            "type": "integer",
            "minimum": 1,
            "default": 256,
            "description": "gradients an image, rounded up to equally many, and an even number, "
            "for each background image; up to four times as many for an image that would miss "
            "more than 10 %",
        },
    },
    needs=("background",),
)
_BATCH = 32


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    background: np.ndarray,
    samples: int = 256,
    seed: int = 0,
    log: Callable[[str], None] = print,
) -> Explanation:
    """The target logit's gradient at random places between background images and the image.

    Erion and others 2021, https://arxiv.org/abs/1906.10670, section 2. It explains any
    differentiable network. In the mean over seeds, the values add up to the change of the logit
    from the mean over the background; what they miss of it is the residual. The places are drawn
    in layers, so that they miss less than independent ones.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: int (N,), the class whose logit is explained.
        background: uint8 (B, H, W, C).
        samples: gradients an image, rounded up to a multiple of 2 B; twice or four times as many
            where the residual would be above 10 %.
        seed: together with the content of an image it determines the places.
        log: receives a line if an image misses more than a tenth.

    Returns:
        attribution: (N, H, W), signed, in logits, the values added up over the colour channels.
        details: `values` (N, C, H, W); `residual` float64 (N,), what the values miss of the change
        of the logit, as a share of it, and `residual_error` (N,), its standard error; `samples`
        int64 (N,), the gradients of each image.

    Raises:
        UserError: the images do not fit together, or the network cannot be differentiated.
    """
    if background.shape[1:] != images.shape[1:] or not len(background):
        raise UserError(
            f"expected_gradients.background: {len(background)} images of {background.shape[1:]} "
            f"(height, width, channels) for images of {images.shape[1:]}; give some of one size"
        )
    logits = predict(model, images, 1)  # alone, so no rounding depends on the batch
    each_background = predict(model, background, 1)
    mean = each_background.mean(0, dtype=np.float64)
    classes = np.asarray(targets, np.int64)[:, None]
    each = ways.samples_of_each(samples, len(background))
    rngs = [stream(seed, "expected gradients", image) for image in images]

    def missed(rows: np.ndarray, values: np.ndarray) -> np.ndarray:
        return relative_residual(values, logits[rows], mean, classes[rows])[:, 0]

    device = device_of(model)
    tensors = to_tensor(images, device), to_tensor(background, device)
    try:
        with borrowed(model), pools_first(model):
            values, sums, taken = ways.values_that_add_up(
                model, *tensors, classes, rngs, each, _BATCH, missed
            )
    except RuntimeError as error:
        raise UserError(f"expected_gradients: they fail on this model: {error}") from error
    of_images = missed(np.arange(len(images)), values).astype(np.float64)
    error = standard_error(sums, logits, each_background, classes)[:, 0].astype(np.float64)
    residual.warn("expected_gradients", of_images, "raise expected_gradients.samples", log)
    values = values[:, 0]
    details = {
        "values": values,
        "residual": of_images,
        "residual_error": error,
        "samples": taken * len(background),
    }
    facts = {"units": METHOD.units, "background": len(background)}
    return Explanation(values.sum(1), details, facts=facts)


def summarise(details: Mapping[str, np.ndarray]) -> dict:
    """The largest residual of any image, and how many are too large."""
    return residual.summary(details["residual"])
