"""Shards put together are what one job would have made of all images."""

import numpy as np
import pytest

from cnnscope.attribution.gathering import Shard, gather
from cnnscope.files import load_result, save_result

COUNT = 7
RNG = np.random.default_rng(0)
MAPS = RNG.normal(size=(COUNT, 3, 5)).astype(np.float32)
WIDTHS = [2, 4, 1, 3, 4, 2, 1]
BACKGROUND = np.array([0.5, 2.5], np.float32)


def details(rows: list[int]) -> dict[str, np.ndarray]:
    """A detail as wide as the widest of its rows needs, as LIME's weights are, and others."""
    widest = max(WIDTHS[row] for row in rows)
    weights = np.full((len(rows), 2, widest), np.nan)
    classes = np.full((len(rows), widest), -1)
    for place, row in enumerate(rows):
        weights[place, :, : WIDTHS[row]] = row + np.arange(2 * WIDTHS[row]).reshape(2, -1) / 10
        classes[place, : WIDTHS[row]] = row
    return {"labels": np.array(rows) * 3, "weights": weights, "classes": classes}


def store(file, rows: list[int]) -> None:
    arrays = details(rows) | {"background": BACKGROUND}
    facts = {"units": "logit", "shared": ["background"], "seed": 3}
    save_result(file, MAPS[rows], arrays, facts)


def summarise(found) -> dict:
    return {
        "largest": int(found["labels"].max()),
        "widths": (found["classes"] >= 0).sum(1).tolist(),
    }


@pytest.mark.parametrize(
    "parts",
    [
        [[0, 1, 2, 3, 4, 5, 6]],
        [[0, 1, 2], [3, 4, 5, 6]],
        [[6, 2, 0], [5], [1, 4, 3]],
        [[row] for row in (4, 0, 6, 2, 5, 1, 3)],
    ],
)
def test_any_division_into_shards_in_any_order_gives_the_same_bytes(tmp_path, parts):
    shards = []
    for number, rows in enumerate(parts):
        folder = tmp_path / str(number)
        folder.mkdir()
        store(folder / "result.npy", rows)
        shards.append(Shard(folder / "result.npy", [[row] for row in rows]))
    gather(tmp_path / "all.npy", shards, summarise)
    array, found, facts = load_result(tmp_path / "all.npy")
    assert array.tobytes() == MAPS.tobytes()
    expected = details(list(range(COUNT))) | {"background": BACKGROUND}
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert (found[name].dtype, found[name].tobytes()) == (value.dtype, value.tobytes()), name
    assert facts["details"] == {name: list(value.shape) for name, value in expected.items()}
    assert (facts["shape"], facts["dtype"], facts["units"]) == ([COUNT, 3, 5], "float32", "logit")
    assert (facts["largest"], facts["widths"]) == (18, WIDTHS)
    assert [file.name for file in tmp_path.glob(".*")] == [], "nothing is left beside"


def test_an_image_that_stands_twice_in_a_set_fills_both_rows(tmp_path):
    store(tmp_path / "result.npy", [5, 1])
    gather(tmp_path / "all.npy", [Shard(tmp_path / "result.npy", [[0, 2], [1]])], summarise)
    array, found, _ = load_result(tmp_path / "all.npy")
    assert array.tobytes() == MAPS[[5, 1, 5]].tobytes()
    assert found["labels"].tolist() == [15, 3, 15]
