"""The workflow away from its own folder: as a module, with --directory, through a link."""

import shutil

import yaml
from small_project import Project, copy_code

OUTER = """\
configfile: "small.yaml"


module explain:
    snakefile:
        "tools/cnnscope/Snakefile"
    config:
        config["explain"]
    prefix:
        "explained"


use rule * from explain as explain_*


rule mine:
    default_target: True
    input:
        "explained/results/tiny/data/training.csv",
    output:
        "mine.csv",
    shell:
        "cp {input} {output}"
"""
TINY = {
    "run": "tiny",
    "demo": {"training": 1, "validation": 1, "testing": 1},
    "image_sets": {"gallery": {"split": "training", "positions": [0]}},
    "questions": ["saliency"],
    "scores": {"below": []},
    "model": {"checkpoint": "weights.pth"},
}


def test_another_snakefile_takes_it_as_a_module(tmp_path):
    """With a prefix: what lies in it is found there, and the user's own files are not."""
    code = tmp_path / "tools" / "cnnscope"
    code.mkdir(parents=True)
    copy_code(code)
    (tmp_path / "Snakefile").write_text(OUTER)
    (tmp_path / "small.yaml").write_text(yaml.safe_dump({"explain": TINY}))
    (tmp_path / "weights.pth").write_bytes(b"")
    outer = Project(tmp_path)
    done = outer.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    rows = (tmp_path / "mine.csv").read_text().splitlines()
    assert len(rows) == 1 + 11, "an image of each class"
    assert not (tmp_path / "results").exists() and not (code / "results").exists()
    profile = code / "profiles" / "default"
    (line,) = (one for one in done.stderr.splitlines() if one.startswith("cnnscope: "))
    assert line.endswith(f"Add --workflow-profile {profile}")
    plan = outer.planned("explain_saliency", "--workflow-profile", str(profile))
    assert plan == {
        f"explain_{rule}": 1
        for rule in (
            *("attribution", "convert", "figure_saliency", "gather"),
            *("picture_set", "pictures", "saliency"),
        )
    }


def test_results_and_relative_paths_lie_in_the_directory(finished, tmp_path):
    """Called from a third folder through a link: nothing is to do, and the profile is found."""
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    here.mkdir()
    for kept in ("results", ".snakemake", "food"):
        shutil.move(finished.folder / kept, there / kept)
    shutil.copy(finished.folder / "small.yaml", here)
    (here / "code").symlink_to(finished.folder)
    call = ("--snakefile", "code/Snakefile", "--directory", str(there))
    done = Project(here).snakemake(*call)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing to be done" in done.stdout + done.stderr
    assert "cnnscope: " not in done.stderr
    assert sorted(file.name for file in here.iterdir()) == ["code", "small.yaml"]
