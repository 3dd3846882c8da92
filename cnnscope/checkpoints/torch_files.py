"""Check a file of torch.save before it is loaded, without running or unpacking it."""

import io
import pickletools
import zipfile
from pathlib import Path
from typing import BinaryIO

from cnnscope.checkpoints.file_kinds import TORCH_ZIP
from cnnscope.errors import UserError

RESAVE = "save the weights alone where the model was made, torch.save(model.state_dict(), 'w.pth')"
# A file from before PyTorch 1.6 has five pickles, the magic number, the version, the system, the
# content and the storage keys, followed by the raw numbers.
_LEGACY_PICKLES = 5
# The most objects that a tuple may hold, counted at all depths.
_LARGEST = 100_000
# Operations that make or extend lists and dicts. These cannot be hashed, so their size is harmless.
_GROWING = {"LIST", "EMPTY_LIST", "APPEND", "APPENDS", "DICT", "EMPTY_DICT", "SETITEM", "SETITEMS"}


def check_torch_file(path: Path, kind: str) -> None:
    """Check that loading the file can neither exhaust the memory nor crash or hang the process.

    Args:
        kind: `TORCH_ZIP` or `TORCH_LEGACY`.

    Raises:
        UserError: it holds no weights, or is compressed, which torch.save never does.
        Exception: it is damaged.
    """
    if kind == TORCH_ZIP:
        _check_archive(path)
        return
    with path.open("rb") as stream:
        for _ in range(_LEGACY_PICKLES):
            _check_tuples(stream)


def _check_archive(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        names = [entry.filename.partition("/")[2] for entry in entries]
        if "constants.pkl" in names:
            raise UserError(f"{path} is a TorchScript program, which is code: refused; {RESAVE}")
        if "data.pkl" not in names:
            raise UserError(
                f"{path} is a zip archive, but not one that torch.save writes; unpack it if the "
                "checkpoint is inside"
            )
        # torch.save never compresses, so a file that unpacks to more is a decompression bomb.
        size = sum(entry.file_size for entry in entries)
        if any(entry.compress_type for entry in entries) or size > path.stat().st_size:
            raise UserError(
                f"{path} unpacks to {size} bytes, more than it has, which no file of torch.save "
                f"does: refused; {RESAVE}"
            )
        if len(set(names)) < len(names):
            raise ValueError("two entries have one name")
        for entry in entries:
            if entry.filename.endswith("data.pkl"):
                _check_tuples(io.BytesIO(archive.read(entry)))


def _check_tuples(stream: BinaryIO) -> None:
    """Check that no tuple in the next pickle of `stream` is too large to be a key of a dict.

    The hash of a tuple visits all objects in it, at any depth. For tuples nested a million deep
    the stack overflows, which crashes the process. Thirty tuples that each hold the previous one
    ten times have 10^30 objects to visit.

    Raises:
        ValueError: a tuple is too large, or this is no pickle.
    """
    # For each object on the pickle's stack, the number of objects in it; None for a mark.
    stack: list[int | None] = []
    memo: dict[int, int | None] = {}
    try:
        for operation, argument, _ in pickletools.genops(stream):
            name = operation.name
            if name.endswith("GET"):
                stack.append(memo[int(argument)])
            elif name.endswith("PUT"):
                memo[int(argument)] = stack[-1]
            elif name == "MEMOIZE":
                memo[len(memo)] = stack[-1]
            elif name == "MARK":
                stack.append(None)
            else:
                taken = _take(stack, operation)
                size = 1 if name in _GROWING else 1 + sum(count or 0 for count in taken)
                if size > _LARGEST:
                    raise ValueError("a tuple in it is too large")
                stack.extend([size] * len(operation.stack_after))
    except (IndexError, KeyError, UnicodeDecodeError) as error:
        raise ValueError("it is no pickle") from error


def _take(stack: list[int | None], operation: pickletools.OpcodeInfo) -> list[int | None]:
    """Pop the operands of the operation off the stack."""
    before = operation.stack_before
    taken = []
    if pickletools.markobject in before:
        while (count := stack.pop()) is not None:
            taken.append(count)
        before = before[: before.index(pickletools.markobject)]
    return taken + [stack.pop() for _ in before]
