"""How many images each class has."""

from collections import Counter
from collections.abc import Sequence

from cnnscope.data.listing import SPLITS


def class_counts(rows: Sequence[tuple[str, int]], classes: int) -> dict[str, list[int]]:
    """Images a class: `all` of the dataset, then each split that is there.

    Args:
        rows: split and label of each image, label -1 where unknown.

    Returns:
        By column, a number a class and, where there are any, one more for images without a label.
    """
    found = Counter(rows)
    labels = [*range(classes), *([-1] if any(label < 0 for _, label in rows) else [])]
    there = [split for split in SPLITS if any(of == split for of, _ in rows)]
    by_split = {split: [found[split, label] for label in labels] for split in there}
    return {"all": [sum(numbers) for numbers in zip(*by_split.values(), strict=True)]} | by_split
