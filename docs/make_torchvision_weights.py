"""Write what a plan has to know of torchvision's weights, so that it need not import PyTorch:

python docs/make_torchvision_weights.py > cnnscope/networks/torchvision_weights.json
"""

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from unittest import mock

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).parents[1]))

from cnnscope.networks.vision import torchvision_models


def table() -> dict:
    """The weights of torchvision's classifiers.

    Returns:
        `categories`, the names of ImageNet's 1,000 classes, and `architectures`: by architecture
        `default`, a name of weights, and `weights`: by name `url`; `sha256`, the first digits of
        the file's hash; `size`, `resize` (pixels), `interpolation`, `mean` and `std` (a number a
        channel) of the preprocessing; and `arguments`, with which the network has to be built.
    """
    models = torchvision_models()
    categories: list[str] = []
    architectures = {}
    for name in models.list_models(module=models):
        builder, enum = models.get_model_builder(name), models.get_model_weights(name)
        # Weights without classes are features for other tasks: their classifier holds NaN.
        usable = [weights for weights in enum if weights.meta["categories"]]
        for weights in usable:
            categories = categories or weights.meta["categories"]
            assert weights.meta["categories"] == categories, f"{weights} has classes of its own"
        if usable:
            architectures[name] = {
                "default": enum.DEFAULT.name,
                "weights": {weights.name: entry(builder, weights) for weights in usable},
            }
    return {"categories": categories, "architectures": architectures}


def entry(builder: Callable, weights) -> dict:
    preset = weights.transforms()
    (size,), (resize,) = preset.crop_size, preset.resize_size
    plain, changed = settled(builder, None), settled(builder, weights)
    return {
        "url": weights.url,
        "sha256": torch.hub.HASH_REGEX.search(weights.url.rpartition("/")[2])[1],
        "size": size,
        "resize": resize,
        "interpolation": preset.interpolation.value,
        "mean": list(preset.mean),
        "std": list(preset.std),
        "arguments": {name: value for name, value in changed.items() if name not in plain},
    }


def settled(builder: Callable, weights) -> dict:
    """The arguments that torchvision itself gives a network that is built for these weights."""
    module = sys.modules[builder.__module__]
    settle, arguments = module._ovewrite_named_param, {}

    def recording(given: dict, name: str, value) -> None:
        arguments[name] = value
        settle(given, name, value)

    with (
        mock.patch.object(module, "_ovewrite_named_param", recording),
        # They are settled before the first module is made, and to make all takes a while.
        mock.patch.object(nn.Module, "__init__", side_effect=StopIteration),
        suppress(StopIteration),
    ):
        builder(weights=weights)
    return arguments


def page(made: dict) -> str:
    """JSON with a line for each architecture, so that a change shows as one."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(one)}" for name, one in made["architectures"].items()
    ]
    architectures = ",\n".join(lines)
    categories = json.dumps(made["categories"])
    return f'{{"categories": {categories},\n"architectures": {{\n{architectures}\n}}}}\n'


if __name__ == "__main__":
    print(page(table()), end="")
