"""Shards: which images a job has before it, whatever number of images there is."""

import hashlib
from collections.abc import Iterable, Iterator

# Bits of a hash.
_WIDTH = 256


def shards(names: Iterable[str], most: int) -> dict[str, list[str]]:
    """Divide images by their names into shards of at most `most` of them.

    A name belongs to the shard whose bits its hash begins with; a shard that is too full is cut in
    two by the next bit. So an image more changes its own shard alone, or cuts it in two, and the
    order of the images changes nothing.

    Args:
        names: each once.
        most: at least 1.

    Returns:
        The names of each shard, sorted, by the bits that its names share: "" where one is enough.
    """
    hashed = [(_hash(name), name) for name in names]
    return dict(_divide("", hashed, most))


def slots(count: int, most: int) -> list[tuple[int, int]]:
    """Divide `count` places into ranges of at most `most`; an empty range where there are none."""
    return [(start, min(start + most, count)) for start in range(0, max(count, 1), most)]


def _divide(bits: str, hashed: list[tuple[int, str]], most: int) -> Iterator[tuple[str, list[str]]]:
    if len(hashed) <= most:
        if hashed or not bits:
            yield bits, sorted(name for _, name in hashed)
        return
    next_bit = 1 << (_WIDTH - 1 - len(bits))
    for bit in (0, 1):
        own = [one for one in hashed if bool(one[0] & next_bit) == bool(bit)]
        yield from _divide(f"{bits}{bit}", own, most)


def _hash(name: str) -> int:
    digest = hashlib.sha256(name.encode(errors="surrogateescape")).digest()
    return int.from_bytes(digest, "big")
