"""Which jobs interventions ask for, of which methods, and where they are refused."""

import numpy as np
import pytest
from PIL import Image

from cnnscope.errors import UserError
from cnnscope.planning import answers
from cnnscope.planning.charts import chart
from cnnscope.planning.interventions import intervened, interventions
from cnnscope.planning.plan import Plan
from cnnscope.planning.publication import everything, publications, questions


def targets(plan: Plan, name: str) -> list:
    return [
        ref.result.parameters["arguments"]["target"] for ref in interventions(plan).inputs[name]
    ]


def test_the_methods_are_those_asked_for_and_noise(planned):
    assert intervened(planned(questions=["lime", "confusion", "shap"]).run) == [
        "lime", "shap", "random",
    ]  # fmt: skip
    asked = {"methods": ["random", "saliency"]}
    assert intervened(planned(interventions=asked).run) == ["random", "saliency"]
    every = planned(interventions={"methods": "all"}).run
    assert intervened(every) == [*(n for n, m in every.methods.items() if not m.control), "random"]


def test_every_method_explains_the_two_likeliest_classes_of_the_same_images(planned):
    plan = planned(interventions={"methods": ["saliency", "shap", "score_cam"]})
    result = interventions(plan)
    assert targets(plan, "predicted") == ["predicted"] * 4
    assert targets(plan, "second") == ["second"] * 4
    for name in ("predicted", "second"):
        named = [ref.result.parameters["method"] for ref in result.inputs[name]]
        assert named == result.parameters["methods"]
    assert result.inputs["index"].result is result.inputs["predicted"][0].result
    assert result.parameters["signed"] == [False, True, False, False]


def test_what_another_question_has_computed_is_not_computed_again(planned):
    plan = planned(lime={"images": ["one_each"]}, interventions={"methods": ["lime"]})
    own = answers.attribution(plan, "lime").inputs["arrays"]
    held = interventions(plan).inputs["predicted"][0].result.inputs["arrays"]
    assert [ref.result.folder for ref in held] == [ref.result.folder for ref in own]


def test_the_table_and_the_figure_are_made_when_asked(planned):
    plan = planned(questions=["saliency", "interventions"])
    figure = chart(plan, "interventions")
    assert figure.inputs["rows"].result is interventions(plan)
    assert questions(plan)["interventions"] == [figure] and figure in everything(plan)
    files = [path for one in publications(plan).values() for path in one.files.values()]
    assert len(set(files)) == len(files)
    assert {"results/demo/scores/interventions.csv", "results/demo/figures/interventions.png"} <= (
        set(files)
    )
    assert interventions(planned()) is not None
    assert chart(planned(), "interventions") not in everything(planned())


def test_what_changes_a_pixel_changes_the_scores(planned):
    keys = {
        interventions(planned(**given)).key
        for given in ({}, {"seed": 1}, {"image": {"interpolation": "bicubic"}})
    }
    assert len(keys) == 3
    loaded = interventions(planned(image={"antialias": False})).code["files"]
    assert "cnnscope/data/tensor_resize.py" in loaded


def test_on_a_dataset_it_is_refused_in_one_line(planned, tmp_path):
    for split in ("training", "validation"):
        (tmp_path / "food" / split).mkdir(parents=True)
        for label in range(2):
            image = Image.fromarray(np.full((8, 8, 3), 90 * label, np.uint8))
            image.save(tmp_path / "food" / split / f"{label}_0.png")
    given = {"dataset": {"path": str(tmp_path / "food")}}
    with pytest.raises(UserError) as raised:
        planned(**given, questions=["saliency", "interventions"])
    assert str(raised.value) == (
        "questions: interventions needs pictures that are painted again without an object, which "
        "only the demo can do, and only without a shortcut (dataset.path: null, demo.shortcut: "
        "null); leave it out"
    )
    plan = planned(**given, questions=["saliency"])
    assert interventions(plan) is None and "interventions" not in questions(plan)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"questions": ["interventions"]},
            "interventions.methods: none of the questions is an attribution method; name some",
        ),
        ({"interventions": {"methods": ["lyme"]}}, "config: interventions.methods.0: 'lyme' is "),
        ({"interventions": {"images": ["x"]}}, "interventions.images: there is no image set 'x'"),
    ],
)
def test_a_mistake_is_told_before_anything_runs(planned, given, said):
    with pytest.raises(UserError) as raised:
        planned(**given)
    assert str(raised.value).startswith(said)
