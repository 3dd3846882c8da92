import numpy as np

from cnnscope.training.augment import augment, partners


def test_augmentation_without_reach_mirrors_and_does_nothing_else():
    images = np.random.default_rng(1).integers(0, 256, (16, 6, 6, 3), np.uint8)
    changed = augment(images, 0.0, np.random.default_rng(0))
    same = [bool((a == b).all()) for a, b in zip(changed, images, strict=True)]
    mirrored = [bool((a == b[:, ::-1]).all()) for a, b in zip(changed, images, strict=True)]
    assert all(a != b for a, b in zip(same, mirrored, strict=True))
    assert 0 < sum(mirrored) < 16


def test_augmentation_shifts_by_no_more_than_its_reach():
    images = np.zeros((64, 40, 40, 1), np.uint8)
    images[:, 19:21, 19:21] = 255
    moved = augment(images, 0.1, np.random.default_rng(0))[..., 0]
    centres = np.array([np.argwhere(one).mean(0) for one in moved]) - 19.5
    assert np.abs(centres).max() == 4
    assert len(np.unique(centres, axis=0)) > 20


def test_mixup_leaves_each_image_at_least_half_and_none_where_it_is_off():
    rng = np.random.default_rng(0)
    shares = [partners(8, 0.4, rng)[0] for _ in range(50)]
    assert 0.5 <= min(shares) < 0.7 and max(shares) <= 1
    share, other = partners(8, 0.0, rng)
    assert share == 1.0 and sorted(other.tolist()) == list(range(8))


def test_what_a_shift_uncovers_is_the_image_mirrored_at_its_edge():
    rows = np.arange(10, 90, 10, dtype=np.uint8)
    images = np.broadcast_to(rows[:, None, None], (40, 8, 8, 1))
    moved = augment(images, 0.25, np.random.default_rng(0))
    mirrored = [30, 20, *rows.tolist(), 70, 60]
    expected = {tuple(mirrored[start : start + 8]) for start in range(5)}
    assert {tuple(one[:, 0, 0].tolist()) for one in moved} == expected
