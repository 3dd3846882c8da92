"""Shards: an image more or less changes the shard that it falls into, and no other."""

import hashlib
import random

import pytest

from cnnscope.planning.shards import shards, slots

NAMES = [f"{number:04d}.jpg" for number in range(300)]


@pytest.mark.parametrize("most", [1, 7, 64, 300, 1000])
def test_each_image_is_in_one_shard_and_none_is_too_full(most):
    found = shards(NAMES, most)
    assert sorted(name for names in found.values() for name in names) == NAMES
    assert max(map(len, found.values())) <= most


def test_a_name_falls_into_the_same_shard_on_every_machine():
    """By the first bit of its SHA-256; that of Python's own hash follows the process."""
    sides = {"0": [], "1": []}
    for name in NAMES[:20]:
        sides["01"[hashlib.sha256(name.encode()).digest()[0] >> 7]].append(name)
    assert 6 < len(sides["0"]) < 14
    assert shards(NAMES[:20], 14) == sides


def test_few_images_are_one_shard():
    assert shards(["b", "a"], 2) == {"": ["a", "b"]}
    assert shards([], 64) == {"": []}


def test_the_order_of_the_images_changes_nothing():
    shuffled = random.Random(0).sample(NAMES, len(NAMES))
    assert shards(shuffled, 64) == shards(NAMES, 64)


@pytest.mark.parametrize("most", [1, 5, 64])
def test_one_image_more_changes_one_shard_or_cuts_it_in_two(most):
    """Of 300 images that come one after the other."""
    before = shards([], most)
    for count in range(1, len(NAMES) + 1):
        after = shards(NAMES[:count], most)
        new = [names for names in after.values() if names and names not in before.values()]
        assert len(new) <= 2 or most == 1, "a cut that leaves one side empty goes on"
        gone = [names for names in before.values() if names and names not in after.values()]
        assert len(gone) <= 1
        before = after


def test_one_image_less_changes_one_shard():
    whole = shards(NAMES, 64)
    for name in NAMES[::17]:
        fewer = shards([one for one in NAMES if one != name], 64)
        new = [names for names in fewer.values() if names not in whole.values()]
        assert len(new) <= 1


def test_most_shards_are_neither_full_nor_nearly_empty():
    sizes = [len(names) for names in shards([f"{n}.png" for n in range(20_000)], 64).values()]
    assert 30 < sum(sizes) / len(sizes) <= 64


def test_names_that_are_no_text_have_their_shard():
    assert shards(["a\udcff.jpg"], 64) == {"": ["a\udcff.jpg"]}


@pytest.mark.parametrize(
    "count, most, expected",
    [(11, 64, [(0, 11)]), (130, 64, [(0, 64), (64, 128), (128, 130)]), (0, 64, [(0, 0)])],
)
def test_slots_follow_one_another(count, most, expected):
    assert slots(count, most) == expected
