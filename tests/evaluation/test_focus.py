"""Focus on mosaics whose tiles are known."""

import numpy as np
import pytest

from cnnscope.evaluation import focus

# Each image has one colour in its left half and 9 more in the right: a tile tells its image.
SIDES = (10, 14)


def picture(colour: int, sides=SIDES) -> np.ndarray:
    image = np.full((*sides, 3), colour, np.uint8)
    image[:, sides[1] // 2 :] += 9
    return image


# Classes 0, 1, 2, of colours 10 to 19, 30 to 39, 50 to 59; the last has none that is known.
EXAMPLES = np.stack([picture(colour) for colour in (10, 13, 16, 30, 33, 50, 53, 90)])
EXAMPLE_LABELS = np.array([0, 0, 0, 1, 1, 2, 2, -1])
IMAGES = np.stack([picture(colour) for colour in (14, 34, 54)])
LABELS = np.array([0, 1, 2])
CLASS_OF = {10: 0, 13: 0, 16: 0, 14: 0, 30: 1, 33: 1, 34: 1, 50: 2, 53: 2, 54: 2}


def colours(mosaic: np.ndarray) -> np.ndarray:
    """The colours of the tiles, which are the left halves of their rows."""
    height, width = mosaic.shape[0] // 2, mosaic.shape[1] // 2
    return mosaic[[0, 0, height, height], [0, width, 0, width], 0].astype(int)


def scored(explain, images=IMAGES, labels=LABELS, seed=0, **given) -> np.ndarray:
    given = {"examples": EXAMPLES, "example_labels": EXAMPLE_LABELS} | given
    return focus.score(
        None, images, np.full(len(images), 7), np.zeros(images.shape[:3]), labels=labels,
        explain=explain, seed=seed, log=str, **given,
    )  # fmt: skip


def by_tile(values, images, targets) -> np.ndarray:
    """A map for each mosaic: `values(class of the tile, target)` on each of its tiles."""
    maps = np.zeros(images.shape[:3], np.float32)
    height, width = images.shape[1] // 2, images.shape[2] // 2
    for number, (mosaic, target) in enumerate(zip(images, targets, strict=True)):
        for place, colour in enumerate(colours(mosaic)):
            top, left = place // 2 * height, place % 2 * width
            value = values(CLASS_OF[int(colour)], target)
            maps[number, top : top + height, left : left + width] = value
    return maps


def explaining(values):
    return lambda model, images, targets: by_tile(values, images, targets)


def mosaics(**given) -> tuple[np.ndarray, np.ndarray]:
    seen = []

    def explain(model, images, targets):
        seen.extend([images, targets])
        return np.ones(images.shape[:3], np.float32)

    scored(explain, **given)
    return tuple(seen)


def test_a_mosaic_shows_the_image_another_of_its_class_and_two_of_other_classes():
    for seed in range(20):
        images, targets = mosaics(seed=seed)
        assert targets.tolist() == LABELS.tolist()
        assert images.shape == IMAGES.shape and images.dtype == np.uint8
        for image, mosaic, label in zip(IMAGES, images, LABELS, strict=True):
            shown = colours(mosaic).tolist()
            assert int(image[0, 0, 0]) in shown
            assert sum(CLASS_OF[colour] == label for colour in shown) == 2
            assert len(set(shown)) == 4


def test_each_tile_is_its_image_at_half_the_size():
    images, _ = mosaics()
    for mosaic in images:
        for place, colour in enumerate(colours(mosaic)):
            top, left = place // 2 * 5, place % 2 * 7
            tile = mosaic[top : top + 5, left : left + 7, 0]
            wanted = picture(colour).reshape(5, 2, 7, 2, 3).mean((1, 3))[..., 0]
            assert np.abs(tile - wanted).max() <= 0.5


def test_the_places_of_the_tiles_are_drawn():
    first = {int(np.flatnonzero(colours(mosaics(seed=seed)[0][0]) == 14)[0]) for seed in range(40)}
    assert first == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (lambda shown, target: 1.0, 1 / 2),
        (lambda shown, target: float(shown == target), 1),
        (lambda shown, target: float(shown != target), 0),
        # Twice as much on the class as beside it; what speaks against it does not count.
        (lambda shown, target: 2.0 if shown == target else 1.0, 2 / 3),
        (lambda shown, target: 2.0 if shown == target else -5.0, 1),
    ],
)
def test_the_share_of_positive_relevance_on_the_two_tiles_of_the_class(values, expected):
    np.testing.assert_allclose(scored(explaining(values)), expected, atol=1e-6)


def test_of_odd_sides_the_last_lines_belong_to_no_tile():
    odd = {"sides": (11, 15)}
    given = {
        "images": np.stack([picture(14, **odd)]),
        "labels": LABELS[:1],
        "examples": np.stack([picture(c, **odd) for c in (10, 13, 16, 30, 33, 50, 53, 90)]),
    }
    seen, _ = mosaics(**given)
    assert seen.shape == (1, 11, 15, 3)
    np.testing.assert_array_equal(seen[:, -1], seen[:, -2])

    def explain(model, images, targets):
        maps = np.ones(images.shape[:3], np.float32)
        maps[:, -1], maps[:, :, -1] = 100, 100
        return maps

    np.testing.assert_allclose(scored(explain, **given), 0.5, atol=1e-6)


def test_a_random_map_has_a_half_in_the_mean():
    rng = np.random.default_rng(0)
    found = np.concatenate([
        scored(lambda model, images, targets: rng.random(images.shape[:3]), seed=seed)
        for seed in range(100)
    ])  # fmt: skip
    assert abs(found.mean() - 0.5) < 4 * found.std() / np.sqrt(len(found))


def test_an_example_that_is_the_image_itself_is_passed_over():
    for seed in range(30):
        (mosaic,), _ = mosaics(seed=seed, images=EXAMPLES[3:4], labels=np.array([1]))
        shown = colours(mosaic).tolist()
        assert shown.count(30) == 1 and 33 in shown


@pytest.mark.parametrize(
    ("labels", "example_labels"),
    [
        ([-1, 1, 2], EXAMPLE_LABELS),
        # No example of class 0 but one that shows nothing else.
        ([0, 1, 2], [-1, -1, -1, 1, 1, 2, 2, -1]),
    ],
)
def test_an_image_without_class_or_examples_has_no_score(labels, example_labels):
    found = scored(
        explaining(lambda shown, target: 1.0),
        labels=np.array(labels),
        example_labels=np.array(example_labels),
    )
    assert np.isnan(found).tolist() == [True, False, False]


def test_where_no_image_has_a_mosaic_the_method_is_not_asked():
    assert np.isnan(scored(None, labels=np.full(3, -1))).all()
    assert np.isnan(scored(None, example_labels=np.zeros(8, int))).all()


def test_no_positive_relevance_gives_no_score():
    assert np.isnan(scored(explaining(lambda shown, target: -1.0))).all()


def test_the_mosaic_of_an_image_does_not_depend_on_the_others():
    whole, _ = mosaics()
    for rows in ([2], [1, 0]):
        some, _ = mosaics(images=IMAGES[rows], labels=LABELS[rows])
        assert some.tobytes() == whole[rows].tobytes()
