import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

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
