"""LIME as the `lime` library runs it against ours: one image, the same superpixels and masks.

    python benchmarks/lime_speed.py [--architecture food_cnn --size 128] [--samples 1000]

The library gets the network as its documentation shows it: a function of a batch of 10 images. The
network is the food CNN at full width on 128 x 128, or any other that `model.architecture` takes. It
is untrained, with its logits spread out so that hiding superpixels moves its probabilities, or has
the weights of --checkpoint, for which --mean and --std tell how its images were prepared.
"""

import argparse
import contextlib
import io
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from lime.lime_image import LimeImageExplainer
from scipy.ndimage import gaussian_filter
from scipy.stats import spearmanr

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cnnscope.attribution import lime
from cnnscope.checkpoints.checkpoint import load_weights, read_state_dict
from cnnscope.data.decode import decode_image
from cnnscope.data.preprocessing import Preprocessing
from cnnscope.memory import keep_freed_memory
from cnnscope.networks.build import build
from cnnscope.networks.classifier import Classifier
from cnnscope.seeds import stream

SEED = 0
SEGMENTATION = {"method": "slic", "n_segments": 60, "compactness": 10.0, "sigma": 1.0}


def photograph(size: int) -> np.ndarray:
    """Coloured ellipses on a shaded ground, a little blurred and noisy: uint8 (H, W, 3)."""
    rng = np.random.default_rng(SEED)
    rows, columns = np.mgrid[:size, :size] * (128 / size)
    picture = (90 + 0.5 * rows + 0.3 * columns)[..., None] * rng.uniform(0.6, 1.1, 3)
    for _ in range(14):
        row, column = rng.uniform(0, 128, 2)
        height, width = rng.uniform(8, 30, 2)
        inside = ((rows - row) / height) ** 2 + ((columns - column) / width) ** 2 < 1
        picture[inside] = rng.uniform(30, 230, 3) + 0.4 * (rows - row)[inside, None]
    picture = gaussian_filter(picture, (0.8, 0.8, 0)) + rng.normal(0, 4, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def network(options: argparse.Namespace) -> Classifier:
    torch.manual_seed(SEED)
    sizes = {"classes": options.classes, "size": options.size, "channels": 3}
    net = build(options.architecture, {}, **sizes)
    if options.checkpoint:
        load_weights(net, read_state_dict(options.checkpoint), options.checkpoint.name)
    model = Classifier(net, options.mean, options.std).eval()
    if not options.checkpoint:
        spread(model, options.size)
    return model


def spread(model: Classifier, size: int) -> None:
    """Give the logits of images of coloured blocks mean 0 and deviation 1, class by class."""
    layers = (torch.nn.Linear, torch.nn.Conv2d)
    *_, head = (one for one in model.modules() if isinstance(one, layers))
    with torch.no_grad():
        blocks = torch.rand(32, 3, 8, 8)
        logits = model(torch.nn.functional.interpolate(blocks, size=size))
        scale = 1 / logits.std(0)
        head.weight *= scale.reshape(-1, *[1] * (head.weight.ndim - 1))
        head.bias.sub_(logits.mean(0)).mul_(scale)


def library(model: Classifier, image: np.ndarray, segments: np.ndarray, samples: int, target: int):
    """Seconds and weights (S,) of `lime`, given our superpixels and our masks."""

    def classify(batch: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            # As ToTensor of torchvision, which the documentation calls, lays them.
            tensors = torch.from_numpy(batch).permute(0, 3, 1, 2).contiguous().float() / 255
            return model(tensors).softmax(1).numpy()

    masks = stream(SEED, "lime", image).integers(0, 2, (samples, int(segments.max()) + 1))
    explainer = LimeImageExplainer()
    explainer.random_state = SimpleNamespace(
        randint=lambda low, high, size=None: 0 if size is None else masks.reshape(-1)
    )
    start = time.perf_counter()
    with contextlib.redirect_stderr(io.StringIO()):  # its progress bar
        found = explainer.explain_instance(
            image, classify, labels=(target,), top_labels=None, num_samples=samples,
            segmentation_fn=lambda _: segments,
        )  # fmt: skip
    seconds = time.perf_counter() - start
    return seconds, np.array([weight for _, weight in sorted(found.local_exp[target])])


def ours(model: Classifier, image: np.ndarray, samples: int, target: int, precision: str):
    """Seconds, superpixels cutting included, and the explanation."""
    start = time.perf_counter()
    found = lime.explain(
        model, image[None], np.array([target]), labels=np.array([-1]), segmentation=SEGMENTATION,
        seed=SEED, samples=samples, precision=precision,
    )  # fmt: skip
    return time.perf_counter() - start, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--architecture", default="food_cnn")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--classes", type=int, default=11)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--mean", type=float, nargs=3, default=[0.5] * 3)
    parser.add_argument("--std", type=float, nargs=3, default=[0.25] * 3)
    parser.add_argument("--image", type=Path, help="a photograph; else one is drawn")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    # As the jobs of the workflow do; it serves the other as well.
    keep_freed_memory()
    model, size = network(options), options.size
    image = photograph(size)
    if options.image:
        image, _ = decode_image(options.image, Preprocessing(size, 3, fit="crop", resize=size))
    with torch.no_grad():
        logits = model(torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255)
    target = int(logits.argmax())
    rows = []
    for precision in ("float32", "bfloat16"):
        seconds, found = ours(model, image, options.samples, target, precision)
        name = f"cnnscope, {precision}"
        if found.facts["precision"] != precision:
            name += f" asked, {found.facts['precision']} done"
        weights = found.details["weights"][0, 1]
        rows.append((name, seconds, weights[np.isfinite(weights)]))
    segments = found.details["segments"][0]
    rows.insert(
        0, ("lime, batches of 10", *library(model, image, segments, options.samples, target))
    )
    print(
        f"{options.samples} samples, {segments.max() + 1} superpixels, {options.threads} threads; "
        f"R2 {found.details['r2'][0, 1]:.2f}, largest weight {np.abs(rows[1][2]).max():.3f}\n"
        f"| LIME, {options.architecture}, one image {size} x {size} | seconds | times faster "
        "| rank correlation | largest difference |\n|---|---|---|---|---|"
    )
    reference = rows[0]
    for name, seconds, weights in rows:
        print(
            f"| {name} | {seconds:.1f} | {reference[1] / seconds:.2f} "
            f"| {spearmanr(weights, reference[2]).statistic:.4f} "
            f"| {np.abs(weights - reference[2]).max():.1g} |"
        )


if __name__ == "__main__":
    main()
