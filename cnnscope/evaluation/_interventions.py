"""The protocols of FunnyBirds: attributions held to what happens without a part of the picture.

Hesse, Schaub-Meyer, Roth 2023, "FunnyBirds: A Synthetic Vision Dataset for a Part-Based Analysis of
Explainable AI Methods", https://arxiv.org/abs/2308.06248, section 4. Each function scores one
picture from 0 to 1, higher is better, and gives NaN where the protocol says nothing of it.
"""

import numpy as np

from cnnscope.evaluation.ranks import mean_ranks

# Of the sum of a map, what a part must hold to be important; as in the authors' code.
THRESHOLDS = np.linspace(0.01, 0.5, 80)
# Of the class's logit, what a part must be worth to be relevant.
_RELEVANT = 0.05


def part_sums(attribution: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """What a map gives to each part, float64 (P,).

    Args:
        attribution: (H, W).
        masks: bool (P, H, W), true where the part is seen.
    """
    return np.einsum("phw,hw->p", masks, attribution.astype(np.float64))


def above_even(attribution: np.ndarray) -> np.ndarray:
    """A map less its mean, float64 (H, W): the sum of a part is then what it has beyond its area.

    Where a map has no sign, or no zero, the plain sum of a part grows with its area whatever the
    map shows. Noise would then rank the parts by their areas, and score as well as these do.
    """
    whole = attribution.astype(np.float64)
    return whole - whole.mean()


def single_deletion(drops: np.ndarray, sums: np.ndarray) -> float:
    """SD: 0.5 + 0.5 times the rank correlation of what a part is worth and what the map gives it.

    A map of noise scores 0.5 in the mean.

    Args:
        drops: (P,) how far the logit falls when the part is left out.
        sums: (P,) of the map in the parts.

    Returns:
        0.5 + 0.5 * Spearman's coefficient; NaN where all drops or all sums are equal.
    """
    first, second = (mean_ranks(values) - (len(values) + 1) / 2 for values in (drops, sums))
    spread = np.sqrt((first @ first) * (second @ second))
    return float(0.5 + 0.5 * (first @ second) / spread) if spread else np.nan


def important_parts(sums: np.ndarray, total: float) -> np.ndarray:
    """Which parts a map calls important at each of `THRESHOLDS`, bool (T, P).

    Args:
        sums: (P,) of the map in the parts.
        total: of the whole map.
    """
    return sums[None] > THRESHOLDS[:, None] * total


def preservation_check(predicted: int, left: np.ndarray) -> np.ndarray:
    """PC: whether the important parts alone are predicted as the whole picture is.

    Args:
        predicted: the class of the whole picture.
        left: int (T,), the class with the important parts alone, at each threshold.

    Returns:
        float64 (T,), 1 or 0.
    """
    return (left == predicted).astype(np.float64)


def deletion_check(predicted: int, left: np.ndarray) -> np.ndarray:
    """DC: whether the prediction changes without the important parts.

    Args:
        predicted: the class of the whole picture.
        left: int (T,), the class without the important parts, at each threshold.

    Returns:
        float64 (T,), 1 or 0.
    """
    return (left != predicted).astype(np.float64)


def irrelevant_parts(logit: float, without: np.ndarray) -> np.ndarray:
    """The parts, bool (P,), that are worth less than 5 % of the logit, or speak against the class.

    Args:
        logit: of the class in the whole picture.
        without: (P,) without each part.
    """
    drops = logit - without
    return (np.abs(drops) < abs(_RELEVANT * logit)) | (drops < 0)


def distractibility(important: np.ndarray, irrelevant: np.ndarray) -> np.ndarray:
    """D: the share of the irrelevant parts that the map does not call important.

    Args:
        important: bool (T, P), at each threshold.
        irrelevant: bool (P,).

    Returns:
        float64 (T,); NaN where no part is irrelevant.
    """
    if not irrelevant.any():
        return np.full(len(important), np.nan)
    return 1 - important[:, irrelevant].mean(1)


def background_independence(logit: float, without: np.ndarray, background: np.ndarray) -> float:
    """BI: the share of the objects of the background that are irrelevant; of the network alone.

    Args:
        background: bool (P,), the parts that cannot tell the class.

    Returns:
        NaN where there is no such part.
    """
    irrelevant = irrelevant_parts(logit, without)[background]
    return float(irrelevant.mean()) if len(irrelevant) else np.nan


def target_sensitivity(drops: np.ndarray, sums: np.ndarray) -> float:
    """TS: whether the maps of two classes differ in the parts that matter to one of them.

    FunnyBirds knows from the making of its classes which parts two classes share with a picture.
    Here the network tells: the part whose loss costs the first class most and the second least, and
    the other way round. The first has to have more in the map of the first class than in that of
    the second, and the other less. Independent noise scores 0.5, and a map that does not follow the
    class 0, as nothing in it is more or less.

    Args:
        drops: (2, P) how far the logit of each class falls when the part is left out.
        sums: (2, P) of the map of each class in the parts.

    Returns:
        0, 0.5 or 1; NaN where no part costs one class more and another part the other.
    """
    favour = drops[0] - drops[1]
    if not len(favour) or favour.max() <= 0 or favour.min() >= 0:
        return np.nan
    first, second = favour.argmax(), favour.argmin()
    if not (drops[0, first] > drops[0, second] and drops[1, second] > drops[1, first]):
        return np.nan
    return float(np.mean([sums[0, first] > sums[1, first], sums[1, second] > sums[0, second]]))


def best_threshold(preservation: np.ndarray, deletion: np.ndarray, undistracted: np.ndarray) -> int:
    """Which of `THRESHOLDS` is best for a method: the most completeness and distractibility.

    Completeness is the mean of PC and DC. FunnyBirds has a third share in it, the check of known
    sets of parts that suffice for a class, which the classes of the demo do not have.

    Args:
        preservation, deletion, undistracted: (N, T), scores of the pictures at each threshold.
    """
    there = ~np.isnan(undistracted[:, 0])
    undistracted = undistracted[there].mean(0) if there.any() else 0.0
    return int(np.argmax((preservation.mean(0) + deletion.mean(0)) / 2 + undistracted))
