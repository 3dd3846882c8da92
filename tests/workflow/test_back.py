"""Going back to an earlier setting computes nothing: its results still lie in the store."""

import os
import shutil
import time
from pathlib import Path

import pytest
from small_project import Project, copy_project

SEGMENTS = {"method": "slic", "n_segments": 9}
ARRAY, FIGURE = "results/small/attributions/lime.npy", "results/small/figures/lime.png"
ONLY_NAMES = {"publish_gather_lime", "publish_figure_lime_lime"}


def set_samples(project, count: int) -> None:
    project.configure(lime={"samples": count, "segmentation": SEGMENTS})


def explained(project) -> tuple[bytes, bytes]:
    return tuple((project.folder / name).read_bytes() for name in (ARRAY, FIGURE))


@pytest.fixture(scope="module")
def gone_and_back(ran, tmp_path_factory, forked_python) -> tuple[Path, tuple[bytes, bytes]]:
    """A run with 20 samples, one with 21, and the setting of the first again: made once."""
    folder = copy_project(ran, tmp_path_factory.mktemp("back") / "project")
    project = Project(folder, python=forked_python)
    first = explained(project)
    set_samples(project, 21)
    assert project.snakemake().returncode == 0
    assert all(one != other for one, other in zip(first, explained(project), strict=True))
    set_samples(project, 20)
    return folder, first


@pytest.fixture
def there_and_back(gone_and_back, tmp_path, forked_python):
    """A copy of it, and what the first run gave."""
    folder, first = gone_and_back
    return Project(copy_project(folder, tmp_path / "project"), python=forked_python), first


def lose_nothing(project) -> None:
    pass


def lose_memory(project) -> None:
    """Snakemake's own notes are gone, and every file is of another time, in any order."""
    shutil.rmtree(project.folder / ".snakemake")
    now = time.time()
    for place, file in enumerate(sorted(project.folder.rglob("*"), reverse=True)):
        os.utime(file, (now - place, now - place))


@pytest.mark.parametrize("lose", [lose_nothing, lose_memory])
@pytest.mark.parametrize("targets", [(), ("lime",), (ARRAY, FIGURE)])
def test_the_way_back_only_gives_old_results_their_names_again(there_and_back, lose, targets):
    project, first = there_and_back
    lose(project)
    assert set(project.jobs(*targets)) - set(targets) == ONLY_NAMES
    done = project.snakemake(*targets)
    assert done.returncode == 0, done.stdout + done.stderr
    assert explained(project) == first
    assert project.jobs() == {}
    assert project.snakemake("verify").returncode == 0


def test_a_result_that_is_forced_by_its_published_path_is_computed_again(finished):
    first = explained(finished)
    array = finished.folder / ARRAY
    node = array.stat().st_ino
    forced = {"attribution": 2, "gather": 1, "publish_gather_lime": 1}
    assert finished.jobs(ARRAY, "--force") == forced
    assert finished.snakemake(ARRAY, "--force").returncode == 0
    assert array.stat().st_ino != node
    (stored,) = finished.folder.glob("results/.store/gather/lime-*/result.npy")
    assert stored.samefile(array)
    assert explained(finished) == first
    assert finished.jobs() == {}
    assert finished.jobs(FIGURE, "--force") == {"figure_lime": 1, "publish_figure_lime_lime": 1}


def test_what_no_run_reaches_is_named_with_its_bytes_and_removed(finished):
    folders = finished.folder.glob
    old = sorted(
        one
        for rule in ("attribution/lime.", "figure_lime/", "gather/lime")
        for one in folders(f"results/.store/{rule}*")
    )
    assert len(old) == 4, "two shards, what was gathered from them, and the figure"
    first = explained(finished)
    set_samples(finished, 21)
    assert finished.snakemake().returncode == 0
    size = {one: sum(file.stat().st_size for file in one.iterdir()) for one in old}
    done = finished.snakemake("gc")
    assert done.returncode == 0, done.stdout + done.stderr
    named = [f"{one.relative_to(finished.folder)}: {size[one]:,} bytes" for one in old]
    total = f"cnnscope: 4 results, {sum(size.values()):,} bytes, that no published run reaches"
    said = [line for line in done.stdout.splitlines() if " bytes" in line]
    assert said == [*named, total]
    assert not any(one.exists() for one in old)
    assert finished.jobs() == {}
    assert finished.snakemake("verify").returncode == 0
    set_samples(finished, 20)
    assert finished.planned() == {"attribution": 2, "gather": 1, "figure_lime": 1}
    assert finished.snakemake().returncode == 0
    assert explained(finished) == first


def test_gc_keeps_all_that_another_run_in_the_same_folder_has_published(finished):
    finished.configure(run="other", lime={"samples": 21, "segmentation": SEGMENTS})
    assert finished.snakemake("lime").returncode == 0
    finished.configure(run="small", lime={"samples": 20, "segmentation": SEGMENTS})
    assert "cnnscope: 0 results, 0 bytes" in finished.snakemake("gc").stdout
    assert finished.jobs() == {}
