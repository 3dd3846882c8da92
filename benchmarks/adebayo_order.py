"""Which methods notice that a network is random: the order of Adebayo and others, on small digits.

    python benchmarks/adebayo_order.py [--images 10] [--epochs 8] [--threads 2] [--seed 0]

They train a CNN of two convolutions and two dense layers on MNIST and make its layers random from
the logits down (Adebayo and others 2018, Sanity Checks for Saliency Maps,
https://arxiv.org/abs/1810.03292). Here it learns the 8 x 8 digits of scikit-learn, enlarged to
20 x 20 in the middle of 28 x 28 black pixels, as MNIST's lie. Printed is the mean rank correlation
of |map| with the first map after each layer, over all pixels as there, and without the black ones:
where a map is the image times something, black pixels are 0 whatever the network, and these ties
alone keep the correlation high.
"""

import argparse
import importlib
import sys
import time
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cnnscope.attribution.method import arguments_for
from cnnscope.evaluation._cascade import cascade
from cnnscope.evaluation._similarity import explained_pixels, likeness
from cnnscope.networks.classifier import predict_each, to_tensor
from cnnscope.networks.device import use_threads

METHODS = (
    "saliency", "smoothgrad", "guided_backprop", "grad_cam", "integrated_gradients",
    "input_x_gradient",
)  # fmt: skip
_TRAINED = 1500


class DigitCNN(nn.Sequential):
    """Two convolutions of 5 x 5 with max pools, two dense layers."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.relu1, self.pool1 = nn.Conv2d(1, 32, 5, padding=2), *_step()
        self.conv2, self.relu2, self.pool2 = nn.Conv2d(32, 64, 5, padding=2), *_step()
        self.flatten = nn.Flatten()
        self.fc1, self.relu3 = nn.Linear(64 * 7 * 7, 256), nn.ReLU()
        self.softmax = nn.Linear(256, 10)


def _step() -> tuple[nn.Module, nn.Module]:
    return nn.ReLU(), nn.MaxPool2d(2)


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 (1797, 28, 28, 1) and their labels."""
    pixels, labels = load_digits(return_X_y=True)
    small = torch.from_numpy(pixels.reshape(-1, 1, 8, 8)).float() / 16
    large = nn.functional.interpolate(small, 20, mode="bilinear", align_corners=False)
    padded = nn.functional.pad(large, [4] * 4)
    return (255 * padded).round().byte().permute(0, 2, 3, 1).numpy(), labels


def train(images: np.ndarray, labels: np.ndarray, epochs: int, seed: int) -> nn.Module:
    torch.manual_seed(seed)
    model, pixels = DigitCNN(), to_tensor(images, torch.device("cpu"))
    truth = torch.from_numpy(labels)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    for _ in range(epochs):
        for rows in torch.randperm(len(pixels)).split(50):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(pixels[rows]), truth[rows]).backward()
            optimizer.step()
    return model.eval()


def explain(name: str, model: nn.Module, images: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """|map| with the method's default options."""
    module = importlib.import_module(f"cnnscope.attribution.{name}")
    options = {key: one["default"] for key, one in module.METHOD.options.items()}
    arguments = arguments_for(module.explain, module.METHOD.arguments(options), seed=0)
    return np.abs(module.explain(model, images, targets, **arguments, log=str).attribution)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in {"images": 10, "epochs": 8, "threads": 2, "seed": 0}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    use_threads(asked.threads)
    images, labels = digits()
    start = time.perf_counter()
    model = train(images[:_TRAINED], labels[:_TRAINED], asked.epochs, asked.seed)
    right = (predict_each(model, images[_TRAINED:]).argmax(1) == labels[_TRAINED:]).mean()
    print(f"trained in {time.perf_counter() - start:.0f} s, accuracy {right:.3f} on unseen digits")
    shown, targets = images[_TRAINED:][: asked.images], labels[_TRAINED:][: asked.images]
    without = explained_pixels(shown, "black")
    print(f"black: {1 - without.mean():.0%} of the pixels of {len(shown)} images\n")
    for about, where in (("all pixels", np.ones_like(without)), ("without black ones", without)):
        print(f"| {about} | softmax | fc1 | conv2 | conv1 |\n|---|---|---|---|---|")
        for name in METHODS:
            first = explain(name, model, shown, targets)
            cells = [
                np.nanmean(
                    likeness("spearman", first, explain(name, random, shown, targets), where)
                )
                for _, random in cascade(model, shown.shape[1:], 4, asked.seed)
            ]
            print(f"| {name} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
        print()


if __name__ == "__main__":
    main()
