"""Shortcuts: what is clustered, with which marks, and what of it other questions share."""

import pytest

from cnnscope.errors import UserError
from cnnscope.planning.answers import attribution
from cnnscope.planning.pictures import demo
from cnnscope.planning.publication import publications, questions
from cnnscope.planning.shortcuts import moved_marks, shortcuts

STICKER = {"kind": "sticker", "class": "egg"}


def test_every_method_explains_the_same_images_and_classes(planned):
    plan = planned(shortcuts={"methods": ["saliency", "lrp"], "target": "predicted"})
    result = shortcuts(plan)
    gathered = [ref.result for ref in result.inputs["arrays"]]
    assert [one.parameters["method"] for one in gathered] == ["saliency", "lrp"]
    assert {one.parameters["arguments"]["target"] for one in gathered} == {"predicted"}
    assert all(one.context["sets"] == ["each_class"] for one in gathered)
    assert result.parameters["methods"] == ["saliency", "lrp"]


def test_maps_that_the_question_of_a_method_has_made_are_not_made_again(planned):
    plan = planned(
        shortcuts={"methods": ["saliency"], "images": ["gallery"]}, saliency={"images": ["gallery"]}
    )
    own = attribution(plan, "saliency").inputs["arrays"]
    assert shortcuts(plan).inputs["arrays"][0].result.inputs["arrays"][0].result is own[0].result


def test_without_a_planted_mark_clusters_alone_are_made(planned):
    plan = planned()
    assert moved_marks(plan) is None and "marks" not in shortcuts(plan).inputs
    [figure] = questions(plan)["shortcuts"]
    assert [one.rule for one in figure.sources()] == ["shortcut_clusters"]
    assert demo(plan).parameters["shortcut"] is None


def test_a_planted_mark_is_that_of_the_pictures_and_moves_in_testing(planned):
    plan = planned(demo={"shortcut": STICKER})
    assert demo(plan).parameters["shortcut"] == {"kind": "sticker", "class": 3, "share": 0.9}
    for result in (
        shortcuts(plan).inputs["marks"][0].result,
        moved_marks(plan).inputs["marks"].result,
    ):
        assert result.rule == "masks" and result.parameters["folder"] == "marks"
        assert result.inputs["dataset"].result is demo(plan)
    table = moved_marks(plan).inputs["marks"].result.inputs["table"]
    assert table.result.label == "testing" and moved_marks(plan).inputs["table"] == table
    [figure] = questions(plan)["shortcuts"]
    assert [one.rule for one in figure.sources()] == ["shortcut_clusters", "moved_marks"]
    files = {path for one in publications(plan).values() for path in one.files.values()}
    assert {
        "results/demo/scores/shortcuts.csv",
        "results/demo/scores/shortcuts_clusters.csv",
        "results/demo/scores/moved_marks.csv",
        "results/demo/figures/shortcuts.png",
    } <= files


def test_a_criterion_is_followed_by_the_clusters_and_not_by_the_maps(planned):
    before, after = shortcuts(planned()), shortcuts(planned(shortcuts={"most": 0.4}))
    assert before.key != after.key
    assert before.inputs["arrays"][0].identity == after.inputs["arrays"][0].identity


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"shortcuts": {"methods": ["lpr"]}}, "config: shortcuts.methods.0: 'lpr' is none of"),
        ({"shortcuts": {"images": ["none"]}}, "shortcuts.images: there is no image set 'none'"),
        ({"shortcuts": {"target": "egg"}}, "config: shortcuts.target: 'egg' is none of"),
        ({"shortcuts": {"level": 0}}, "config: shortcuts.level: 0 is out of range"),
        ({"demo": {"shortcut": {"kind": "sticker"}}}, "config: demo.shortcut: class must be given"),
        ({"demo": {"shortcut": STICKER | {"kind": "dot"}}}, "config: demo.shortcut.kind: 'dot'"),
        (
            {"demo": {"shortcut": STICKER | {"class": "pizza"}}},
            "demo.shortcut.class: 'pizza' is no class; classes: 0 bread",
        ),
    ],
)
def test_a_mistake_is_told_before_anything_runs(planned, given, said):
    with pytest.raises(UserError) as raised:
        planned(**given)
    assert str(raised.value).startswith(said)


def test_a_bare_true_is_the_true_class(planned):
    assert planned(shortcuts={"target": True}).run.settings["shortcuts"]["target"] == "true"
