"""ROAD: what is left of a class when pixels are removed so that nothing tells which they were."""

from collections.abc import Callable

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.linalg import splu
from torch import nn
from tqdm import tqdm

from cnnscope.evaluation._removal import ranked_pixels
from cnnscope.networks.classifier import predict_variants
from cnnscope.networks.probabilities import probabilities
from cnnscope.seeds import stream

# Down, right, and the weight of a neighbour.
_NEIGHBOURS = tuple(
    (down, right, 1 / 6 if 0 in (down, right) else 1 / 12)
    for down in (-1, 0, 1)
    for right in (-1, 0, 1)
    if (down, right) != (0, 0)
)
# Of the Gaussian noise on removed pixels, whose intensities are from 0 to 1.
_NOISE = 0.01


def mean_probability(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    attribution: np.ndarray,
    *,
    steps: int,
    seed: int,
    least_first: bool,
    log: Callable[[str], None] = print,
) -> np.ndarray:
    """The mean probability of a class over images of which more and more pixels are removed.

    Rong, Leemann, Borisov, Kasneci, Kasneci 2022, "A Consistent and Efficient Evaluation Strategy
    for Attribution Methods", https://arxiv.org/abs/2202.00449. The paper reports the accuracy over
    many images at each share; the probability of the class is its counterpart for one image.

    Args:
        model: float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: (N,) the class whose softmax probability is followed.
        attribution: (N, H, W); all channels of a pixel are removed at once. Pixels of equal value
            come in a random order.
        steps: how many shares of the pixels are removed, from 1 / (steps + 1) to
            steps / (steps + 1): 9 steps remove 10%, 20%, ... 90%.
        seed: together with the content of an image it determines the noise and the order of pixels
            of equal value.
        least_first: whether pixels of the least value are removed first (LeRF) rather than those of
            the greatest (MoRF).

    Returns:
        float32 (N,), from 0 to 1: of MoRF lower is better, of LeRF higher.
    """
    found = np.empty(len(images), np.float32)
    shown = tqdm(images, disable=None, desc="ROAD", unit="map")
    for number, (image, target, ranked) in enumerate(zip(shown, targets, attribution, strict=True)):
        order = ranked_pixels(-ranked if least_first else ranked, image, seed)
        variants = [
            removed(image, order[: round(share * len(order))], seed)
            for share in np.arange(1, steps + 1) / (steps + 1)
        ]
        found[number] = probabilities(predict_variants(model, np.stack(variants)))[:, target].mean()
    log(f"{len(found)} maps")
    return found


def removed(image: np.ndarray, pixels: np.ndarray, seed: int) -> np.ndarray:
    """The image without some pixels: they are solved from their neighbours, with a little noise.

    Args:
        image: uint8 (H, W, C).
        pixels: int (R,), their places in reading order.
        seed: together with the content of the image it determines the noise.

    Returns:
        uint8 (H, W, C).
    """
    shown = image / 255.0
    solved = impute(shown, pixels)
    noise = stream(seed, "road", image).normal(0, _NOISE, shown.shape).reshape(-1, shown.shape[2])
    flat = shown.reshape(-1, shown.shape[2]).copy()
    flat[pixels] = solved + noise[pixels]
    return np.rint(255 * flat.clip(0, 1)).astype(np.uint8).reshape(image.shape)


def impute(image: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """What removed pixels become: each the weighted mean of its neighbours, all solved together.

    A direct neighbour weighs 1/6, a diagonal one 1/12; at the border those that are there share the
    weight.

    Args:
        image: float (H, W, C).
        pixels: int (R,), places in reading order, each once, not all of the image.

    Returns:
        float (R, C).
    """
    height, width, channels = image.shape
    flat = image.reshape(-1, channels)
    number = np.full(height * width, -1)
    number[pixels] = np.arange(len(pixels))
    rows, columns = np.divmod(pixels, width)
    entries, weights = [], np.zeros(len(pixels))
    known = np.zeros((len(pixels), channels))
    for down, right, weight in _NEIGHBOURS:
        row, column = rows + down, columns + right
        inside = np.flatnonzero((row >= 0) & (row < height) & (column >= 0) & (column < width))
        place = row[inside] * width + column[inside]
        weights[inside] += weight
        is_removed = number[place] >= 0
        known[inside[~is_removed]] += weight * flat[place[~is_removed]]
        pairs = inside[is_removed], number[place[is_removed]]
        entries.append((*pairs, np.full(len(pairs[0]), -weight)))
    diagonal = np.arange(len(pixels))
    from_row, to_row, values = (
        np.concatenate(parts) for parts in zip(*entries, (diagonal, diagonal, weights), strict=True)
    )
    system = coo_array((values, (from_row, to_row)), shape=(len(pixels), len(pixels)))
    # The other orderings of SciPy take a minute where single pixels all over an image are removed.
    return splu(system.tocsc(), permc_spec="COLAMD").solve(known)
