"""What the report is made from, and which changes it follows."""

from pathlib import Path

import pytest

from cnnscope.data.fingerprint import file_digest
from cnnscope.planning.plan import Plan
from cnnscope.planning.publication import everything, publications, questions
from cnnscope.planning.report import report
from cnnscope.planning.result import closure
from cnnscope.report.parts import PARTS

ROOT = Path(__file__).parents[2]


def shown(plan: Plan) -> dict:
    """The labels of the sources by the name under which the report reads them."""
    given = report(plan).inputs
    return {
        name: [ref.result.label for ref in (one if isinstance(one, list) else [one])]
        for name, one in given.items()
    }


def test_a_run_ends_with_a_report_that_is_a_target_and_has_a_name(planned):
    plan = planned()
    page = report(plan)
    assert everything(plan)[-1] is page and questions(plan)["report"] == [page]
    assert publications(plan)[page].files == {"page": "results/demo/report.html"}
    elsewhere = planned(run="mine", output="figures")
    assert publications(elsewhere)[report(elsewhere)].files == {"page": "results/mine/report.html"}


def test_no_other_target_needs_the_report(planned):
    plan = planned()
    for name, results in questions(plan).items():
        assert (report(plan) in closure(results)) == (name == "report"), name


def test_it_shows_what_a_run_answers_and_nothing_else(planned):
    plan = planned(questions=["saliency", "confusion"])
    read = shown(plan)
    assert read["maps"] == read["scores"] == ["saliency"]
    assert read["counts"] == ["validation"] and "scoreboard" not in read
    assert "confusion_matrix" in read["figures"] and "scoreboard" not in read["figures"]
    drawn = {ref.result for ref in report(plan).inputs["figures"]}
    assert drawn <= set(closure(everything(plan)))
    bare = shown(planned(questions=["activations"]))
    assert not {"maps", "counts", "scoreboard", "scores", "set_images"} & bare.keys()


def test_each_map_goes_with_its_own_facts_index_and_scores(planned):
    plan = planned(
        questions=["saliency", "compare", "scores"],
        scores={"methods": ["lime", "shap"]},
        compare={"methods": ["shap", "saliency"]},
    )
    read = shown(plan)
    labels = ["saliency", "compare.shap", "compare.saliency", "scores.lime", "scores.shap"]
    for name in ("maps", "details", "facts", "indices", "scores", "score_facts"):
        assert read[name] == labels, name
    told = report(plan).parameters["sources"]
    assert [one["made"] for one in told] == [f"made-gather-{label}" for label in labels]
    assert [one["target"] for one in told] == ["true", *["predicted"] * 4]
    assert read["scoreboard"] == ["methods"]


def test_without_scores_below_maps_there_are_maps_all_the_same(planned):
    plan = planned(questions=["saliency", "scores"], scores={"below": []})
    assert shown(plan)["maps"] == ["saliency", "scores.saliency"]
    assert [one["scored"] for one in report(plan).parameters["sources"]] == [False, True]
    assert shown(plan)["scores"] == ["scores.saliency"]


def test_images_of_a_cell_are_those_of_all_scored_splits(planned):
    read = shown(planned(confusion={"split": "all"}))
    for name in ("logits", "tables", "photographs"):
        assert read[name] == ["training", "validation", "testing"], name


@pytest.mark.parametrize(
    "changed",
    [
        {"lime": {"samples": 700}},
        {"figures": {"colormaps": {"activations": "gray"}}},
        {"figures": {"images": 3}},
        {"confusion": {"split": "training"}},
        {"deletion": {"steps": 9}},
        {"filters": {"steps": 7}},
        {"training": {"steps": 9}},
        {"seed": 1},
        {"dataset": {"classes": [f"class {n}" for n in range(11)]}},
    ],
)
def test_it_follows_what_it_shows(planned, changed):
    assert report(planned(**changed)).key != report(planned()).key


@pytest.mark.parametrize(
    "changed",
    [
        {"threads": 1},
        {"device": "cpu"},
        {"run": "other"},
        {"output": "elsewhere"},
        {"rise": {"samples": 70}},
        {"shap": {"background": 7}, "questions": ["saliency", "confusion"]},
        {"max_sensitivity": {"samples": 3}},
        {"vary": {"method": "saliency"}},
    ],
)
def test_it_follows_nothing_else(planned, changed):
    asked = {"questions": changed["questions"]} if "questions" in changed else {}
    assert report(planned(**changed)).key == report(planned(**asked)).key


def test_it_follows_its_template_its_style_and_its_script(planned):
    files = report(planned()).code["files"]
    for name in PARTS:
        path = f"cnnscope/report/{name}"
        assert files[path] == file_digest(ROOT / path)
    assert {"report_page.py", "cnnscope/report/collected.py"} <= files.keys()
    assert "jinja2" in report(planned()).code["libraries"]


def test_figures_that_no_page_shows_are_not_read(planned):
    given = report(planned(figures={"format": "pdf"}))
    assert "figures" not in given.inputs and given.parameters["figures"] == []
    assert "figures" in report(planned(figures={"format": "svg"})).inputs


def test_figures_have_their_captions_and_layers_say_where_their_names_are(planned):
    plan = planned()
    given = report(plan)
    told = given.parameters["figures"]
    assert len(told) == len(given.inputs["figures"])
    assert sum(one["told"] for one in told) == len(given.inputs["layer_facts"]) == 6
    by_name = {one["name"]: one for one in told}
    assert by_name["filters_cnn.4.png"]["layer"] == "cnn.4"
    assert "confusion.split" in by_name["class_scores.png"]["caption"]
    strips = by_name["activations"]
    assert "wildcards.layer" in strips["caption"]
    assert strips["filled_in"]["activations"] == "viridis"


def test_settings_that_change_nothing_and_places_of_files_are_not_shown(planned):
    settings = report(planned()).parameters["settings"]
    assert not {"threads", "device", "output", "run", "dataset", "shard"} & settings.keys()
    assert settings["lime"]["samples"] == 1000 and "rise" not in settings
    assert settings["model"] == {"architecture": "food_cnn", "arguments": {"width": 0.25}}
