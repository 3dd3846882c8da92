import pytest
import torch
from checkpoint_cases import Net
from download_cases import Getter
from misbehaving_server import running


@pytest.fixture
def net():
    torch.manual_seed(0)
    return Net()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running() as server:
        yield server


@pytest.fixture
def get(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    return Getter(folder)
