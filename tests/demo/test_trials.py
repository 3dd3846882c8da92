"""What the network is shown of a picture with parts left out, and how often it is asked."""

import io

import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.data.decode import decode_image
from cnnscope.data.preprocessing import Preprocessing
from cnnscope.networks.classifier import Classifier
from cnnscope_demo import trials
from cnnscope_demo.dataset import picture_file
from cnnscope_demo.interventions import Picture, drawn_without, parts_of
from cnnscope_demo.trials import Trials, every_part

HOW = Preprocessing(32, 3)
# Two of its eight objects, the second and the third, are hardly seen.
PICTURE = Picture(0, "validation", 3, 1, size=64)


def linear() -> Classifier:
    torch.manual_seed(0)
    return Classifier(nn.Sequential(nn.Flatten(), nn.Linear(32 * 32 * 3, 5)), [0.5], [0.25]).eval()


@pytest.fixture
def tried() -> Trials:
    return Trials(linear(), PICTURE, HOW)


def test_the_whole_picture_is_that_of_the_dataset_to_the_last_bit(tried):
    file = io.BytesIO(picture_file(drawn_without(PICTURE, ())))
    assert np.array_equal(tried.without(()), decode_image(file, HOW)[0])


def test_a_part_is_left_out_by_its_number_among_all_objects(tried):
    numbers = parts_of(PICTURE).numbers
    assert list(numbers) != sorted(range(len(numbers)))
    for part, number in enumerate(numbers):
        file = io.BytesIO(picture_file(drawn_without(PICTURE, [number])))
        assert np.array_equal(tried.without([part]), decode_image(file, HOW)[0])


def test_a_part_lies_where_its_mask_is(tried):
    assert tried.masks.shape == (len(tried.names), 32, 32)
    for part, mask in enumerate(tried.masks):
        change = np.abs(tried.without([part]).astype(float) - tried.without(())).mean(-1)
        assert change[mask].mean() > 4 * change[~mask].mean()


def test_a_mask_follows_the_preprocessing():
    parts = parts_of(PICTURE)
    sides = {"crop": Preprocessing(32, 3, "crop", resize=64), "stretch": Preprocessing(64, 3)}
    cropped, whole = (Trials(linear(), PICTURE, how) for how in sides.values())
    assert whole.names == list(parts.names)
    assert np.array_equal(whole.masks, parts.masks)
    seen = parts.masks[:, 16:48, 16:48]
    assert np.array_equal(cropped.masks, seen[seen.any((1, 2))])
    assert len(cropped.names) == len(cropped.tells) == len(cropped.masks)


def test_each_set_of_parts_is_drawn_once(tried, monkeypatch):
    asked = []

    def counted(picture, left_out):
        asked.append(sorted(left_out))
        return drawn_without(picture, left_out)

    monkeypatch.setattr(trials, "drawn_without", counted)
    nothing, first, both = frozenset(), frozenset([0]), frozenset([1, 0])
    once = tried.logits([both, first, nothing, first])
    again = tried.logits([nothing, both])
    assert len(asked) == 3
    assert np.array_equal(again, once[[2, 0]])
    assert not np.array_equal(once[0], once[1])


def test_without_all_parts_nothing_that_they_hid_comes_to_light(tried):
    everything = range(parts_of(PICTURE).objects)
    file = io.BytesIO(picture_file(drawn_without(PICTURE, everything)))
    bare = tried.without(range(len(tried.names)))
    assert np.array_equal(bare, decode_image(file, HOW)[0])


def test_the_parts_of_all_pictures_stand_one_after_the_other(tried):
    other = Trials(linear(), Picture(0, "validation", 0, 2, size=64), HOW)
    shown, details = every_part([tried, other])
    first, total = len(tried.names), len(tried.names) + len(other.names)
    assert shown.shape == (total, 32, 32, 3)
    assert details["picture"].tolist() == [0] * first + [1] * (total - first)
    assert details["names"].tolist() == [*tried.names, *other.names]
    assert np.array_equal(shown[first], other.without([0]))
    assert np.array_equal(details["masks"][first], other.masks[0])
    assert np.array_equal(details["logits"][first], other.logits([frozenset([0])])[0])
    assert np.array_equal(details["whole"][1], other.logits([frozenset()])[0])
