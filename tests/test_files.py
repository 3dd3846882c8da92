import json

import numpy as np
import pytest

from cnnscope.files import load_result, replacing, replacing_folder, save_result, write_json
from cnnscope.seeds import seed_for, stream


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(RuntimeError), replacing(target) as partial:
        partial.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_leftovers_of_a_killed_write_are_overwritten(tmp_path):
    target = tmp_path / "a.txt"
    with replacing(target) as partial:
        left = partial
        partial.write_text("new")
    left.write_text("left by a killed run")
    with replacing(target) as partial:
        partial.write_text("newer")
    assert [(f.name, f.read_text()) for f in tmp_path.iterdir()] == [("a.txt", "newer")]


def test_a_result_comes_back_as_it_was_and_equal_results_are_equal_bytes(tmp_path):
    array = np.arange(6, dtype=np.float32).reshape(1, 2, 3)
    details = {"targets": np.array([4]), "r2": np.array([0.5])}
    for name in ("a", "b"):
        save_result(tmp_path / f"{name}.npy", array, details, {"units": "logit", "n": np.int64(3)})
    back, more, facts = load_result(tmp_path / "a.npy")
    assert np.array_equal(back, array)
    assert {key: value.tolist() for key, value in more.items()} == {"targets": [4], "r2": [0.5]}
    assert facts == {
        "shape": [1, 2, 3],
        "dtype": "float32",
        "details": {"targets": [1], "r2": [1]},
        "units": "logit",
        "n": 3,
    }
    for ending in ("npy", "npz", "json"):
        first, second = (tmp_path / f"{name}.{ending}" for name in "ab")
        assert first.read_bytes() == second.read_bytes()


def test_json_has_sorted_keys_and_refuses_what_it_does_not_know(tmp_path):
    write_json(tmp_path / "a.json", {"b": np.float32(0.5), "a": np.array([1])})
    assert list(json.loads((tmp_path / "a.json").read_text())) == ["a", "b"]
    with pytest.raises(TypeError):
        write_json(tmp_path / "b.json", {"x": object()})
    assert not (tmp_path / "b.json").exists()


def test_a_stream_follows_seed_and_image_and_nothing_else():
    image = np.zeros((2, 2, 3), np.uint8)
    other = image.copy()
    other[0, 0, 0] = 1
    assert seed_for(1, "lime", image) == seed_for(1, "lime", image.copy())
    distinct = {
        seed_for(1, "lime", image),
        seed_for(2, "lime", image),
        seed_for(1, "shap", image),
        seed_for(1, "lime", other),
        seed_for(1, "lime", image.reshape(4, 1, 3)),
    }
    assert len(distinct) == 5
    assert stream(1, image).integers(1 << 30) == stream(1, image).integers(1 << 30)


def test_a_folder_appears_whole_or_not_at_all(tmp_path):
    folder = tmp_path / "some" / "layers"
    for text in ("first", "second"):
        with replacing_folder(folder) as partial:
            (partial / text).write_text(text)
            assert not (folder / text).exists()
    with pytest.raises(ValueError), replacing_folder(folder) as partial:
        (partial / "third").write_text("third")
        raise ValueError
    assert [file.name for file in folder.iterdir()] == ["second"]
    assert [file.name for file in folder.parent.iterdir()] == ["layers"]
