"""Files that no one should load: refused in a line, soon, in little memory, and nothing runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_checkpoints import CASES

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What became of each; a crash or a hang shows as what is missing."""
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("read_hostile.py"), tmp_path_factory.mktemp("h")],
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    found = {one[0]: one[1:] for one in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 0, (list(found)[-1:], done.stderr)
    return found


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="limits memory as Linux does")
@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_is_refused(outcomes, name):
    outcome, seconds, megabytes, ran = outcomes[name]
    assert outcome.startswith("refused: "), outcome
    assert CASES[name][1] in outcome
    assert "\n" not in outcome
    assert not ran, "its code"
    assert seconds < 5
    assert megabytes < 500
