"""Random streams that depend on what is being explained, never on its place in a batch."""

import hashlib

import numpy as np


def stream(seed: int, *parts: int | str | np.ndarray) -> np.random.Generator:
    """A generator for `seed` and `parts`: equal arguments, equal numbers, on every machine.

    An image goes in as an array: its random numbers follow its content, not its position.
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
