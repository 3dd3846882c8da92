"""Deep SHAP as the `shap` library runs it against ours: the same images, background and model.

    python benchmarks/shap_speed.py [--images 4] [--library-images 1] [--threads 2]

The library is called as its documentation shows it, with all of the background at once, and with
its table of modules completed (without PReLU in it, its values would be wrong). It is slow, so it
explains fewer images; times are per image. The network is the food CNN at full width on 128 x 128
with 11 classes, untrained, its norms with statistics of their own; 32 background images.

Differences are from the library in float64, as parts of the largest value: where a maximum has two
nearly equal candidates, rounding decides which of them gets the credit, in the library too.
"""

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np
import shap
import torch
from scipy.ndimage import gaussian_filter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cnnscope.attribution._shap import shap_library
from cnnscope.attribution.shap import explain
from cnnscope.networks.classifier import to_tensor
from cnnscope.networks.food_cnn import FoodCNN

SIZE, CLASSES, BACKGROUND = 128, 11, 32


def network() -> FoodCNN:
    torch.manual_seed(0)
    model = FoodCNN(CLASSES, size=SIZE).train()
    with torch.no_grad():
        for _ in range(5):
            model(torch.rand(8, 3, SIZE, SIZE))
    return model.eval()


def pictures(count: int, seed: int) -> np.ndarray:
    """Soft coloured blots: uint8 (N, H, W, 3)."""
    noise = np.random.default_rng(seed).normal(size=(count, SIZE, SIZE, 3))
    soft = gaussian_filter(noise, (0, 6, 6, 0))
    return np.clip(128 + 60 * soft / soft.std(), 0, 255).astype(np.uint8)


def by_library(model: FoodCNN, images: np.ndarray, background: np.ndarray) -> np.ndarray:
    like = next(model.parameters())
    images, background = (
        to_tensor(part, like.device).to(like.dtype) for part in (images, background)
    )
    with shap_library.handlers():
        values = shap.DeepExplainer(model, background).shap_values(images)
    return np.moveaxis(values, -1, 1)


def timed(function, *arguments, **settings):
    start = time.perf_counter()
    result = function(*arguments, **settings)
    return result, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=4)
    parser.add_argument("--library-images", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    settings = parser.parse_args()
    torch.set_num_threads(settings.threads)
    model, images = network(), pictures(settings.images, 1)
    background, targets = pictures(BACKGROUND, 2), np.zeros(settings.images, int)

    before = _peak_memory()
    ours, our_time = timed(explain, model, images, targets, background=background)
    our_memory = _peak_memory()
    few = min(settings.images, settings.library_images)
    theirs, their_time = timed(by_library, model, images[:few], background)
    their_memory = _peak_memory()
    our_time, their_time = our_time / len(images), their_time / few

    truth = by_library(model.double(), images[:few], background)
    change = ours.details["logits"][:few] - ours.details["background_logits"]
    print(f"{CLASSES} classes, {BACKGROUND} background images, {settings.threads} threads, float32")
    print("| | images | s an image | residual | largest difference | peak memory |")
    print("|---|---|---|---|---|---|")
    for name, count, seconds, values, memory in (
        ("shap", few, their_time, theirs, their_memory),
        ("cnnscope", len(images), our_time, ours.details["values"][:few], our_memory),
    ):
        missed = np.abs(values.sum((2, 3, 4)) - change) / np.abs(change).max(1, keepdims=True)
        off = np.abs(values - truth).max() / np.abs(truth).max()
        numbers = f"{seconds:.1f} | {missed.max():.0e} | {off:.1%} | {memory:.2f} GB"
        print(f"| {name} | {count} | {numbers} |")
    print(f"{their_time / our_time:.1f} times faster")
    print(f"(memory of the process before: {before:.2f} GB)")


def _peak_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    main()
