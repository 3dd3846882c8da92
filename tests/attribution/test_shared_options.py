"""Options that methods declare by their name alone."""

import pytest

from cnnscope.attribution.method import SHARED_OPTIONS, Method
from cnnscope.errors import UserError
from cnnscope.planning.methods import declared_methods

GIVEN = {"title": "A", "summary": "a", "paper": "none", "units": "1", "signed": False}
OWN = {"type": "integer", "default": 3, "description": "of something"}


def test_an_option_that_is_none_is_the_shared_one_and_all_stay_in_their_order():
    method = Method(**GIVEN, options={"precision": None, "steps": OWN, "layer": None})
    assert list(method.options.items()) == [
        ("precision", SHARED_OPTIONS["precision"]), ("steps", OWN),
        ("layer", SHARED_OPTIONS["layer"]),
    ]  # fmt: skip
    own = Method(**GIVEN, options={"layer": OWN})
    assert own.options == {"layer": OWN}


def test_none_for_an_option_that_is_not_shared_is_told_with_its_file(tmp_path):
    arguments = ", ".join(f"{name}={value!r}" for name, value in GIVEN.items())
    code = f'"""A."""\n\nMETHOD = Method({arguments}, options={{"stpes": None}})\n'
    (tmp_path / "mine.py").write_text(code)
    with pytest.raises(UserError) as raised:
        declared_methods(tmp_path)
    assert str(raised.value) == (
        f"{tmp_path}/mine.py, line 3: METHOD: option stpes is None, which only a shared one may "
        "be: background, layer, precision, segmentation"
    )
