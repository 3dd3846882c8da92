"""What the demo holds, separate because planning needs to know it without the painting code."""

from itertools import product

# A split, a label, the number of the image in its class, the file name without its ending.
Drawn = tuple[str, int, int, str]

FOOD_CLASSES = (
    "bread",
    "dairy product",
    "dessert",
    "egg",
    "fried food",
    "meat",
    "noodles/pasta",
    "rice",
    "seafood",
    "soup",
    "vegetable/fruit",
)


def drawn_images(split: str, count: int) -> list[Drawn]:
    """The images of a split; those of `testing` take turns, as their names tell no class.

    Args:
        count: images a class.
    """
    turns = list(product(range(count), range(len(FOOD_CLASSES))))
    if split == "testing":
        return [(split, label, n, f"{at:04d}") for at, (n, label) in enumerate(turns)]
    return [(split, label, n, f"{label}_{n}") for n, label in turns]


def listed_images(split: str, count: int) -> dict[str, int]:
    """The file names of a split in their order, each with the label that it tells, or -1."""
    files = {
        f"{stem}.jpg": -1 if split == "testing" else label
        for _, label, _, stem in drawn_images(split, count)
    }
    return dict(sorted(files.items()))
