import numpy as np

from cnnscope.training.batches import by_class, class_weights, in_epochs


def test_every_image_is_seen_once_an_epoch_across_batches():
    chosen = in_epochs(10, 4, seed=0)
    seen = np.concatenate([chosen(step) for step in range(1, 6)])
    assert np.bincount(seen).tolist() == [2] * 10


def test_a_batch_may_hold_several_epochs():
    assert np.bincount(in_epochs(3, 8, seed=0)(1)).min() == 2


def test_a_step_sees_the_same_images_whatever_was_asked_before():
    chosen = in_epochs(10, 4, seed=0)
    forwards = [chosen(step).tolist() for step in range(1, 9)]
    backwards = [in_epochs(10, 4, seed=0)(step).tolist() for step in range(8, 0, -1)]
    assert forwards == backwards[::-1]
    assert forwards != [in_epochs(10, 4, seed=1)(step).tolist() for step in range(1, 9)]


def test_balanced_batches_show_a_rare_class_as_often_as_a_common_one():
    labels = np.array([0] * 90 + [1] * 10)
    chosen = by_class(labels, 50, seed=0)
    shown = labels[np.concatenate([chosen(step) for step in range(40)])]
    assert abs(shown.mean() - 0.5) < 0.05


def test_class_weights_are_the_root_of_the_mean_size_over_the_class_s_own():
    """8 images in 2 classes are 4 on average: 4/6 and 4/2."""
    weights = class_weights(np.array([0] * 6 + [1] * 2), 3)
    np.testing.assert_allclose(weights[:2] ** 2, [4 / 6, 2.0], rtol=1e-6)


def test_each_epoch_has_an_order_of_its_own():
    chosen = in_epochs(10, 5, seed=0)
    first_halves = {tuple(chosen(step).tolist()) for step in range(1, 12, 2)}
    assert len(first_halves) > 3
