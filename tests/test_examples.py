"""What docs/examples/ shows is run."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"


def blocks(page: str, language: str) -> list[str]:
    """The code blocks of a page in one language."""
    text = (EXAMPLES / page).read_text()
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def calls(page: str) -> list[list[str]]:
    """The calls of snakemake that a page shows."""
    lines = "".join(blocks(page, "bash")).splitlines()
    return [shlex.split(line) for line in lines if line.startswith("snakemake ")]


def plan(call: list[str], *more: str, cwd: Path, path: Path | None = None) -> str:
    """What a call that a page shows plans, called with the Python of the tests."""
    environment = os.environ | ({"PYTHONPATH": str(path)} if path else {})
    command = [sys.executable, "-m", *call, "-n", *more]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def jobs(said: str) -> dict[str, int]:
    return {name: int(count) for name, count in re.findall(r"^(\w+) +(\d+)$", said, re.MULTILINE)}


@pytest.fixture
def own(tmp_path, monkeypatch) -> Path:
    """A folder with the files that the page of the own network shows, and some pictures."""
    network, weights = blocks("own_network.md", "python")
    (tmp_path / "my_net.py").write_text(network)
    (tmp_path / "mine.yaml").write_text(blocks("own_network.md", "yaml")[0])
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    exec(weights, {})
    sys.modules.pop("my_net")
    noise = np.random.default_rng(0)
    for split, count in (("training", 2), ("validation", 1)):
        folder = tmp_path / "my_photos" / split
        folder.mkdir(parents=True)
        for name in [f"{label}_{n}" for label in range(3) for n in range(count)]:
            pixels = noise.integers(0, 256, (32, 32, 3), np.uint8)
            Image.fromarray(pixels).save(folder / f"{name}.png")
    return tmp_path


def test_the_own_network_is_explained_with_its_weights(own):
    from cnnscope.checkpoints.checkpoint import load_weights, read_state_dict
    from cnnscope.networks.build import build

    model = yaml.safe_load((own / "mine.yaml").read_text())["model"]
    network = build(model["architecture"], model["arguments"], classes=3, size=32, channels=3)
    before = network.head.weight.clone()
    load_weights(network, read_state_dict(own / model["checkpoint"]), "my_net.pth")
    assert not network.head.weight.equal(before)
    first, second = calls("own_network.md")
    assert "-n" in first and "-n" not in second
    snakefile = ("--snakefile", str(ROOT / "Snakefile"), "--directory", str(own))
    planned = jobs(plan(second, *snakefile, cwd=own))
    assert planned["convert"] == planned["attribution"] == planned["figure_maps"] == 1
    assert "train" not in planned


def test_the_calls_for_a_cluster_show_a_plan(tmp_path):
    """With an executor in the place of Slurm's, which the tests do not install."""
    stand_in = tmp_path / "snakemake_executor_plugin_slurm"
    stand_in.mkdir()
    bare = ROOT / "tests/workflow/nodes/snakemake_executor_plugin_bare/__init__.py"
    (stand_in / "__init__.py").write_text(bare.read_text())
    shown = [call for call in calls("cluster.md") if "-n" in call]
    assert len(shown) == 2
    for call in shown:
        directory = ("--directory", str(tmp_path))
        assert jobs(plan(call, *directory, cwd=ROOT, path=tmp_path))["figure_maps"] == 1


def test_snakemake_knows_every_option_that_the_page_of_the_cluster_gives():
    given = {word for call in calls("cluster.md") for word in call if word.startswith("--")}
    command = [sys.executable, "-m", "snakemake", "--help"]
    known = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert given and {option for option in given if option not in known} == set()


def test_the_notebook_runs_and_its_maps_are_better_than_noise(tmp_path, monkeypatch, one_thread):
    cells = json.loads((EXAMPLES / "notebook.ipynb").read_text())["cells"]
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None
            exec("".join(cell["source"]), names)
    deletion, mass = names["deletion"], names["mass"]
    assert mass["random"].mean() < mass["grad_cam"].mean()
    assert all(len(scores) == 4 and np.isfinite(scores).all() for scores in deletion.values())
    made = sorted(file.name for file in (tmp_path / "explained").iterdir())
    assert made == ["grad_cam.json", "grad_cam.npy", "grad_cam.npz", "grad_cam.png"]


def test_the_list_of_examples_names_each_and_what_it_links_to_is_there():
    text = (EXAMPLES / "README.md").read_text()
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert all((EXAMPLES / link).is_file() for link in links)
    here = {file.name for file in EXAMPLES.iterdir()} - {"README.md"}
    assert here == {link for link in links if "/" not in link}
