"""A look at a file of torch.save that runs nothing and unpacks nothing large."""

import io
import pickletools
import zipfile
from pathlib import Path
from typing import BinaryIO

from cnnscope.checkpoints.file_kinds import TORCH_ZIP
from cnnscope.errors import UserError

RESAVE = "save the weights alone where the model was made, torch.save(model.state_dict(), 'w.pth')"
# Magic number, version, system, content, storage keys; what follows is the numbers.
_LEGACY_PICKLES = 5
_LARGEST = 100_000
# What grows in place can be no key, and is not walked through to be hashed.
_GROWING = {"LIST", "EMPTY_LIST", "APPEND", "APPENDS", "DICT", "EMPTY_DICT", "SETITEM", "SETITEMS"}


def check_torch_file(path: Path, kind: str) -> None:
    """See that to load a file of this kind can neither fill the memory nor end the process.

    Raises:
        UserError: it is no file of weights, or one that is packed as torch.save never does.
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
        # torch.save never compresses: what would unpack to more than the file is a bomb.
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
    """See that no tuple in the next pickle of `stream` is too large to be a key of a dict.

    A key is hashed through all its depth: tuples nested a million deep end the process by a stack
    overflow, and thirty that each hold the one before ten times never end.

    Raises:
        ValueError: one is, or this is no pickle.
    """
    stack: list[int | None] = []  # how many objects each one stands for; None for a mark
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
                size = 1 if name in _GROWING else 1 + sum(one or 0 for one in taken)
                if size > _LARGEST:
                    raise ValueError("a tuple in it is too large")
                stack.extend([size] * len(operation.stack_after))
    except (IndexError, KeyError, UnicodeDecodeError) as error:
        raise ValueError("it is no pickle") from error


def _take(stack: list[int | None], operation: pickletools.OpcodeInfo) -> list[int | None]:
    """Take off the stack what the operation uses."""
    before = operation.stack_before
    taken = []
    if pickletools.markobject in before:
        while (one := stack.pop()) is not None:
            taken.append(one)
        before = before[: before.index(pickletools.markobject)]
    return taken + [stack.pop() for _ in before]
