"""An attribution method with all that a job is told of it."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from torch import nn

from cnnscope.attribution.background import draw_background
from cnnscope.attribution.explanation import Explanation, answer
from cnnscope.attribution.method import arguments_for
from cnnscope.attribution.targets import choose_targets

Log = Callable[[str], None]


@dataclass(frozen=True)
class AskedMethod:
    """A method as a job asks it.

    Attributes:
        name: of the method.
        module: its file in this folder.
        target: `true`, `predicted`, `second` or a class.
        arguments: its options by name, with the background drawn.
        seed: of its random numbers.
        facts: what the record of a result says of it.
    """

    name: str
    module: ModuleType
    target: str | int
    arguments: Mapping
    seed: int
    facts: Mapping

    @classmethod
    def of(
        cls, settings: Mapping, pool: tuple[np.ndarray, np.ndarray] | None = None
    ) -> "AskedMethod":
        """The method that the settings of a job name.

        Args:
            settings: its `method`, `arguments` with the target, `seed`, and perhaps `background`,
                which says what the images of `pool` are.
            pool: the images that a background is drawn from, with their labels, if it takes one.
        """
        name, arguments = settings["method"], dict(settings["arguments"])
        module = importlib.import_module(f"cnnscope.attribution.{name}")
        target = arguments.pop("target")
        facts = {key: settings[key] for key in ("method", "seed", "arguments")}
        if module.METHOD.takes_background(arguments):
            kind, seed = settings.get("background", "training"), settings["seed"]
            arguments["background"], facts["background_images"] = draw_background(
                *pool, arguments["background"], kind, seed
            )
        return cls(name, module, target, arguments, settings["seed"], facts)

    def targets(self, labels: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """The class that is explained for each image, see `cnnscope.attribution.targets`."""
        return choose_targets(self.name, self.target, labels, logits)

    def answer(
        self,
        model: nn.Module,
        images: np.ndarray,
        targets: np.ndarray,
        labels: np.ndarray,
        log: Log,
    ) -> Explanation:
        """What the method makes of images, or maps of NaN where it refuses the network."""
        told = arguments_for(self.module.explain, self.arguments, labels=labels, seed=self.seed)
        return answer(self.module, model, images, targets, told, log)

    def explainer(
        self, log: Log, labels: np.ndarray | None = None
    ) -> Callable[[nn.Module, np.ndarray, np.ndarray], np.ndarray]:
        """The method as metrics run it anew: `explain(model, images, targets) -> (N, H, W)`.

        Args:
            labels: (N,), the true classes; None where the targets stand for them, because the
                classes that a method explains beside the target are none of a metric's business.
        """

        def explain(model: nn.Module, images: np.ndarray, targets: np.ndarray) -> np.ndarray:
            known = targets if labels is None else labels
            return self.answer(model, images, targets, known, log).attribution

        return explain
