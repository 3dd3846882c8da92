"""The same work on many things, in several processes where that is safe."""

import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor


def each(function: Callable, things: Sequence, workers: int, at_once: int = 1) -> Iterator:
    """`function` of each thing, in their order.

    Args:
        workers: processes; those that are forked need no importable main module, which a Snakemake
            script is not. Elsewhere than on Linux, where forking is unsafe, this one does all.
        at_once: things that a process takes at a time.
    """
    if min(workers, len(things)) <= 1 or sys.platform != "linux":
        yield from map(function, things)
        return
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, context) as pool:
        yield from pool.map(function, things, chunksize=at_once)
