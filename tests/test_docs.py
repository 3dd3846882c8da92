"""What a reader is told is what holds."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from cnnscope.planning.methods import declared_methods

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "methods"


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


def test_every_method_has_a_page_in_step_with_its_docstring_and_a_picture(tmp_path):
    methods = declared_methods()
    command = [sys.executable, str(ROOT / "docs" / "make_method_pages.py"), str(tmp_path)]
    subprocess.run(command, check=True)
    made = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert made.keys() == {f"{name}.md" for name in methods}
    there = {file.name: file.read_text() for file in PAGES.glob("*.md")}
    assert there == made, "run: python docs/make_method_pages.py docs/methods"
    pictures = {file.stem: file.stat().st_size for file in PAGES.glob("*.png")}
    assert pictures.keys() == {*methods, "picture"}, "see docs/make_method_pictures.py"
    assert max(pictures.values()) < 40_000 and sum(pictures.values()) < 700_000
    drawn = yaml.safe_load((PAGES / "pictures.yaml").read_text())["compare"]["methods"]
    assert drawn == list(methods)


def test_the_page_of_a_method_tells_its_docstring_units_residual_needs_and_options():
    page = (PAGES / "integrated_gradients.md").read_text()
    for said in (
        "what each pixel adds to a class's score on the way from a baseline.",
        "The integral is a Gauss-Legendre sum.",
        "https://arxiv.org/abs/1703.01365",
        "`snakemake integrated_gradients`",
        "- Units: logits.\n- Range: signed; what is negative speaks against the class.",
        "- Beside it, in the `.npz`: `values` (N, C, H, W);",
        "- Residual: `residual`, what the values miss",
        "- Background images where `baseline` is `background`",
        "- Refused, in one line: the baseline is unknown or has no images;",
        "| `integrated_gradients.steps` | integer, at least `1` | `50` |",
    ):
        assert said in page, said
    assert "- Residual: none" in (PAGES / "rise.md").read_text()
    assert "A layer whose output is a map" in (PAGES / "layer_cam.md").read_text()
    assert "Pictures alone" in (PAGES / "sobel.md").read_text()
    assert "\n- linear layers divide" in (PAGES / "lrp.md").read_text(), "items keep their lines"


def test_what_the_pages_of_methods_link_to_is_there():
    for page in (*PAGES.glob("*.md"), ROOT / "docs" / "methods.md"):
        links = re.findall(r"\]\(([^):#]+)\)", page.read_text())
        assert links and [link for link in links if not (page.parent / link).is_file()] == [], page


def test_what_a_page_links_to_is_there():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "config").glob("*.md")]
    missing = []
    for page in pages:
        targets = re.findall(r"\]\(([^)\s#]+)[^)]*\)", page.read_text())
        local = [target for target in targets if "://" not in target]
        missing += [
            f"{page.relative_to(ROOT)}: {target}"
            for target in local
            if not (page.parent / target).exists()
        ]
    assert len(pages) > 40 and missing == []
