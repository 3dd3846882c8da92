"""The figure of an explanation, drawn for who calls the library."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
import yaml
from small_project import ROOT
from torch import nn

from cnnscope import explain
from cnnscope.figures import lime, maps, saliency, shap
from cnnscope.figures.explained import _SIGNED, _UNSIGNED
from cnnscope.figures.style import save

NAMES = ["ant", "bee", "cat"]
IMAGES = np.random.default_rng(0).integers(0, 256, (2, 16, 12, 3), np.uint8)
STYLE = {"format": "png", "dpi": 150}


@pytest.fixture
def model(one_thread):
    torch.manual_seed(0)
    layers = nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 14 * 10, 3)
    network = nn.Sequential(*layers)
    network[3].weight.data.mul_(40)
    return network


def own(name, explanation, model):
    """The call of the figure itself, as the job of a run makes it."""
    results = explanation.details, explanation.facts
    if name == "saliency":
        return saliency.draw(IMAGES, explanation.values, *results, NAMES, "inferno")
    if name == "lime":
        return lime.draw(IMAGES, explanation.details, None, None, NAMES, "", "")
    if name == "shap":
        return shap.draw(IMAGES, *results, NAMES, "bwr")
    signed = {"grad_cam": False, "input_x_gradient": True}[name]
    title = {"grad_cam": "Grad-CAM", "input_x_gradient": "Input x gradient"}[name]
    colours = "bwr" if signed else "inferno"
    arguments = {"signed": signed, "title": title, "relative": False}
    return maps.draw(IMAGES, explanation.values, *results, NAMES, colours, **arguments)


@pytest.mark.parametrize("name", ["saliency", "grad_cam", "input_x_gradient", "lime", "shap"])
def test_the_saved_figure_has_the_bytes_of_the_figure_of_a_run(name, model, tmp_path):
    options = {"samples": 20} if name == "lime" else {}
    options |= {"background": IMAGES[:1]} if name == "shap" else {}
    explanation = explain(model, IMAGES, method=name, **options)
    explanation.save(tmp_path, NAMES)
    save(own(name, explanation, model), tmp_path / "own.png", STYLE)
    assert (tmp_path / f"{name}.png").read_bytes() == (tmp_path / "own.png").read_bytes()


def test_the_users_look_of_figures_is_theirs_before_and_after_and_changes_none(model, tmp_path):
    explanation = explain(model, IMAGES, method="saliency")
    explanation.save(tmp_path / "plain")
    with matplotlib.rc_context({"font.size": 31, "text.color": "red"}):
        before = dict(matplotlib.rcParams)
        figure = explanation.plot()
        explanation.save(tmp_path / "red")
        assert dict(matplotlib.rcParams) == before
        plt.close(figure)
    files = [tmp_path / name / "saliency.png" for name in ("plain", "red")]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_warning_stands_below_the_figure_of_a_network_that_guesses(model, tmp_path):
    explain(model, IMAGES, method="saliency").save(tmp_path / "sure")
    model[3].weight.data.zero_(), model[3].bias.data.zero_()
    explanation = explain(model, IMAGES, method="saliency")
    explanation.save(tmp_path / "guess")
    below = plt.imread(tmp_path / "guess/saliency.png").shape[0]
    assert below > plt.imread(tmp_path / "sure/saliency.png").shape[0]


def test_colours_are_those_that_a_run_ships_unless_others_are_asked_for(model):
    shipped = yaml.safe_load((ROOT / "config.yaml").read_text())["figures"]["colormaps"]
    assert (shipped["shap"], shipped["saliency"]) == (_SIGNED, _UNSIGNED)
    figure = explain(model, IMAGES, method="saliency").plot(colours="viridis")
    shown = {image.get_cmap().name for axes in figure.axes for image in axes.images}
    assert "viridis" in shown and "inferno" not in shown
    plt.close(figure)
