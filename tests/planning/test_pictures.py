"""What follows which setting of `image`, and which settings go together."""

from pathlib import Path

import pytest

from cnnscope.data.fingerprint import ContentIndex
from cnnscope.data.preprocessing import Preprocessing
from cnnscope.errors import UserError
from cnnscope.planning import network, pictures, sets
from cnnscope.planning.plan import Plan
from cnnscope.planning.publication import publications
from cnnscope.planning.run import read_run

ROOT = Path(__file__).parents[2]
CHARTS = {
    *("class_distribution", "class_pictures", "class_scores", "class_support"),
    *("confusion_matrix", "deletion", "insertion", "model_summary"),
    *("focus", "mask_auc", "pointing_game", "relevance_mass", "relevance_rank"),
}


@pytest.fixture
def planned(tmp_path):
    """The plan of the demo with other settings of `image`, and a checkpoint of the user."""
    (tmp_path / "mine.pth").write_bytes(b"weights")

    def plan(**image) -> Plan:
        index = ContentIndex(tmp_path / "contents.json")
        checkpoint = {"checkpoint": str(tmp_path / "mine.pth")}
        return Plan(read_run({"image": image, "model": checkpoint}, [], ROOT, index), ROOT, index)

    return plan


def keys(plan: Plan) -> dict[str, str]:
    results = {
        "decode": pictures.decoded(plan, "training"),
        "pictures": sets.picture_shards(plan, "gallery")[0],
        "layers": network.layers(plan),
        "convert": network.converted(plan),
        "predictions": network.predictions(plan, "training"),
    }
    return {name: result.key for name, result in results.items()}


DECODED = {"decode", "pictures", "predictions"}
MODEL = {"layers", "convert", "predictions"}


@pytest.mark.parametrize(
    ("before", "after", "followed"),
    [
        ({}, {"interpolation": "bicubic"}, DECODED),
        ({}, {"antialias": False}, DECODED),
        ({}, {"fit": "pad"}, DECODED),
        ({"fit": "crop"}, {"fit": "crop", "resize": 73}, DECODED),
        ({"fit": "crop"}, {"fit": "crop", "resize": 64}, set()),
        ({}, {"mean": [0.4, 0.4, 0.4]}, MODEL),
        ({"fit": "crop"}, {"fit": "crop", "mean": [0.4, 0.4, 0.4]}, MODEL),
        ({"fit": "pad"}, {"fit": "pad", "mean": [0.4, 0.4, 0.4]}, MODEL | DECODED),
        ({}, {"size": 72}, MODEL | DECODED),
        ({}, {"fit": "stretch", "resize": None, "antialias": True}, set()),
    ],
)
def test_decoding_follows_the_pixels_and_the_model_what_it_is_built_from(
    planned, before, after, followed
):
    old, new = keys(planned(**before)), keys(planned(**after))
    assert {name for name in old if old[name] != new[name]} == followed


def test_the_parameters_of_both_ways_to_decode_are_those_of_the_library(planned):
    plan = planned(size=48, fit="pad", interpolation="bicubic", mean=[0.485, 0, 1.5])
    wanted = Preprocessing(48, 3, "pad", None, "bicubic", fill=[124, 0, 255])
    for result in (pictures.decoded(plan, "training"), sets.picture_shards(plan, "gallery")[0]):
        assert Preprocessing(**result.parameters["image"]) == wanted


def test_only_what_is_resized_as_a_tensor_depends_on_pytorch(planned):
    def libraries(plan: Plan) -> set[str]:
        results = (pictures.decoded(plan, "training"), sets.picture_shards(plan, "gallery")[0])
        one, other = (set(result.code["libraries"]) for result in results)
        assert one == other
        return one

    assert libraries(planned(antialias=False)) - libraries(planned(fit="crop")) == {"torch"}


@pytest.mark.parametrize(
    ("image", "line"),
    [
        ({}, ""),
        (
            {"fit": "crop", "size": 224, "resize": 256},
            "what the network saw: centre 224 × 224 of the photographs resized to 256",
        ),
        (
            {"fit": "crop", "size": 224},
            "what the network saw: centre 224 × 224 of the photographs resized to 224",
        ),
        (
            {"fit": "crop", "size": 224, "resize": 200},
            "what the network saw: centre 224 × 224 of the photographs resized to 200, "
            "black around them",
        ),
        (
            {"fit": "pad", "size": 224},
            "what the network saw: the photographs padded to 224 × 224",
        ),
    ],
)
def test_a_figure_can_say_what_the_network_saw(planned, image, line):
    assert pictures.seen(planned(**image)) == line


@pytest.mark.parametrize(
    ("image", "line"),
    [
        ({"resize": 256}, "image.resize: goes with image.fit: crop, not stretch; image.size alone"),
        ({"fit": "pad", "resize": 256}, "image.resize: goes with image.fit: crop, not pad"),
        (
            {"interpolation": "lanczos", "antialias": False},
            "image.antialias: false is known of bilinear, bicubic and nearest, not of lanczos",
        ),
        ({"fit": "centre"}, "config: image.fit: 'centre' is none of stretch, crop, pad"),
        ({"channels": 1}, "image.mean: give a number a channel"),
    ],
)
def test_settings_that_do_not_go_together_are_refused_in_one_line(planned, image, line):
    with pytest.raises(UserError) as refused:
        planned(**image)
    assert line in str(refused.value) and "\n" not in str(refused.value)


def test_every_figure_of_photographs_says_which_part_of_them_the_network_saw(planned):
    line = "what the network saw: centre 64 × 64 of the photographs resized to 73"
    for image, said in (({}, None), ({"fit": "crop", "resize": 73}, line)):
        lines = {
            result.name.rpartition("-")[0]: result.parameters.get("seen")
            for result in publications(planned(**image))
            if result.rule.startswith("figure_")
        }
        charts = {name: lines.pop(name) for name in CHARTS}
        assert set(charts.values()) == {None}, "they show no photograph"
        assert set(lines.values()) == {said}
        assert {"saliency", "sets", "layers", "cnn.0"} < lines.keys()
