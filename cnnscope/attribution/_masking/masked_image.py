"""What a network says of an image of which a baseline hides parts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from cnnscope.attribution._masking.masked_forward import MaskedForward
from cnnscope.networks.probabilities import probabilities


@dataclass(frozen=True)
class MaskedImage:
    """An image and the baselines that hide parts of it.

    Attributes:
        forward: the network.
        image: uint8 (H, W, C).
        hidden: float (B, H, W, C) in [0, 1], see `cnnscope.attribution.baseline`.
        log: receives a line where layers could not be shared.
    """

    forward: MaskedForward
    image: np.ndarray
    hidden: np.ndarray
    log: Callable[[str], None] = field(default=print)

    def logits(
        self, segments: np.ndarray, masks: np.ndarray, shares: np.ndarray | None = None
    ) -> np.ndarray:
        """The logits, float64 (B, N, K), by each baseline; see `MaskedForward.logits`."""
        return np.stack(
            [
                self.forward.logits(
                    self.image / 255.0, hidden, segments, masks, self.log, shares=shares
                )
                for hidden in self.hidden
            ]
        )

    def probabilities(
        self, segments: np.ndarray, masks: np.ndarray, shares: np.ndarray | None = None
    ) -> np.ndarray:
        """The softmax probabilities, float64 (N, K), in the mean over the baselines."""
        return probabilities(self.logits(segments, masks, shares)).mean(0)

    def ends(self, target: int) -> tuple[float, float]:
        """The target's probability for the whole image, and with all of it hidden."""
        everything = np.zeros(self.image.shape[:2], int)
        whole, hidden = self.probabilities(everything, np.array([[True], [False]]))[:, target]
        return whole, hidden


def ends_of_all(pairs: list[tuple[float, float]]) -> dict[str, np.ndarray]:
    """The details `whole` and `hidden`, float64 (N,), of what `MaskedImage.ends` gives."""
    whole, hidden = np.array(pairs, np.float64).T
    return {"whole": whole, "hidden": hidden}


def mean_ends(details: Mapping[str, np.ndarray]) -> dict[str, float]:
    """The facts that say how much the maps can explain: the means of `whole` and `hidden`."""
    return {f"mean_{name}": float(np.mean(details[name])) for name in ("whole", "hidden")}
