"""What tests of plans share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cnnscope.data.fingerprint import ContentIndex
from cnnscope.planning.plan import Plan
from cnnscope.planning.run import read_run

ROOT = Path(__file__).parents[2]


@pytest.fixture
def planned(tmp_path) -> Callable[..., Plan]:
    """The plan of the demo with some settings."""

    def plan(**given) -> Plan:
        index = ContentIndex(tmp_path / "contents.json")
        return Plan(read_run(given, [], ROOT, index), ROOT, index)

    return plan
