"""The workflow as part of the installed library: python -m cnnscope in any folder, or deployed."""

import re
import shutil
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from small_project import ROOT, Project

# What snakedeploy writes for a tag of a repository.
DEPLOYED = """\
configfile: "config/config.yaml"


module cnnscope:
    snakefile:
        github("owner/cnnscope", path="workflow/Snakefile", tag="v0.1.0")
    config:
        config


use rule * from cnnscope
"""
TINY = {
    "demo": {"training": 1, "validation": 1, "testing": 1},
    "image_sets": {"gallery": {"split": "training", "positions": [0]}},
}


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> str:
    """A folder with what the wheel holds, as pip would install it."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = Project(ROOT).call(*build)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return str(folder / "site")


def call(folder: Path, library: str, *words: str) -> str:
    """What a call says in `folder`, where Python finds what lies in `library`."""
    done = Project(folder, {"PYTHONPATH": library}).call(sys.executable, "-m", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_plan_in_an_empty_folder_is_the_demos(library, tmp_path):
    said = call(tmp_path, library, "cnnscope", "-n")
    assert re.search(r"^train +1$", said, re.MULTILINE) and "cnnscope: " not in said
    assert list(tmp_path.iterdir()) == []


def test_what_the_installed_workflow_made_a_checkout_makes_not_again(library, tmp_path):
    (tmp_path / "tiny.yaml").write_text(yaml.safe_dump(TINY))
    target = ("class_distribution", "--configfile", "tiny.yaml", "--cores", "2")
    call(tmp_path, library, "cnnscope", *target)
    assert (tmp_path / "results/demo/figures/class_distribution.png").is_file()
    here = ("--snakefile", str(ROOT / "Snakefile"), "--directory", str(tmp_path))
    assert "Nothing to be done" in call(tmp_path, "", "snakemake", *target[:1], *here, *target[1:])


@pytest.fixture
def deployed(tmp_path, monkeypatch) -> Path:
    """A folder as `snakedeploy deploy-workflow` leaves it, and a repository in GitHub's place."""
    origin = tmp_path / "origin" / "owner" / "cnnscope"
    (origin / "workflow").mkdir(parents=True)
    for name in ("workflow/Snakefile", "pyproject.toml"):
        shutil.copy(ROOT / name, origin / name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    given = {
        f"url.file://{tmp_path}/origin/.insteadOf": "https://github.com/",
        "user.name": "tests",
        "user.email": "tests@example.org",
        "safe.directory": "*",
    }
    monkeypatch.setenv("GIT_CONFIG_COUNT", str(len(given)))
    for number, (key, value) in enumerate(given.items()):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    for words in ("init -q", "add .", "commit -qm tagged", "tag v0.1.0"):
        done = Project(origin).call("git", *words.split())
        assert done.returncode == 0, done.stderr
    folder = tmp_path / "deployed"
    shutil.copytree(ROOT / "config", folder / "config")
    shutil.copytree(ROOT / "profiles", folder / "profiles")
    (folder / "workflow").mkdir()
    (folder / "workflow" / "Snakefile").write_text(DEPLOYED)
    return folder


def test_a_deployed_tag_runs_the_installed_workflow(library, deployed):
    said = call(deployed, library, "snakemake", "-n")
    assert re.search(r"^train +1$", said, re.MULTILINE) and "cnnscope: " not in said
    assert re.search(r"^all +1$", said, re.MULTILINE), "the default target"
    config = deployed / "config" / "config.yaml"
    config.write_text(yaml.safe_dump(TINY | {"questions": ["saliency"]}))
    call(deployed, library, "snakemake", "--cores", "2", "class_distribution")
    assert (deployed / "results/demo/figures/class_distribution.png").is_file()


@pytest.mark.parametrize(("found", "said"), [("0.0.9", "of 0.0.9"), (None, "missing")])
def test_a_deployed_tag_refuses_a_library_of_another_version(deployed, tmp_path, found, said):
    """The Python of the tests has none installed; here it has one of another version, or none."""
    site = tmp_path / "site"
    if found:
        about = site / f"cnnscope-{found}.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text(f"Name: cnnscope\nVersion: {found}\n")
    done = Project(deployed, {"PYTHONPATH": str(site)}).call(
        sys.executable, "-m", "snakemake", "-n"
    )
    (line,) = (one for one in done.stderr.splitlines() if one.startswith("cnnscope: "))
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert done.returncode == 1 and said in line and f"version {version}," in line


def test_the_catalogs_snakefile_is_the_workflow_of_a_checkout(tmp_path):
    here = ("--snakefile", str(ROOT / "workflow" / "Snakefile"), "--directory", str(tmp_path))
    shutil.copytree(ROOT / ".test" / "config", tmp_path / "config")
    profile = ("--workflow-profile", str(ROOT / "profiles" / "default"))
    said = call(tmp_path, "", "snakemake", "-n", *here, *profile)
    assert re.search(r"^figure_maps +1$", said, re.MULTILINE) and "cnnscope: " not in said


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
