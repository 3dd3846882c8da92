"""The key of a result: it follows all that changes the result, and nothing else."""

import pytest
from results_at_hand import CODE, decoded, lime

from cnnscope.planning.result import closure

ONE, TWO = decoded("training"), decoded("validation")
NOW = lime(ONE, TWO)
SAMPLES = {"samples": 100, "width": 0.25, "layers": {"a": 1, "b": 2}}


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": "other"},
        {"parameters": SAMPLES | {"samples": 50}},
        {"parameters": SAMPLES | {"samples": 0.25, "width": 100}},
        {"parameters": SAMPLES | {"layers": {"a": 2, "b": 1}}},
        {"parameters": SAMPLES | {"samples": "100"}},
        {"inputs": {"images": [TWO["images"], ONE["images"]], "table": ONE["table"]}},
        {"inputs": {"images": [ONE["images"], ONE["images"]], "table": ONE["table"]}},
        {"inputs": {"images": [ONE["images"], TWO["images"]], "table": TWO["table"]}},
        {"inputs": {"images": [ONE["table"], TWO["images"]], "table": ONE["table"]}},
        {"inputs": {"table": ONE["table"], "images": [ONE["images"], TWO["images"]]}},
        {"code": CODE | {"files": {"a.py": "2" * 64}}},
        {"code": CODE | {"files": {"a.py": "1" * 64, "b.py": "1" * 64}}},
        {"code": CODE | {"libraries": {"numpy": "2.5"}}},
    ],
)
def test_a_change_of_anything_that_a_result_is_made_from_is_another_key(changes):
    assert lime(ONE, TWO, **changes).key != NOW.key


def test_what_does_not_change_a_result_is_not_in_its_key():
    assert lime(ONE, TWO, context={"threads": 8, "source": "/elsewhere"}).key == NOW.key
    layers_in_another_order = SAMPLES | {"layers": {"b": 2, "a": 1}}
    assert lime(ONE, TWO, parameters=layers_in_another_order).key == NOW.key


@pytest.mark.parametrize("split", ["training", "validation"])
def test_a_change_far_below_is_another_key_above_and_none_beside(split):
    changed = {"training": ONE, "validation": TWO} | {split: decoded(split, "e" * 64)}
    assert lime(changed["training"], changed["validation"]).key != NOW.key
    beside = "validation" if split == "training" else "training"
    assert changed[beside].key == decoded(beside).key


def test_going_back_gives_the_first_key_again():
    assert lime(decoded("training"), decoded("validation")).key == NOW.key


def test_the_path_of_an_input_holds_the_key_of_what_it_is_made_from():
    assert ONE.key[:20] in ONE["images"].path
    assert ONE["images"].path == f"decode/training-{ONE.key[:20]}/images.npy"
    assert NOW.path("maps") == f"{NOW.folder}/maps"


def test_a_closure_holds_each_result_once_and_sources_first():
    above = lime(ONE, TWO, inputs={"array": NOW["array"], "images": ONE["images"]}, label="above")
    assert closure([above, TWO]) == [ONE, TWO, NOW, above]
