"""Another processor and number of threads change the last bits, and no more than those."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import last_bits
import numpy as np
import pytest
import torch

# What every 64-bit processor of Intel's and AMD's has; float64 convolutions are MKL's.
PLAIN = {
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "MKL_CBWR": "COMPATIBLE",
}
# Shares of the largest value. What SHAP divides by may be small. Of a picture, which is float32
# made of float64, the last bit at most.
TOLERANCE = {"saliency": 1e-5, "lime": 1e-4, "shap": 1e-4}
TOLERANCE |= {f"filters of {layer} from {start}": 1e-6 for start, layer, _ in last_bits.ASCENTS}


@pytest.fixture(scope="module")
def arrays(tmp_path_factory) -> tuple[dict, dict]:
    """What this processor with one thread finds, and what a plain one with two does."""
    folder = tmp_path_factory.mktemp("bits")
    torch.save(last_bits.lived_in().state_dict(), folder / "weights.pt")
    # Two threads that share a core with others are to sleep, not to spin, while they wait.
    shared = {"PYTHONPATH": str(Path(__file__).parents[2]), "OMP_WAIT_POLICY": "PASSIVE"}
    processes = [
        subprocess.Popen(
            [sys.executable, last_bits.__file__, folder / "weights.pt", folder / file, threads],
            env=os.environ | shared | changed,
            stderr=subprocess.PIPE,
            text=True,
        )
        for file, threads, changed in (("here.npz", "1", {}), ("there.npz", "2", PLAIN))
    ]
    for process in processes:
        said = process.communicate()[1]
        assert process.returncode == 0, said
    return tuple(dict(np.load(folder / file)) for file in ("here.npz", "there.npz"))


@pytest.mark.parametrize("name", TOLERANCE)
def test_another_processor_and_number_of_threads_change_only_the_last_bits_of(arrays, name):
    here, there = (one[name] for one in arrays)
    assert np.abs(here).max() > 0
    np.testing.assert_allclose(there, here, rtol=0, atol=TOLERANCE[name] * np.abs(here).max())


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="other instructions")
def test_the_plain_processor_sums_in_another_order(arrays):
    here, there = arrays
    assert any((here[name] != there[name]).any() for name in ("saliency", "lime", "shap"))
