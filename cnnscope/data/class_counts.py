"""Count the images of each class."""

from collections import Counter
from collections.abc import Sequence

from cnnscope.data.listing import SPLITS
from cnnscope.data.loose_pictures import PICTURES


def class_counts(rows: Sequence[tuple[str, int]], classes: int) -> dict[str, list[int]]:
    """The number of images of each class, in the whole dataset and in each split.

    Args:
        rows: split and label of each image, label -1 where unknown.
        classes: number of classes.

    Returns:
        A list of counts for `all` and for each split that has images. It has a count for each
        class and, if any image has no label, a last one for images without a label.
    """
    found = Counter(rows)
    labels = [*range(classes), *([-1] if any(label < 0 for _, label in rows) else [])]
    there = [split for split in (*SPLITS, PICTURES) if any(of_row == split for of_row, _ in rows)]
    by_split = {split: [found[split, label] for label in labels] for split in there}
    return {"all": [sum(numbers) for numbers in zip(*by_split.values(), strict=True)]} | by_split
