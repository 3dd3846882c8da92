"""The figure of random networks: which methods, images and stages, and what follows a change."""

import pytest

from cnnscope.errors import UserError
from cnnscope.planning.answers import cascade
from cnnscope.planning.charts import chart_about
from cnnscope.planning.plan import Plan
from cnnscope.planning.publication import everything, publications, questions
from cnnscope.planning.subjects import of_sanity


def keys(plan: Plan) -> dict[str, str]:
    return {method: cascade(plan, method).key for method in plan.run.side_by_side("sanity")}


def test_the_methods_are_those_asked_for_and_all_explain_the_same_class(planned):
    plan = planned(sanity={"methods": ["shap", "saliency"], "target": "egg"})
    assert list(keys(plan)) == ["shap", "saliency"]
    for method in keys(plan):
        told = cascade(plan, method).parameters["arguments"]
        assert told["target"] == plan.run.classes.index("egg")
    assert list(keys(planned(questions=["confusion", "lime", "saliency"]))) == ["lime", "saliency"]
    every = planned(sanity={"methods": "all"})
    real = [name for name, declared in every.run.methods.items() if not declared.control]
    assert list(keys(every)) == real
    controlled = planned(sanity={"methods": ["sobel"]})
    assert list(keys(controlled)) == ["sobel"], "a control is shown where it is named"


def test_the_stages_are_those_of_the_score(planned):
    plan = planned(parameter_randomisation={"stages": 7, "methods": ["lime"]})
    told = cascade(plan, "saliency").parameters["cascade"]
    assert told == {"stages": 7, "similarity": "spearman", "baseline": "black"}
    assert keys(plan) != keys(planned())
    assert keys(planned(parameter_randomisation={"methods": ["lime"]})) == keys(planned())


def test_a_changed_option_is_followed_by_its_method_alone(planned):
    before = keys(planned())
    after = keys(planned(saliency={"target": 1}, lime={"samples": 11}))
    assert [name for name in before if before[name] != after[name]] == ["lime"]


def test_what_a_method_needs_reaches_its_job(planned):
    plan = planned()
    inputs = cascade(plan, "shap").inputs
    assert {"weights", "images", "tables", "background", "background_table"} <= inputs.keys()
    assert "background" not in cascade(plan, "saliency").inputs
    own = planned(sanity={"images": ["one_each", "gallery"]})
    files = cascade(own, "saliency").inputs["images"]
    assert [ref.result.label for ref in files] == ["one_each", "gallery"]
    assert cascade(own, "saliency").context["sets"] == ["one_each", "gallery"]


def test_the_figure_reads_the_methods_in_their_order_and_is_made_when_asked(planned):
    plan = planned(questions=["sanity", "shap", "saliency"])
    figure = chart_about(plan, of_sanity(plan))
    results = [cascade(plan, method) for method in ("shap", "saliency")]
    for output, argument in (("array", "maps"), ("details", "details"), ("facts", "facts")):
        assert [(ref.result, ref.output) for ref in figure.inputs[argument]] == [
            (result, output) for result in results
        ]
    told = figure.parameters["arguments"]
    assert told["headings"] == ["Deep SHAP", "Saliency"] and told["signed"] == [True, False]
    assert told["similarity"] == "rank correlation"
    assert figure in everything(plan) and questions(plan)["sanity"] == [figure]
    assert figure not in everything(planned())
    files = {path for one in publications(plan).values() for path in one.files.values()}
    assert {"results/demo/sanity/shap.npy", "results/demo/figures/sanity.png"} <= files
    text = publications(plan)[figure].text
    assert "rank correlation" in text and "(black)" in text and "Deep SHAP: Lundberg" in text


def test_a_figure_that_shows_a_photograph_says_what_of_it_the_network_saw(planned):
    plan = planned(image={"fit": "pad"})
    assert "seen" in chart_about(plan, of_sanity(plan)).parameters


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sanity": {"images": ["none"]}}, "sanity.images: there is no image set 'none'"),
        ({"sanity": {"target": "pizza"}}, "sanity.target: 'pizza' is neither"),
        (
            {"questions": ["sanity", "confusion"]},
            "sanity.methods: none of the questions is an attribution method; name some, or all",
        ),
        ({"sanity": {"methods": ["lyme"]}}, "config: sanity.methods.0: 'lyme' is none of "),
    ],
)
def test_a_mistake_is_told_before_anything_runs(planned, given, said):
    with pytest.raises(UserError) as raised:
        planned(**given)
    assert str(raised.value).startswith(said)
