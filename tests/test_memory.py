import subprocess
import sys

import pytest

# How many pages the system hands out while four arrays of 64 MB are made and freed.
COUNT = """
import resource
import numpy as np
from cnnscope.memory import keep_freed_memory
{first}
np.ones(2**23)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(4):
    np.ones(2**23)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def pages(first: str) -> int:
    run = [sys.executable, "-c", COUNT.format(first=first)]
    return int(subprocess.run(run, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc's allocator is asked")
def test_memory_that_is_freed_is_used_again_and_not_handed_out_anew():
    # Huge pages, where the system has them, are fewer.
    assert pages("keep_freed_memory()") < 16 < pages("")


def test_other_systems_stay_as_they_are(monkeypatch):
    from cnnscope import memory

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda name: pytest.fail("it was asked"))
    memory.keep_freed_memory()
