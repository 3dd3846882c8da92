"""Curves of which some are known, and the best of their points."""

import math

from cnnscope.figures.style import save
from cnnscope.figures.training_curves import draw


def texts(figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_the_best_epoch_by_validation_accuracy_is_marked_with_its_values(tmp_path):
    accuracies = (0.5, 0.6, math.nan, 0.6)
    points = [
        {"epoch": n, "validation_accuracy": share, "validation_loss": 2 - n / 10}
        for n, share in enumerate(accuracies, 1)
    ]
    figure = draw(points, "Training")
    assert texts(figure) == ["1.800 at epoch 2", "best: 60.0% at epoch 2"]
    save(figure, tmp_path / "a.png", {"format": "png", "dpi": 50})


def test_without_accuracy_the_lowest_loss_is_best_and_without_validation_none(tmp_path, recwarn):
    losses = [{"step": n, "validation_loss": abs(n - 20) + 1.0} for n in (10, 20, 30)]
    assert texts(draw(losses, "a")) == ["best: 1.000 at step 20", "not recorded"]
    alone = draw([{"step": 1, "training_loss": 1.0}], "a")
    assert texts(alone) == ["not recorded"]
    save(alone, tmp_path / "a.png", {"format": "png", "dpi": 50})
    assert [str(warning.message) for warning in recwarn] == []


def test_each_curve_lies_in_the_panel_of_its_quantity_under_its_split():
    points = [
        {
            "step": step, "epoch": step / 40, "training_loss": 4 / step, "training_accuracy": 0.1,
            "validation_loss": 8 / step, "validation_accuracy": step / 100,
        }
        for step in (10, 20)
    ]  # fmt: skip
    loss, accuracy = draw(points, "Training").axes
    curves = [
        {line.get_label(): line.get_xydata().tolist() for line in panel.lines[:2]}
        for panel in (loss, accuracy)
    ]
    assert curves == [
        {"training": [[10, 0.4], [20, 0.2]], "validation": [[10, 0.8], [20, 0.4]]},
        {"training": [[10, 0.1], [20, 0.1]], "validation": [[10, 0.1], [20, 0.2]]},
    ]
    assert loss.get_ylabel() == "loss (nats)" and accuracy.get_ylabel() == "accuracy (share right)"
    assert loss.get_xlabel() == "step (0.5 epochs in all)"
    stars = [panel.lines[-1].get_xydata().tolist() for panel in (loss, accuracy)]
    assert stars == [[[20, 0.4]], [[20, 0.2]]]
