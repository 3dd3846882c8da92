"""What lies in results/ is trusted when its record says so, and for no other reason."""

import os
import random
import shutil
import time

from damage import cut, edited

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
    assert finished.jobs() == {}
    array = results(finished) / "attributions/saliency.npy"
    whole = array.read_bytes()
    cut(array)
    finished.configure(lime=LIME_21)
    # The figure was drawn from the bytes that the attribution had and will have again.
    assert finished.planned() == {"attribution": 2, "gather": 2, "figure_lime": 1}
    done = finished.snakemake()
    assert done.returncode == 0, done.stderr
    assert array.read_bytes() == whole
    assert finished.jobs() == {}


def test_a_clock_that_was_set_back_stops_nothing(finished):
    """Every result was made tomorrow."""
    later = time.time() + DAY
    for file in (finished.folder / "results").rglob("*"):
        os.utime(file, (later, later))
    assert finished.jobs() == {}
    drawn_otherwise = {"layers": ["cnn.0", "cnn.3"], "scale": "own"}
    finished.configure(saliency={"target": "predicted"}, activations=drawn_otherwise)
    # The activations lie in a folder, whose age Snakemake keeps in a file of its own.
    for question in ("saliency", "activations"):
        done = finished.snakemake(question)
        assert done.returncode == 0, done.stdout + done.stderr
        assert finished.jobs(question) == {}


def test_results_without_records_are_made_anew(finished):
    whole = finished.planned("--forceall")
    for record in finished.folder.glob("results/.store/*/*/record.json"):
        record.unlink()
    assert finished.planned() == {}, "what is published has its own records and is as they say"
    shutil.rmtree(results(finished) / "records")
    assert finished.planned() == whole
    assert {"train", "attribution", "figure_shap"} < whole.keys()


def test_a_lost_published_record_is_published_anew_and_nothing_is_computed(finished):
    record = results(finished) / "records/gather_lime.json"
    before = record.read_bytes()
    record.unlink()
    assert finished.jobs() == {"publish_gather_lime": 1}
    assert finished.snakemake().returncode == 0
    assert record.read_bytes() == before


def test_a_figure_of_another_run_in_the_same_folder_is_replaced_and_not_drawn_again(finished):
    finished.configure(output="figures")
    assert finished.snakemake("saliency").returncode == 0
    assert finished.jobs("saliency") == {}
    drawn = results(finished) / "figures"
    shutil.copy(drawn / "shap.png", finished.folder / "figures/saliency.png")
    assert finished.jobs("saliency") == {"publish_figure_saliency_saliency": 1, "saliency": 1}
    assert finished.snakemake("saliency").returncode == 0
    mended = (finished.folder / "figures/saliency.png").read_bytes()
    assert mended == (drawn / "saliency.png").read_bytes()


def test_a_replaced_checkpoint_redoes_all_that_came_from_it(finished):
    checkpoint = finished.folder / "mine.safetensors"
    shutil.copy(results(finished) / "model/weights.safetensors", checkpoint)
    model = {"architecture": "food_cnn", "arguments": {"width": 0.05}}
    finished.configure(model=model | {"checkpoint": checkpoint.name})
    done = finished.snakemake("saliency")
    assert done.returncode == 0, done.stderr
    assert finished.jobs("saliency") == {}
    edited(checkpoint)
    redone = {"convert": 1, "attribution": 1, "gather": 1, "figure_saliency": 1, "saliency": 1}
    assert finished.planned("saliency") == redone


def test_verify_reads_every_file_and_names_what_does_not_match(finished):
    done = finished.snakemake("verify")
    assert done.returncode == 0, done.stdout
    assert " files as recorded, 0 findings" in done.stdout
    array = results(finished) / "attributions/lime.npy"
    edited(array)
    (results(finished) / "figures/old.png").write_bytes(b"a picture of an older config")
    # What this config no longer makes is whole all the same: that is what `why` tells.
    finished.configure(shap={"background": 3})
    done = finished.snakemake("verify")
    assert done.returncode != 0
    said = [line for line in done.stdout.splitlines() if line.startswith("cnnscope: ")]
    (stored,) = finished.folder.glob("results/.store/gather/lime-*/result.npy")
    assert stored.samefile(array)
    assert said == [
        "cnnscope: results/small/attributions/lime.npy: is not as it was made",
        "cnnscope: results/small/figures/old.png: no record names it",
        f"cnnscope: {stored.relative_to(finished.folder)}: is not as it was made",
    ]


def test_why_names_what_changed_for_each_stale_result(finished):
    finished.configure(lime=LIME_21)
    with (finished.folder / "cnnscope/figures/shap.py").open("a") as file:
        file.write("# another line\n")
    done = finished.snakemake("why")
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stdout.splitlines() if ": " in line]
    assert "gather lime: parameters: arguments.samples: 20 -> 21" in said
    assert "figure_lime lime: inputs: details follows gather lime" in said
    assert "figure_shap shap: code: cnnscope/figures/shap.py has other content" in said
    counted = len(list(results(finished).glob("records/*.json")))
    assert "report_page run: parameters: settings.lime.samples: 20 -> 21" in said
    assert f"4 of {counted} results would be made anew" in done.stdout
    finished.configure(lime=LIME_21 | {"samples": 20})
    assert finished.snakemake("lime").returncode == 0
    again = finished.snakemake("why").stdout
    assert f"2 of {counted} results would be made anew" in again
