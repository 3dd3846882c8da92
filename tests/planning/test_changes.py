"""What `snakemake why` says: which of the things that a result was made from has changed."""

import pytest
from results_at_hand import CODE, decoded, lime

from cnnscope.planning.changes import changes, differences

ONE, TWO = decoded("training"), decoded("validation")
NOW = lime(ONE, TWO)
SAMPLES = {"samples": 100, "width": 0.25, "layers": {"a": 1, "b": 2}}


@pytest.mark.parametrize(
    "changed, lines",
    [
        ({"parameters": SAMPLES | {"samples": 50}}, ["parameters: samples: 100 -> 50"]),
        (
            {"parameters": SAMPLES | {"layers": {"a": 2, "b": 1}}},
            ["parameters: layers.a: 1 -> 2", "parameters: layers.b: 2 -> 1"],
        ),
        ({"parameters": {}}, [f"parameters: {name} is gone" for name in sorted(SAMPLES)]),
        ({"code": CODE | {"files": {"a.py": "2" * 64}}}, ["code: a.py has other content"]),
        ({"code": CODE | {"files": CODE["files"] | {"b.py": "2" * 64}}}, ["code: b.py is new"]),
        ({"code": CODE | {"libraries": {"numpy": "2.5"}}},
         ['libraries: numpy: "2.4" -> "2.5"']),
        (
            {"inputs": {"images": [TWO["images"], ONE["images"]], "table": ONE["table"]}},
            ["inputs: images: in another order, or fewer"],
        ),
    ],
)  # fmt: skip
def test_a_change_is_named_by_what_changed_and_how(changed, lines):
    assert changes(NOW.described(), lime(ONE, TWO, **changed).described()) == lines


def test_what_follows_another_result_names_it():
    other = lime(decoded("training", "e" * 64), TWO)
    assert changes(NOW.described(), other.described()) == [
        "inputs: images follows decode training",
        "inputs: table follows decode training",
    ]


def test_what_the_user_gives_has_other_content():
    lines = changes(ONE.described(), decoded("training", "e" * 64).described())
    assert lines == ["inputs: dataset has other content"]


def test_what_is_the_same_has_no_changes():
    assert changes(NOW.described(), lime(ONE, TWO).described()) == []


def test_long_values_are_cut_in_the_lines_and_equal_trees_have_none():
    assert differences({"a": [1, 2]}, {"a": [1, 2]}) == []
    (line,) = differences({"a": "x" * 100}, {"a": 1})
    assert line.startswith('a: "xxx') and line.endswith("... -> 1") and len(line) < 80
