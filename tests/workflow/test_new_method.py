"""The method of docs/adding_a_method.md, copied into a project: one file, nothing else."""

import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from pages import refused, shown_file
from small_project import ROOT, Project

from cnnscope.files import load_result, read_json
from cnnscope.tables import read_table


@pytest.fixture(scope="module")
def extended(ran, tmp_path_factory, forked_python) -> Project:
    """A copy of the finished run, with the file that the page shows and nothing else new."""
    folder = Path(shutil.copytree(ran, tmp_path_factory.mktemp("extended") / "project"))
    name, code = shown_file("adding_a_method.md")
    assert name == "cnnscope/attribution/gradient_norm.py"
    (folder / name).write_text(code)
    return Project(folder, python=forked_python)


def test_its_target_gives_the_array_its_record_and_a_figure(extended):
    assert extended.jobs() == {}, "no other result follows from a new method"
    done = extended.snakemake("gradient_norm")
    assert done.returncode == 0, done.stdout + done.stderr
    results = extended.folder / "results/small"
    maps, details, facts = load_result(results / "attributions/gradient_norm.npy")
    gradient = load_result(results / "attributions/saliency.npy")[1]["gradient"]
    np.testing.assert_allclose(maps, np.linalg.norm(gradient, axis=1), rtol=1e-4, atol=1e-7)
    assert facts["units"] == "logits per unit of intensity" and facts["arguments"]["order"] == 2
    assert len(details["labels"]) == len(maps) == 2
    index = read_table(results / "attributions/gradient_norm.csv")
    assert [row["path"] for row in index] == ["training/0_0.png", "training/1_3.png"]
    assert [int(row["label"]) for row in index] == details["labels"].tolist()
    assert (results / "figures/gradient_norm.png").stat().st_size > 10_000
    record = read_json(results / "records/gather_gradient_norm.json")
    assert record["parameters"]["arguments"]["order"] == 2
    assert record["published"].keys() == {
        f"results/small/attributions/gradient_norm{ending}"
        for ending in (".npy", ".npz", ".json", ".csv")
    }
    assert extended.jobs("gradient_norm") == {}


def test_its_options_are_checked_and_a_misspelt_one_is_named(extended):
    for given, said in (
        ("{ordre: 1}", "config: unknown key 'gradient_norm.ordre'; did you mean 'order'?"),
        ("{order: 0}", "config: gradient_norm.order: 0 is out of range: minimum 1"),
        ("{images: [none]}", "gradient_norm.images: there is no image set 'none'"),
    ):
        assert said in refused(extended, "gradient_norm", "--config", f"gradient_norm={given}")


def test_another_option_makes_the_method_and_its_figure_anew(extended):
    assert extended.snakemake("gradient_norm").returncode == 0
    plan = extended.planned("gradient_norm", "--config", "gradient_norm={order: 1}")
    assert plan == {"attribution": 1, "gather": 1, "figure_maps": 1, "gradient_norm": 1}


def test_its_settings_are_listed(extended):
    (extended.folder / "docs").mkdir(exist_ok=True)
    script = extended.folder / "docs/make_config.py"
    script.write_text((ROOT / "docs/make_config.py").read_text())
    done = extended.call(sys.executable, str(script))
    assert "| `gradient_norm.order` | number, at least `1` | `2` | of the norm" in done.stdout


def test_it_passes_what_every_method_has_to(extended):
    """And is among those that are asked: three tests a method."""
    test = extended.folder / "test_contract.py"
    test.write_text((ROOT / "tests/attribution/test_contract.py").read_text())
    done = extended.call(sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", test.name)
    assert done.returncode == 0, done.stdout
    assert len(re.findall(r"\[gradient_norm\] PASSED", done.stdout)) == 4
