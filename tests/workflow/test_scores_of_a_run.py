"""The scoreboard of a run: scores worked out from its arrays, and what a change redoes."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image
from safetensors.torch import load_file
from small_project import Project

from cnnscope.attribution.reference_maps import blurred_maps, random_maps
from cnnscope.evaluation import deletion, relevance_mass, sparseness
from cnnscope.files import load_result
from cnnscope.networks.classifier import Classifier
from cnnscope.networks.food_cnn import FoodCNN
from cnnscope.tables import read_table

METRICS = [
    "deletion", "focus", "max_sensitivity", "parameter_randomisation", "relevance_mass",
    "sparseness",
]  # fmt: skip


@pytest.fixture(scope="module")
def scored(ran, tmp_path_factory, forked_python) -> Project:
    """A run with masks of the dataset's own, after its scoreboard."""
    folder = Path(shutil.copytree(ran, tmp_path_factory.mktemp("scored") / "project"))
    (folder / "masks/training").mkdir(parents=True)
    for file in (folder / "food/training").iterdir():
        mask = np.zeros((40, 40), np.uint8)
        # Another part of each photograph, so that a mask of another one is noticed.
        mask[: 8 + 3 * int(file.stem[2]), 6 * int(file.stem[0]) :] = 255
        Image.fromarray(mask).save(folder / f"masks/training/{file.stem}.png")
    project = Project(folder, python=forked_python)
    settings = yaml.safe_load((folder / "small.yaml").read_text())
    project.configure(
        dataset=settings["dataset"] | {"masks": "masks"},
        scores={
            "methods": ["saliency", "lime"],
            "metrics": METRICS,
            "controls": ["random"],
            "below": ["deletion"],
        },
        max_sensitivity={"samples": 1},
        parameter_randomisation={"stages": 1},
    )
    done = project.snakemake("scores")
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def column(results: Path, method: str, name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in read_table(results / f"scores/{method}.csv")])


def test_the_scores_are_those_of_the_published_maps(scored):
    results = scored.folder / "results/small"
    images = np.load(results / "image_sets/gallery.npy")
    maps, details, _ = load_result(results / "attributions/saliency.npy")
    network = FoodCNN(classes=3, width=0.05, size=32, channels=3)
    network.load_state_dict(load_file(results / "model/weights.safetensors"))
    model = Classifier(network, [0.5] * 3, [0.25] * 3).eval()
    predicted = details["logits"].argmax(1)
    rows = np.flatnonzero(predicted == details["targets"])
    assert len(rows), "the maps of the figure are those of the scoreboard where the class is right"
    paths = [row["path"] for row in read_table(results / "scores/saliency.csv")]
    masks = np.stack(
        [
            np.asarray(
                Image.open(scored.folder / "masks" / Path(path).with_suffix(".png")).resize(
                    (32, 32), Image.Resampling.BILINEAR
                )
            )
            >= 128
            for path in paths
        ]
    )
    options = {"steps": 32, "baseline": "mean", "seed": 0, "log": str}
    for name, own in (
        ("score", maps),
        ("blurred", blurred_maps(maps)),
        ("random", random_maps(images, 0)),
    ):
        by_hand = {
            "deletion": deletion.score(model, images, details["targets"], own, **options),
            "sparseness": sparseness.score(None, None, None, own, power=1, log=str),
            "relevance_mass": relevance_mass.score(None, None, None, own, masks=masks, log=str),
        }
        for metric, expected in by_hand.items():
            found = column(results, "saliency", f"{metric} {name}")
            np.testing.assert_allclose(found[rows], expected[rows], rtol=1e-4, err_msg=metric)


def test_metrics_that_run_the_method_anew_score_the_maps_alone(scored):
    results = scored.folder / "results/small"
    for method in ("saliency", "lime"):
        for metric in ("max_sensitivity", "parameter_randomisation", "focus"):
            assert np.isfinite(column(results, method, f"{metric} score")).all(), (method, metric)
            assert np.isnan(column(results, method, f"{metric} blurred")).all()
    # Noise has nothing to do with the network, and is the same for each.
    np.testing.assert_allclose(
        column(results, "random", "parameter_randomisation score"), 1, atol=1e-6
    )
    board = read_table(results / "scoreboard.csv")
    assert [row["method"] for row in board[:: len(METRICS)]] == ["saliency", "lime", "random"]
    assert (results / "figures/scoreboard.png").stat().st_size > 5_000


def test_a_changed_option_scores_that_row_again_and_nothing_else(scored):
    assert scored.jobs("scores") == {}
    changed = scored.planned("scores", "--config", "lime={samples: 21}")
    assert changed == {
        "attribution": 1, "score": len(METRICS), "method_scores": 1, "scoreboard": 1,
        "figure_chart": 1, "scores": 1,
    }  # fmt: skip
    changed = scored.planned("scores", "--config", "deletion={steps: 4}")
    assert changed == {
        "score": 3, "method_scores": 3, "scoreboard": 1, "figure_chart": 1, "scores": 1,
    }  # fmt: skip


def test_another_mask_scores_again_what_looks_at_masks(scored):
    image = Image.open(scored.folder / "masks/training/0_0.png")
    Image.fromarray(255 - np.asarray(image)).save(scored.folder / "masks/training/0_0.png")
    changed = scored.planned("scores")
    assert changed == {
        "masks": 1, "score": 3, "method_scores": 3, "scoreboard": 1, "figure_chart": 1, "scores": 1,
    }  # fmt: skip
    image.save(scored.folder / "masks/training/0_0.png")
    assert scored.jobs("scores") == {}
