"""The table of torchvision's weights says what the installed torchvision says."""

import json
import runpy
from pathlib import Path
from unittest import mock

import pytest
import torch

from cnnscope.networks.build import build
from cnnscope.networks.vision import torchvision_models
from cnnscope.planning.pretrained import named_weights

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "cnnscope" / "networks" / "torchvision_weights.json"


def test_the_table_is_in_step_with_torchvision():
    made = runpy.run_path(str(ROOT / "docs" / "make_torchvision_weights.py"))
    assert TABLE.read_text() == made["page"](made["table"]()), (
        "run: python docs/make_torchvision_weights.py > cnnscope/networks/torchvision_weights.json"
    )


def test_each_classifier_and_its_weights_are_there_as_torchvision_has_them():
    models = torchvision_models()
    table = json.loads(TABLE.read_text())
    names = models.list_models(module=models)
    assert sorted(table["architectures"]) == names and len(names) >= 80
    for architecture in names:
        enum = models.get_model_weights(architecture)
        known = table["architectures"][architecture]
        # The features of VGG-16 are no classifier.
        assert list(known["weights"]) == [w.name for w in enum if w.name != "IMAGENET1K_FEATURES"]
        assert known["default"] == enum.DEFAULT.name
        for name, entry in known["weights"].items():
            weights = enum[name]
            assert entry["url"] == weights.url
            assert weights.url.endswith(f"-{entry['sha256']}.pth") and len(entry["sha256"]) >= 8
            preset = weights.transforms()
            assert [entry["size"]] == preset.crop_size and [entry["resize"]] == preset.resize_size
            assert (entry["mean"], entry["std"]) == (list(preset.mean), list(preset.std))
            assert entry["interpolation"] == preset.interpolation.value
            assert weights.meta["categories"] == table["categories"]
            assert entry["arguments"]["num_classes"] == 1000


@pytest.mark.parametrize("architecture", ["googlenet", "mobilenet_v3_small", "densenet121"])
def test_the_network_is_the_one_that_torchvision_builds_for_its_weights(architecture):
    arguments = named_weights(architecture, "DEFAULT").arguments
    torch.manual_seed(0)
    ours = build(architecture, arguments, classes=3, size=96, channels=3).eval()
    models = torchvision_models()
    with mock.patch("torchvision.models._api.load_state_dict_from_url") as loads:
        loads.return_value = ours.state_dict()
        theirs = models.get_model(architecture, weights="DEFAULT").eval()
    (address,), _ = loads.call_args
    assert address == named_weights(architecture, "DEFAULT").address
    image = torch.rand(1, 3, 96, 96)
    with torch.no_grad():
        assert torch.equal(ours(image), theirs(image))
