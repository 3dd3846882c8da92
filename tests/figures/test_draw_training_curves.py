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
