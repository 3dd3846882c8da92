"""Which images a question is asked about."""

from collections.abc import Mapping

import numpy as np

from cnnscope.errors import UserError
from cnnscope.evaluation.confusion import mix_ups


def by_class(
    labels: np.ndarray, per_class: int, which: str, predicted: np.ndarray | None = None
) -> list[int]:
    """The first `per_class` images of each class, class by class.

    Args:
        labels: (N,) class numbers, -1 where unknown.
        which: `any`, or `correct` or `wrong` by what was `predicted` (N,).
    """
    suitable = np.ones(len(labels), bool)
    if which != "any":
        suitable = (predicted == labels) == (which == "correct")
    return [
        int(position)
        for label in np.unique(labels[labels >= 0])
        for position in np.flatnonzero((labels == label) & suitable)[:per_class]
    ]


def by_confusion(labels: np.ndarray, logits: np.ndarray, count: int) -> list[int]:
    """An example of each of the `count` most frequent mix-ups: the surest mistake of its kind."""
    predicted = logits.argmax(1)
    lead = logits.max(1) - logits[np.arange(len(labels)), labels.clip(0)]
    chosen = []
    for true, taken_for, _ in mix_ups(labels, predicted)[:count]:
        places = np.flatnonzero((labels == true) & (predicted == taken_for))
        chosen.append(int(places[lead[places].argmax()]))
    return chosen


def why_empty(image_set: Mapping, labels: np.ndarray) -> str:
    """Why no image fits what is asked for.

    Args:
        image_set: `split`, and `confusions` or `which`.
        labels: (N,) of the split, -1 where unknown.
    """
    split = image_set["split"]
    if (labels < 0).all():
        return f"no image of {split} has a label"
    if "confusions" in image_set:
        return f"no image of {split} is taken for another class"
    verdict = "right" if image_set["which"] == "correct" else "wrong"
    return f"no image of {split} is predicted {verdict}"


def balanced_draw(labels: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` positions drawn without return, as evenly from the classes as can be, sorted.

    A sorted folder's first images are of one class; a background of one class explains the
    difference from that class, not from "nothing to see".
    """
    shuffled = [rng.permutation(np.flatnonzero(labels == c)) for c in np.unique(labels)]
    # Which classes give one more than others is chance as well.
    order = rng.permutation(len(shuffled))
    rounds = max(map(len, shuffled), default=0)
    dealt = [shuffled[c][r] for r in range(rounds) for c in order if r < len(shuffled[c])]
    if len(dealt) < count:
        raise UserError(
            f"background, in the settings of this method: {count} images are asked for, there are "
            f"{len(dealt)}"
        )
    return np.sort(dealt[:count])
