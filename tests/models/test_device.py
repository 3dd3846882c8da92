import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from cnnscope.models.device import settle_vector_functions

# Many at once, for the processor must be busy: CNNSCOPE_STORM=3000 bash tests/run.sh -k storm
STORM = int(os.environ.get("CNNSCOPE_STORM", "40"))


def test_each_vector_function_is_first_called_on_one_number(monkeypatch):
    called = []
    for name in ("exp", "log", "logit", "sqrt", "tanh", "erf"):
        function = getattr(torch, name)
        monkeypatch.setattr(
            torch,
            name,
            lambda number, name=name, function=function: (
                called.append((name, number.dtype, number.numel())) or function(number)
            ),
        )
    settle_vector_functions()
    for name in ("exp", "log", "logit", "sqrt", "tanh", "erf"):
        assert {kind for n, kind, count in called if n == name and count == 1} == {
            torch.float32,
            torch.float64,
        }


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
def test_a_storm_of_fresh_processes_gives_one_answer_each_time():
    script = [sys.executable, str(Path(__file__).with_name("first_calls.py")), str(STORM)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    storm = [
        subprocess.Popen(
            [*script, function, "settled"], env=environment, stdout=subprocess.PIPE, text=True
        )
        for function in ("logit", "exp", "sqrt")
    ]
    assert [process.communicate()[0].strip() for process in storm] == ["1", "1", "1"]
