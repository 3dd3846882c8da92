"""Train a classifier in a fixed number of steps."""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from tqdm import tqdm

from cnnscope.networks.classifier import device_of, logits_of
from cnnscope.networks.device import possible_precision
from cnnscope.networks.layout import memory_format
from cnnscope.networks.pooling import pools_first
from cnnscope.seeds import seed_for, stream
from cnnscope.training import batches
from cnnscope.training.augment import partners
from cnnscope.training.examples import Examples, Split, examples_of, score
from cnnscope.training.unfinished import Unfinished


@dataclass(frozen=True)
class Recipe:
    """The settings of a training.

    Attributes:
        steps: number of batches in all, whatever the size of the dataset.
        batch_size: images in a batch.
        learning_rate: the peak of the one-cycle schedule.
        weight_decay: weight decay of AdamW.
        label_smoothing: share of the target probability that is spread over all classes.
        shift: the largest random shift, as a share of the image height. Half of the images are
            also mirrored.
        mixup: alpha of mixup, which blends images in pairs with their targets; 0 turns it off.
        balance: how to treat classes of unequal size: `none`, `weights` (weight the loss by
            class) or `sampling` (draw every class equally often).
        evaluations: number of points of the training curves.
        patience: after so many evaluations without a better validation accuracy the training
            stops. The model then gets the weights of the best evaluation. None trains to the end
            and keeps the last weights.
        precision: `float32`, or `bfloat16` for the matrix products of the forward and the backward
            pass where the processor supports it. The weights stay in float32.
    """

    steps: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    label_smoothing: float
    shift: float
    mixup: float
    evaluations: int
    balance: str = "none"
    patience: int | None = None
    precision: str = "float32"


@dataclass(frozen=True)
class Point:
    """A point of the training curves, after `step` steps.

    Training loss and accuracy are means over the augmented images of all steps since the previous
    point, and the loss includes class weights and label smoothing. The validation loss is the
    plain cross-entropy. Accuracies are in [0, 1], losses in nats.
    """

    step: int
    epoch: float
    training_loss: float
    training_accuracy: float
    validation_loss: float
    validation_accuracy: float


def train(
    model: nn.Module,
    training: Split,
    validation: Split,
    recipe: Recipe,
    seed: int,
    log: Callable[[str], None] = print,
    *,
    unfinished: Unfinished | None = None,
    observe: Callable[[Point], None] = lambda point: None,
    still: Collection[nn.Module] = (),
) -> list[Point]:
    """Train `model` in place with AdamW and the one-cycle schedule; it ends in evaluation mode.

    Sources: Loshchilov, Hutter 2019, "Decoupled Weight Decay Regularization"; Smith, Topin 2018,
    "Super-Convergence". A step depends only on the seed, its number and the state before it, so a
    training resumed from a stored state ends with the weights of an uninterrupted one.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits. Parameters that need no
            gradient are not trained.
        training, validation: images uint8 (N, H, W, C) and labels (N,); or what the part of a
            network before `model` makes of them.
        seed: of the batches, the augmentation and dropout.
        log: receives one line at a time.
        unfinished: stores the state after each evaluation; training resumes from what it holds.
        observe: called after each evaluation, while the parameters hold the gradients of the last
            step.
        still: modules that stay in evaluation mode.

    Returns:
        The points of the curves, in order; the last one is after the last step.
    """
    run = _Run(model, training, recipe, seed, log)
    for module in still:
        module.eval()
    validation = examples_of(validation)
    points: list[Point] = []
    best: dict | None = None
    if unfinished and unfinished.found:
        points, best = run.restore(unfinished.found)
        log(f"goes on after step {points[-1].step}, where an earlier run was interrupted")
    due = set(np.linspace(0, recipe.steps, recipe.evaluations + 1).round().astype(int)[1:].tolist())
    first = points[-1].step + 1 if points else 1
    steps = range(first, recipe.steps + 1) if not _is_over(points, recipe) else ()
    with pools_first(model):
        for step in tqdm(steps, desc="training", unit="step", disable=None):
            run.step(step)
            if step not in due:
                continue
            points.append(run.point(step, validation))
            log(_line(points[-1], recipe.steps))
            observe(points[-1])
            if recipe.patience and points[-1] is _best(points):
                best = run.weights()
            if unfinished:
                unfinished.keep(run.state(points, best))
            if _is_over(points, recipe):
                log(f"no better for {recipe.patience} evaluations: stops")
                break
    if best:
        model.load_state_dict(best)
        log(f"takes the weights of step {_best(points).step}")
    model.to(memory_format=torch.contiguous_format).eval()
    return points


class _Run:
    """The state of a training: model, optimiser, schedule, and sums since the last point."""

    def __init__(
        self, model: nn.Module, training: Split, recipe: Recipe, seed: int, log: Callable
    ) -> None:
        self.model, self.recipe, self.seed = model, recipe, seed
        self.examples, self.device = examples_of(training), device_of(model)
        self.labels = self.examples.labels
        self.precision = possible_precision(recipe.precision, self.device, log)
        first = self.examples.drawn(np.arange(1), 0.0, np.random.default_rng(0), self.device)
        self.layout = memory_format(model, *first)
        model.to(memory_format=self.layout).train()
        self.optimiser = torch.optim.AdamW(
            [parameter for parameter in model.parameters() if parameter.requires_grad],
            recipe.learning_rate,
            weight_decay=recipe.weight_decay,
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser, recipe.learning_rate, total_steps=recipe.steps, pct_start=0.25
        )
        if recipe.balance == "sampling":
            self.chosen = batches.by_class(self.labels, recipe.batch_size, seed)
        else:
            self.chosen = batches.in_epochs(len(self.labels), recipe.batch_size, seed)
        # Taken now, because `pools_first` changes the names of layers while the training runs.
        self._tensors = dict(model.state_dict())
        self._class_weights: torch.Tensor | None = None
        self._sums = np.zeros(3)

    def step(self, number: int) -> None:
        recipe, rng = self.recipe, stream(self.seed, "step", number)
        # Dropout uses the global random generator of PyTorch.
        torch.manual_seed(seed_for(self.seed, "dropout", number))
        chosen = self.chosen(number)
        batch = self.examples.drawn(chosen, recipe.shift, rng, self.device)
        truth = torch.as_tensor(self.labels[chosen], device=self.device).long()
        share, other = partners(len(chosen), recipe.mixup, rng)
        batch = [self._laid_out(share * part + (1 - share) * part[other]) for part in batch]
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bfloat16"):
            logits = logits_of(self.model(*batch)).float()
        loss = share * self._loss(logits, truth) + (1 - share) * self._loss(logits, truth[other])
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        self.schedule.step()
        hits = int((logits.argmax(1) == truth).sum())
        self._sums += len(chosen) * float(loss.detach()), hits, len(chosen)

    def point(self, step: int, validation: Examples) -> Point:
        """The point of the curves after `step`; the sums are reset."""
        losses, hits, seen = self._sums
        self._sums = np.zeros(3)
        epoch = step * self.recipe.batch_size / len(self.labels)
        scores = score(self.model, validation)
        return Point(step, epoch, float(losses / seen), float(hits / seen), *scores)

    def weights(self) -> dict[str, torch.Tensor]:
        """A copy of all parameters and buffers."""
        return {name: tensor.clone() for name, tensor in self._tensors.items()}

    def state(self, points: list[Point], best: dict | None) -> dict:
        return {
            "model": self._tensors,
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "points": [asdict(point) for point in points],
            "best": best,
        }

    def restore(self, state: dict) -> tuple[list[Point], dict | None]:
        self.model.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        return [Point(**point) for point in state["points"]], state["best"]

    def _laid_out(self, part: torch.Tensor) -> torch.Tensor:
        return part.to(memory_format=self.layout) if part.ndim == 4 else part

    def _loss(self, logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        if self.recipe.balance == "weights" and self._class_weights is None:
            weights = batches.class_weights(self.labels, logits.shape[1])
            self._class_weights = torch.from_numpy(weights).to(self.device)
        return F.cross_entropy(
            logits,
            truth,
            weight=self._class_weights,
            label_smoothing=self.recipe.label_smoothing,
        )


def _best(points: list[Point]) -> Point:
    """The point of highest validation accuracy; of several equal ones, the first."""
    return max(points, key=lambda point: point.validation_accuracy)


def _is_over(points: list[Point], recipe: Recipe) -> bool:
    if not points or not recipe.patience:
        return False
    return len(points) - 1 - points.index(_best(points)) >= recipe.patience


def _line(point: Point, steps: int) -> str:
    return (
        f"step {point.step}/{steps}: training loss {point.training_loss:.3f} accuracy "
        f"{point.training_accuracy:.3f}, validation loss {point.validation_loss:.3f} "
        f"accuracy {point.validation_accuracy:.3f}"
    )
