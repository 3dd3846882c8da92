"""Integrated gradients as captum runs them against ours: the same images, model and steps.

    python benchmarks/gradient_speed.py [--images 2] [--steps 50] [--threads 2] [--rounds 3]

captum is called as its documentation shows it, an image with all its steps at once, and with eight
steps at once, which takes less memory. All are timed in turn, as often as there are rounds, and the
shortest time counts, because other work may share the processor. The networks are the food CNN at
full width on 128 x 128 and a ResNet-18 on 224 x 224, untrained.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import torch
from captum.attr import IntegratedGradients
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cnnscope.attribution.integrated_gradients import explain
from cnnscope.networks.build import build
from cnnscope.networks.classifier import to_tensor
from cnnscope.networks.food_cnn import FoodCNN
from cnnscope.networks.state import borrowed


def by_captum(
    model: nn.Module, images: np.ndarray, targets: np.ndarray, steps: int, at_once: int | None
) -> np.ndarray:
    """Values (N, C, H, W), an image at a time."""
    pixels = to_tensor(images, torch.device("cpu"))
    method = IntegratedGradients(model)
    with borrowed(model):
        values = [
            method.attribute(one, 0, int(target), n_steps=steps, internal_batch_size=at_once)
            for one, target in zip(pixels.split(1), targets, strict=True)
        ]
    return torch.cat(values).numpy()


def timed(function, *arguments) -> tuple[np.ndarray, float]:
    start = time.perf_counter()
    result = function(*arguments)
    return result, time.perf_counter() - start


def compare(name: str, model: nn.Module, size: int, settings: argparse.Namespace) -> None:
    """Print a row: seconds an image, how much faster ours is, and how far the values differ."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (settings.images, size, size, 3), np.uint8)
    targets, steps = np.zeros(len(images), int), settings.steps
    rivals = {
        "all": lambda: by_captum(model, images, targets, steps, None),
        "8": lambda: by_captum(model, images, targets, steps, 8),
        "ours": lambda: explain(model, images, targets, steps=steps, log=str).details["values"],
    }
    best, values = dict.fromkeys(rivals, np.inf), {}
    for _ in range(settings.rounds):
        for rival, call in rivals.items():
            values[rival], seconds = timed(call)
            best[rival] = min(best[rival], seconds / len(images))
    off = np.abs(values["ours"] - values["all"]).max() / np.abs(values["all"]).max()
    seconds = " | ".join(f"{best[rival]:.2f}" for rival in rivals)
    ratios = " | ".join(f"{best[rival] / best['ours']:.2f}" for rival in ("all", "8"))
    print(f"| {name} | {seconds} | {ratios} | {off:.0e} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("images", 2), ("steps", 50), ("threads", 2), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    settings = parser.parse_args()
    torch.set_num_threads(settings.threads)
    torch.manual_seed(0)
    print(
        "seconds an image, captum with all steps or 8 at once, and how many times as long it takes"
    )
    print("| network | captum, all | captum, 8 | cnnscope | all / ours | 8 / ours | difference |")
    print("|---|---|---|---|---|---|---|")
    compare("food CNN, 128", FoodCNN(11, size=128).eval(), 128, settings)
    resnet = build("resnet18", {}, classes=1000, size=224, channels=3).eval()
    compare("ResNet-18, 224", resnet, 224, settings)


if __name__ == "__main__":
    main()
