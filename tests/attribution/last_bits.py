"""Explain a network by every method and write the arrays: last_bits.py WEIGHTS FILE THREADS.

It is run as a process of its own, for libraries choose their instructions when they are loaded.
"""

import sys

import numpy as np
import torch

from cnnscope.attribution import lime, saliency, shap
from cnnscope.inspection import filters
from cnnscope.networks.device import use_threads
from cnnscope.networks.food_cnn import FoodCNN

# Start, layer and filter. In float32 other last bits end in another picture of each of them.
ASCENTS = (
    ("noise", "cnn.4", 1),
    ("noise", "cnn.8", 4),
    ("noise", "cnn.12", 2),
    ("image", "cnn.8", 1),
)


def network() -> FoodCNN:
    return FoodCNN(4, width=0.2, size=32)


def lived_in() -> FoodCNN:
    """A seeded network whose norms have seen images."""
    torch.manual_seed(0)
    model = network().train()
    with torch.no_grad():
        for _ in range(3):
            model(torch.rand(8, 3, 32, 32))
    return model


def photographs() -> np.ndarray:
    """Two of coarse noise, and one of flat colours, whose pools find equal values."""
    images = np.random.default_rng(3).integers(0, 256, (3, 8, 8, 3), dtype=np.uint8)
    images = images.repeat(4, 1).repeat(4, 2)
    images[2] = 255
    images[2, 8:20, 8:20] = (200, 30, 10)
    return images


def main() -> None:
    weights, file, threads = sys.argv[1:]
    use_threads(int(threads))
    # Random numbers are drawn with vector functions too: both processes get the same weights.
    model, images, targets = network(), photographs(), np.arange(3)
    model.load_state_dict(torch.load(weights, weights_only=True))
    model.eval()
    quiet = {"log": lambda message: None}
    arrays = {"saliency": saliency.explain(model, images, targets, **quiet).attribution}
    options = {"segmentation": {"method": "slic", "n_segments": 16}, "seed": 0, "samples": 60}
    answer = lime.explain(model, images, targets, labels=targets, **options, **quiet)
    arrays["lime"] = answer.attribution
    values = shap.explain(model, images, targets, background=images[:2, ::-1], **quiet)
    arrays["shap"] = values.details["values"]
    for start, layer, number in ASCENTS:
        options = {"layer": layer, "filters": [number], "seed": 0, "start": start}
        arrays[f"filters of {layer} from {start}"], _, _ = filters.explain(
            model, images[2:], **options, **quiet
        )
    np.savez(file, **arrays)


if __name__ == "__main__":
    main()
