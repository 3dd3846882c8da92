"""Apply a function to many items, in several processes where that is safe."""

import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor


def each(function: Callable, things: Sequence, workers: int, at_once: int = 1) -> Iterator:
    """The results of `function` for each of `things`, in their order.

    Processes are forked, because started ones would import the main module, and a Snakemake script
    cannot be imported. On other systems than Linux, where forking is unsafe, the calling process
    does all the work.

    Args:
        workers: number of processes.
        at_once: number of items that a process takes at a time.
    """
    if min(workers, len(things)) <= 1 or sys.platform != "linux":
        yield from map(function, things)
        return
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, context) as pool:
        yield from pool.map(function, things, chunksize=at_once)
