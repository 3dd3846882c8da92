"""Draw a picture again without some of its objects: the truth about what they are worth."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from cnnscope.errors import UserError
from cnnscope_demo.food_classes import FOOD_CLASSES
from cnnscope_demo.scene import developed, paint, shrunk

# Objects of which less is seen, as a share of the picture, are no parts of it.
_LEAST = 0.001


@dataclass(frozen=True)
class Picture:
    """Which picture of the demo it is; what it shows depends on nothing else.

    Attributes:
        seed: of the dataset.
        split: "training", "validation" or "testing".
        label: its class.
        number: which of its class in the split.
        size: height and width in pixels.
    """

    seed: int
    split: str
    label: int
    number: int
    size: int = 128

    @classmethod
    def at(cls, path: str, seed: int) -> "Picture":
        """The picture in the file `path`, such as `training/3_41.jpg`, relative to the dataset.

        Raises:
            UserError: the demo has no file of this name.
        """
        split, stem = PurePosixPath(path).parent.name, PurePosixPath(path).stem
        try:
            if split == "testing":
                number, label = divmod(int(stem), len(FOOD_CLASSES))
            else:
                label, number = (int(part) for part in stem.split("_"))
        except ValueError:
            raise UserError(f"demo: no picture of it is called {path}") from None
        return cls(seed, split, label, number)


@dataclass(frozen=True)
class Parts:
    """The objects that can be seen in a picture.

    Attributes:
        numbers: of each part among all objects of the scene, as `drawn_without` takes them.
        names: of each part, such as "fork" or "food 2".
        tells: bool (P,), whether the part may tell the class: food, and the bowl of a soup.
        masks: bool (P, size, size), true where the part is at least half of what the pixel shows.
        objects: the number of objects of the scene, seen or not.
    """

    numbers: tuple[int, ...]
    names: tuple[str, ...]
    tells: np.ndarray
    masks: np.ndarray
    objects: int


def parts_of(picture: Picture) -> Parts:
    """The objects of a picture of which at least a thousandth of the picture is seen.

    They are the pieces of the food, the crockery and each distractor. Food in one piece is cut into
    three, and many pieces are four portions, see `cnnscope_demo.objects`.
    """
    canvas, _ = _painted(picture, watched=True)
    objects = canvas.objects
    shares = shrunk(np.stack(objects.seen))
    # Of two that share a pixel evenly the first has it.
    masks = (shares >= 0.5) & (shares.argmax(0) == np.arange(len(shares))[:, None, None])
    numbers = np.flatnonzero(masks.mean((1, 2)) >= _LEAST).tolist()
    return Parts(
        tuple(numbers),
        tuple(objects.names[number] for number in numbers),
        np.array([objects.tells[number] for number in numbers], bool),
        masks[numbers],
        len(masks),
    )


def drawn_without(picture: Picture, left_out: Collection[int]) -> np.ndarray:
    """The picture, uint8 (size, size, 3), without the objects of the numbers `left_out`.

    Nothing else in the scene moves: a pixel changes only where the objects or their shadows are.
    """
    return developed(*_painted(picture, left_out=left_out))


def _painted(picture: Picture, **asked):
    place = (picture.seed, picture.split, picture.label, picture.number, picture.size)
    return paint(*place, **asked)
