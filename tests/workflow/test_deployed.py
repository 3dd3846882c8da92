"""The workflow as Snakemake's catalog and snakedeploy find it: workflow/Snakefile and config/."""

import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from small_project import ROOT, Project
from test_installed import TINY, call

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
