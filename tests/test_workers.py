import os
import sys

import pytest

from cnnscope.workers import each


def place(thing: int) -> tuple[int, int]:
    return thing, os.getpid()


def fail(thing: int) -> None:
    raise ValueError(f"thing {thing}")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks safely")
def test_workers_take_turns_and_answer_in_order():
    answers = list(each(place, range(20), 2))
    assert [thing for thing, _ in answers] == list(range(20))
    assert os.getpid() not in {process for _, process in answers}


def test_one_worker_one_thing_and_other_systems_stay_in_this_process(monkeypatch):
    assert list(each(place, range(3), 1)) == [(n, os.getpid()) for n in range(3)]
    assert list(each(place, [7], 2)) == [(7, os.getpid())]
    # A new interpreter would run the Snakemake script that called it once more.
    monkeypatch.setattr(sys, "platform", "darwin")
    assert list(each(place, range(3), 2)) == [(n, os.getpid()) for n in range(3)]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_fails_in_a_worker_fails_here(workers):
    with pytest.raises(ValueError, match="thing 0"):
        list(each(fail, range(2), workers))
