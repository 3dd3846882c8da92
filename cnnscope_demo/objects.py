"""The objects of a scene: which one is painted now, which are left out, what is seen of each."""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from cnnscope_demo.canvas import Frame

Array = np.ndarray
Item = TypeVar("Item")

# Into so many objects a food that lies in one piece is cut, side by side.
SLICES = 3
# So many objects the pieces of a food make at most; of more, neighbours are one object.
PORTIONS = 4


class Objects:
    """The objects of a scene, numbered in the order in which they are painted.

    An object that is left out draws its random numbers as ever and is not painted, so that nothing
    else in the scene moves. The number and the order of the objects depend neither on which are
    left out nor on whether anyone asks what is seen.

    Attributes:
        names: of each object, such as "plate" or "food 2".
        tells: whether the object may tell the class of the picture, as food does.
        left_out: the numbers of the objects that are not painted.
        seen: float32 (side, side) of each object, the share of each pixel of the canvas at which it
            is seen; None where nobody asked.
    """

    def __init__(self, side: int, left_out: Collection[int] = (), *, watched: bool = False):
        self.names: list[str] = []
        self.tells: list[bool] = []
        self.left_out = frozenset(left_out)
        self.seen: list[Array] | None = [] if watched else None
        self._side = side
        self._foods = 0
        self._starts_mass = False
        # The objects that are painted now, from left to right, and the columns between them.
        self._now: list[int] = []
        self._cuts: list[int] = []

    def begin(self, name: str, *, tells: bool = False) -> int:
        """What is painted from now on is a new object, whose number is returned."""
        self._starts_mass = False
        self._now, self._cuts = [self._add(name, tells)], []
        return self._now[0]

    def begin_food(self) -> int:
        """What is painted from now on is a new object, which is food."""
        self._foods += 1
        return self.begin(f"food {self._foods}", tells=True)

    def begin_mass(self) -> None:
        """What is painted from now on is food in one piece, cut into `SLICES` objects."""
        self._starts_mass = True

    def pieces(self, items: Sequence[Item]) -> Iterator[Item]:
        """The items, each painted as an object of food, or as a few that share one."""
        portions, last = min(len(items), PORTIONS), None
        for number, item in enumerate(items):
            portion = number * portions // len(items)
            if portions == 1:
                self.begin_mass()
            elif portion != last:
                self.begin_food()
            last = portion
            yield item
        self.begin_mass()

    def kept(self, frame: "Frame", d: Array) -> Array:
        """The signed distance to the edge of what is painted now, without what is left out.

        Args:
            d: (h, w) of the frame, signed distance to the edge of all of it, in sides.
        """
        if self._starts_mass:
            self._cut_mass(frame, d)
        # Neighbours are taken out together, for between them nothing casts a shadow.
        for out, spans in groupby(self._spans(), lambda span: span[0] in self.left_out):
            if out:
                _, starts, stops = zip(*spans, strict=True)
                middle = np.arange(frame.cols.start, frame.cols.stop) + 0.5
                inside = np.minimum(middle - starts[0], stops[-1] - middle) / self._side
                d = np.maximum(d, inside.astype(np.float32))
        return d

    def cover(self, frame: "Frame", share: Array) -> None:
        """Note that what is painted now covers the share `share` (h, w) of each pixel."""
        if self.seen is None:
            return
        for layer in self.seen:
            layer[frame.rows, frame.cols] *= 1 - share
        columns = np.arange(frame.cols.start, frame.cols.stop)
        for number, start, stop in self._spans():
            own = (columns >= start) & (columns < stop)
            self.seen[number][frame.rows, frame.cols] += share * own

    def _add(self, name: str, tells: bool) -> int:
        self.names.append(name)
        self.tells.append(tells)
        if self.seen is not None:
            self.seen.append(np.zeros((self._side, self._side), np.float32))
        return len(self.names) - 1

    def _cut_mass(self, frame: "Frame", d: Array) -> None:
        """Cut what is painted from now on at two columns, a third of its width from its ends."""
        numbers = [self.begin_food() for _ in range(SLICES)]
        columns = frame.cols.start + np.flatnonzero((d < 0).any(0))
        if not len(columns):
            columns = np.array([frame.cols.start])
        ends = np.linspace(columns[0], columns[-1] + 1, SLICES + 1)
        self._now, self._cuts = numbers, np.rint(ends[1:-1]).astype(int).tolist()

    def _spans(self) -> list[tuple[int, float, float]]:
        """Each object that is painted now, with its first column and the column after its last."""
        ends = [-np.inf, *self._cuts, np.inf]
        return list(zip(self._now, ends[:-1], ends[1:], strict=True)) if self._now else []
