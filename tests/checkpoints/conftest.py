import pytest
import torch
from checkpoint_cases import Net
from download_cases import Getter


@pytest.fixture
def net():
    torch.manual_seed(0)
    return Net()


@pytest.fixture
def get(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    return Getter(folder)
