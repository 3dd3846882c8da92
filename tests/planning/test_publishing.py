"""Stored files get the names that people see, and what has them is known to be right or wrong."""

import json
import runpy
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from results_at_hand import decoded, lime, make

from cnnscope.data.fingerprint import file_digest
from cnnscope.planning.publication import Publication
from cnnscope.planning.publishing import is_current

ROOT = Path(__file__).parents[2]
ONE, TWO = decoded("training"), decoded("validation")
LIME = lime(ONE, TWO)


class Given(dict):
    """Files by name, as Snakemake hands them to a script."""

    __getattr__ = dict.__getitem__


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for result in (ONE, TWO, LIME):
        make(tmp_path / "store", result)
    return tmp_path


def publication(result=LIME, place: str = "results/a"):
    files = {"array": f"{place}/lime.npy", "maps": f"{place}/maps"}
    if result is not LIME:
        files = {"images": f"{place}/images.npy", "table": f"{place}/images.csv"}
    return Publication(result, files, "results/a/records/one.json", "results/a/logs/one.log")


def publish(publication, copied=()):
    """What the job of a publication does."""
    result = publication.result
    snakemake = SimpleNamespace(
        log=["publish.log"],
        input=Given(stored_record=f"store/{result.record}"),
        output=Given(publication.files | {"record": publication.record}),
        params=SimpleNamespace(stored=dict(result.outputs), copied=list(copied)),
    )
    runpy.run_path(str(ROOT / "scripts/publish.py"), {"snakemake": snakemake})


def current(publication):
    record = Path("store", publication.result.record)
    stored = json.loads(record.read_text()) if record.exists() else None
    return is_current(publication, str, file_digest, stored)


@pytest.mark.parametrize("result", [ONE, LIME])
def test_every_file_arrives_under_its_name_and_is_known_to_be_right(folder, result):
    wanted = publication(result)
    assert not current(wanted)
    publish(wanted)
    for name, path in wanted.files.items():
        stored = Path("store", result.path(name))
        pairs = [(stored, Path(path))]
        if stored.is_dir():
            pairs = [(file, Path(path) / file.name) for file in stored.iterdir()]
        for file, published in pairs:
            assert published.samefile(file)
    assert current(wanted)


def test_what_is_published_twice_leaves_nothing_beside_it(folder):
    publish(publication())
    publish(publication())
    assert current(publication())
    assert list(folder.rglob("*.partial*")) == []


def test_a_figure_is_a_file_of_its_own_that_may_be_drawn_on(folder):
    publish(publication(ONE), copied=["images"])
    Path("results/a/images.npy").write_text("scribbled over")
    assert Path("store", ONE.path("images")).read_text() == "made images.npy"


def test_what_a_killed_run_has_left_beside_a_name_is_not_written_through(folder):
    """It may be another name of a stored file."""
    partial = Path("results/a/.partial-images.npy")
    partial.parent.mkdir(parents=True)
    partial.hardlink_to(Path("store", TWO.path("table")))
    publish(publication(ONE), copied=["images"])
    assert Path("store", TWO.path("table")).read_text() == "made images.csv"
    assert current(publication(ONE))


@pytest.mark.parametrize("name", ["lime.npy", "maps/b.npy"])
@pytest.mark.parametrize("damage", [Path.unlink, lambda file: file.write_text("other")])
def test_a_published_file_that_is_gone_or_another_is_noticed(folder, name, damage):
    publish(publication(), copied=["array", "maps"])
    damage(Path("results/a", name))
    assert not current(publication())


@pytest.mark.parametrize("part", ["result", "key", "parameters", "code", "sources", "published"])
def test_a_published_record_that_says_something_else_is_noticed(folder, part):
    publish(publication())
    file = Path(publication().record)
    file.write_text(json.dumps(json.loads(file.read_text()) | {part: {}}))
    assert not current(publication())


def test_the_same_result_under_another_name_is_published_there_and_back(folder):
    """The record tells where the files are, so it has to follow."""
    publish(publication())
    publish(publication(place="elsewhere"))
    assert not current(publication())
    assert current(publication(place="elsewhere"))


def test_another_result_under_the_same_name_is_noticed(folder):
    publish(publication(ONE))
    assert not current(publication(TWO))


def test_a_result_that_was_made_anew_with_other_bytes_is_published_anew(folder):
    publish(publication(), copied=["array", "maps"])
    make(folder / "store", LIME, "other")
    assert not current(publication())


def test_what_is_published_is_right_without_the_store(folder):
    publish(publication())
    shutil.rmtree("store")
    assert current(publication())
