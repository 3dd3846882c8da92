"""What files that no one should load are made of: pickles, archives, headers, by hand."""

import io
import json
import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from pathlib import Path

import torch
from checkpoint_cases import Net


def weights() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return Net().state_dict()


class Calls:
    """What unpickles to a call."""

    def __init__(self, function, *arguments) -> None:
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def touch(trace: Path) -> Calls:
    return Calls(os.system, f"touch '{trace}'")


class Claim:
    """A tensor by what is said of it: the numbers that are stored, and a view of them."""

    def __init__(self, numel: int, size: tuple, stride: tuple | None = None, offset: int = 0):
        self.numel, self.offset = numel, offset
        self.size, self.stride = size, stride or torch.empty(size, device="meta").stride()

    def __reduce__(self):
        view = (Stored(self.numel), self.offset, self.size, self.stride, False, OrderedDict())
        return torch._utils._rebuild_tensor_v2, view


class Stored:
    def __init__(self, numel: int) -> None:
        self.numel = numel


class Pickler(pickle.Pickler):
    def persistent_id(self, one):
        if isinstance(one, Stored):
            return ("storage", torch.FloatStorage, "0", "cpu", one.numel)
        return None


def pickled(content: object) -> bytes:
    stream = io.BytesIO()
    Pickler(stream, protocol=2).dump(content)
    return stream.getvalue()


def archive(path: Path, program: bytes, packing: int = zipfile.ZIP_STORED, **more: bytes) -> None:
    """What torch.save writes, by hand: `program` and one storage of four numbers."""
    files = {"data.pkl": program, "byteorder": b"little", "data/0": bytes(16), "version": b"3\n"}
    with zipfile.ZipFile(path, "w", packing) as made:
        for name, content in (files | more).items():
            made.writestr(f"archive/{name}", content)


def claimed(*view, **more):
    return lambda path, trace: archive(path, pickled({"w": Claim(*view, **more)}))


def header(content: object, data: bytes = bytes(16)) -> bytes:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return struct.pack("<Q", len(text)) + text + data


def safe(content: object, data: bytes = bytes(16)):
    return lambda path, trace: path.write_bytes(header(content, data))


def entry(dtype: str = "F32", shape: tuple = (4,), offsets: tuple = (0, 16)) -> dict:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def saved(content, **options):
    return lambda path, trace: torch.save(
        content() if callable(content) else content, path, **options
    )


def written(content: bytes):
    return lambda path, trace: path.write_bytes(content)
