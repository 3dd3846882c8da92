"""What reruns when something changes: an edit, then the jobs of the next plan."""

import os
import shutil
import sys

import numpy as np
import pytest
import yaml
from PIL import Image
from small_project import COLOURS, at_most, copy_code

from cnnscope.data.preprocessing import Preprocessing, preprocess

# Everything below the training images, and what reads the images of a split.
AFTER_TRAINING = {
    "activation_maps", "attribution", "class_scores", "confusion_counts", "figure_activations",
    "figure_chart", "figure_filters", "figure_lime", "figure_saliency",
    "figure_samples", "figure_shap", "figure_top_images",
    "filter_pictures", "gather", "image_set", "predictions", "strongest_images", "train",
}  # fmt: skip

SUMMARY = {"layers", "figure_chart"}


def append(file, text: str) -> None:
    file.write_text(file.read_text() + text)


def test_nothing_changed_nothing_runs_and_soon(finished):
    finished.python = sys.executable
    # The promise is 3 s; the bound leaves room for a slow machine.
    with at_most(20):
        assert finished.jobs() == {}


def test_touched_files_are_not_changed_files(finished):
    for pattern in ("food/*/*", "results/small/**/*.npy", "scripts/*.py", "cnnscope/**/*.py"):
        for file in finished.folder.glob(pattern):
            os.utime(file)
    assert finished.jobs() == {}


def test_a_fresh_clone_beside_kept_results(finished, tmp_path):
    clone = tmp_path / "clone"
    clone.mkdir()
    copy_code(clone, finished.folder)
    for kept in ("results", ".snakemake", "small.yaml", "food"):
        shutil.move(finished.folder / kept, clone / kept)
    for file in clone.rglob("*.py"):
        os.utime(file)
    finished.folder = clone
    assert finished.jobs() == {}


def test_the_dataset_in_another_place_is_the_same_dataset(finished):
    (finished.folder / "food").rename(finished.folder / "moved")
    finished.configure(dataset={"path": "moved"})
    assert finished.jobs() == {}


def test_the_packed_dataset_is_the_same_dataset(finished):
    shutil.make_archive(finished.folder / "packed", "gztar", finished.folder / "food")
    finished.configure(dataset={"path": "packed.tar.gz"})
    assert finished.jobs() == {}


def test_the_sample_count_of_lime_redoes_lime_alone(finished):
    finished.configure(lime={"samples": 21, "segmentation": {"method": "slic", "n_segments": 9}})
    assert finished.planned() == {"attribution": 2, "gather": 1, "figure_lime": 1}
    assert finished.to_publish() == {"gather_lime", "figure_lime_lime"}


def test_a_colour_map_redoes_and_publishes_its_figure_alone_and_the_report(finished):
    finished.configure(figures={"colormaps": {"saliency": "gray"}})
    figure = {"figure_saliency": 1, "publish_figure_saliency_saliency": 1}
    assert finished.jobs("saliency") == figure | {"saliency": 1}
    assert finished.jobs() == figure | {"report_page": 1, "publish_report_page_run": 1}


def test_how_many_images_are_shown_redoes_the_figures_that_show_images(finished):
    finished.configure(figures={"images": 1})
    assert finished.planned() == {
        "figure_activations": 1, "figure_filters": 1, "figure_lime": 1, "figure_saliency": 1,
        "figure_samples": 1, "figure_shap": 1,
    }  # fmt: skip


def test_a_grid_of_filters_shows_no_images_and_does_not_follow_their_number(finished):
    finished.configure(filters={"layers": [{"layer": "cnn.0", "filters": "all"}], "steps": 5})
    done = finished.snakemake("filters")
    assert done.returncode == 0, done.stderr
    finished.configure(figures={"images": 1})
    assert finished.planned("filters") == {}


def test_scoring_every_split_counts_and_scores_anew_and_trains_nothing(finished):
    finished.configure(confusion={"split": "all"})
    assert finished.planned() == {
        "class_scores": 1, "confusion_counts": 1, "figure_chart": 3,
        "figure_lime": 1, "predictions": 2,
    }  # fmt: skip
    done = finished.snakemake("confusion")
    assert done.returncode == 0, done.stderr
    rows = (finished.folder / "results/small/scores/class_scores.csv").read_text().splitlines()
    # 4 images a class to train on and 2 to validate; those for testing carry no label.
    assert [row.split(",")[1:3] for row in rows[1:4]] == [["4", "6"]] * 3


def test_swapped_values_are_noticed(finished):
    """The shipped learning rate is 0.003 and the weight decay 0.05."""
    swapped = {"steps": 8, "batch_size": 4, "evaluations": 2}
    finished.configure(training=swapped | {"learning_rate": 0.05, "weight_decay": 0.003})
    assert set(finished.planned()) == AFTER_TRAINING


def test_where_one_layer_starts_is_no_matter_of_another(finished):
    own = {"layer": "cnn.0", "filters": [0, 2]}
    finished.configure(filters={"layers": [own | {"start": "image"}], "steps": 5})
    assert finished.planned() == {"filter_pictures": 1, "figure_filters": 1}
    other = {"layer": "cnn.4", "filters": [1], "start": "image"}
    finished.configure(
        filters={"layers": [own | {"start": "noise"}, other], "steps": 5},
        top_images={"count": 2, "layers": [own]},
    )
    assert finished.planned() == {"filter_pictures": 1, "figure_filters": 1} | dict.fromkeys(
        SUMMARY, 1
    )


def test_a_comment_outside_the_closure_redoes_nothing(finished):
    append(finished.folder / "cnnscope/checkpoints/download.py", "\n# a comment\n")
    append(finished.folder / "hw5.sh", "\n# a comment\n")
    assert finished.jobs() == {}


def test_a_line_in_a_module_of_one_method_redoes_that_method(finished):
    append(finished.folder / "cnnscope/attribution/saliency.py", "\nCHANGED = 1\n")
    assert finished.planned() == {"attribution": 1, "gather": 1, "figure_saliency": 1}


def test_a_line_in_a_module_of_two_methods_redoes_both(finished):
    append(finished.folder / "cnnscope/attribution/explanation.py", "\nCHANGED = 1\n")
    planned = finished.planned()
    drawn = {"figure_lime": 1, "figure_saliency": 1, "figure_shap": 1}
    # The images of LIME lie in two sets.
    assert planned == {"attribution": 4, "gather": 3} | drawn


def test_a_pinned_version_redoes_what_uses_that_library(finished):
    pins = finished.folder / "envs/requirements.txt"
    pins.write_text(pins.read_text().replace("scikit-image==", "scikit-image==9."))
    assert finished.planned() == {"attribution": 2, "gather": 1, "figure_lime": 1}


def test_a_replaced_photograph_redoes_what_reads_its_split(finished):
    def replace(split: str, name: str) -> None:
        Image.new("RGB", (40, 40), COLOURS[1]).save(finished.folder / "food" / split / name)

    replace("testing", "0000.png")
    counted = {"manifest": 1, "class_counts": 1, "figure_chart": 1}
    assert finished.planned() == {"decode": 1} | counted
    replace("training", "0_0.png")
    planned = finished.planned()
    pictures = {"pictures", "picture_set"}
    assert set(planned) == AFTER_TRAINING | {"decode"} | pictures | counted.keys()
    assert planned["decode"] == 2
    assert planned["pictures"] == 1, "the image is one of the gallery, and of no other set"


def test_another_seed_redoes_everything_random_but_no_decoding(finished):
    finished.configure(seed=1)
    assert set(finished.planned()) == AFTER_TRAINING | SUMMARY


def test_another_interpolation_decodes_anew_and_what_is_decoded_is_cropped(finished):
    image = {"size": 32, "fit": "crop", "resize": 36, "antialias": False}
    finished.configure(image=image | {"interpolation": "bicubic"})
    counted = {"decode", "pictures", "picture_set", "manifest", "class_counts"}
    planned = finished.planned()
    assert set(planned) == AFTER_TRAINING | counted
    # Those of the classes, of the scores and of the training; the summary of the model stays.
    assert planned["figure_chart"] == 5
    done = finished.snakemake("results/small/image_sets/gallery.npy")
    assert done.returncode == 0, done.stderr
    how = Preprocessing(channels=3, interpolation="bicubic", **image)
    photograph = Image.open(finished.folder / "food/training/0_0.png")
    gallery = np.load(finished.folder / "results/small/image_sets/gallery.npy")
    np.testing.assert_array_equal(gallery[0], preprocess(photograph, how))


def test_another_output_folder_draws_nothing_and_gets_the_figures_that_are_drawn(finished):
    finished.configure(output="elsewhere")
    assert finished.planned() == {}
    published = finished.to_publish()
    assert {name.split("_")[0] for name in published} == {"figure"}
    assert finished.snakemake().returncode == 0
    drawn = finished.folder / "results/small/figures"
    files = [file.relative_to(drawn) for file in drawn.rglob("*.png")]
    assert len(files) > len(published)
    for file in files:
        there = finished.folder / "elsewhere" / file
        assert there.read_bytes() == (drawn / file).read_bytes()


QUESTIONS = ["saliency", "filters", "activations", "top_images", "lime", "shap", "confusion"]


@pytest.mark.parametrize("target", QUESTIONS)
def test_a_target_builds_its_question_and_no_other(project, target):
    planned = project.planned(target)
    drawn = {name.removeprefix("figure_") for name in planned if name.startswith("figure_")}
    figure = "chart" if target == "confusion" else target
    assert drawn & {*QUESTIONS, "chart"} == {figure}


def test_an_interrupted_chain_goes_on_where_it_stopped(finished):
    """The weights are made anew, the run ends, and what hangs on them is still due."""
    finished.configure(seed=1)
    done = finished.snakemake("results/small/model/weights.safetensors")
    assert done.returncode == 0, done.stderr
    assert set(finished.planned()) == (AFTER_TRAINING | SUMMARY) - {"train"}
    assert yaml.safe_load((finished.folder / "small.yaml").read_text())["seed"] == 1
