"""Class activation maps of torch-cam against ours: the same networks, layers and images.

    python benchmarks/cam_speed.py [--rounds 5] [--threads 2] [--networks resnet18 ...]

The two take turns; the best round of each counts. Both are told the layer, to find which takes a
pass of either. Ours also enlarges the maps, which torch-cam leaves to its user. Of Score-CAM, which
takes a pass a channel, one image is explained, of the others eight. The weights are random: the
time does not depend on them.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torchcam import methods as torchcam

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cnnscope.attribution import grad_cam, grad_cam_plus_plus, layer_cam, score_cam
from cnnscope.networks.build import build
from cnnscope.networks.classifier import Classifier, to_tensor

PAIRS = {
    "Grad-CAM": (grad_cam, torchcam.GradCAM, 8),
    "Grad-CAM++": (grad_cam_plus_plus, torchcam.GradCAMpp, 8),
    "LayerCAM": (layer_cam, torchcam.LayerCAM, 8),
    "Score-CAM": (score_cam, torchcam.ScoreCAM, 1),
}
# The size of the images, and the layer.
NETWORKS = {
    "food_cnn": (128, "cnn.18"),
    "resnet18": (224, "layer4"),
    "mobilenet_v2": (224, "features"),
    "vgg11": (224, "features"),
    "squeezenet1_0": (224, "features"),
}


def by_torch_cam(model: nn.Module, method: type, layer: str, images: np.ndarray) -> None:
    pixels = to_tensor(images, torch.device("cpu"))
    with method(model, f"network.{layer}") as extractor:
        extractor([0] * len(images), model(pixels), normalized=False)


def seconds(function: Callable, *arguments, **options) -> float:
    start = time.perf_counter()
    function(*arguments, **options)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    print(f"{arguments.threads} threads; seconds")
    print(
        f"{'network':<16}{'method':<12}{'images':>7}{'torch-cam':>11}{'cnnscope':>10}{'faster':>8}"
    )
    for name in arguments.networks:
        size, layer = NETWORKS[name]
        network = build(name, {}, classes=10, size=size, channels=3)
        model = Classifier(network, [0.5] * 3, [0.25] * 3).eval()
        for title, (ours, theirs, count) in PAIRS.items():
            images = np.random.default_rng(0).integers(0, 256, (count, size, size, 3), np.uint8)
            targets = np.zeros(count, int)
            rounds = [
                (
                    seconds(by_torch_cam, model, theirs, layer, images),
                    seconds(ours.explain, model, images, targets, layer=layer, log=str),
                )
                for _ in range(arguments.rounds)
            ]
            other, own = (min(times) for times in zip(*rounds, strict=True))
            print(
                f"{name:<16}{title:<12}{count:>7}{other:>11.2f}{own:>10.2f}{other / own:>7.1f}x",
                flush=True,
            )


if __name__ == "__main__":
    main()
