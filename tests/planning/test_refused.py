"""A question that this run cannot answer is refused by its name, with the reason."""

import pytest
from PIL import Image

from cnnscope.planning.asked import questions
from cnnscope.planning.plan import Plan
from cnnscope.planning.refused import refused


@pytest.fixture
def of_a_picture(planned, tmp_path):
    """The plan of one picture and a network that was trained elsewhere."""
    Image.new("RGB", (9, 7)).save(tmp_path / "cat.png")
    (tmp_path / "weights.pth").write_bytes(b"never read by a plan")

    def plan(**given) -> Plan:
        model = {"architecture": "resnet18", "checkpoint": str(tmp_path / "weights.pth")}
        dataset = {"path": str(tmp_path / "cat.png"), "classes": 5}
        return planned(dataset=dataset, model=model, **given)

    return plan


def test_nothing_is_both_answered_and_refused_and_every_question_is_one_of_them(planned):
    plan = planned()
    answered, missing = questions(plan), refused(plan)
    assert not answered.keys() & missing.keys()
    asked_of_the_schema = {
        *plan.run.methods, *plan.run.metrics, "compare", "vary", "sanity", "scores", "filters",
        "activations", "top_images", "interventions", "shortcuts", "confusion", "deep_dream",
        "class_pictures",
    }  # fmt: skip
    assert asked_of_the_schema <= answered.keys() | missing.keys()
    # The demo has everything but a mark of its own to move.
    assert missing.keys() <= {"moved_marks"}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("interventions", "only the demo without a shortcut can be painted again"),
        ("confusion", "the pictures have no labels (dataset.labels: "),
        ("pointing_game", "nobody knows where the objects are (dataset.masks: "),
        ("focus", "the images have no labels"),
        ("training_curves", "the network was trained elsewhere (model.history: "),
    ],
)
def test_what_a_picture_alone_cannot_answer_is_said_with_the_setting(of_a_picture, name, why):
    line = refused(of_a_picture())[name]
    assert line.startswith(f"{name} cannot be answered, for {why}")


def test_a_shortcut_in_the_demo_leaves_no_picture_to_paint_again(planned):
    plan = planned(demo={"shortcut": {"kind": "sticker", "class": "egg"}})
    assert "only the demo without a shortcut" in refused(plan)["interventions"]


def test_image_sets_that_cannot_be_filled_are_named(of_a_picture):
    plan = of_a_picture(occlusion={"images": ["own"]}, image_sets={"own": {"split": "training"}})
    assert "(occlusion.images: ['own'])" in refused(plan)["occlusion"]


def test_a_metric_that_has_no_method_to_score_says_where_to_name_some(planned):
    plan = planned(questions=["confusion"])
    assert "(deletion.methods: name some)" in refused(plan)["deletion"]
