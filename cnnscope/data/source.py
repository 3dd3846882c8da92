"""What is known of a dataset before and after it is opened."""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnscope.data.fingerprint import digest_of_named
from cnnscope.data.listing import Dataset
from cnnscope.data.loose_pictures import PICTURES

# An image before it is decoded: a file, the content of one, or grey values (H, W).
Content = Path | bytes | np.ndarray


@dataclass(frozen=True)
class Source:
    """Where a dataset lies and how it is to be read.

    Attributes:
        path: a folder, a zip or tar of one, or a CSV file.
        layout: `flat`, `folders`, `csv` or `pictures`.
        classes: a name a class, in the order of the labels; None for the dataset's own.
        validation_fraction: the share cut from a CSV file that marks no validation images.
        max_bad_rows: how many rows of a CSV file may be skipped.
        seed: of the cut.
        memory: the file of the ContentIndex that knows the dataset's files.
        labels: for pictures, a CSV file with their true classes.
    """

    path: Path
    layout: str = "flat"
    classes: tuple[str, ...] | None = None
    validation_fraction: float = 0.1
    max_bad_rows: int = 0
    seed: int = 0
    memory: Path = Path("results", ".index", "contents.json")
    labels: Path | None = None

    def place(self, split: str) -> Path:
        """The folder that the names of a split are relative to; a single picture's own folder."""
        if self.layout != PICTURES:
            return self.path / split
        return self.path if self.path.is_dir() else self.path.parent


@dataclass(frozen=True)
class OpenDataset:
    """What a dataset holds, and how to come to it.

    Attributes:
        listing: splits and classes.
        digests: split -> the digest of the content of each of its images, in their order.
        contents: split, positions -> position and content of those of its images, in the quickest
            order; of all of them where the positions are None.
    """

    listing: Dataset
    digests: Callable[[str], Sequence[str]]
    contents: Callable[[str, Container[int] | None], Iterator[tuple[int, Content]]]

    def digest(self, split: str) -> str:
        """One digest of the names and contents of the images of a split."""
        names = self.listing.splits[split].names
        return digest_of_named(zip(names, self.digests(split), strict=True))
