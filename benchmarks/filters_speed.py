"""Filter pictures as a notebook makes them against ours: the same network, filters and steps.

    python benchmarks/filters_speed.py [--steps 100] [--rounds 5] [--threads 2]

The notebook's way: for each filter by itself, Adam on the pixels, a whole forward pass with a hook
on the layer and a backward pass with the weights' gradients, in float32. Ours computes in float64,
so that another processor finds the same pictures. The two take turns in rounds of a
fifth of the steps; the best round of each counts, five times. (Every step costs the same. Ours
sets up anew in every round, which counts against it.) The network is the food CNN at full width on
128 x 128 with 11 classes, untrained: the time does not depend on the weights.
"""

import argparse
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cnnscope.inspection.ascent import visualise
from cnnscope.networks.food_cnn import FoodCNN

SIZE, CLASSES = 128, 11
PARTS = 5
LAYERS = {"cnn.0": (25, 55), "cnn.4": (64, 120), "cnn.8": (45, 85)}


def by_notebook(model: FoodCNN, layer: str, number: int, steps: int) -> torch.Tensor:
    seen = {}
    handle = model.get_submodule(layer).register_forward_hook(
        lambda module, args, output: seen.update(output=output)
    )
    picture = torch.rand(1, 3, SIZE, SIZE).requires_grad_()
    optimizer = torch.optim.Adam([picture], lr=0.05)
    for _ in range(steps):
        optimizer.zero_grad()
        model(picture)
        (-seen["output"][0, number].mean()).backward()
        optimizer.step()
    handle.remove()
    return picture.detach()


def seconds(function, *arguments, **options) -> float:
    start = time.perf_counter()
    function(*arguments, **options)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    model = FoodCNN(CLASSES, size=SIZE).eval()
    options = {"seed": 0, "size": (SIZE, SIZE), "channels": 3}
    # The first passes set up memory and threads, for both.
    by_notebook(model, "cnn.8", 0, steps=2)
    visualise(model, "cnn.8", [0], steps=2, **options)

    steps = arguments.steps // PARTS
    totals = [0.0, 0.0]
    print(f"{steps * PARTS} steps, {arguments.threads} threads; seconds")
    print(f"{'layer':<8}{'filters':>9}{'notebook':>11}{'cnnscope':>11}{'faster':>9}")
    for layer, filters in LAYERS.items():
        times = [0.0, 0.0]
        for number in filters:
            rounds = [
                (
                    seconds(by_notebook, model, layer, number, steps),
                    seconds(visualise, model, layer, [number], steps=steps, **options),
                )
                for _ in range(arguments.rounds)
            ]
            best = [PARTS * min(one) for one in zip(*rounds, strict=True)]
            times = [whole + one for whole, one in zip(times, best, strict=True)]
        report(layer, len(filters), times)
        totals = [total + one for total, one in zip(totals, times, strict=True)]
    report("all", sum(map(len, LAYERS.values())), totals)


def report(name: str, filters: int, times: list[float]) -> None:
    notebook, ours = times
    print(
        f"{name:<8}{filters:>9}{notebook:>11.1f}{ours:>11.1f}{notebook / ours:>8.1f}x", flush=True
    )


if __name__ == "__main__":
    main()
