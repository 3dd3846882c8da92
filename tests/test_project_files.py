"""What the files say that others read first: continuous integration, templates, the catalog."""

import os
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"
FORMS = sorted(GITHUB.glob("ISSUE_TEMPLATE/*.yml"))
# A file or folder of this project, as pages name it.
NAMED = re.compile(
    r"(?<![\w/])(?:\.ci|\.github|cnnscope|config|docs|envs|examples|profiles|rules|schemas|scripts|tests|"
    r"workflow)/[\w./*-]*\w|[A-Z]+\.md|config\.yaml"
)
# These are the user's, not the project's.
OTHERS = {"config/config.yaml", "rules/scripts"}


def workflow_of_tests() -> dict:
    return yaml.safe_load((GITHUB / "workflows" / "tests.yml").read_text())


def classified_versions() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    kinds = project["classifiers"]
    return [kind.split(" :: ")[-1] for kind in kinds if re.search(r":: 3\.\d+$", kind)]


def test_continuous_integration_runs_what_the_project_runs_on_every_version_it_names():
    job = workflow_of_tests()["jobs"]["tests"]
    assert job["strategy"]["matrix"]["python"] == classified_versions()
    assert "${{ matrix.python }}" in job["container"]
    ran = [step["run"] for step in job["steps"] if "run" in step]
    assert ran[-1] == ".ci/run" and os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "chromium-headless-shell" in ran[0]


def test_the_least_version_is_the_one_that_is_asked_for_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    least = classified_versions()[0]
    assert project["project"]["requires-python"] == f">={least}"
    assert project["tool"]["ruff"]["target-version"] == f"py{least.replace('.', '')}"
    for page in ("README.md", "config/README.md", "envs/setup.sh"):
        assert f"Python {least} or" in re.sub(r"\s+", " ", (ROOT / page).read_text()), page
    environment = yaml.safe_load((ROOT / "envs" / "environment.yaml").read_text())
    assert f"python={least}" in environment["dependencies"]


def test_the_cache_follows_the_pins():
    steps = workflow_of_tests()["jobs"]["tests"]["steps"]
    (cache,) = (step["with"] for step in steps if "cache" in step.get("uses", ""))
    (pattern,) = re.findall(r"hashFiles\('(.+?)'\)", cache["key"])
    assert {file.name for file in ROOT.glob(pattern)} >= {"requirements.txt", "constraints.txt"}
    cached = workflow_of_tests()["jobs"]["tests"]["env"]["PIP_CACHE_DIR"]
    assert cached == "${{ github.workspace }}/" + cache["path"]


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
def test_a_form_has_what_github_asks_for(file):
    form = yaml.safe_load(file.read_text())
    if file.stem == "config":
        assert form == {"blank_issues_enabled": True}
        return
    assert form.keys() >= {"name", "description", "body"}
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert {field["type"] for field in fields} <= {"textarea", "input", "dropdown"}
    assert len({field["id"] for field in fields}) == len(fields) > 2
    assert all(field["attributes"]["label"] for field in fields)
    assert any(field.get("validations", {}).get("required") for field in fields)


@pytest.mark.parametrize(
    "page",
    [
        "CONTRIBUTING.md",
        ".github/pull_request_template.md",
        ".github/workflows/tests.yml",
        *(str(file.relative_to(ROOT)) for file in FORMS),
        ".snakemake-workflow-catalog.yml",
        "config/README.md",
        "config/config.yaml",
    ],
)
def test_every_file_that_a_page_names_is_there(page):
    named = set(NAMED.findall((ROOT / page).read_text())) - OTHERS
    assert {name for name in named if not list(ROOT.glob(name))} == set()


def test_every_command_that_contributors_are_told_is_one():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    scripts = re.findall(r"\b(?:bash|python) (\S+?\.(?:sh|py))", text)
    assert {"tests/run.sh", "tests/mutations/run.py", "docs/make_config.py"} <= set(scripts)
    assert all((ROOT / script).is_file() for script in scripts)
    runner = (ROOT / "tests" / "mutations" / "run.py").read_text()
    assert '"--only"' in runner
    house = (ROOT / "tests" / "test_house.py").read_text()
    assert "scripts 45 at most" in text and "<= 45" in house


def test_the_catalog_finds_what_it_asks_for():
    said = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert said["report"] is True
    # Every job that computes has an environment of its own for conda, and none has a container.
    rules = "".join(file.read_text() for file in (ROOT / "rules").glob("*.smk"))
    ways = said["software-stack-deployment"]
    assert ways["conda"] == ("conda:" in rules) and not ways["apptainer"]
    assert "container" not in rules
    assert (ROOT / "workflow" / "Snakefile").is_file() and (ROOT / "config" / "README.md").is_file()
    words = (ROOT / "README.md").read_text().lower()
    assert "snakemake" in words and "workflow" in words


def test_the_template_of_a_config_is_what_runs_without_one():
    """A deployed workflow then makes what a checkout makes: the demo."""
    template = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    shipped = yaml.safe_load((ROOT / "config.yaml").read_text())
    for section, below in template.items():
        assert below.items() <= shipped[section].items()


def test_the_pages_of_the_config_name_keys_that_there_are():
    reference = (ROOT / "docs" / "config.md").read_text()
    page = (ROOT / "config" / "README.md").read_text()
    keys = re.findall(r"^\| ((?:`[\w.]+`(?:, )?)+) \|", page, re.MULTILINE)
    for key in re.findall(r"`([\w.]+)`", " ".join(keys)):
        assert re.search(rf"^\| `{re.escape(key)}[`.]", reference, re.MULTILINE), key
