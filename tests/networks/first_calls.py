"""How many answers COUNT fresh processes of two threads give to their first call of a function.

Children are forked from a parent that has computed nothing, so that each makes its own first call.

    python first_calls.py COUNT FUNCTION [settled]
"""

import hashlib
import os
import sys

import torch

from cnnscope.networks.device import use_threads

# Two threads share more than 2,048 numbers.
NUMBERS = torch.frombuffer(bytearray(b"\x00\x00\x80\x3e" * 3072), dtype=torch.float32)


def answer(function: str, settled: bool) -> bytes:
    """The digest of what a fresh process answers."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        (use_threads if settled else torch.set_num_threads)(2)
        values = getattr(torch, function)(NUMBERS)
        os.write(write, hashlib.sha256(values.numpy().tobytes()).digest())
        os._exit(0)
    os.close(write)
    found = os.read(read, 32)
    os.close(read)
    os.waitpid(child, 0)
    return found


count, function, settled = int(sys.argv[1]), sys.argv[2], sys.argv[3:] == ["settled"]
print(len({answer(function, settled) for _ in range(count)}))
