"""Occlusion, RISE and Kernel SHAP as others run them against ours: one image, side by side.

    python benchmarks/perturbation_speed.py [--architecture food_cnn --size 128] [--samples 1000]

The others get the network as their documentation shows it. captum's Occlusion with its windows one
at a time; RISE as its authors publish it, masks enlarged one by one and batches of 100; Kernel SHAP
by captum on the same superpixels, one mask at a time. Ours does the same windows, and as many masks
of the same kind. Wall time depends on what else the machine does, so both are also given in
seconds of all processors, and the calls take turns, --rounds times; the least of each counts.

Of RISE's maps the standard error is estimated too, from the samples themselves: ours has less of it
with as many masks, so fewer give the same map.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from captum.attr import KernelShap, Occlusion
from skimage.transform import resize

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from lime_speed import SEED, SEGMENTATION, network, photograph

from cnnscope.attribution import kernel_shap, occlusion, rise
from cnnscope.attribution._masking.superpixels import segment
from cnnscope.memory import keep_freed_memory

WINDOW, STRIDE, CELLS = 0.125, 0.5, 8


def tensor_of(image: np.ndarray) -> torch.Tensor:
    # As ToTensor of torchvision, which users call, lays it.
    return torch.from_numpy(image).permute(2, 0, 1)[None].contiguous().float() / 255


def captum_occlusion(model, image, target, samples, seed=SEED):
    side = round(WINDOW * image.shape[0])
    step = round(STRIDE * side)
    windows, steps = (3, side, side), (3, step, step)
    # Its default runs one window at a time.
    found = Occlusion(model).attribute(tensor_of(image), windows, steps, 0, target)
    return found[0, 0].numpy()


def authors_rise(model, image, target, samples, seed=SEED):
    """As github.com/eclique/RISE, explanations.py, of 2018: masks first, then batches of 100."""
    rng, side = np.random.default_rng(seed), image.shape[0]
    cell = int(np.ceil(side / CELLS))
    enlarged = ((CELLS + 1) * cell,) * 2
    grids = (rng.random((samples, CELLS, CELLS)) < 0.5).astype("float32")
    masks = np.empty((samples, 1, side, side), np.float32)
    for number, grid in enumerate(grids):
        top, left = rng.integers(0, cell, 2)
        mask = resize(grid, enlarged, order=1, mode="reflect", anti_aliasing=False)
        masks[number, 0] = mask[top : top + side, left : left + side]
    masks = torch.from_numpy(masks)
    with torch.no_grad():
        stack = torch.mul(masks, tensor_of(image))
        parts = [model(stack[start : start + 100]).softmax(1) for start in range(0, samples, 100)]
        answers = torch.cat(parts)[:, target]
        found = answers @ masks.view(samples, -1)
    return (found.view(side, side) / samples / 0.5).numpy()


def captum_kernel_shap(model, image, target, samples, seed=SEED):
    segments = torch.from_numpy(segment(image, SEGMENTATION, seed)).long()

    def probability(batch):
        return model(batch).softmax(1)[:, target]

    found = KernelShap(probability).attribute(
        tensor_of(image), feature_mask=segments[None, None], n_samples=samples
    )
    return found[0, 0].numpy()


def ours(method, precision: str, **given) -> Callable:
    def run(model, image, target, samples, seed=SEED):
        counted = {} if method is occlusion else {"samples": samples}
        found = method.explain(
            model, image[None], np.array([target]), seed=seed, precision=precision, log=str,
            **counted, **given,
        )  # fmt: skip
        return found.attribution[0]

    return run


OTHERS = {
    "occlusion": (captum_occlusion, occlusion, {"baseline": "black"}),
    "rise": (authors_rise, rise, {"cells": CELLS}),
    "kernel_shap": (
        captum_kernel_shap, kernel_shap, {"segmentation": SEGMENTATION, "baseline": "black"}
    ),
}  # fmt: skip


def timed(run: Callable, *arguments) -> tuple[float, float, np.ndarray]:
    wall, processors = time.perf_counter(), time.process_time()
    found = run(*arguments)
    return time.perf_counter() - wall, time.process_time() - processors, found


def compared(name: str, model, image, target: int, options) -> None:
    other, method, given = OTHERS[name]
    runs = {
        "theirs": other,
        **{f"cnnscope, {p}": ours(method, p, **given) for p in ("float32", "bfloat16")},
    }
    best: dict[str, tuple[float, float]] = {}
    maps = {}
    for _ in range(options.rounds):
        for label, run in runs.items():
            wall, processors, found = timed(run, model, image, target, options.samples)
            before = best.get(label, (np.inf, np.inf))
            best[label] = min(before[0], wall), min(before[1], processors)
            maps[label] = found
    for label, (wall, processors) in best.items():
        correlation = np.corrcoef(maps["theirs"].ravel(), maps[label].ravel())[0, 1]
        print(
            f"| {name} | {label} | {wall:.1f} | {best['theirs'][0] / wall:.2f} "
            f"| {processors:.1f} | {best['theirs'][1] / processors:.2f} | {correlation:.3f} |",
            flush=True,
        )


def scatter(run: Callable, model, image, target: int, samples: int) -> float:
    """The standard error of a map's pixels, from its difference to that of another seed."""
    halves = [run(model, image, target, samples, seed) for seed in (1, 2)]
    return float(np.sqrt(np.mean((halves[0] - halves[1]) ** 2) / 2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--methods", nargs="+", choices=OTHERS, default=list(OTHERS))
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--architecture", default="food_cnn")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--classes", type=int, default=11)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--mean", type=float, nargs=3, default=[0.5] * 3)
    parser.add_argument("--std", type=float, nargs=3, default=[0.25] * 3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    # As the jobs of the workflow do; it serves the others as well.
    keep_freed_memory()
    model, image = network(options), photograph(options.size)
    with torch.no_grad():
        target = int(model(tensor_of(image)).argmax())
    print(
        f"{options.architecture}, {options.size} x {options.size}, {options.samples} samples, "
        f"{options.threads} threads\n\n"
        "| method | by | seconds | times faster | of all processors | times faster | correlation |"
        "\n|---|---|---|---|---|---|---|"
    )
    for name in options.methods:
        compared(name, model, image, target, options)
    if "rise" in options.methods:
        runs = (authors_rise, ours(rise, "float32", cells=CELLS))
        errors = [scatter(run, model, image, target, 200) for run in runs]
        print(
            f"\nstandard error of RISE's pixels by 200 masks: {errors[0]:.2g}, ours "
            f"{errors[1]:.2g}: {(errors[0] / errors[1]) ** 2:.1f} times fewer for the same map"
        )


if __name__ == "__main__":
    main()
