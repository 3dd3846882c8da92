"""The report: every figure, in its category, with a caption; made without a network."""

import base64
import html
import json
import re
import shutil
import subprocess
import sys
import zipfile

import pytest
import yaml
from small_project import ROOT

CATEGORIES = {
    "Activations": {"all, in a strip each", "cnn.0", "cnn.3"},
    "Confusion": {"confusion matrix", "scores against training images", "scores of each class"},
    "Data": {"images a class", "images asked about"},
    "Filters": {"cnn.0"},
    "LIME": {"superpixels for and against"},
    "Model": {"layers"},
    "SHAP": {"SHAP values"},
    "Saliency": {"saliency maps"},
    "Top images": {"cnn.0"},
    "Training": {"loss and accuracy"},
}


@pytest.fixture(scope="session")
def offline() -> tuple[str, ...]:
    """What takes the network from a command, where the system lets us."""
    cut = ("unshare", "--map-root-user", "--net")
    able = shutil.which("unshare") and subprocess.run([*cut, "true"]).returncode == 0
    return cut if able else ()


def report(project, file: str, offline: tuple[str, ...]) -> None:
    project.environment = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
    overlay = ("--configfile", "small.yaml")
    done = project.call(*offline, sys.executable, "-m", "snakemake", "--report", file, *overlay)
    assert done.returncode == 0, done.stdout + done.stderr


def embedded(page: str, name: str):
    """The value that the page's script `name` begins with."""
    start = re.search(rf'<script id="{name}">\s*var \w+ = ', page).end()
    return json.JSONDecoder().raw_decode(page, start)[0]


def text(markup: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", "", markup)).split())


def is_setting(key: str) -> bool:
    value = yaml.safe_load((ROOT / "config.yaml").read_text())
    for name in key.split("."):
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True


def test_the_html_holds_every_figure_with_category_label_and_caption(finished, offline):
    report(finished, "report.html", offline)
    page = (finished.folder / "report.html").read_text()
    results = embedded(page, "results")
    figures = finished.folder.glob("results/small/figures/**/*.png")
    assert results.keys() == {str(file.relative_to(finished.folder)) for file in figures}
    for path, entry in results.items():
        content = base64.b64decode(entry["data_uri"].partition("base64,")[2])
        assert content == (finished.folder / path).read_bytes()
    labels = {
        category: [value for path in paths["Other"] for value in results[path]["labels"].values()]
        for category, paths in embedded(page, "categories").items()
    }
    assert {category: set(found) for category, found in labels.items()} == CATEGORIES
    assert sum(map(len, labels.values())) == len(results), "a label tells a figure from the others"
    assert not re.search(r"<(?:script|img)[^>]+src=\"http|<link", page), "all is in the page"


def test_captions_name_settings_that_are_there_and_the_front_page_says_what_was_run(
    finished, offline
):
    report(finished, "report.zip", offline)
    with zipfile.ZipFile(finished.folder / "report.zip") as archive:
        names = [name for name in archive.namelist() if name.endswith(".png")]
        page = archive.read("report/report.html").decode()
    results = embedded(page, "results")
    assert sorted(names) == sorted(f"report/{entry['data_uri']}" for entry in results.values())
    for path, entry in results.items():
        caption = text(entry["caption"])
        assert "system-message" not in entry["caption"] and "{" not in caption, caption
        said = entry["caption"].partition("Changed by:")[2]
        keys = re.findall(r"literal\">([^<]+)<", said)
        assert keys, f"{path} does not say what changes it"
        assert [key for key in keys if not is_setting(key) and key != "images"] == []
    assert "fitted to 20 copies" in text(results["results/small/figures/lime.png"]["caption"])
    front = text(embedded(page, "workflow-desc"))
    for fact in ("Run: small, seed 0", "food_cnn on 32 × 32", "for 8 steps", "Dataset: food "):
        assert fact in front
