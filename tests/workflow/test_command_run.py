"""What `cnnscope explain` makes: the run of the workflow, and what the library says of the same."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from small_project import ROOT, Project

from cnnscope import explain
from cnnscope.command.main import main
from cnnscope.files import load_result
from cnnscope.networks.food_cnn import FoodCNN

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
WORDS = ("explain", "photos", "--methods", "saliency", "--model", "food_cnn", "-o", "out")
WORDS += ("--weights", "net.pth", "--set", "model.arguments.width=0.05", "--set")
WORDS += ("dataset.classes=5", "--set", "image={size: 32, resize: 36}", "--set", "scores.below=[]")


@pytest.fixture(scope="module")
def called(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess]:
    """The folder of a call, and what it said: two pictures, a network of 32 x 32 pixels."""
    folder = tmp_path_factory.mktemp("called")
    (folder / "photos").mkdir()
    rng = np.random.default_rng(0)
    for name in "ab":
        pixels = rng.integers(0, 256, (5, 4, 3), np.uint8)
        Image.fromarray(pixels).resize((120, 150)).save(folder / "photos" / f"{name}.png")
    torch.manual_seed(0)
    network = FoodCNN(classes=5, size=32, channels=3, width=0.05)
    torch.save(network.state_dict(), folder / "net.pth")
    command = (sys.executable, "-m", "cnnscope.command.main", *WORDS, "--quiet")
    done = Project(folder, {"PYTHONPATH": str(ROOT)}).call(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done


def test_figures_arrive_in_out_and_quiet_says_no_more_than_where(called):
    folder, done = called
    assert sorted(file.name for file in folder.iterdir()) == ["net.pth", "out", "photos"]
    assert [file.name for file in folder.glob("out/*.png")] == ["saliency.png"]
    assert done.stdout == f"cnnscope: the figures are in {folder}/out\n"
    assert re.sub(r"cnnscope: warning: .*\n", "", done.stderr) == ""


def test_it_is_the_run_of_snakemake_with_the_same_config(called):
    """Nothing is to be done there, for each result has the same key."""
    folder, _ = called
    workflow = ("--snakefile", ROOT / "Snakefile", "--directory", "out", "saliency", "-n")
    workflow += ("--workflow-profile", ROOT / "profiles/default")
    command = (sys.executable, "-m", "snakemake", *workflow, "--configfile", "out/config.yaml")
    done = Project(folder).call(*map(str, command))
    assert "Nothing to be done" in done.stdout + done.stderr, done.stdout + done.stderr


def test_the_library_answers_with_the_bytes_of_the_run(called):
    """Of the images as the run has decoded them, with as many threads."""
    results = called[0] / "out/results/photos"
    array, details, facts = load_result(results / "attributions/saliency.npy")
    network = FoodCNN(classes=5, size=32, channels=3, width=0.05)
    network.load_state_dict(load_file(results / "model/weights.safetensors"))
    images = np.load(results / "image_sets/gallery.npy")
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    found = explain(network, images, method="saliency", mean=MEAN, std=STD)
    torch.set_num_threads(threads)
    assert found.values.tobytes() == array.tobytes() and images.shape == (2, 32, 32, 3)
    np.testing.assert_array_equal(found.targets, details["targets"])
    np.testing.assert_array_equal(found.logits, details["logits"])
    assert (found.units, found.seed) == (facts["units"], facts["seed"])


def test_why_verify_and_gc_print_their_answer_alone(called, monkeypatch, capsys):
    folder, _ = called
    out = str(folder / "out")
    monkeypatch.chdir(folder)

    def said(*words: str) -> tuple[int, list[str]]:
        code = main([*words, "-o", out])
        told, wrong = capsys.readouterr()
        assert wrong == ""
        return code, told.splitlines()

    assert said("why")[0] == 0
    assert said("why", "saliency") == (0, ["0 of 4 results would be made anew"])
    assert said("why", "lime") == (0, ["lime has not been made"])
    code, (line,) = said("verify")
    assert code == 0 and line.endswith(" files as recorded, 0 findings")
    assert said("gc", "-n") == (
        0, ["cnnscope: 0 results, 0 bytes, that no published run reaches"]
    )  # fmt: skip
    config = folder / "out/config.yaml"
    before = config.read_text()
    config.write_text(f"{before}saliency: {{target: 3}}\n")
    code, lines = said("why", "saliency")
    assert lines[-1] == "2 of 4 results would be made anew"
    assert 'gather saliency: parameters: arguments.target: "predicted" -> 3' in lines
    config.write_text(before)
    stored = next((folder / "out/results/.store/attribution").glob("*/*.npy"))
    stored.chmod(0o644)
    stored.write_bytes(stored.read_bytes()[:-4])
    code, lines = said("verify")
    assert code == 1 and any(stored.name in line for line in lines)
    assert main(["why", "salincy", "-o", out]) == 2
    assert "unknown target 'salincy'; did you mean saliency?" in capsys.readouterr().err
