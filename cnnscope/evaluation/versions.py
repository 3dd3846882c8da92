"""A score of a map beside the scores of maps that explain nothing, on the same images."""

from collections.abc import Callable

import numpy as np

from cnnscope.attribution.reference_maps import blurred_maps

# The scores of a map: its own, that of its blurred copy, and that of noise on the same image, which
# is the same for all methods.
VERSIONS = ("score", "blurred", "random")
# Which of them a job finds that scores the maps of a method.
OWN = VERSIONS[:2]


def score_versions(
    score: Callable[[np.ndarray, np.ndarray], np.ndarray],
    attribution: np.ndarray,
    *,
    alone: bool,
) -> np.ndarray:
    """The scores of each map and of its blurred copy.

    Args:
        score: numbers (M,) of images, and a map (H, W) of each -> (M,). What is scored of an image
            comes one after the other, so that a metric can do once what does not hang on the map.
        attribution: (N, H, W).
        alone: whether only the maps themselves can be scored, as where the metric runs the method.

    Returns:
        float32 (2, N), in the order of `OWN`; NaN for what is not scored.
    """
    versions = [attribution]
    if not alone:
        versions.append(blurred_maps(attribution))
    rows = np.repeat(np.arange(len(attribution)), len(versions))
    maps = np.stack(versions, axis=1).reshape(len(rows), *attribution.shape[1:])
    scores = np.full((len(OWN), len(attribution)), np.nan, np.float32)
    scores[: len(versions)] = score(rows, maps).reshape(len(attribution), -1).T
    return scores


def in_order(
    index: list[dict[str, str]], shards: list[tuple[str, list[str], np.ndarray]]
) -> np.ndarray:
    """Scores in the order of the images that were asked about.

    Args:
        index: a row an image, with its `set` and `path`.
        shards: of each the name of its set, the paths of its images and their scores (2, n).

    Returns:
        float64 (2, N): an image that stands twice in the index has its score twice.
    """
    found = {
        (name, path): column
        for name, paths, scores in shards
        for path, column in zip(paths, scores.T, strict=True)
    }
    columns = [found[row["set"], row["path"]] for row in index]
    return np.array(columns, np.float64).reshape(len(index), len(OWN)).T
