"""Train a classifier in a fixed number of steps."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from tqdm import tqdm

from cnnscope.models.classifier import predict, to_tensor
from cnnscope.models.device import possible_precision
from cnnscope.models.pooling import pools_first
from cnnscope.seeds import stream


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Attributes:
        steps: batches in all, whatever the size of the dataset.
        batch_size: images a step.
        learning_rate: the peak of the one-cycle schedule.
        weight_decay: AdamW's.
        label_smoothing: share of the target spread over all classes.
        shift: the largest random shift, as a share of the image; half are mirrored as well.
        mixup: alpha of mixup, 0 for none: images are blended in pairs, and so are their targets.
        evaluations: how many points the curves have.
        precision: `float32`, or `bfloat16` for the products of the forward and the backward pass
            where the processor computes in it; weights and sums stay in float32.
    """

    steps: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    label_smoothing: float
    shift: float
    mixup: float
    evaluations: int
    precision: str = "float32"


@dataclass(frozen=True)
class Point:
    """A point of the training curves. Training values are means over the steps since the last."""

    step: int
    epoch: float
    training_loss: float
    training_accuracy: float
    validation_loss: float
    validation_accuracy: float


def train(
    model: nn.Module,
    training: tuple[np.ndarray, np.ndarray],
    validation: tuple[np.ndarray, np.ndarray],
    recipe: Recipe,
    seed: int,
    log: Callable[[str], None] = print,
) -> list[Point]:
    """Train `model` in place with AdamW and the one-cycle schedule; it ends in evaluation mode.

    Args:
        model: images float32 (N, C, H, W) in [0, 1] to logits.
        training, validation: images uint8 (N, H, W, C) and labels (N,).

    Returns:
        The curves, last point after the last step.
    """
    device = next(model.parameters()).device
    images, labels = training
    rng = stream(seed, "training")
    # Dropout draws from torch's own generator.
    torch.manual_seed(seed)
    precision = possible_precision(recipe.precision, device, log)
    fast = torch.channels_last if device.type == "cpu" else torch.contiguous_format
    model.to(memory_format=fast).train()
    optimiser = torch.optim.AdamW(
        model.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.learning_rate, total_steps=recipe.steps, pct_start=0.25
    )
    due = set(np.linspace(0, recipe.steps, recipe.evaluations + 1).round().astype(int)[1:].tolist())
    points: list[Point] = []
    losses, hits, seen = 0.0, 0, 0
    order = _endless_order(len(images), recipe.batch_size, rng)
    with pools_first(model):
        for step in tqdm(range(1, recipe.steps + 1), desc="training", unit="step", disable=None):
            chosen = next(order)
            batch = to_tensor(_augment(images[chosen], recipe.shift, rng), device)
            truth = torch.as_tensor(labels[chosen], device=device).long()
            share, other = _partners(len(chosen), recipe.mixup, rng)
            batch = share * batch + (1 - share) * batch[other]
            with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16"):
                logits = model(batch.to(memory_format=fast)).float()
            losses_of = [
                F.cross_entropy(logits, target, label_smoothing=recipe.label_smoothing)
                for target in (truth, truth[other])
            ]
            loss = share * losses_of[0] + (1 - share) * losses_of[1]
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            losses += float(loss.detach()) * len(chosen)
            hits += int((logits.argmax(1) == truth).sum())
            seen += len(chosen)
            if step in due:
                epoch = step * recipe.batch_size / len(images)
                point = Point(step, epoch, losses / seen, hits / seen, *_score(model, validation))
                points.append(point)
                log(
                    f"step {step}/{recipe.steps}: training loss {point.training_loss:.3f} accuracy "
                    f"{point.training_accuracy:.3f}, validation loss {point.validation_loss:.3f} "
                    f"accuracy {point.validation_accuracy:.3f}"
                )
                losses, hits, seen = 0.0, 0, 0
    model.to(memory_format=torch.contiguous_format).eval()
    return points


def _endless_order(count: int, batch_size: int, rng: np.random.Generator):
    """Batches of positions, each image once an epoch, epochs joined without a short batch."""
    waiting = np.empty(0, int)
    while True:
        while len(waiting) < batch_size:
            waiting = np.concatenate([waiting, rng.permutation(count)])
        # Sorted reads go through a mapped file in one direction.
        yield np.sort(waiting[:batch_size])
        waiting = waiting[batch_size:]


def _augment(images: np.ndarray, shift: float, rng: np.random.Generator) -> np.ndarray:
    """Flip half of the images left to right; shift each by up to `shift`, edges mirrored.

    By whole pixels: to turn or zoom small images blurs them, and the images that count are sharp.
    """
    most = round(shift * images.shape[1])
    padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)), mode="reflect")
    height, width = images.shape[1:3]
    changed = np.empty_like(images)
    places = rng.integers(0, 2 * most + 1, (len(images), 2))
    flips = rng.random(len(images)) < 0.5
    for i, ((down, right), flip) in enumerate(zip(places, flips, strict=True)):
        cut = padded[i, down : down + height, right : right + width]
        changed[i] = cut[:, ::-1] if flip else cut
    return changed


def _partners(count: int, mixup: float, rng: np.random.Generator) -> tuple[float, torch.Tensor]:
    """How much of each image stays, at least half, and whose image fills the rest.

    Zhang et al. 2018, "mixup: Beyond Empirical Risk Minimization",
    https://arxiv.org/abs/1710.09412.
    """
    share = rng.beta(mixup, mixup) if mixup else 1.0
    return float(max(share, 1 - share)), torch.from_numpy(rng.permutation(count))


def _score(model: nn.Module, split: tuple[np.ndarray, np.ndarray]) -> tuple[float, float]:
    """Mean cross-entropy and accuracy over a split, without smoothing or augmentation."""
    images, labels = split
    logits = torch.from_numpy(predict(model, images))
    truth = torch.from_numpy(np.asarray(labels)).long()
    loss = F.cross_entropy(logits, truth)
    return float(loss), float((logits.argmax(1) == truth).float().mean())
