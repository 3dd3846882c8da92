"""Which layers are asked about, by name or `auto`, and what the jobs are told of them."""

from pathlib import Path

import pytest

from cnnscope.data.fingerprint import ContentIndex
from cnnscope.errors import UserError
from cnnscope.planning import network
from cnnscope.planning.charts import described
from cnnscope.planning.plan import Plan
from cnnscope.planning.publication import publications
from cnnscope.planning.run import read_run
from cnnscope.planning.subjects import of_filters, of_top_images

ROOT = Path(__file__).parents[2]
SELECTORS = ("first", "middle", "last")
LISTED = [
    {"layer": "first", "filters": [0, 5]},
    {"layer": "cnn.4", "filters": 3, "start": "image"},
    {"layer": "cnn.8", "filters": "all"},
]


@pytest.fixture
def planned(tmp_path):
    """The plan of the demo with other settings of `filters`."""

    def plan(top_images: dict | None = None, **filters) -> Plan:
        index = ContentIndex(tmp_path / "contents.json")
        given = {"filters": filters, "top_images": top_images or {}}
        return Plan(read_run(given, [], ROOT, index), ROOT, index)

    return plan


def test_auto_asks_for_three_convolutions_that_the_jobs_choose(planned):
    run = planned(layers="auto", start="image").run
    asked = {name: {"layer": {"convolution": name}, "filters": 4} for name in SELECTORS}
    assert run.top_layers == asked
    assert run.filter_layers == {name: one | {"start": "image"} for name, one in asked.items()}


def test_the_files_of_a_chosen_layer_are_named_after_what_chose_it(planned):
    plan = planned(layers="auto")
    files = {
        path.removeprefix("results/demo/")
        for one in publications(plan).values()
        for path in one.files.values()
    }
    for name in SELECTORS:
        assert {
            f"filters/{name}.npy", f"filters/{name}.json", f"figures/filters_{name}.png",
            f"top_images/{name}.npy", f"figures/top_images_{name}.png",
        } <= files  # fmt: skip
        for chart, subject in (
            ("filters", of_filters(plan, name)),
            ("top_images", of_top_images(plan, name)),
        ):
            assert subject.chart == chart
            title, caption = described(plan, subject)
            assert title == f"{name} convolution"
            assert f"of the {name} convolution, whose name heads the figure: the " in caption


def test_a_list_may_say_how_many_filters_and_which_convolution(planned):
    run = planned(layers=LISTED, start="noise").run
    assert run.filter_layers == {
        "first": {"layer": "first", "filters": [0, 5], "start": "noise"},
        "cnn.4": {"layer": "cnn.4", "filters": 3, "start": "image"},
        "cnn.8": {"layer": "cnn.8", "filters": "all", "start": "noise"},
    }
    assert run.top_layers == {
        "first": {"layer": "first", "filters": [0, 5]},
        "cnn.4": {"layer": "cnn.4", "filters": 3},
    }


def test_the_layers_are_checked_as_the_jobs_will_ask_for_them(planned):
    wanted = network.layers(planned(layers="auto")).parameters["wanted"]
    assert wanted == [[{"convolution": name}, 4] for name in SELECTORS] * 2
    own = {"layers": [{"layer": "last", "filters": 2}]}
    wanted = network.layers(planned(own, layers=LISTED)).parameters["wanted"]
    assert wanted == [["first", [0, 5]], ["cnn.4", 3], ["cnn.8", "all"], ["last", 2]]


def test_text_of_the_command_line_is_taken_for_the_number_that_it_is(planned):
    text = [{"layer": "cnn.0", "filters": "6"}, {"layer": "cnn.4", "filters": "all"}]
    layers = planned(layers=text).run.filter_layers.values()
    assert [layer["filters"] for layer in layers] == [6, "all"]


@pytest.mark.parametrize(
    ("layers", "line"),
    [
        ("automatic", "config: filters.layers: 'automatic' does not fit the form ^auto$ (layers"),
        ([{"layer": "cnn.0", "filters": 0}], "filters.layers.0.filters: 0 is out of range"),
        ([{"layer": "cnn.0", "filters": "some"}], "'some' does not fit the form ^all$ (filter"),
        ([{"layer": "cnn.0", "filters": [-1]}], "filters.layers.0.filters.0: -1 is out of range"),
        ([{"layer": "last", "filters": n} for n in (1, 2)], "layers: last stands there twice"),
        ([], "filters.layers: [] should be non-empty"),
    ],
)
def test_what_is_no_layer_is_refused_in_one_line(planned, layers, line):
    with pytest.raises(UserError) as refused:
        planned(layers=layers)
    assert line in str(refused.value) and "\n" not in str(refused.value)
