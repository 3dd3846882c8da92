"""What lies in results/ is trusted when its record says so, and for no other reason."""

import os
import random
import shutil
import time

import numpy as np
import yaml

LIME_21 = {"samples": 21, "segmentation": {"method": "slic", "n_segments": 9}}
DAY = 86400


def results(project):
    return project.folder / "results/small"


def test_results_without_snakemakes_memory_are_neither_made_anew_nor_trusted_blindly(finished):
    """Copied from elsewhere: other times in any order, .snakemake/ lost, one file cut short."""
    rng = random.Random(0)
    for file in [finished.folder, *finished.folder.rglob("*")]:
        when = time.time() - rng.random() * DAY
        os.utime(file, (when, when))
    shutil.rmtree(finished.folder / ".snakemake")
    shutil.rmtree(finished.folder / "results/.index")
    assert finished.planned() == {}
    cut = results(finished) / "attributions/saliency.npy"
    whole = cut.read_bytes()
    cut.write_bytes(whole[:-8])
    finished.configure(lime=LIME_21)
    assert finished.planned() == {"attribution": 2, "figure_lime": 1, "figure_saliency": 1}
    done = finished.snakemake("saliency")
    assert done.returncode == 0, done.stderr
    assert cut.read_bytes() == whole


def test_a_clock_that_was_set_back_stops_nothing(finished):
    """Every result was made tomorrow."""
    later = time.time() + DAY
    for file in (finished.folder / "results").rglob("*"):
        os.utime(file, (later, later))
    assert finished.planned() == {}
    drawn_otherwise = {"layers": ["cnn.0", "cnn.3"], "scale": "own"}
    finished.configure(saliency={"target": "predicted"}, activations=drawn_otherwise)
    # The activations lie in a folder, whose age Snakemake keeps in a file of its own.
    for question in ("saliency", "activations"):
        done = finished.snakemake(question)
        assert done.returncode == 0, done.stdout + done.stderr
        assert finished.planned(question) == {}


def test_results_without_records_are_made_anew(finished):
    (results(finished) / "provenance.json").unlink()
    assert {"demo", "train", "attribution", "figure_shap"} & set(finished.planned()) == {
        "train", "attribution", "figure_shap",
    }  # fmt: skip


def test_a_figure_of_another_run_in_the_same_folder_is_drawn_over(finished):
    finished.configure(output="figures")
    assert finished.snakemake("saliency").returncode == 0
    assert finished.planned("saliency") == {}
    shutil.copy(results(finished) / "figures/shap.png", finished.folder / "figures/saliency.png")
    assert finished.planned("saliency") == {"figure_saliency": 1, "saliency": 1}


def test_a_replaced_checkpoint_redoes_all_that_came_from_it(finished):
    checkpoint = finished.folder / "mine.safetensors"
    shutil.copy(results(finished) / "model/weights.safetensors", checkpoint)
    model = {"architecture": "food_cnn", "arguments": {"width": 0.05}}
    finished.configure(model=model | {"checkpoint": checkpoint.name})
    done = finished.snakemake("saliency")
    assert done.returncode == 0, done.stderr
    assert finished.planned("saliency") == {}
    content = bytearray(checkpoint.read_bytes())
    content[-1] ^= 1
    stat = checkpoint.stat()
    checkpoint.write_bytes(content)
    os.utime(checkpoint, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    redone = {"convert": 1, "attribution": 1, "figure_saliency": 1, "saliency": 1}
    assert finished.planned("saliency") == redone


def test_verify_reads_every_file_and_names_what_does_not_match(finished):
    done = finished.snakemake("verify")
    assert done.returncode == 0, done.stdout
    assert " files as recorded, 0 findings" in done.stdout
    array = results(finished) / "attributions/lime.npy"
    stat = array.stat()
    np.save(array, np.zeros_like(np.load(array)))
    os.utime(array, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    (results(finished) / "figures/old.png").write_bytes(b"a picture of an older config")
    finished.configure(shap={"background": 3})
    done = finished.snakemake("verify")
    assert done.returncode != 0
    said = [line for line in done.stdout.splitlines() if line.startswith("cnnscope: ")]
    assert said == [
        "cnnscope: attributions/lime.npy (attribution method=lime): is not as it was made",
        "cnnscope: attribution method=shap: parameters: arguments.background: 4 -> 3",
        "cnnscope: figure_shap: inputs: shap: follows attribution method=shap",
        "cnnscope: figures/old.png: orphaned, no record names it",
    ]


def test_why_names_what_changed_for_each_stale_result(finished):
    finished.configure(lime=LIME_21)
    with (finished.folder / "scripts/figure_shap.py").open("a") as script:
        script.write("# another line\n")
    done = finished.snakemake("why")
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stdout.splitlines() if ": " in line and "small" not in line]
    assert "attribution method=lime: parameters: arguments.samples: 20 -> 21" in said
    assert "figure_lime: inputs: lime: follows attribution method=lime" in said
    assert "figure_shap: code: figure_shap.py has other content" in said
    assert "3 of " in done.stdout and " recorded jobs would run again" in done.stdout


def test_the_plan_names_what_changed(finished):
    config = yaml.safe_load((finished.folder / "small.yaml").read_text())
    finished.configure(saliency={"target": "predicted"} | config.get("saliency", {}))
    done = finished.snakemake("saliency", "-n")
    assert "Updated input files: results/.changed/parameters" in done.stdout
