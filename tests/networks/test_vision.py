import subprocess
import sys

import pytest

from cnnscope.networks.vision import torchvision_models


def test_torchvision_classifiers_load_whatever_was_built_for_what():
    models = torchvision_models()
    assert torchvision_models() is models
    assert "resnet18" in models.list_models(module=models)


def test_other_failures_of_the_import_are_not_hidden():
    script = (
        "import importlib, cnnscope.networks.vision as v\n"
        "def broken(name): raise RuntimeError('disk on fire')\n"
        "v.importlib.import_module = broken\n"
        "v.torchvision_models()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "disk on fire" in done.stderr


def test_cuda_is_refused_in_one_line_where_there_is_none():
    import torch

    from cnnscope.errors import UserError
    from cnnscope.networks.device import choose_device

    if torch.cuda.is_available():
        assert choose_device("auto").type == "cuda"
    else:
        assert choose_device("auto").type == "cpu"
        with pytest.raises(UserError, match="device: cuda is asked for"):
            choose_device("cuda")
    assert choose_device("cpu").type == "cpu"
