"""Records of results: what changed since, and whether the files are still those that were made."""

import json
import threading
from pathlib import Path

import pytest

from cnnscope.data.fingerprint import content_digest, file_digest
from cnnscope.ledger import Ledger, differences

TRAIN = {
    "rule": "train",
    "wildcards": {},
    "identity": "1" * 64,
    "parameters": {"recipe": {"steps": 8, "mixup": 0.4}, "sizes": (3, 32)},
    "inputs": {"training": content_digest(b"photographs")},
    "code": {"train.py": "a" * 64},
    "libraries": {"torch": "2.13.0"},
}
LIME = {
    "rule": "attribution",
    "wildcards": {"method": "lime"},
    "identity": "2" * 64,
    "parameters": {},
    "inputs": {"weights": {"from": "train", "identity": "1" * 64}},
    "code": {},
    "libraries": {},
}


@pytest.fixture
def ledger(tmp_path) -> Ledger:
    """Weights, and an explanation made from them."""
    made = Ledger(tmp_path / "provenance.json")
    for name, job, record in (("weights", "train", TRAIN), ("lime", "attribution", LIME)):
        (tmp_path / name).write_text(name)
        made.keep(job, record, [str(tmp_path / name)])
    return Ledger(made.file)


def changed(ledger: Ledger, job: str, expected: dict) -> dict[str, list[str]]:
    return ledger.changes(job, expected, file_digest)


def test_what_is_gone_from_a_folder_is_noticed(ledger):
    folder = ledger.file.parent / "maps"
    folder.mkdir()
    for name in ("a.npy", "b.npy"):
        (folder / name).write_text(name)
    ledger.keep("activations", TRAIN, [str(folder)])
    ledger = Ledger(ledger.file)
    assert changed(ledger, "activations", TRAIN) == {}
    (folder / "b.npy").unlink()
    assert changed(ledger, "activations", TRAIN) == {"files": ["maps/b.npy is gone"]}
    (folder / "a.npy").unlink()
    folder.rmdir()
    # Snakemake sees that itself, and what was made from the whole may stay.
    assert changed(ledger, "activations", TRAIN) == {}


@pytest.mark.parametrize("jobs", [[], {"train": None}, {"train": {"rule": "train"}}, "none"])
def test_records_of_another_shape_are_none(tmp_path, jobs):
    file = tmp_path / "provenance.json"
    file.write_text(json.dumps({"jobs": jobs}))
    assert Ledger(file).records == {}


def test_what_is_as_it_was_made_has_no_changes(ledger):
    assert changed(ledger, "train", TRAIN) == {}
    assert changed(ledger, "attribution", LIME) == {}


def test_a_record_holds_the_digest_of_each_file_relative_to_the_run(ledger):
    kept = json.loads(ledger.file.read_text())["jobs"]["train"]
    assert kept["outputs"] == {"weights": content_digest(b"weights")}
    assert kept["parameters"]["recipe"] == {"steps": 8, "mixup": 0.4}


@pytest.mark.parametrize(
    "part, value, line",
    [
        ("parameters", {"recipe": {"steps": 9, "mixup": 0.4}, "sizes": (3, 32)},
         "recipe.steps: 8 -> 9"),
        ("parameters", {"recipe": {"steps": 0.4, "mixup": 8}, "sizes": (3, 32)},
         "recipe.mixup: 0.4 -> 8"),
        ("code", {"train.py": "b" * 64}, "train.py has other content"),
        ("code", {"train.py": "a" * 64, "more.py": "c" * 64}, "more.py is new"),
        ("code", {}, "train.py is gone"),
        ("libraries", {"torch": "2.14.0"}, 'torch: "2.13.0" -> "2.14.0"'),
        ("inputs", {"training": content_digest(b"others")}, "training has other content"),
    ],
)  # fmt: skip
def test_a_change_is_named_by_what_changed_and_how(ledger, part, value, line):
    found = changed(ledger, "train", TRAIN | {part: value})
    assert list(found) == [part]
    assert line in found[part]


def test_a_file_that_was_edited_or_cut_is_not_what_was_made(ledger):
    ledger.path("weights").write_text("weight")
    assert changed(ledger, "train", TRAIN) == {"files": ["weights is not as it was made"]}


def test_a_missing_file_is_for_snakemake_to_make_where_it_is_needed(ledger):
    ledger.path("weights").unlink()
    assert changed(ledger, "train", TRAIN) == {}


def test_what_has_no_record_is_not_trusted(ledger):
    assert list(changed(ledger, "figure", TRAIN)) == ["record"]
    ledger.file.write_text('{"jobs": ')
    assert list(changed(Ledger(ledger.file), "train", TRAIN)) == ["record"]


def test_another_identity_of_a_source_is_followed(ledger):
    other = LIME | {"inputs": {"weights": {"from": "train", "identity": "3" * 64}}}
    assert changed(ledger, "attribution", other) == {"inputs": ["weights: follows train"]}


def test_other_bytes_under_the_same_identity_are_noticed(ledger):
    """As when the weights were trained anew on another machine."""
    ledger.path("weights").write_text("others")
    ledger.keep("train", TRAIN, [str(ledger.path("weights"))])
    found = changed(ledger, "attribution", LIME)
    assert found == {"inputs": ["weights: train has made other bytes since"]}


def test_the_audit_names_what_does_not_match_and_counts_what_does(ledger):
    assert ledger.audit({"train": TRAIN, "attribution": LIME}) == ([], 2)
    ledger.path("weights").write_text("edited")
    ledger.path("lime").unlink()
    ledger.path("stray.npy").write_text("from nowhere")
    (ledger.file.parent / "logs").mkdir()
    ledger.path("logs/train.log").write_text("no result")
    findings, right = ledger.audit({"train": TRAIN | {"libraries": {}}, "attribution": None})
    assert findings == [
        "lime (attribution): is gone",
        "attribution: orphaned, this config has no such job",
        "weights (train): is not as it was made",
        "train: libraries: torch is gone",
        "stray.npy: orphaned, no record names it",
    ]
    assert right == 0


def test_a_folder_is_recorded_file_by_file(tmp_path):
    ledger = Ledger(tmp_path / "provenance.json")
    folder = tmp_path / "activations"
    folder.mkdir()
    (folder / "b").write_text("b")
    (folder / ".snakemake_timestamp").touch()
    ledger.keep("activations", TRAIN, [str(folder)])
    assert list(ledger.records["activations"]["outputs"]) == ["activations/b"]


def test_jobs_that_end_at_once_keep_each_others_records(tmp_path):
    def keep(number: int) -> None:
        Ledger(tmp_path / "provenance.json").keep(f"job {number}", TRAIN, [])

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Ledger(tmp_path / "provenance.json").records) == 12


def test_equal_results_give_equal_ledgers(tmp_path):
    files = []
    for order in (("a", "b"), ("b", "a")):
        folder = tmp_path / "-".join(order)
        folder.mkdir()
        for name in order:
            (folder / name).write_text(name)
            Ledger(folder / "provenance.json").keep(name, TRAIN, [str(folder / name)])
        files.append(Path(folder, "provenance.json").read_bytes())
    assert files[0] == files[1]


def test_long_values_are_cut_in_the_lines_and_equal_trees_have_none():
    assert differences({"a": [1, 2]}, {"a": [1, 2]}) == []
    (line,) = differences({"a": "x" * 100}, {"a": 1})
    assert line.startswith('a: "xxx') and line.endswith("... -> 1") and len(line) < 80
