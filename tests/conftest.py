"""What tests of several rooms share."""

import os

import pytest

# As in every job: MKL reads it when it is first used, and answers with other last bits without it.
os.environ.setdefault("MKL_CBWR", "AUTO")


@pytest.fixture
def one_thread():
    """Two threads that share a core with others spend their time waiting for each other."""
    # Most tests need no PyTorch, whose import takes a second.
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def server(monkeypatch):
    """A server on this machine, which is asked directly, whatever proxy there is."""
    from misbehaving_server import running

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running() as server:
        yield server
