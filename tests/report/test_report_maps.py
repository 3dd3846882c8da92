"""The maps of a report: what is embedded is what was stored, within the stated tolerance."""

import base64

import numpy as np
import pytest
from run_at_hand import (
    EXPLAINED,
    data_of,
    photographs,
    saliency_maps,
    settings,
    shap_values,
    store,
    written,
)

from cnnscope.files import write_json
from cnnscope.report.class_maps import class_maps, notes, refusal
from cnnscope.report.collected import write_report
from cnnscope.report.embedding import quantised


def read_back(one) -> np.ndarray:
    kind = {"int16": "<i2", "int8": "i1"}[one["type"]]
    steps = np.frombuffer(base64.b64decode(one["data"]), kind).reshape(one["size"])
    values = steps * np.float64(one["scale"])
    return np.where(steps == np.iinfo(kind).min, np.nan, values)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> dict:
    return data_of(written(tmp_path_factory.mktemp("report")))


def of(data: dict, method: str) -> dict:
    """The maps of a method by image and class."""
    found = [one for one in data["maps"] if one["method"] == method]
    return {(one["image"], one["class"]): one for one in found}


@pytest.mark.parametrize(("side", "kind"), [(128, "int16"), (129, "int8")])
def test_a_map_is_read_back_within_its_tolerance(side, kind):
    values = np.random.default_rng(0).normal(0, 3, (5, side)).astype(np.float32)
    values[0, 0], values[4, 7] = 0, np.nan
    found = quantised(values)
    assert found.type == kind
    largest = np.abs(values[np.isfinite(values)]).max()
    assert found.tolerance == pytest.approx(largest / {"int16": 32767, "int8": 127}[kind] / 2)
    one = {"type": found.type, "scale": found.scale, "data": found.data, "size": values.shape}
    back = read_back(one)
    assert back[0, 0] == 0 and np.isnan(back[4, 7]) and np.isnan(back).sum() == 1
    assert np.nanmax(np.abs(back - values)) <= found.tolerance * (1 + 1e-9)


def test_a_map_of_nothing_is_a_map_of_zeros():
    assert not read_back(vars(quantised(np.zeros((2, 3)))) | {"size": (2, 3)}).any()


def test_each_image_has_its_own_map_of_its_target(data):
    found = of(data, "saliency")
    assert list(found) == [(0, 0), (1, 0), (2, 2), (3, 2)]
    for number, one in enumerate(found.values()):
        wanted = saliency_maps()[number]
        assert np.abs(read_back(one) - wanted).max() <= one["tolerance"] * (1 + 1e-6)
        assert one["low"] == 0 and one["high"] == pytest.approx(np.percentile(wanted, 99.5))


def test_where_several_classes_were_explained_each_has_its_map_on_one_scale(data):
    found = of(data, "shap")
    # The second image misses half of what its values should add up to.
    assert list(found) == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 1), (3, 2), (3, 1)]
    for place, class_ in enumerate((2, 1)):
        one, wanted = found[2, class_], shap_values()[2, place, 0]
        assert np.abs(read_back(one) - wanted).max() <= one["tolerance"] * (1 + 1e-6)
        assert one["low"] == -one["high"]
        assert one["high"] == pytest.approx(np.percentile(np.abs(shap_values()[2]), 99.5))


def test_values_that_do_not_add_up_are_not_in_the_page(data):
    for class_ in (0, 1):
        one = of(data, "shap")[1, class_]
        assert "data" not in one and one["refused"].startswith("Not drawn: the values miss")
        assert "50%" in one["refused"] and "more than 10%" in one["refused"]
    assert of(data, "shap")[0, 0]["refused"] == ""
    assert of(data, "shap")[0, 0]["notes"] == ["residual 2e-02"]


def test_a_method_that_refuses_the_network_says_so_and_has_no_maps(tmp_path):
    files = store(tmp_path)
    refused = {"units": "logit", "refused": "it has no <layer>"}
    write_json(files["facts"][1], refused)
    write_report(tmp_path / "page.html", files, settings())
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "No maps of Deep SHAP (shap): it has no &lt;layer&gt;" in page
    assert {one["method"] for one in data_of(page)["maps"]} == {"saliency"}


def test_the_same_map_that_two_questions_ask_for_is_in_the_page_once(tmp_path):
    files, twice = store(tmp_path), settings()
    twice["sources"] = [*twice["sources"], twice["sources"][0] | {"question": "compare"}]
    for name in ("maps", "details", "facts", "indices", "scores", "score_facts"):
        files[name] = [*files[name], files[name][0]]
    write_report(tmp_path / "page.html", files, twice)
    data = data_of((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert len(data["maps"]) == 4 + 8 and len(data["images"]) == 4
    assert {one["source"] for one in data["maps"]} == {0, 1}


def test_superpixels_have_the_weights_of_their_class():
    segments = np.array([[[0, 0, 1], [2, 2, 1]]])
    details = {
        "targets": np.array([7]),
        "explained": np.array([[7, 4, -1]]),
        "weights": np.array([[[4.0, 5, 6], [1, 2, 3], [np.nan] * 3]]),
        "segments": segments,
    }
    target = np.array([[[4.0, 4, 5], [6, 6, 5]]])
    found = class_maps(target, details, 0)
    assert [number for number, _ in found] == [7, 4]
    np.testing.assert_array_equal(found[0][1], target[0])
    np.testing.assert_array_equal(found[1][1], [[1, 1, 2], [3, 3, 2]])


def test_what_figures_say_below_a_map_is_said_here():
    details = {"whole": np.array([0, 0.9]), "hidden": np.array([0, 0.2])}
    details |= {"residual": np.array([0, 0.25])}
    told = notes(details, 1)
    assert told[0] == "p 0.90 → 0.20 all hidden"
    assert told[1:] == ["residual 25.0%", "do not rely on it"]
    assert refusal(details, 1) == "", "only values by class are left out"
    assert notes({}, 0) == []


def test_a_map_has_the_scores_of_its_own_image_and_target(data):
    deletion = [
        [(one["title"], one["better"], one["value"]) for one in map_["scores"]]
        for map_ in of(data, "saliency").values()
    ]
    assert deletion == [
        [("Deletion", "lower", 0.25)], [], [("Deletion", "lower", 0.5)],
        [("Deletion", "lower", 0.75)],
    ]  # fmt: skip
    assert of(data, "shap")[0, 0]["scores"][0]["value"] == 0.125
    assert of(data, "shap")[0, 1]["scores"] == [], "the scored map is that of the target"
    assert data["sources"][0]["trust"] == "Do not trust these maps."


def test_an_image_says_what_it_is_and_what_the_network_makes_of_it(data):
    second = data["images"][1]
    assert second["path"] == "validation/</script>.png"
    assert (second["split"], second["position"]) == ("validation", 1)
    assert (second["label"], second["predicted"]) == (0, 1)
    shares = np.exp([0.1, 2, 0.1]) / np.exp([0.1, 2, 0.1]).sum()
    assert [one["class"] for one in second["likeliest"]] == [1, 0, 2]
    assert second["likeliest"][0]["share"] == pytest.approx(shares[1])
    assert second["confusion"] == pytest.approx(1 - shares[0])


def test_a_small_photograph_is_embedded_to_the_last_bit(data):
    import io

    from PIL import Image

    for one, row in zip(data["images"], EXPLAINED, strict=True):
        content = base64.b64decode(one["photograph"].removeprefix("data:image/png;base64,"))
        np.testing.assert_array_equal(Image.open(io.BytesIO(content)), photographs()[row])


def test_no_more_images_are_shown_than_asked_for_and_the_page_says_how_many_there_are(tmp_path):
    page = written(tmp_path, images=3)
    data = data_of(page)
    assert [one["position"] for one in data["images"]] == [0, 1, 4]
    assert {one["image"] for one in data["maps"]} == {0, 1, 2}
    assert "3 of 4 explained images are in this page (figures.images)" in page


def test_the_colours_are_those_of_our_figures(data):
    from matplotlib import colormaps

    for name in ("inferno", "bwr"):
        found = np.frombuffer(base64.b64decode(data["palettes"][name]), np.uint8).reshape(256, 3)
        np.testing.assert_array_equal(found, colormaps[name](np.arange(256), bytes=True)[:, :3])
