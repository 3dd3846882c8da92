import argparse
import contextlib
import gzip
import io
import os
import pickle
import zipfile

import numpy as np
import pytest
import safetensors.torch
import torch
from checkpoint_cases import equal, saved
from torch import nn

from cnnscope.checkpoints.checkpoint import read_state_dict, save_weights
from cnnscope.errors import UserError


def message_of(path) -> str:
    """The one line that the user reads about this file."""
    with pytest.raises(UserError) as caught:
        read_state_dict(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    assert "\x1b" not in message
    return message


@pytest.mark.parametrize("suffix", ["pth", "pt", "ckpt", "bin"])
@pytest.mark.parametrize("key", [None, "state_dict", "model_state_dict", "model", "net"])
@pytest.mark.parametrize("new_format", [True, False], ids=["zip", "legacy"])
def test_every_form_of_a_state_dict_is_read(net, tmp_path, suffix, key, new_format):
    state = net.state_dict()
    optimizer = {"state": {0: {"exp_avg": torch.ones(2)}}, "param_groups": [{"betas": (0.9, 1)}]}
    content = {"epoch": 3, "optimizer": optimizer, key: state} if key else state
    path = tmp_path / f"w.{suffix}"
    saved(path, content, _use_new_zipfile_serialization=new_format)
    assert equal(read_state_dict(path), state)


@pytest.mark.parametrize("averaged", ["state_dict_ema", "model_ema", "ema_state_dict", "ema"])
def test_a_moving_average_is_read_only_where_it_is_alone(net, tmp_path, averaged):
    mean = {key: tensor + 1 for key, tensor in net.state_dict().items()}
    assert equal(read_state_dict(saved(tmp_path / "w.pth", {"epoch": 3, averaged: mean})), mean)
    for key in ("state_dict", "model"):
        both = {averaged: mean, key: net.state_dict()}
        assert equal(read_state_dict(saved(tmp_path / "w.pth", both)), net.state_dict())


def test_safetensors_are_read_whatever_the_suffix(net, tmp_path):
    for name in ("w.safetensors", "w.pth"):
        safetensors.torch.save_file(net.state_dict(), tmp_path / name)
        state = read_state_dict(tmp_path / name)
        assert equal({k: state[k] for k in net.state_dict()}, net.state_dict())


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
    # An archive holds the time of day, and the name of a test must not.
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_a_foreign_file_is_named_for_what_it_looks_like(tmp_path, content, looks):
    path = tmp_path / "w.pth"
    path.write_bytes(content)
    assert looks in message_of(path)


def test_what_cannot_be_opened_is_one_line(tmp_path):
    assert "No such file" in message_of(tmp_path / "nowhere.pth")
    assert "a folder" in message_of(tmp_path)


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
