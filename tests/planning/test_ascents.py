"""Class pictures and deep dreams as questions: what is planned for them."""

import pytest

from cnnscope.errors import UserError
from cnnscope.planning import answers
from cnnscope.planning.publication import everything, publications, questions
from cnnscope.planning.result import closure


@pytest.mark.parametrize(
    ("question", "rule"), [("class_pictures", "class_ascent"), ("deep_dream", "dreams")]
)
def test_a_question_leads_to_a_figure_and_arrays_and_is_asked_by_name(planned, question, rule):
    plan = planned()
    (figure,) = questions(plan)[question]
    assert rule in {result.rule for result in closure([figure])}
    paths = {path for one in publications(plan).values() for path in one.files.values()}
    assert {
        f"results/demo/figures/{question}.png",
        *(f"results/demo/{question}.{kind}" for kind in ("npy", "npz", "json")),
    } <= paths
    assert figure not in everything(plan)
    asked = planned(questions=[question])
    assert questions(asked)[question][0] in everything(asked)


def test_classes_are_given_by_name_or_number(planned):
    pictured = answers.class_pictures(planned(class_pictures={"classes": ["soup", 3, "0"]}))
    assert pictured.parameters["classes"] == [9, 3, 0]
    assert answers.class_pictures(planned()).parameters["classes"] is None


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        (["Sup"], "class_pictures.classes: 'Sup' is no class; classes: 0 bread"),
        ([11], "class_pictures.classes: '11' is no class"),
        (["soup", 9], "class_pictures.classes: soup stands there twice"),
    ],
)
def test_a_class_that_is_not_there_or_stands_there_twice_is_refused(planned, classes, said):
    with pytest.raises(UserError, match=said):
        planned(class_pictures={"classes": classes})


def test_dreams_follow_their_own_settings_and_images_alone(planned):
    def keys(**settings):
        plan = planned(**settings)
        return answers.deep_dream(plan).key, answers.class_pictures(plan).key

    dream, pictured = keys()
    for section in ({"layer": "first"}, {"octaves": 2}, {"steps": 3}, {"images": ["mixups"]}):
        other, same = keys(deep_dream=section)
        assert other != dream and same == pictured
    assert keys(class_pictures={"steps": 3})[0] == dream
    assert keys(seed=1) != (dream, pictured)


def test_dreams_of_images_that_are_not_there_have_no_target(planned):
    empty = {"image_sets": {"gallery": {"split": "validation", "positions": [9999]}}}
    plan = planned(**empty, questions=["confusion"])
    assert answers.deep_dream(plan) is None
    assert "deep_dream" not in questions(plan) and "class_pictures" in questions(plan)


def test_the_figure_of_dreams_is_given_the_photographs(planned):
    plan = planned(deep_dream={"images": ["mixups"]})
    (figure,) = questions(plan)["deep_dream"]
    assert figure.context["sets"] == ["mixups"]
    sources = {source.name.rpartition("-")[0] for source in figure.sources()}
    assert "mixups" in sources
