"""LIME for images: a linear model of how hiding superpixels changes a class's probability."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from torch import nn
from tqdm import tqdm

from cnnscope.attribution._lime.ridge import fit
from cnnscope.attribution._masking.masked_forward import MaskedForward
from cnnscope.attribution._masking.masked_image import MaskedImage, ends_of_all, mean_ends
from cnnscope.attribution._masking.superpixels import segment
from cnnscope.attribution.baseline import baselines
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.errors import UserError
from cnnscope.networks.classifier import device_of
from cnnscope.networks.device import possible_precision
from cnnscope.networks.probabilities import probabilities
from cnnscope.seeds import stream

METHOD = Method(
    title="LIME",
    summary="LIME: superpixels that speak for a class and against it",
    paper="Ribeiro, Singh, Guestrin 2016, Why Should I Trust You?, "
    "https://arxiv.org/abs/1602.04938",
    units="probability per superpixel",
    signed=True,
    images=("one_each", "mixups"),
    target="predicted",
    options={
        "samples": {
            "type": "integer",
            "minimum": 10,
            "default": 1000,
            "description": "perturbed copies of each image",
        },
        "segmentation": None,
        "kernel_width": {
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 0.25,
            "description": "cosine distance from the whole image at which a copy counts 0.61 of it",
        },
        "baseline": {
            "enum": ["black", "mean", "blur", "noise", "background"],
            "default": "mean",
            "description": "what replaces a hidden superpixel: black, its mean colour, a blurred "
            "copy of it, noise, or that of background images, in the mean over these",
        },
        "background": None,
        "precision": None,
    },
    figure="lime",
)


@dataclass(frozen=True)
class _Answer:
    """LIME for one image with S superpixels and L explained classes; see `explain`.

    Attributes:
        segments: int32 (H, W).
        classes: int64 (L,), -1 where there is no class.
        weights: float64 (L, S).
        intercept, r2: float64 (L,).
        logits: float64 (K,), of the image without a mask.
        ends: the target's probability for the whole image and with all of it hidden.
    """

    segments: np.ndarray
    classes: np.ndarray
    weights: np.ndarray
    intercept: np.ndarray
    r2: np.ndarray
    logits: np.ndarray
    ends: tuple[float, float]

    def of(self, class_: int) -> np.ndarray:
        """The weights (S,) for one of the explained classes."""
        return self.weights[np.flatnonzero(self.classes == class_)[0]]


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    labels: np.ndarray,
    segmentation: Mapping,
    seed: int,
    samples: int = 1000,
    baseline: str = "mean",
    background: np.ndarray | None = None,
    kernel_width: float = 0.25,
    batch_size: int = 32,
    precision: str = "float32",
    log: Callable[[str], None] = print,
) -> Explanation:
    """Weight of each superpixel for the probability of the target class.

    Ribeiro, Singh, Guestrin 2016, "Why Should I Trust You?", https://arxiv.org/abs/1602.04938, as
    in the library `lime` of its authors. In each sample every superpixel is hidden with
    probability 1/2. The samples are weighted by the cosine similarity of their mask to that of the
    whole image, and a ridge regression over all superpixels (penalty 1, not on the intercept) is
    fitted to the softmax probability. Unlike in the library, the colours that replace hidden
    superpixels are not rounded to whole grey levels.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: int (N,), the class that `attribution` explains.
        labels: int (N,), the true class, -1 where unknown.
        segmentation: see `cnnscope.attribution._masking.superpixels.segment`.
        seed: together with the content of an image it determines the masks of that image.
        samples: number of masks for each image, the first of which hides nothing.
        baseline: what replaces a hidden superpixel, see `cnnscope.attribution.baseline`; `mean`
            is the superpixel's own. A probability is the mean over the baselines.
        background: uint8 (B, H, W, C), for the baseline `background`.
        kernel_width: cosine distance at which the weight of a sample falls to exp(-1/2) = 0.61.
        batch_size: masked images that run through the network at once.
        precision: "float32", or "bfloat16" for the convolutions of the later layers. Where the
            processor only emulates bfloat16, which is several times slower, float32 is used.
        log: receives one line at a time.

    Returns:
        attribution: (N, H, W), in probability per superpixel, signed.
        details: `segments` int32 (N, H, W), the superpixel of each pixel. `explained` int64
        (N, L), the explained classes: the true one, the predicted one, and, if any image has a
        target that is neither, the target in a third column; -1 where an image has no such class.
        `weights` float64 (N, L, S), with NaN after the last superpixel of an image; `intercept`
        and `r2` float64 (N, L); all three are NaN where `explained` is -1. `logits` float64 (N, K)
        of the images without a mask. `whole` and `hidden` float64 (N,), the target's probability
        for the whole image and with all of it hidden. R2 is weighted like the regression, and 1
        where the probability is constant, as in the library.

    Raises:
        UserError: unknown segmentation, `baseline` or `precision`; a label or target that is no
            class of the model.
    """
    precision = possible_precision(precision, device_of(model), log)
    forward = MaskedForward(model, images.shape[1:3], batch_size=batch_size, precision=precision)

    def answer(number: int) -> _Answer:
        image, label, target = images[number], int(labels[number]), int(targets[number])
        segments = segment(image, segmentation, seed)
        count = int(segments.max()) + 1
        if count == 1:
            log(f"image {number} is one superpixel: its weight says nothing about places")
        masks = stream(seed, "lime", image).integers(0, 2, (samples, count)).astype(bool)
        masks[0] = True
        hidden = baselines(image, baseline, seed=seed, regions=segments, background=background)
        masked = MaskedImage(forward, image, hidden, log)
        logits = masked.logits(segments, masks)
        classes = _classes(logits[0], label, target)
        probability = probabilities(logits).mean(0)[:, np.maximum(classes, 0)]
        fitted = fit(masks, probability, kernel_width)
        return _Answer(segments, classes, *fitted, logits[0, 0], masked.ends(target))

    numbers = tqdm(range(len(images)), desc="lime", unit="image", disable=None)
    answers = [answer(number) for number in numbers]
    facts = {"units": METHOD.units, "samples": samples, "precision": precision}
    return _collect(answers, targets, facts)


def _classes(logits: np.ndarray, label: int, target: int) -> np.ndarray:
    """True, predicted and target class; -1 if unknown, or if the target is one of the others."""
    count = logits.shape[1]
    for name, class_, least in (("label", label, -1), ("target", target, 0)):
        if not least <= class_ < count:
            raise UserError(f"lime: {name} {class_}: the model knows classes 0 to {count - 1}")
    predicted = int(logits[0].argmax())
    third = -1 if target in (label, predicted) else target
    return np.array([label, predicted, third], np.int64)


def _collect(answers: list[_Answer], targets: np.ndarray, facts: dict) -> Explanation:
    explained = np.stack([answer.classes for answer in answers])
    if (explained[:, 2] < 0).all():
        explained = explained[:, :2]
    columns = explained.shape[1]
    counts = [answer.weights.shape[1] for answer in answers]
    weights = np.full((len(answers), columns, max(counts)), np.nan)
    for row, answer in zip(weights, answers, strict=True):
        row[:, : answer.weights.shape[1]] = answer.weights[:columns]
    intercept, r2 = (
        np.stack([getattr(answer, name)[:columns] for answer in answers])
        for name in ("intercept", "r2")
    )
    for array in (weights, intercept, r2):
        array[explained < 0] = np.nan
    details = {
        "segments": np.stack([answer.segments for answer in answers]),
        "explained": explained,
        "weights": weights,
        "intercept": intercept,
        "r2": r2,
        "logits": np.stack([answer.logits for answer in answers]),
    } | ends_of_all([answer.ends for answer in answers])
    maps = [one.of(target)[one.segments] for one, target in zip(answers, targets, strict=True)]
    return Explanation(np.stack(maps).astype(np.float32), details, facts=facts)


def summarise(details: Mapping[str, np.ndarray]) -> dict:
    """The number of superpixels of each image, and the means of R2 and of `whole` and `hidden`."""
    counts = [int(segments.max()) + 1 for segments in details["segments"]]
    r2 = float(np.nanmean(details["r2"]))
    return {"superpixels": counts, "mean_r2": r2} | mean_ends(details)
