"""The page as a file: complete, the same for the same results, and safe whatever names hold."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from run_at_hand import LABELS, NAMES, PATHS, PREDICTED, data_of, photographs, written

from cnnscope.report.captions import filled, markup
from cnnscope.report.confusion import confusion
from cnnscope.report.scoreboard import scoreboard


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> str:
    return written(tmp_path_factory.mktemp("page"))


def test_the_same_results_give_the_same_bytes(page, tmp_path):
    assert written(tmp_path / "elsewhere") == page


def test_nothing_is_fetched(page):
    tags = Tags(page).found
    for tag, attributes in tags:
        for name in ("src", "href", "action", "data", "poster"):
            assert attributes.get(name, "#").startswith(("#", "data:")), (tag, attributes)
    assert not {"link", "iframe", "object", "embed"} & {tag for tag, _ in tags}
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|import\(", page)
    policy = next(one["content"] for _, one in tags if one.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


def test_names_stay_text_whatever_they_hold(page):
    tags = Tags(page).found
    assert [tag for tag, _ in tags].count("script") == 2, "the data and our own"
    assert not any("onerror" in one for _, one in tags)
    assert "<b>net" not in page and "&lt;b&gt;net" in page
    data = data_of(page)
    assert data["classes"]["1"] == NAMES[1] and data["classes"]["2"] == NAMES[2]
    assert PATHS[2] in {one["path"] for one in data["cell_images"]}, "bytes that are no text too"


def test_each_cell_has_exactly_its_images(page):
    data = data_of(page)
    cells = {(one["true"], one["predicted"]): one for one in data["cells"]}
    assert len(cells) == len(data["cells"]) == 9
    for true in range(3):
        for predicted in range(3):
            own = [r for r in range(7) if (LABELS[r], PREDICTED[r]) == (true, predicted)]
            cell = cells[NAMES[true], NAMES[predicted]]
            assert cell["count"] == len(own)
            assert [data["cell_images"][n]["path"] for n in cell["images"]] == [
                PATHS[row] for row in own
            ]
    assert cells[NAMES[0], NAMES[1]]["share"] == pytest.approx(2 / 3), "of the true class"
    assert cells[NAMES[0], NAMES[0]]["right"] and not cells[NAMES[0], NAMES[1]]["right"]


def many(classes: int, images: int) -> dict:
    """Two splits; each image of class i is taken for the next one, but those of the last split."""
    labels = np.arange(images) % classes
    taken = np.where(np.arange(images) < images // 2, (labels + 1) % classes, labels)
    logits = np.eye(classes, dtype=np.float32)[taken]
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (labels, taken), 1)
    tables = [
        {"label": str(label), "path": str(row), "split": "a", "position": str(row)}
        for row, label in enumerate(labels)
    ]
    pixels = np.arange(images, dtype=np.uint8)[:, None, None, None]
    parts = np.split(np.broadcast_to(pixels, (images, 2, 3, 1)), [5])
    return {"counts": counts, "logits": logits, "tables": tables, "photographs": parts,
            "names": [f"c{n}" for n in range(classes)]}  # fmt: skip


def test_where_not_all_images_fit_each_cell_keeps_its_first_and_mix_ups_come_first():
    found = confusion(**many(classes=2, images=20), most=5)
    shown = {
        (one["true"], one["predicted"]): [found["images"][n]["position"] for n in one["images"]]
        for one in found["cells"]
    }
    # The first ten are taken for the other class.
    assert shown == {
        ("c0", "c0"): [10],
        ("c0", "c1"): [0, 2],
        ("c1", "c0"): [1],
        ("c1", "c1"): [11],
    }
    assert sum(one["count"] for one in found["cells"]) == 20


def test_of_many_classes_those_mixed_up_most_are_shown_and_all_others_in_one_column():
    given = many(classes=40, images=80)
    given["logits"][40:] = np.eye(40, dtype=np.float32)[np.arange(40)]
    found = confusion(**given)
    assert len(found["rows"]) == 30 and found["left_out"] == 10
    assert found["columns"] == [*found["rows"], "another class"]
    last = found["cells"][30 * 31 - 1]
    assert (last["true"], last["predicted"], last["count"]) == (
        found["rows"][29],
        "another class",
        1,
    )
    assert [found["images"][n]["path"] for n in last["images"]] == ["29"]


def test_a_thumbnail_is_that_of_its_own_image_in_every_split():
    import base64
    import io

    from PIL import Image

    found = confusion(**many(classes=2, images=20))
    for one in found["images"]:
        content = base64.b64decode(one["thumbnail"].partition(",")[2])
        assert abs(int(np.array(Image.open(io.BytesIO(content))).mean()) - one["position"]) <= 1


def test_the_scoreboard_has_a_row_a_method_and_numbers_to_sort_by():
    row = {"category": "faithfulness", "better": "lower", "low": "0", "high": "1", "control": "no",
           "not_better_than": "blurred_random centre", "beats_controls": "no"}  # fmt: skip
    rows = [
        row | {"method": "a", "title": "A", "metric": "m", "mean": "0.25", "rank": "2"},
        row | {"method": "a", "title": "A", "metric": "n", "mean": "nan", "rank": "2"},
        row | {"method": "b", "title": "B", "metric": "m", "mean": "0.5", "rank": "nan",
               "beats_controls": "yes", "not_better_than": ""},
        row | {"method": "b", "title": "B", "metric": "n", "mean": "-1", "rank": "nan"},
    ]  # fmt: skip
    found = scoreboard(rows, {"m": "Em", "n": "En"})
    assert [one["title"] for one in found["columns"]] == ["Em", "En", "rank, faithfulness"]
    values = [[cell["value"] for cell in row["cells"]] for row in found["rows"]]
    assert values == [[0.25, None, 2], [0.5, -1, None]]
    assert found["rows"][0]["cells"][0]["unbeaten"] == ["blurred random", "centre"]
    assert found["rows"][1]["cells"][0]["beats"] == "yes"


def test_captions_become_paragraphs_and_code_and_nothing_else():
    found = markup("One\nline, ``a < b``.\n\nTwo <b>&</b> ``c``.")
    assert found == (
        "<p>One line, <code>a &lt; b</code>.</p>\n"
        "<p>Two &lt;b&gt;&amp;&lt;/b&gt; <code>c</code>.</p>"
    )
    caption = "{{ snakemake.params.settings.scale }} {{ snakemake.wildcards.layer }}"
    assert filled(caption, {"scale": "own"}, "cnn.0") == "own cnn.0"


def test_figures_have_captions_and_stand_with_their_layer(page):
    layers = re.findall(r'<div class="layer".*?</div>\n(?=<div class="layer|</section)', page, re.S)
    # Of the second layer there are two figures, one of which the job has chosen it for.
    assert [re.search("<h3>(.*?)</h3>", one)[1] for one in layers] == ["conv2", "conv3", "conv10"]
    assert "Every channel of <code>conv3</code> in viridis." in layers[1]
    assert "Filters: conv2 (last)" in layers[0] and "Filters: conv2" not in layers[1]
    assert "Loss &amp; <code>a &lt; b</code>." in page
    assert 'width="90" height="60"' in page and page.count("data:image/webp") == 5


@pytest.mark.parametrize(
    ("without", "line"),
    [
        ("scoreboard", "No scoreboard: scores is not among the questions."),
        ("counts", "No confusion matrix: confusion is not among the questions"),
    ],
)
def test_what_is_not_there_is_a_line(tmp_path, page, without, line):
    assert line not in page and line in written(tmp_path, without=(without,))


def test_without_maps_and_figures_there_is_a_page_all_the_same(tmp_path):
    maps = ("maps", "details", "facts", "indices", "scores", "score_facts", "set_images")
    found = written(
        tmp_path, without=(*maps, "figures", "layer_facts"), sources=[], sets=[], methods={},
        figures=[],
    )  # fmt: skip
    assert "No maps: none of the questions is an attribution method." in found
    assert "No layers:" in found and "No figures:" in found
    assert "left out, for &lt;reason&gt;" in found


def test_what_a_result_was_made_from_is_there_under_the_name_that_maps_link_to(page):
    ids = [one["id"] for _, one in Tags(page).found if "id" in one]
    assert len(ids) == len(set(ids)) and "made-gather-saliency" in ids
    assert data_of(page)["sources"][0]["made"] == "made-gather-saliency"
    assert "a.py bbbbbbbbbbbb" in page and "result.npy cccccccccccc" in page


def test_large_photographs_and_figures_are_made_small():
    from cnnscope.report.embedding import photograph, thumbnail

    rng = np.random.default_rng(0)
    large = np.kron(rng.integers(0, 256, (14, 14, 3), np.uint8), np.ones((16, 16, 1), np.uint8))
    assert len(photograph(large)) < large.size / 4
    assert photograph(large).startswith("data:image/jpeg")
    assert len(thumbnail(large, 72)) < 8000
    assert photographs().shape[1:3] == (6, 4)
