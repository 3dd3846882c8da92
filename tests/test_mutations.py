"""The table of faults that `tests/mutations/run.py` puts into the code fits the code."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from table import MUTATIONS

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: f"{one.file}: {one.about}")
def test_a_fault_fits_exactly_one_place_and_leaves_python_that_can_be_read(mutation):
    code = (ROOT / mutation.file).read_text(encoding="utf-8")
    assert code.count(mutation.old) == 1
    assert mutation.new != mutation.old
    ast.parse(code.replace(mutation.old, mutation.new))
    assert mutation.tests and all((ROOT / file).is_file() for file in mutation.tests)


def test_the_faults_are_many_and_spread_over_the_library():
    assert len(set(MUTATIONS)) == len(MUTATIONS) >= 50
    rooms = Counter(mutation.file.split("/")[1] for mutation in MUTATIONS)
    known = {"attribution", "data", "evaluation", "figures", "inspection", "networks", "training"}
    assert known <= rooms.keys()
