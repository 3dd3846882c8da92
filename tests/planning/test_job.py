"""What every job does around its result: it waits for others, and keeps a record."""

import json
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from results_at_hand import decoded, lime, make, store

from cnnscope.job import alone_in, job
from cnnscope.planning.record import made, read_record
from cnnscope.planning.task import Task

ONE, TWO = decoded("training"), decoded("validation")
LIME = lime(ONE, TWO)


class Inputs(list):
    """Files by number and by name, as Snakemake hands them to a script."""

    def get(self, name, default):
        return list(self) if name == "records" else default


@pytest.fixture
def root(tmp_path):
    for result in (ONE, TWO):
        make(tmp_path / "store", result)
    return tmp_path


def called(root, was_whole=False):
    task = Task(LIME.described(), LIME.outputs, {"threads": 1}, "results/a", None, was_whole)
    folder = root / "store" / LIME.folder
    return SimpleNamespace(
        params=SimpleNamespace(settings=dict(LIME.parameters), task=task),
        input=Inputs(str(root / "store" / source.record) for source in (ONE, TWO)),
        output=SimpleNamespace(record=str(folder / "record.json")),
        log=[str(folder / "log.txt")],
    )


def compute(root, ran, **options):
    with job(called(root, **options)) as (settings, log):
        ran.append(settings)
        folder = root / "store" / LIME.folder
        (folder / "result.npy").write_text("an array")
        (folder / "maps").mkdir(exist_ok=True)
        (folder / "maps/b.npy").write_text("a map")
        log("computed")


def test_the_record_says_what_was_made_from_what(root):
    compute(root, [])
    record = read_record(root / "store" / LIME.record)
    assert record["outputs"].keys() == {"result.npy", "maps/b.npy"}
    assert record["sources"] == {
        source.folder: made(json.loads((root / "store" / source.record).read_text()))
        for source in (ONE, TWO)
    }
    assert store(root / "store").fault(LIME) is None


def test_a_job_knows_its_settings_and_what_changes_nothing(root):
    ran = []
    compute(root, ran)
    assert ran == [dict(LIME.parameters) | {"threads": 1}]


def test_what_another_run_has_made_in_the_meantime_is_not_made_again(root):
    ran = []
    compute(root, ran)
    with pytest.raises(SystemExit) as end:
        compute(root, ran)
    assert end.value.code == 0 and len(ran) == 1


def test_what_was_whole_when_the_plan_was_made_is_made_again_where_it_is_forced(root):
    ran = []
    compute(root, ran)
    compute(root, ran, was_whole=True)
    assert len(ran) == 2


def test_what_was_made_and_then_damaged_is_made_again(root):
    ran = []
    compute(root, ran)
    file = root / "store" / LIME.folder / "result.npy"
    file.write_text("damaged")
    compute(root, ran)
    assert len(ran) == 2 and file.read_text() == "an array"


def test_a_job_that_fails_leaves_no_record(root):
    compute(root, [])
    with pytest.raises(SystemExit), job(called(root, was_whole=True)):
        raise ValueError
    assert not (root / "store" / LIME.record).exists()


def test_a_job_waits_for_the_one_that_makes_the_same_result(root):
    ran, folder = [], Path(root / "store" / LIME.folder)
    with alone_in(folder):
        other = threading.Thread(target=compute, args=(root, ran))
        other.start()
        other.join(0.3)
        assert other.is_alive() and ran == []
    other.join()
    assert len(ran) == 1
