"""What `cnnscope.explain` answers: the attributions of some images, and how they are drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cnnscope.files import save_result
from cnnscope.planning.methods import declared_methods

if TYPE_CHECKING:
    from cnnscope.figures.explained import Figure


@dataclass(frozen=True, eq=False)
class Explanation:
    """The attributions of N images by one method.

    Attributes:
        values: float32 (N, H, W), raw: neither normalised nor clipped.
        images: uint8 (N, H, W, C), those that were explained.
        targets: int64 (N,), the class that is explained for each.
        method: its name.
        units: of `values`.
        residuals: where values should add up to a number, what they miss of it: float (N,), or
            (N, L) of several classes.
        probabilities: where the method hides parts of images, the target's probability for the
            whole image and with all of it hidden: float64 (N, 2).
        options: of the method, with every default.
        seed: of its random numbers.
        labels: int64 (N,), the true classes, -1 where unknown.
        logits: float32 (N, K), of the model.
        background: uint8 (B, H, W, C), what stands for nothing to see, where the method takes it.
        mean, std: by which the images were normalised; None where the model does that itself.
        details: the other arrays of the method by name, as its file describes them.
        facts: plain values that describe the arrays.
    """

    values: npt.NDArray[np.float32]
    images: npt.NDArray[np.uint8]
    targets: npt.NDArray[np.int64]
    method: str
    units: str
    residuals: npt.NDArray[np.floating[Any]] | None
    probabilities: npt.NDArray[np.float64] | None
    options: Mapping[str, Any]
    seed: int
    labels: npt.NDArray[np.int64]
    logits: npt.NDArray[np.float32]
    background: npt.NDArray[np.uint8] | None = None
    mean: Sequence[float] | None = None
    std: Sequence[float] | None = None
    details: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    def plot(self, names: Sequence[str] = (), colours: str | None = None) -> "Figure":
        """Draw the figure that a run has of this method, without scores.

        Args:
            names: of the classes; one without a name is called by its number.
            colours: matplotlib's name of a colour map; None for that of a run.
        """
        from cnnscope.figures.explained import draw_explanation

        method = declared_methods()[self.method]
        return draw_explanation(
            method, self.images, self.values, self.details, self.facts, names, colours
        )

    def save(self, folder: str | Path, names: Sequence[str] = ()) -> None:
        """Write `<method>.npy`, `.npz` and `.json` as a run does, and the figure `<method>.png`.

        Args:
            folder: made where it is missing; each file appears whole or not at all.
            names: as for `plot`.
        """
        from cnnscope.figures.explained import save_figure

        file = Path(folder) / f"{self.method}.npy"
        save_result(file, self.values, self.details, self.facts)
        read = {"details": self.details, "facts": self.facts}
        save_figure(self.plot(names), file.with_suffix(".png"), read)
