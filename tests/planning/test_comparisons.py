"""What stands side by side, what of it other questions share, and what follows a change."""

import pytest

from cnnscope.errors import UserError
from cnnscope.planning import answers
from cnnscope.planning.charts import chart_about
from cnnscope.planning.comparisons import columns, compared
from cnnscope.planning.plan import Plan
from cnnscope.planning.publication import everything, publications, questions
from cnnscope.planning.subjects import of_comparison


def shards(plan: Plan, question: str) -> list[list[str]]:
    """The folders of the shards of each column."""
    return [[ref.result.folder for ref in one.inputs["arrays"]] for one in compared(plan, question)]


def test_the_methods_are_those_asked_for_and_all_explain_the_same_class(planned):
    plan = planned(compare={"methods": ["shap", "saliency"], "target": "egg"})
    assert [one.method for one in columns(plan.run, "compare")] == ["shap", "saliency"]
    assert [one.heading for one in columns(plan.run, "compare")] == ["Deep SHAP", "Saliency"]
    for result in compared(plan, "compare"):
        assert result.parameters["arguments"]["target"] == plan.run.classes.index("egg")
    asked = planned(questions=["confusion", "lime", "saliency"])
    assert [one.method for one in columns(asked.run, "compare")] == ["lime", "saliency"]
    every = planned(compare={"methods": "all"})
    real = [name for name, declared in every.run.methods.items() if not declared.control]
    assert [one.method for one in columns(every.run, "compare")] == real != []


def test_what_another_question_has_computed_is_not_computed_again(planned):
    plan = planned(
        lime={"images": ["gallery"], "target": "predicted"},
        compare={"methods": ["lime"]},
        vary={"option": "samples", "values": [1000, 70]},
    )
    own = answers.attribution(plan, "lime").inputs["arrays"]
    assert compared(plan, "compare")[0].inputs["arrays"][0].result is own[0].result
    first, second = shards(plan, "vary")
    assert first == [ref.result.folder for ref in own] != second


def test_a_changed_option_is_followed_by_the_column_of_its_method_alone(planned):
    before = shards(planned(compare={"methods": "all"}), "compare")
    plan = planned(compare={"methods": "all"}, saliency={"target": "true"}, lime={"samples": 11})
    after = shards(plan, "compare")
    methods = plan.run.side_by_side("compare")
    changed = [name for name, a, b in zip(methods, before, after, strict=True) if a != b]
    assert changed == ["lime"], "the target of a comparison is its own"


def test_each_value_is_a_column_in_the_order_given(planned):
    plan = planned(vary={"method": "shap", "option": "background", "values": [8, 2, 4]})
    assert [one.heading for one in columns(plan.run, "vary")] == [
        "background 8", "background 2", "background 4",
    ]  # fmt: skip
    given = [one.parameters["arguments"]["background"] for one in compared(plan, "vary")]
    assert given == [8, 2, 4]
    plan = planned(vary={"option": "samples", "values": ["20", "10"]})
    given = [one.parameters["arguments"]["samples"] for one in compared(plan, "vary")]
    assert given == [20, 10], "as Snakemake's --config hands numbers over"


def test_a_seed_is_that_of_the_shards_and_nothing_else(planned):
    plan = planned(vary={"method": "lime", "option": "seed", "values": [5, 0]})
    parts = [one.inputs["arrays"][0].result for one in compared(plan, "vary")]
    assert [part.parameters["seed"] for part in parts] == [5, 0]
    assert parts[0].inputs["images"].identity == parts[1].inputs["images"].identity
    assert parts[0].inputs["weights"].identity == parts[1].inputs["weights"].identity
    assert "seed" not in parts[0].parameters["arguments"]


def test_a_target_may_vary_by_name(planned):
    plan = planned(vary={"method": "saliency", "option": "target", "values": ["egg", "true"]})
    assert [one.heading for one in columns(plan.run, "vary")] == ["target egg", "target true"]
    targets = [one.parameters["arguments"]["target"] for one in compared(plan, "vary")]
    assert targets == [plan.run.classes.index("egg"), "true"]


def test_the_figure_reads_the_columns_in_their_order_and_is_made_when_asked(planned):
    plan = planned(questions=["vary", "saliency"], vary={"values": [3, 1]})
    figure = chart_about(plan, of_comparison(plan, "vary"))
    assert [ref.result for ref in figure.inputs["maps"]] == compared(plan, "vary")
    assert figure in everything(plan) and questions(plan)["vary"] == [figure]
    assert chart_about(plan, of_comparison(plan, "compare")) not in everything(plan)
    files = [path for one in publications(plan).values() for path in one.files.values()]
    assert len(set(files)) == len(files)
    assert {"results/demo/comparisons/vary_1.npy", "results/demo/figures/vary.png"} <= set(files)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"vary": {"option": "sampels"}}, "vary.option: lime has no option sampels; did you mean"),
        ({"vary": {"option": "xyz"}}, "vary.option: lime has no option xyz; it has seed, target, "),
        (
            {"vary": {"option": "samples", "values": [100, 5]}},
            "vary.values: samples: 5 is out of range: minimum 10 (perturbed copies of each image)",
        ),
        ({"vary": {"values": [0, "a"]}}, "vary.values: seed: 'a' is no integer"),
        (
            {"vary": {"option": "target", "values": ["true", "pizza"]}},
            "vary.values: 'pizza' is neither true nor predicted nor a class; classes: 0 bread",
        ),
        ({"compare": {"images": ["none"]}}, "compare.images: there is no image set 'none'"),
        ({"compare": {"target": "pizza"}}, "compare.target: 'pizza' is neither"),
        (
            {"questions": ["compare", "confusion"]},
            "compare.methods: none of the questions is an attribution method; name some, or all",
        ),
        ({"compare": {"methods": ["lyme"]}}, "config: compare.methods.0: 'lyme' is none of "),
        ({"compare": {"methods": "al"}}, "config: compare.methods: 'al' does not fit"),
    ],
)
def test_a_mistake_is_told_before_anything_runs(planned, given, said):
    with pytest.raises(UserError) as raised:
        planned(**given)
    assert str(raised.value).startswith(said)
