"""A figure shows as many images as it may, the first ones, and says how many there are."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from five_images import EMPTY, FIGURES, IMAGES, LABELS, PARTS, STYLE

from cnnscope.figures import style
from cnnscope.figures.tiles import strips
from cnnscope.files import save_array, write_json
from cnnscope.planning.task import Task

SCRIPTS = Path(__file__).parents[2] / "scripts"


class Files(list):
    """Files by their names and in their order, as Snakemake gives them to a script."""

    def __init__(self, **named) -> None:
        lists = (one if isinstance(one, list) else [one] for one in named.values())
        super().__init__(file for files in lists for file in files)
        self.__dict__.update(named)
        self.get = named.get

    def __getitem__(self, key):
        return self.__dict__[key] if isinstance(key, str) else super().__getitem__(key)


@pytest.fixture
def draw(tmp_path, monkeypatch):
    """Run the script of a figure: its name, images a set, bound -> its figures and their bytes."""
    # What a job sets for itself is not to stay.
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(variable, "1")
    monkeypatch.syspath_prepend(SCRIPTS)
    figures, save = [], style.save

    def keep(figure, path, *rest):
        save(figure, path, *rest)
        figures.append((figure, Path(path).read_bytes()))

    monkeypatch.setattr(style, "save", keep)

    def run(name: str, parts: tuple[int, ...], most: int) -> list:
        figures.clear()
        folder = tmp_path / f"{parts} {most}"
        folder.mkdir()
        kept, start = [], 0
        for one, whole, part in zip("abc", PARTS, parts, strict=True):
            places = list(range(start, start + part))
            save_array(folder / f"{one}.npy", IMAGES[places])
            facts = {"split": "validation", "positions": places, "absent_classes": []}
            facts |= {
                "paths": [f"validation/{place}.png" for place in places],
                "labels": [LABELS[n] for n in places],
                "empty": "" if part else "none is wrong",
            }
            write_json(folder / f"{one}.json", facts)
            kept, start = kept + places, start + whole
        settings, inputs = FIGURES[name](folder, kept)
        inputs["images"] = inputs["set_images"] = [folder / f"{one}.npy" for one in "abc"]
        outputs = {"figure": folder / "made.png", "overview": folder / "made.png"}
        outputs |= {"layers": folder / "layers"} if name == "activations" else {}
        outputs["record"] = folder / "record.json"
        params = {"settings": STYLE | settings | {"images": most}}
        params["task"] = Task(
            {"key": ""}, {}, {"sets": list("abc")}, str(folder), None, was_whole=False
        )
        snakemake = SimpleNamespace(
            params=SimpleNamespace(**params), input=Files(**inputs), output=Files(**outputs),
            log=[folder / "log"], threads=1,
        )  # fmt: skip
        script = SCRIPTS / f"figure_{'chart' if 'chart' in settings else name}.py"
        try:
            runpy.run_path(str(script), {"snakemake": snakemake})
        except SystemExit:
            pytest.fail((folder / "log").read_text())
        return list(figures)

    return run


def content(figure) -> list:
    """What stands on the axes of a figure: pictures with their colours, and words."""
    return [
        (
            [(np.asarray(one.get_array()), one.get_clim(), one.cmap.name) for one in axes.images],
            [axes.get_title(), axes.get_xlabel(), axes.get_ylabel()],
            [text.get_text() for text in axes.texts],
        )
        for axes in figure.axes
    ]


def shown(figures) -> list[int]:
    """Which of the five images are drawn, alone or beside others in a strip."""
    pictures = [np.asarray(one.get_array()) for f, _ in figures for a in f.axes for one in a.images]
    found = []
    for number, image in enumerate(IMAGES):
        for form in (image, strips(image[None, None])[0]):
            height, width = form.shape[:2]
            places = [
                picture[:, left : left + width]
                for picture in pictures
                if picture.ndim == 3 and len(picture) == height
                for left in range(picture.shape[1] - width + 1)
            ]
            if any(np.array_equal(place, form) for place in places):
                found.append(number)
                break
    return found


def foot(figure) -> list[str]:
    """The lines of a figure that speak of image sets."""
    lines = [line for text in figure.texts for line in text.get_text().split("\n")]
    return [line for line in lines if "figures.images" in line or line == EMPTY]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_too_many_images_is_that_of_the_first_ones_and_says_so(draw, name):
    # The figure of the image sets shows the first images of each of them.
    first, line = (1, 0, 1), "2 of 5 images (figures.images)"
    if name == "samples":
        first, line = (1, 0, 2), "c: 2 of 4 images (figures.images)"
    some = draw(name, PARTS, 2)
    alone = draw(name, first, 24)
    assert shown(some) == shown(alone) == list(range(sum(first)))
    assert len(some) == len(alone) == (3 if name == "activations" else 1)
    for (one, _), (other, _) in zip(some, alone, strict=True):
        np.testing.assert_equal(content(one), content(other))
        # The overview of all layers is of one image, however many there are.
        told = [] if "one image" in one.texts[0].get_text() else [line]
        assert foot(one) == told + foot(other)
        assert not any("figures.images" in said for said in foot(other))


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "samples"])
def test_a_set_without_images_is_named_at_the_foot_of_one_figure(draw, name):
    assert [foot(figure).count(EMPTY) for figure, _ in draw(name, PARTS, 5)].count(1) == 1


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_as_many_images_as_it_may_show_is_as_if_there_were_no_bound(draw, name):
    full, free = draw(name, PARTS, 5), draw(name, PARTS, 10**6)
    assert shown(full) == [0, 1, 2, 3, 4]
    assert [made for _, made in full] == [made for _, made in free]
    assert not any("figures.images" in line for figure, _ in full for line in foot(figure))


def test_a_channel_is_called_dead_by_all_images_and_not_by_those_that_are_shown(draw):
    layer, linear, _ = [figure for figure, _ in draw("activations", PARTS, 1)]
    for figure in (layer, linear):
        said = "1 of 3 channels dead (crossed out): constant over the 5 images"
        assert figure.texts[1].get_text() == said


def test_what_the_network_saw_stands_above_the_other_lines_at_the_foot(tmp_path):
    figure = plt.figure()
    style.save(figure, tmp_path / "a.png", STYLE | {"seen": "the middle"}, ["of all"])
    assert [text.get_text() for text in figure.texts] == ["the middle\nof all"]
