"""What a scoreboard holds, and which scores follow a change."""

import pytest

from cnnscope.errors import UserError
from cnnscope.planning import answers, scores
from cnnscope.planning.comparisons import compared_scores
from cnnscope.planning.plan import Plan
from cnnscope.planning.publication import everything, publications, questions
from cnnscope.planning.result import closure
from cnnscope.planning.scoreboard import board_methods, board_metrics, scoreboard, scored
from cnnscope.planning.scores import own_scores

BOARD = {"methods": ["lime", "saliency"], "metrics": ["deletion", "insertion"]}


def shards(plan: Plan) -> dict[tuple[str, str], str]:
    """The folder of each shard's scores, by rule and label."""
    results = closure([scoreboard(plan)])
    return {(one.rule, one.label): one.folder for one in results if one.rule == "score"}


def changed(before: dict, after: dict) -> set[str]:
    return {label for (rule, label) in after if before.get((rule, label)) != after[rule, label]}


def test_methods_come_first_and_all_controls_behind_them(planned):
    plan = planned(scores=BOARD)
    controls = [name for name, one in plan.run.methods.items() if one.control]
    assert board_methods(plan.run) == ["lime", "saliency", *controls]
    assert len(controls) == 5
    few = planned(scores=BOARD | {"controls": ["sobel"]})
    assert board_methods(few.run) == ["lime", "saliency", "sobel"]
    asked = planned(questions=["confusion", "shap"])
    assert board_methods(asked.run)[0] == "shap"
    every = planned(scores={"methods": "all", "controls": []})
    assert set(board_methods(every.run)) == set(every.run.methods) - set(controls)


def test_all_methods_are_scored_on_the_same_images_and_the_same_class(planned):
    plan = planned(scores=BOARD | {"target": "egg", "images": ["one_each"]})
    results = closure([scoreboard(plan)])
    made = [one for one in results if one.rule == "attribution"]
    assert len(made) == 7
    assert {one.parameters["arguments"]["target"] for one in made} == {
        plan.run.classes.index("egg")
    }
    assert len({one.inputs["images"].path for one in made}) == 1


def test_a_changed_option_of_a_method_is_followed_by_its_own_scores_alone(planned):
    before = shards(planned(scores=BOARD))
    after = shards(planned(scores=BOARD, lime={"samples": 77}))
    assert changed(before, after) == {"deletion.lime.gallery", "insertion.lime.gallery"}
    assert shards(planned(scores=BOARD)) == before


def test_a_changed_option_of_a_metric_is_followed_by_its_column_alone(planned):
    before = shards(planned(scores=BOARD))
    after = shards(planned(scores=BOARD, deletion={"steps": 9}))
    assert len(before) == len(after) == 14
    assert {label.split(".")[0] for label in changed(before, after)} == {"deletion"}
    assert len(changed(before, after)) == 7


def test_one_method_or_metric_more_leaves_all_other_scores_as_they_are(planned):
    before = shards(planned(scores=BOARD))
    more = shards(planned(scores=BOARD | {"methods": ["saliency", "lime", "shap"]}))
    assert changed(before, more) == {"deletion.shap.gallery", "insertion.shap.gallery"}
    turned = shards(planned(scores=BOARD | {"metrics": ["insertion", "deletion"]}))
    assert turned == before


def test_scores_of_maps_that_a_method_s_own_figure_shows_are_computed_once(planned):
    plan = planned(scores=BOARD | {"target": "true", "below": ["deletion"]})
    own = own_scores(plan, "saliency").inputs["scores"]
    board = scored(plan)["saliency"].inputs["scores"]
    assert own[0].result is board[0].result
    assert answers.attribution(plan, "saliency").inputs["arrays"][0].result in closure(
        [own[0].result]
    )


def test_noise_beside_a_method_is_of_the_same_images_and_class_and_scored_once_for_all(planned):
    plan = planned(scores=BOARD | {"target": "egg", "metrics": ["deletion", "max_sensitivity"]})
    tables = {name: one.inputs for name, one in scored(plan).items()}
    noise = {tuple(ref.result.folder for ref in one["noise"]) for one in tables.values()}
    (of_all,) = noise
    # A metric that runs the method anew has nothing to say of noise.
    assert of_all == tuple(ref.result.folder for ref in tables["random"]["scores"][:1])
    for one in tables.values():
        for scores_of, beside in zip(one["scores"], one["noise"], strict=False):
            maps, noisy = (ref.result.inputs["array"].result for ref in (scores_of, beside))
            assert maps.inputs["images"] == noisy.inputs["images"]
            assert maps.parameters["arguments"]["target"] == plan.run.classes.index("egg")
            assert noisy.parameters["arguments"]["target"] == plan.run.classes.index("egg")
    other = planned(scores=BOARD | {"target": "true"})
    folders = {ref.result.folder for ref in scored(other)["lime"].inputs["noise"]}
    assert folders.isdisjoint(of_all)


def test_figures_without_scores_ask_for_none(planned):
    plan = planned(scores={"below": []}, questions=["saliency"])
    assert own_scores(plan, "saliency") is None
    assert not [one for one in closure(everything(plan)) if one.rule == "score"]
    with_scores = planned(scores={"below": ["insertion"]}, questions=["saliency"])
    assert [one.label for one in closure(everything(with_scores)) if one.rule == "score"] == [
        "insertion.saliency.gallery",
        "insertion.random.gallery",
    ]


def test_its_tables_have_names_and_its_target_makes_all_of_them(planned):
    plan = planned(scores=BOARD)
    made = publications(plan)
    paths = [path for result in questions(plan)["scores"] for path in made[result].files.values()]
    assert paths[0] == "results/demo/figures/scoreboard.png"
    assert "results/demo/scores/lime.csv" in paths and "results/demo/scores/sobel.csv" in paths
    assert made[scoreboard(plan)].files == {"table": "results/demo/scoreboard.csv"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"scores": {"methods": ["lyme"]}}, "config: scores.methods.0: 'lyme' is none of "),
        ({"scores": {"metrics": ["deletoin"]}}, "config: scores.metrics.0: 'deletoin' is none of "),
        ({"scores": {"controls": ["lime"]}}, "config: scores.controls.0: 'lime' is none of "),
        ({"scores": {"target": "pizza"}}, "scores.target: 'pizza' is neither"),
        ({"scores": {"images": ["none"]}}, "scores.images: there is no image set 'none'"),
        ({"scores": {"below": ["x"]}}, "config: scores.below.0: 'x' is none of "),
        (
            {"questions": ["scores", "confusion"]},
            "scores.methods: none of the questions is an attribution method; name some, or all",
        ),
    ],
)
def test_what_cannot_be_scored_is_refused_in_one_line(planned, given, said):
    with pytest.raises(UserError) as refused:
        planned(**given)
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_all_metrics_are_those_that_the_masks_allow(planned):
    plan = planned(scores={"metrics": "all"})
    assert board_metrics(plan.run) == list(plan.run.metrics)


def test_a_varied_seed_reaches_a_metric_that_runs_the_method_anew(planned):
    plan = planned(
        vary={"method": "rise", "option": "seed", "values": [0, 7]},
        scores={"below": ["deletion", "max_sensitivity"]},
    )
    seeds = [
        {
            ref.result.label.split(".")[0]: ref.result.parameters["seed"]
            for ref in one.inputs["scores"]
        }
        for one in compared_scores(plan, "vary")
    ]
    assert seeds == [
        {"deletion": 0, "max_sensitivity": 0},
        {"deletion": 0, "max_sensitivity": 7},
    ]


def test_scores_stand_beside_one_another_rather_than_have_threads(planned):
    table = scoreboard(planned(scores=BOARD, threads=4)).inputs["tables"][0].result
    parts = [ref.result for ref in table.inputs["scores"]]
    assert {part.context["threads"] for part in parts if "threads" in part.context} == {1}
    (maps,) = {part.inputs["array"].result for part in parts}
    assert maps.context["threads"] == 4


def test_each_shard_is_planned_once_however_many_metrics_score_it(planned, monkeypatch):
    plan = planned(scores=BOARD, shard=1)
    made = []
    shards_of = scores.attribution_shards
    monkeypatch.setattr(
        scores, "attribution_shards", lambda *asked: made.append(asked[1:3]) or shards_of(*asked)
    )
    scoreboard(plan)
    # And those of noise once more, which stands beside every method.
    assert len(set(made)) == len(board_methods(plan.run)) == len(made) - 1
