"""No name reaches a shell, and none is lost on the way to a table."""

import os
import re
import shutil

import pytest
import yaml
from hostile_folder import NAMES, WITHOUT_CLASS, fill
from small_project import at_most
from test_config_files import KEYS
from test_hw5 import hw5

from cnnscope.tables import read_table


def configured(project, **changes):
    file = project.folder / "mine.yaml"
    own = {
        "run": "small",
        "image": {"size": 32},
        "questions": ["saliency"],
        "image_sets": {"gallery": {"split": "training", "positions": [0]}},
        "saliency": {"images": ["gallery"]},
    }
    file.write_text(yaml.safe_dump(own | changes))
    return "--configfile", str(file)


@pytest.mark.parametrize("layout", ["flat", "folders"])
def test_all_that_can_lie_in_a_dataset_and_every_name_that_a_shell_would_run(
    project, tmp_path, layout
):
    """Through hw5.sh, in a project, from a dataset and to a folder of such names."""
    where = tmp_path / "$(touch pwned1)`touch pwned2`"
    project.folder.rename(where)
    project.folder = where
    data = tmp_path / "a;touch pwned3 'q\" $(touch pwned4)"
    (where / "food").rename(data)
    shutil.rmtree(data / "testing")
    if layout == "folders":
        for split in ("training", "validation"):
            for photo in list((data / split).iterdir()):
                folder = data / split / f"$(touch pwned5) {photo.name[0]}"
                folder.mkdir(exist_ok=True)
                photo.rename(folder / photo.name)
    deep = "$(touch pwned5) 0/" if layout == "folders" else ""
    skipped = fill(data / "training" / deep, flat=layout == "flat")
    classes = ["$(touch pwned6)", "a;`touch pwned7`", "$\\frac{$"] if layout == "flat" else None
    overlay = configured(project, dataset={"layout": layout, "classes": classes})
    output = tmp_path / "out $(touch pwned8)"
    tables = {"flat": "manifest.csv", "folders": "data/training.csv"}
    table = f"results/small/{tables[layout]}"
    done = hw5(project, str(data), str(output), table, *overlay, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(tmp_path.rglob("pwned*")) == []

    rows = read_table(where / table)
    read = {os.fsencode(row["path"]) for row in rows if row["split"] == "training"}
    expected = set(NAMES) - {WITHOUT_CLASS} if layout == "flat" else set(NAMES)
    assert {b"training/" + deep.encode() + name for name in expected} <= read
    log = (where / "results" / "small" / "logs" / "decode_training.log").read_text()
    for name in skipped:
        assert len(re.findall(rf"^(?:ignored|skipped) .*{name}", log, re.MULTILINE)) == 1, name


@pytest.mark.parametrize(
    ("text", "said", "options"),
    [
        (KEYS, "holds more than can be meant", "lime --configfiles=mine.yaml"),
        (
            "__use_yte__: true\n?open('ran', 'w').name: 1",
            "which runs code",
            "--configfile mine.yaml",
        ),
        (
            "run: !!python/object/apply:os.system ['touch ran']",
            "line 1: could not determine",
            "--configfile mine.yaml",
        ),
    ],
    ids=["anchors that explode", "code", "a tag"],
)
def test_a_config_that_snakemake_would_trip_over_is_refused_before_it_starts(
    project, text, said, options
):
    (project.folder / "mine.yaml").write_text(text)
    with at_most(30):
        done = hw5(project, "food", "out", "-n", *options.split())
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("cnnscope: ") == 1 and "Traceback" not in done.stderr
    assert not (project.folder / "ran").exists()


def test_snakemake_itself_is_told_of_a_key_that_it_would_pass_over(project):
    with (project.folder / "small.yaml").open("a") as file:
        file.write("seed: 1\nseed: 2\n")
    done = project.snakemake("-n")
    assert done.returncode != 0
    assert "the key 'seed' stands there twice" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
