"""Weights that torchvision knows by name, fetched from a server on this machine."""

import hashlib
import io
import json

import pytest
import safetensors.torch
import torch
from misbehaving_server import reply

from cnnscope.networks.build import build

TARGET = "results/{run}/model/weights.safetensors"
MODEL = {"architecture": "squeezenet1_1", "weights": "DEFAULT"}
TABLE = "cnnscope/networks/torchvision_weights.json"


@pytest.fixture
def trained():
    torch.manual_seed(0)
    return build("squeezenet1_1", {"num_classes": 1000}, classes=3, size=224, channels=3)


@pytest.fixture
def published(project, server, trained) -> bytes:
    """The file of the weights; it lies on the server, and the project's table leads there."""
    file = io.BytesIO()
    torch.save(trained.state_dict(), file)
    digest = sha256(file.getvalue())
    server.answers = [reply(200, file.getvalue())]
    table = json.loads((project.folder / TABLE).read_text())
    entry = table["architectures"]["squeezenet1_1"]["weights"]["IMAGENET1K_V1"]
    entry |= {"url": f"{server.url}/squeezenet1_1-{digest[:8]}.pth", "sha256": digest[:8]}
    (project.folder / TABLE).write_text(json.dumps(table))
    return file.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_weights_by_name_are_fetched_once_for_all_runs(project, server, trained, published):
    for run in ("one", "two"):
        project.configure(run=run, model=MODEL, image={})
        done = project.snakemake(target := TARGET.format(run=run))
        assert done.returncode == 0, done.stderr
        state = safetensors.torch.load_file(project.folder / target)
        assert torch.equal(state["classifier.1.weight"], trained.classifier[1].weight)
    fetched = [request["path"] for request in server.seen]
    assert fetched == [f"/squeezenet1_1-{sha256(published)[:8]}.pth"]


def test_a_file_of_the_weights_is_taken_if_it_is_theirs(project, server, trained, published):
    file, target = project.folder / "mine.pth", TARGET.format(run="one")
    local = MODEL | {"checkpoint": "mine.pth"}
    project.configure(run="one", model=local, image={})
    file.write_bytes(published)
    done = project.snakemake(target)
    assert done.returncode == 0, done.stderr
    trained.classifier[1].bias.data.add_(1)
    torch.save(trained.state_dict(), file)
    done = project.snakemake(target)
    assert done.returncode != 0
    asked = f"model.sha256 says {sha256(published)[:8]} (from model.weights, where it is not given)"
    assert asked in done.stdout + done.stderr
    project.configure(model=local | {"sha256": sha256(file.read_bytes())})
    done = project.snakemake(target)
    assert done.returncode == 0, done.stderr
    assert server.seen == [], "nothing is fetched where the file is there"
