"""What a reader is told is what holds."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["config", "methods"])
def test_a_page_that_is_made_is_in_step_with_what_it_is_made_from(name):
    command = [sys.executable, str(ROOT / "docs" / f"make_{name}.py")]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    page = (ROOT / "docs" / f"{name}.md").read_text()
    assert page == made, f"run: python docs/make_{name}.py > docs/{name}.md"


def test_the_reference_names_every_setting_with_its_default():
    page = (ROOT / "docs" / "config.md").read_text()
    shipped = yaml.safe_load((ROOT / "config.yaml").read_text())
    keys = set(re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE))
    for section, value in shipped.items():
        whole = section in keys or not isinstance(value, dict)
        wanted = {section} if whole else {f"{section}.{key}" for key in value}
        missing = [key for key in wanted if not any(one.startswith(key) for one in keys)]
        assert missing == []
    assert "| `training.steps` | integer, at least `8` | `800` | batches in all |" in page
    assert (
        "| `image_sets.NAME.split` | `training`, `validation`, `testing`, `pictures` | needed |"
        in page
    )
    assert "<" not in page, "Markdown would take it for HTML"


def test_citation_has_what_the_format_asks_for_and_the_version_of_the_project():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["cff-version"] == "1.2.0"
    assert citation["license"] == "MIT"
    assert citation["authors"] == [{"name": "The cnnscope authors"}]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert citation["version"] == project["version"]
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert project["version"] in headings


def test_every_test_that_the_list_of_faults_names_is_there():
    named = set(re.findall(r"`(test_\w+)", (ROOT / "docs" / "reliability.md").read_text()))
    code = "\n".join(file.read_text() for file in (ROOT / "tests").rglob("*.py"))
    assert named and {name for name in named if f"def {name}" not in code} == set()
