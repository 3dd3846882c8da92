"""Deep SHAP as the `shap` library runs it against ours: the same images, background and model.

    python benchmarks/shap_speed.py [--images 4] [--library-images 1] [--threads 2]

The library is called as its documentation shows it, with all of the background at once, and with
its table of modules completed (without PReLU in it, its values would be wrong). It is slow, so it
explains fewer images; times are per image. The network is the food CNN at full width on 128 x 128
with 11 classes, untrained, its norms with statistics of their own; 32 background images.
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

from cnnscope.explain import shap_library
from cnnscope.explain.shap import explain
from cnnscope.models.classifier import to_tensor
from cnnscope.models.food_cnn import FoodCNN

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
    device = next(model.parameters()).device
    with shap_library.handlers():
        explainer = shap.DeepExplainer(model, to_tensor(background, device))
        values = explainer.shap_values(to_tensor(images, device))
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
    our_time, their_time = our_time / len(images), their_time / few

    values = ours.details["values"][:few]
    difference = np.abs(values - theirs).max() / np.abs(theirs).max()
    change = ours.details["logits"][:few] - ours.details["background_logits"]
    missed = np.abs(theirs.sum((2, 3, 4)) - change) / np.abs(change).max(1, keepdims=True)
    print(f"{CLASSES} classes, {BACKGROUND} background images, {settings.threads} threads, float32")
    print(f"{'':10}{'images':>8}{'s an image':>12}{'residual':>11}{'peak memory':>13}")
    for name, count, seconds, residual, memory in (
        ("shap", few, their_time, missed.max(), _peak_memory()),
        ("cnnscope", len(images), our_time, ours.facts["largest_residual"], our_memory),
    ):
        print(f"{name:10}{count:8}{seconds:12.2f}{residual:11.1e}{memory:10.2f} GB")
    print(f"ratio {their_time / our_time:.1f}, largest difference {difference:.1e} of the largest")
    print(f"(memory of the process before: {before:.2f} GB)")


def _peak_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    main()
