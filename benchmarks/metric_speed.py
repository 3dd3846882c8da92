"""What the metrics of attributions cost: seconds of all processors for one image and method.

    python benchmarks/metric_speed.py [--images 2] [--rounds 3] [--threads 1] [--metrics deletion]

Every declared metric is measured with its defaults, but for those that need masks or the method.
The networks are the demo's, a food CNN of a quarter of the width on 64 x 64, and a ResNet-18 on
224 x 224, both untrained. A map is noise, or noise that is
blurred, as a class activation map is. Other work may share the processors, so the calls
take turns and the least of the rounds counts.
"""

import argparse
import importlib
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cnnscope.attribution.method import arguments_for
from cnnscope.attribution.reference_maps import blurred_maps
from cnnscope.networks.build import build
from cnnscope.networks.classifier import Classifier
from cnnscope.planning.methods import declared_metrics

NETWORKS = {
    "food CNN, 64": ("food_cnn", {"width": 0.25}, 11, 64),
    "ResNet-18, 224": ("resnet18", {}, 1000, 224),
}


def network(name: str) -> tuple[Classifier, int]:
    """A network of random weights, and the side of its images."""
    architecture, arguments, classes, size = NETWORKS[name]
    torch.manual_seed(0)
    net = build(architecture, arguments, classes=classes, size=size, channels=3)
    return Classifier(net, [0.5] * 3, [0.25] * 3).eval(), size


def seconds(metric: str, options: dict, model: nn.Module, images: np.ndarray, maps: np.ndarray):
    """Seconds of all processors for an image."""
    score = importlib.import_module(f"cnnscope.evaluation.{metric}").score
    defaults = {name: option["default"] for name, option in options.items()}
    labels = np.zeros(len(images), int)
    arguments = arguments_for(score, defaults, labels=labels, seed=0)
    start = time.process_time()
    score(model, images, labels, maps, **arguments, log=str)
    return (time.process_time() - start) / len(images)


def measure(name: str, metrics: dict, settings: argparse.Namespace) -> None:
    model, size = network(name)
    images = np.random.default_rng(0).integers(0, 256, (settings.images, size, size, 3), np.uint8)
    noise = np.random.default_rng(1).normal(size=images.shape[:3]).astype(np.float32)
    maps = [noise, blurred_maps(noise)]
    best = {metric: [np.inf, np.inf] for metric in metrics}
    for _ in range(settings.rounds):
        for metric, declared in metrics.items():
            taken = [seconds(metric, declared.options, model, images, each) for each in maps]
            best[metric] = [min(pair) for pair in zip(best[metric], taken, strict=True)]
    for metric, (noise, blurred) in best.items():
        print(f"| {name} | {metric} | {noise:.3f} | {blurred:.3f} |", flush=True)


def main() -> None:
    metrics = {name: metric for name, metric in declared_metrics().items() if not metric.needs}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--metrics", nargs="+", choices=metrics, default=list(metrics))
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    for name, default in (("images", 2), ("rounds", 3), ("threads", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    settings = parser.parse_args()
    torch.set_num_threads(settings.threads)
    print("seconds of all processors for an image\n")
    print("| network, pixels | metric | map of noise | blurred map |")
    print("|---|---|---|---|")
    for name in settings.networks:
        measure(name, {metric: metrics[metric] for metric in settings.metrics}, settings)


if __name__ == "__main__":
    main()
