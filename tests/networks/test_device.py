import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from cnnscope.errors import UserError
from cnnscope.networks import device
from cnnscope.networks.device import use_threads

STORM = os.environ.get("CNNSCOPE_STORM")


def test_each_vector_function_is_called_on_one_number_before_there_are_two_threads(monkeypatch):
    names, called, threads = ("exp", "log", "logit", "sqrt", "tanh", "erf"), set(), []
    for name in names:
        function = getattr(torch, name)
        monkeypatch.setattr(
            torch,
            name,
            lambda number, name=name, function=function: (
                called.add((name, number.dtype, number.numel())) or function(number)
            ),
        )
    monkeypatch.setattr(torch, "set_num_threads", lambda count: threads.append((count, *called)))
    use_threads(2)
    settled = {(name, kind, 1) for name in names for kind in (torch.float32, torch.float64)}
    assert [(count, set(before)) for count, *before in threads] == [(2, settled)]


@pytest.mark.skipif(not STORM, reason="a long proof: CNNSCOPE_STORM=2500")
@pytest.mark.skipif(sys.platform != "linux", reason="forks")
def test_a_storm_of_fresh_processes_gives_one_answer_each_time():
    """That the cure cures: without it, one process in a thousand errs where the processor is busy.

    That every job has the cure is seen each time, by tests/workflow/test_threads.py.
    """
    script = [sys.executable, str(Path(__file__).with_name("first_calls.py")), STORM]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    storm = [
        subprocess.Popen(
            [*script, function, "settled"], env=environment, stdout=subprocess.PIPE, text=True
        )
        for function in ("logit", "exp", "sqrt")
    ]
    assert [process.communicate()[0].strip() for process in storm] == ["1", "1", "1"]


@pytest.mark.parametrize(
    ("wanted", "kind", "computes", "found"),
    [
        ("bfloat16", "cpu", True, "bfloat16"),
        ("bfloat16", "cpu", False, "float32"),
        ("bfloat16", "cuda", False, "bfloat16"),
        ("float32", "cpu", True, "float32"),
        ("float32", "cpu", False, "float32"),
    ],
)
def test_bfloat16_is_computed_in_where_the_device_can(monkeypatch, wanted, kind, computes, found):
    monkeypatch.setattr(device, "_cpu_has_bfloat16", lambda: computes)
    said: list[str] = []
    assert device.possible_precision(wanted, torch.device(kind), said.append) == found
    assert [line.split(";")[0] for line in said] == (
        [] if found == wanted else ["precision: this processor only emulates bfloat16"]
    )


@pytest.mark.parametrize("library", [False, True])
@pytest.mark.parametrize("processor", [False, True])
def test_a_processor_computes_in_bfloat16_where_its_library_is_there_and_says_so(
    monkeypatch, library, processor
):
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: library)
    monkeypatch.setattr(
        torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: processor, raising=False
    )
    assert device._cpu_has_bfloat16() == (library and processor)


def test_a_precision_that_there_is_not_is_refused():
    with pytest.raises(UserError, match="'float16' is none of float32, bfloat16"):
        device.possible_precision("float16", torch.device("cpu"))


@pytest.mark.parametrize(
    ("wanted", "there", "found"),
    [("auto", True, "cuda"), ("auto", False, "cpu"), ("cpu", True, "cpu"), ("cuda", True, "cuda")],
)
def test_a_card_is_taken_where_there_is_one_and_it_is_not_declined(
    monkeypatch, wanted, there, found
):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    for name in ("benchmark", "deterministic", "allow_tf32"):
        monkeypatch.setattr(torch.backends.cudnn, name, getattr(torch.backends.cudnn, name))
    assert device.choose_device(wanted).type == found


def test_a_card_that_is_asked_for_and_not_there_is_told(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UserError, match="cuda is asked for and PyTorch finds none"):
        device.choose_device("cuda")
