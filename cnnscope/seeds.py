"""Random numbers that depend on what they are used for, not on the order of computation."""

import hashlib

import numpy as np


def stream(seed: int, *parts: int | str | np.ndarray) -> np.random.Generator:
    """A generator that depends only on `seed` and `parts`, and is the same on all machines.

    Pass an image as an array to make its random numbers depend on its content instead of its
    position in a batch.
    """
    return np.random.default_rng(seed_for(seed, *parts))


def seed_for(seed: int, *parts: int | str | np.ndarray) -> int:
    """A 63-bit seed derived from `seed` and `parts`."""
    digest = hashlib.sha256(repr(int(seed)).encode())
    for part in parts:
        if isinstance(part, np.ndarray):
            content = (
                f"{part.dtype.str}{part.shape}".encode() + np.ascontiguousarray(part).tobytes()
            )
        else:
            content = repr(part).encode()
        digest.update(len(content).to_bytes(8, "little") + content)
    return int.from_bytes(digest.digest()[:8], "little") >> 1
