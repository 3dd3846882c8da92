import argparse
import contextlib
import gzip
import io
import os
import pickle
import zipfile
from collections import OrderedDict

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.models.checkpoint import load_weights, read_state_dict, save_weights
from cnnscope.models.food_cnn import FoodCNN


class Net(nn.Module):
    """Every kind of tensor that a checkpoint holds: weights, statistics, a whole number."""

    def __init__(self, classes: int = 11, width: int = 4) -> None:
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv2d(3, width, 3), nn.BatchNorm2d(width), nn.PReLU())
        self.fc = nn.Linear(width, classes)


@pytest.fixture
def net():
    torch.manual_seed(0)
    return Net()


def equal(state, other) -> bool:
    return list(state) == list(other) and all(torch.equal(state[k], other[k]) for k in other)


def message_of(path) -> str:
    """The one line that the user reads about this file."""
    with pytest.raises(UserError) as caught:
        read_state_dict(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    assert "\x1b" not in message
    return message


def saved(path, content, **options):
    torch.save(content, path, **options)
    return path


@pytest.mark.parametrize("suffix", ["pth", "pt", "ckpt", "bin"])
@pytest.mark.parametrize("key", [None, "state_dict", "model_state_dict", "model"])
@pytest.mark.parametrize("new_format", [True, False], ids=["zip", "legacy"])
def test_every_form_of_a_state_dict_is_read(net, tmp_path, suffix, key, new_format):
    state = net.state_dict()
    optimizer = {"state": {0: {"exp_avg": torch.ones(2)}}, "param_groups": [{"betas": (0.9, 1)}]}
    content = {"epoch": 3, "optimizer": optimizer, key: state} if key else state
    path = tmp_path / f"w.{suffix}"
    saved(path, content, _use_new_zipfile_serialization=new_format)
    assert equal(read_state_dict(path), state)


def test_safetensors_are_read_whatever_the_suffix(net, tmp_path):
    for name in ("w.safetensors", "w.pth"):
        safetensors.torch.save_file(net.state_dict(), tmp_path / name)
        state = read_state_dict(tmp_path / name)
        assert equal({k: state[k] for k in net.state_dict()}, net.state_dict())


@pytest.mark.parametrize("key", [None, "state_dict"])
def test_the_prefix_of_data_parallel_goes(net, tmp_path, key):
    state = nn.DataParallel(net).state_dict()
    assert all(name.startswith("module.") for name in state)
    read = read_state_dict(saved(tmp_path / "w.pth", {key: state} if key else state))
    assert equal(read, net.state_dict())
    load_weights(Net(), read, "w.pth")


def test_a_prefix_that_not_all_names_have_stays(tmp_path):
    state = {"module.a": torch.ones(1), "b": torch.ones(1)}
    assert equal(read_state_dict(saved(tmp_path / "w.pth", state)), state)


def test_parameters_become_plain_tensors(net, tmp_path):
    state = read_state_dict(saved(tmp_path / "w.pth", dict(net.named_parameters())))
    assert all(type(tensor) is torch.Tensor for tensor in state.values())
    assert not any(tensor.requires_grad for tensor in state.values())


@pytest.mark.parametrize("suffix", ["pth", "safetensors"])
def test_weights_read_in_inference_mode_can_be_differentiated(net, tmp_path, suffix):
    path = tmp_path / f"w.{suffix}"
    save_weights(net, path) if suffix == "safetensors" else torch.save(net.state_dict(), path)
    with torch.inference_mode():
        state = read_state_dict(path)
    assert not any(tensor.is_inference() for tensor in state.values())


class Malicious:
    def __init__(self, trace) -> None:
        self.trace = trace

    def __reduce__(self):
        return os.system, (f"touch {self.trace}",)


def test_the_malicious_file_would_do_it(tmp_path):
    pickle.loads(pickle.dumps(Malicious(tmp_path / "ran")))
    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize("form", ["zip", "legacy", "pickle", "pickle 2", "in a wrapper"])
def test_a_file_that_wants_to_run_code_is_refused_and_does_not_run(
    net, tmp_path, monkeypatch, form
):
    # The switch with which torch is talked into running it must not help.
    monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
    path = tmp_path / "w.pth"
    content = net.state_dict() | {"fc.bias": Malicious(tmp_path / "ran")}
    if form.startswith("pickle"):
        path.write_bytes(pickle.dumps(content, protocol=2 if form == "pickle 2" else None))
    elif form == "in a wrapper":
        saved(path, {"state_dict": net.state_dict(), "info": Malicious(tmp_path / "ran")})
    else:
        saved(path, content, _use_new_zipfile_serialization=form == "zip")
    message = message_of(path)
    assert "refused" in message
    assert "torch.save(model.state_dict()" in message
    assert form.startswith("pickle") or "system" in message
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("new_format", [True, False], ids=["zip", "legacy"])
def test_a_whole_model_is_refused(net, tmp_path, new_format):
    path = tmp_path / "w.pth"
    saved(path, nn.Sequential(nn.Linear(1, 1)), _use_new_zipfile_serialization=new_format)
    message = message_of(path)
    assert "a whole pickled model" in message
    assert "torch.save(model.state_dict()" in message
    assert "Net" in message_of(saved(path, net, _use_new_zipfile_serialization=new_format))


def test_other_objects_beside_the_weights_are_named(net, tmp_path):
    content = {"state_dict": net.state_dict(), "args": argparse.Namespace(lr=0.1)}
    assert "argparse.Namespace" in message_of(saved(tmp_path / "w.pth", content))
    content = {"state_dict": net.state_dict(), "best": np.float64(0.5)}
    assert "numpy" in message_of(saved(tmp_path / "w.pth", content))


def test_a_torchscript_program_is_refused(net, tmp_path):
    with zipfile.ZipFile(tmp_path / "w.pt", "w") as archive:
        for name in ("w/data.pkl", "w/constants.pkl", "w/code/net.py"):
            archive.writestr(name, "")
    assert "TorchScript" in message_of(tmp_path / "w.pt")


@pytest.mark.parametrize("form", ["zip", "legacy", "safetensors"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.999])
def test_a_truncated_file_is_called_damaged(net, tmp_path, form, share):
    path = tmp_path / "w"
    if form == "safetensors":
        save_weights(net, path)
    else:
        saved(path, net.state_dict(), _use_new_zipfile_serialization=form == "zip")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert "cut short or damaged" in message_of(path)


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
def test_a_damaged_archive_is_one_line_wherever_the_damage_is(net, tmp_path):
    path = saved(tmp_path / "w.pth", {"fc.bias": torch.ones(3)})
    whole = path.read_bytes()
    directory = whole.index(b"PK\x01\x02")
    for place in [*range(4, len(whole), 41), *range(directory, directory + 46)]:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        # Damage to the numbers themselves cannot be seen; a hash is for that.
        with contextlib.suppress(UserError):
            read_state_dict(path)


def zip_of_text() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("weights.txt", "1")
    return file.getvalue()


def array_file() -> bytes:
    file = io.BytesIO()
    np.save(file, np.zeros(3))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "looks"),
    [
        (b"", "an empty file"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\n <html lang='en'>", "a web page"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a PNG picture"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "a JPEG picture"),
        (b"%PDF-1.7", "a PDF document"),
        (gzip.compress(b"weights"), "a gzip archive"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "Keras"),
        (array_file(), "a NumPy array"),
        (bytes(257) + b"ustar" + bytes(250), "a tar archive"),
        (b'{"error": "not found"}', "a text"),
        (b"\x01\x02\x03", "nothing known"),
        (zip_of_text(), "not one that torch.save writes"),
    ],
)
def test_a_foreign_file_is_named_for_what_it_looks_like(tmp_path, content, looks):
    path = tmp_path / "w.pth"
    path.write_bytes(content)
    assert looks in message_of(path)


def test_what_cannot_be_opened_is_one_line(tmp_path):
    assert "No such file" in message_of(tmp_path / "nowhere.pth")
    assert "directory" in message_of(tmp_path)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ([torch.ones(1)], "a list"),
        (torch.ones(1), "a Tensor"),
        ({}, "a dict with nothing in it"),
        ({"epoch": 3, "loss": 0.1, "net": {}, "lr": 1}, "a dict with epoch, loss, net and 1 more"),
        ({"state_dict": {"a": 1}}, "a dict with state_dict"),
        ({1: torch.ones(1)}, "a dict with 1"),
    ],
)
def test_a_file_without_a_state_dict_says_what_it_holds(tmp_path, content, found):
    assert f"holds {found}, but no state dict" in message_of(saved(tmp_path / "w.pth", content))


@pytest.mark.parametrize("tensor", [torch.eye(2).to_sparse(), torch.ones(2, device="meta")])
def test_tensors_that_hold_no_plain_numbers_are_refused(tmp_path, tensor):
    assert "the.name" in message_of(saved(tmp_path / "w.pth", {"the.name": tensor}))


def test_names_cannot_talk_to_the_terminal(tmp_path):
    name = "\x1b[2J\n" + "a" * 1000
    message = message_of(saved(tmp_path / "w.pth", {name: 1}))
    assert len(message) < 500


def refusal(model, state) -> str:
    """Load what does not fit; the model stays as it was."""
    before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    with pytest.raises(UserError) as caught:
        load_weights(model, state, "w.pth")
    assert equal(model.state_dict(), before)
    assert str(caught.value).startswith("w.pth")
    return str(caught.value)


def test_loaded_weights_are_the_models_own(net):
    torch.manual_seed(1)
    model = Net()
    state = net.state_dict()
    load_weights(model, state, "w.pth")
    assert equal(model.state_dict(), state)
    model.fc.bias.data.add_(1)
    assert not torch.equal(net.fc.bias, model.fc.bias)
    assert model.fc.bias.requires_grad


def test_another_number_of_classes_is_told_as_such(net):
    message = refusal(net, Net(classes=7).state_dict())
    assert "the checkpoint has 7 classes, the dataset 11" in message
    assert "fc.weight, fc.bias" in message


def test_another_width_is_no_number_of_classes(net):
    message = refusal(net, Net(width=5).state_dict())
    assert "classes" not in message
    assert "cnn.0.weight is 5×3×3×3, not 4×3×3×3, cnn.0.bias is 5, not 4" in message
    assert "and 4 more" in message


def test_another_number_of_inputs_is_no_number_of_classes(net):
    message = refusal(net, net.state_dict() | {"fc.weight": torch.ones(11, 5)})
    assert "shapes differ: fc.weight is 11×5, not 11×4; the architecture" in message


def test_differing_names_are_listed_but_not_all(net):
    state = OrderedDict((f"net.{key}", value) for key, value in net.state_dict().items())
    message = refusal(net, state)
    assert "lacks cnn.0.weight, cnn.0.bias, cnn.1.weight and 7 more" in message
    assert "has net.cnn.0.weight, net.cnn.0.bias, net.cnn.1.weight and 7 more" in message


def test_one_missing_and_one_additional_name(net):
    state = net.state_dict()
    state["fc.scale"] = state.pop("fc.bias")
    message = refusal(net, state)
    assert "it lacks fc.bias; it has fc.scale, which the model has not" in message
    assert "more" not in message


def test_a_class_count_beside_other_differences_is_a_shape(net):
    state = Net(classes=7).state_dict() | {"more": torch.ones(1)}
    message = refusal(net, state)
    assert "fc.weight is 7×4, not 11×4" in message
    assert "it has more" in message


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_weights_that_are_no_numbers_are_refused_by_name(net, value):
    state = {key: tensor.clone() for key, tensor in net.state_dict().items()}
    state["cnn.1.running_var"][2] = value
    state["fc.weight"][0, 0] = value
    message = refusal(net, state)
    assert "cnn.1.running_var holds NaN or infinite" in message
    assert "fc.weight" not in message


def test_weights_too_large_for_float32_are_refused(net):
    state = net.state_dict() | {"fc.bias": torch.full((11,), 1e300, dtype=torch.float64)}
    assert "fc.bias" in refusal(net, state)


def test_half_precision_is_converted(net):
    state = {key: v.half() if v.is_floating_point() else v for key, v in net.state_dict().items()}
    load_weights(net, state, "w.pth")
    assert net.fc.weight.dtype == torch.float32
    assert torch.equal(net.fc.weight, state["fc.weight"].float())


def test_a_module_that_refuses_is_one_line(net, monkeypatch):
    def refuse(*_):
        raise ValueError("version 7 is too new")

    monkeypatch.setattr(net.cnn[1], "_load_from_state_dict", refuse)
    assert "version 7 is too new" in refusal(net, Net().state_dict())


class Versioned(nn.Linear):
    """Renames what an older version wrote, as some classifiers of torchvision do."""

    _version = 2

    def _load_from_state_dict(self, state, prefix, metadata, *args):
        if metadata.get("version") is None:
            raise ValueError("no version")
        if metadata["version"] == 1:
            state[f"{prefix}weight"] = state.pop(f"{prefix}old")
        super()._load_from_state_dict(state, prefix, metadata, *args)


def test_the_versions_of_modules_are_kept(tmp_path):
    model = Versioned(2, 1, bias=False)
    state = nn.DataParallel(model).state_dict()
    state["module.old"] = state.pop("module.weight") + 1
    state._metadata["module"]["version"] = 1
    load_weights(model, read_state_dict(saved(tmp_path / "w.pth", state)), "w.pth")
    assert torch.equal(model.weight, state["module.old"])
    save_weights(model, tmp_path / "w.safetensors")
    load_weights(model, read_state_dict(tmp_path / "w.safetensors"), "w.safetensors")


def test_a_round_trip_gives_the_same_bytes(tmp_path):
    torch.manual_seed(0)
    model, other = (FoodCNN(3, width=1 / 32, size=32) for _ in range(2))
    save_weights(model, tmp_path / "a.safetensors")
    load_weights(other, read_state_dict(tmp_path / "a.safetensors"), "a.safetensors")
    assert equal(other.state_dict(), model.state_dict())
    save_weights(other.to(memory_format=torch.channels_last), tmp_path / "b.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.safetensors", "b.safetensors"]


def test_tied_weights_are_saved_under_every_name(tmp_path):
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[1].weight = model[0].weight
    save_weights(model, tmp_path / "w.safetensors")
    load_weights(model, read_state_dict(tmp_path / "w.safetensors"), "w.safetensors")


def test_saving_leaves_the_model_alone(net, tmp_path):
    before = {key: (tensor.data_ptr(), tensor.clone()) for key, tensor in net.state_dict().items()}
    save_weights(net, tmp_path / "w.safetensors")
    after = net.state_dict()
    assert all(
        after[k].data_ptr() == p and torch.equal(after[k], t) for k, (p, t) in before.items()
    )
    assert all(parameter.requires_grad for parameter in net.parameters())
