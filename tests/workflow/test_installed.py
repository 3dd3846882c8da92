"""The workflow as part of the installed library: python -m cnnscope in any folder."""

import re
import sys
import tomllib
from pathlib import Path

import yaml
from small_project import ROOT, Project

from cnnscope.report.parts import PARTS

TINY = {
    "demo": {"training": 1, "validation": 1, "testing": 1},
    "image_sets": {"gallery": {"split": "training", "positions": [0]}},
}


def call(folder: Path, library: str, *words: str) -> str:
    """What a call says in `folder`, where Python finds what lies in `library`."""
    done = Project(folder, {"PYTHONPATH": library}).call(sys.executable, "-m", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_plan_in_an_empty_folder_is_the_demos(library, tmp_path):
    said = call(tmp_path, library, "cnnscope", "-n")
    assert re.search(r"^train +1$", said, re.MULTILINE) and "cnnscope: " not in said
    assert list(tmp_path.iterdir()) == []


def test_the_library_carries_what_the_report_consists_of(library):
    folder = Path(library, "cnnscope/report")
    assert {name for name in PARTS if (folder / name).is_file()} == set(PARTS)
    assert (Path(library) / "cnnscope/_workflow/captions/activations.rst").is_file()


def test_what_the_installed_workflow_made_a_checkout_makes_not_again(library, tmp_path):
    (tmp_path / "tiny.yaml").write_text(yaml.safe_dump(TINY))
    target = ("class_distribution", "--configfile", "tiny.yaml", "--cores", "2")
    call(tmp_path, library, "cnnscope", *target)
    assert (tmp_path / "results/demo/figures/class_distribution.png").is_file()
    here = ("--snakefile", str(ROOT / "Snakefile"), "--directory", str(tmp_path))
    assert "Nothing to be done" in call(tmp_path, "", "snakemake", *target[:1], *here, *target[1:])


def test_pip_makes_the_command_and_ships_the_types(library, tmp_path):
    (wheel,) = Path(library).parent.glob("*.whl")
    install = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target")
    done = Project(tmp_path).call(sys.executable, *install, str(tmp_path / "site"), str(wheel))
    assert done.returncode == 0, done.stderr
    project = Project(tmp_path, {"PYTHONPATH": str(tmp_path / "site")})
    done = project.call(str(tmp_path / "site/bin/cnnscope"), "methods")
    assert done.returncode == 0 and "grad_cam " in done.stdout, done.stderr
    assert {"py.typed", "__init__.pyi"} <= {
        one.name for one in (tmp_path / "site/cnnscope").iterdir()
    }


def test_the_library_takes_ranges_of_what_the_workflow_pins():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    ranges = dict(re.match(r"([\w-]+)(.*)", line).groups() for line in project["dependencies"])
    assert all(limits.startswith(">=") for limits in ranges.values())
    pins = set(re.findall(r"^([\w-]+)==", (ROOT / "envs/requirements.txt").read_text(), re.M))
    assert pins - ranges.keys() == set()


def test_conda_gets_the_pins_without_another_file():
    environment = yaml.safe_load((ROOT / "envs/environment.yaml").read_text())
    (pip,) = (entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    lines = (ROOT / "envs/requirements.txt").read_text().splitlines()
    assert pip == [line for line in lines if line and not line.startswith("#")]
