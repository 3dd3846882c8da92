"""LIME for images: a linear model of what hiding superpixels does to a probability."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from torch import nn
from tqdm import tqdm

from cnnscope.attribution._masking.masked_forward import MaskedForward
from cnnscope.attribution._masking.superpixels import segment
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.errors import UserError
from cnnscope.networks.device import possible_precision
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
        "segmentation": {
            "type": "object",
            "required": ["method"],
            "properties": {
                "method": {
                    "enum": ["slic", "quickshift", "felzenszwalb"],
                    "description": "how superpixels are found",
                }
            },
            "default": {"method": "slic", "n_segments": 60, "compactness": 10.0, "sigma": 1.0},
            "description": "method, and its arguments as scikit-image names them",
        },
        "kernel_width": {
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 0.25,
            "description": "cosine distance from the whole image at which a copy counts 0.61 of it",
        },
        "hide": {
            "enum": ["mean", "black"],
            "default": "mean",
            "description": "what replaces a hidden superpixel: its mean colour, or black",
        },
        "precision": {
            "enum": ["float32", "bfloat16"],
            "default": "float32",
            "description": "of the forward passes; bfloat16 where the processor computes in it",
        },
    },
    figure="lime",
)
# A variance that rounding alone can make: the probability never changed.
_NO_VARIANCE = 1e-24


@dataclass(frozen=True)
class _Answer:
    """LIME for one image: `weights` (L, S), `intercept` and `r2` (L,), `logits` (K,)."""

    segments: np.ndarray
    classes: np.ndarray
    weights: np.ndarray
    intercept: np.ndarray
    r2: np.ndarray
    logits: np.ndarray

    def of(self, class_: int) -> np.ndarray:
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
    hide: str = "mean",
    kernel_width: float = 0.25,
    batch_size: int = 32,
    precision: str = "float32",
    log: Callable[[str], None] = print,
) -> Explanation:
    """Weight of each superpixel for the probability of the target class.

    Ribeiro, Singh, Guestrin 2016, "Why Should I Trust You?", https://arxiv.org/abs/1602.04938, in
    the form of its authors' library: random superpixels are hidden, each with probability 1/2;
    what is left is weighted by its cosine similarity to the whole image; a ridge regression over
    all superpixels (penalty 1, not on the intercept) is fitted to the softmax probability. Hiding
    colours are not rounded to whole grey levels, as they are there.

    Args:
        model: float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: (N,) the class that `attribution` is about.
        labels: (N,) the true class, -1 where it is not known.
        segmentation: see `cnnscope.attribution._masking.superpixels.segment`.
        seed: the masks of an image follow from it and from the image's content.
        samples: masks an image, the first of which hides nothing.
        hide: "mean" shows the mean colour of a hidden superpixel, "black" shows black.
        kernel_width: how fast a mask's weight falls with its cosine distance.
        batch_size: masked images that run through the network at once.
        precision: "float32", or "bfloat16" for the convolutions of the later layers. The second
            is taken where the processor computes in it; emulated, it is several times slower
            than float32, which is used then.

    Returns:
        attribution (N, H, W), in probability per superpixel. details:
        `segments` int32 (N, H, W); `explained` int64 (N, L), the explained classes: true and
        predicted, and the target in a third column where it is neither for any image (-1: no
        such class for this image); `weights` float64 (N, L, S), NaN behind an image's last
        superpixel; `intercept` and `r2` float64 (N, L), NaN where there is no class; `logits`
        float64 (N, K) of the images as they are. R2 is weighted like the fit; it is 1 where the
        probability never changes, as in the library.

    Raises:
        UserError: unknown segmentation, `hide` or `precision`; a class that the model lacks.
    """
    if hide not in ("mean", "black"):
        raise UserError(f"hide: {hide!r} is none of mean, black")
    precision = possible_precision(precision, next(model.parameters()).device, log)
    forward = MaskedForward(model, images.shape[1:3], batch_size=batch_size, precision=precision)

    def answer(number: int) -> _Answer:
        image, label, target = images[number], int(labels[number]), int(targets[number])
        segments = segment(image, segmentation, seed)
        count = int(segments.max()) + 1
        if count == 1:
            log(f"image {number} is one superpixel: its weight says nothing about places")
        masks = stream(seed, "lime", image).integers(0, 2, (samples, count)).astype(bool)
        masks[0] = True
        shown = image / 255.0
        logits = forward.logits(shown, _hidden(shown, segments, hide), segments, masks, log)
        classes = _classes(logits, label, target)
        probability = _softmax(logits)[:, np.maximum(classes, 0)]
        return _Answer(segments, classes, *fit(masks, probability, kernel_width), logits[0])

    numbers = tqdm(range(len(images)), desc="lime", unit="image", disable=None)
    answers = [answer(number) for number in numbers]
    facts = {"units": METHOD.units, "samples": samples, "precision": precision}
    return _collect(answers, targets, facts)


def fit(
    masks: np.ndarray, probability: np.ndarray, kernel_width: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted ridge regression of probabilities on masks, all classes in one solve.

    Args:
        masks: bool (N, S), on where a superpixel is shown; the first row is the whole image.
        probability: (N, L).

    Returns:
        weights (L, S), intercept (L,) and weighted R2 (L,), float64.
    """
    on = masks.astype(np.float64)
    # Cosine distance to a row of ones; to an empty mask it is 1.
    distance = 1 - np.sqrt(on.mean(1))
    kernel = np.sqrt(np.exp(-((distance / kernel_width) ** 2)))
    share = kernel / kernel.sum()
    mean_on, mean = share @ on, share @ probability
    on, probability = on - mean_on, probability - mean
    weighted = on * kernel[:, None]
    weights = np.linalg.solve(on.T @ weighted + np.eye(on.shape[1]), weighted.T @ probability)
    left, total = share @ (probability - on @ weights) ** 2, share @ probability**2
    r2 = np.where(total > _NO_VARIANCE, 1 - left / np.maximum(total, _NO_VARIANCE), 1.0)
    return weights.T, mean - mean_on @ weights, r2


def _hidden(shown: np.ndarray, segments: np.ndarray, hide: str) -> np.ndarray:
    """The image with every superpixel hidden, float64 (H, W, C)."""
    if hide == "black":
        return np.zeros_like(shown)
    flat = segments.reshape(-1)
    sums = [np.bincount(flat, channel.reshape(-1)) for channel in np.moveaxis(shown, 2, 0)]
    return (np.stack(sums, 1) / np.bincount(flat)[:, None])[segments]


def _classes(logits: np.ndarray, label: int, target: int) -> np.ndarray:
    """True, predicted and target class; -1 for an unknown one and for a target named before."""
    count = logits.shape[1]
    for name, class_, least in (("label", label, -1), ("target", target, 0)):
        if not least <= class_ < count:
            raise UserError(f"lime: {name} {class_}: the model knows classes 0 to {count - 1}")
    predicted = int(logits[0].argmax())
    third = -1 if target in (label, predicted) else target
    return np.array([label, predicted, third], np.int64)


def _softmax(logits: np.ndarray) -> np.ndarray:
    exponent = np.exp(logits - logits.max(1, keepdims=True))
    return exponent / exponent.sum(1, keepdims=True)


def _collect(answers: list[_Answer], targets: np.ndarray, facts: dict) -> Explanation:
    explained = np.stack([one.classes for one in answers])
    if (explained[:, 2] < 0).all():
        explained = explained[:, :2]
    columns = explained.shape[1]
    counts = [one.weights.shape[1] for one in answers]
    weights = np.full((len(answers), columns, max(counts)), np.nan)
    for row, one in zip(weights, answers, strict=True):
        row[:, : one.weights.shape[1]] = one.weights[:columns]
    intercept, r2 = (
        np.stack([getattr(one, name)[:columns] for one in answers]) for name in ("intercept", "r2")
    )
    for array in (weights, intercept, r2):
        array[explained < 0] = np.nan
    details = {
        "segments": np.stack([one.segments for one in answers]),
        "explained": explained,
        "weights": weights,
        "intercept": intercept,
        "r2": r2,
        "logits": np.stack([one.logits for one in answers]),
    }
    maps = [one.of(target)[one.segments] for one, target in zip(answers, targets, strict=True)]
    facts |= {"superpixels": counts, "mean_r2": float(np.nanmean(r2))}
    return Explanation(np.stack(maps).astype(np.float32), details, facts)
