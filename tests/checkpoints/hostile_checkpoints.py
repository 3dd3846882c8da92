"""Files that no one should load: by name, what writes each to a path, and what is said of it.

Where code would run, it would make the file `trace`.
"""

import io
import json
import os
import pickle
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from checkpoint_cases import Net
from hostile_parts import (
    Calls,
    Claim,
    archive,
    claimed,
    entry,
    pickled,
    safe,
    saved,
    touch,
    weights,
    written,
)
from PIL import Image
from torch import nn

CASES: dict[str, tuple[Callable[[Path, Path], object], str]] = {}


def case(name: str, said: str):
    def keep(write):
        CASES[name] = (write, said)
        return write

    return keep


# Code.


@case("a pickle that calls os.system", "refused")
def _(path, trace):
    path.write_bytes(pickle.dumps(touch(trace)))


@case("a pickle of protocol 0", "no checkpoint")
def _(path, trace):
    path.write_bytes(pickle.dumps(touch(trace), protocol=0))


@case("a pickle that calls eval", "refused")
def _(path, trace):
    path.write_bytes(pickle.dumps(Calls(eval, f"open({str(trace)!r}, 'w')"), protocol=2))


@case("a state dict in which one weight calls exec", "exec")
def _(path, trace):
    torch.save(weights() | {"fc.bias": Calls(exec, f"open({str(trace)!r}, 'w')")}, path)


@case("a state dict with a call inside of a list inside of a dict", "system")
def _(path, trace):
    torch.save({"state_dict": weights(), "info": {"notes": [1, (touch(trace),)]}}, path)


@case("the form of before 1.6 with a call", "system")
def _(path, trace):
    torch.save({"w": touch(trace)}, path, _use_new_zipfile_serialization=False)


@case("a call in data.pkl of an archive made by hand", "system")
def _(path, trace):
    archive(path, pickle.dumps(touch(trace), protocol=2))


@case("a call by the name of a function that is allowed", "refused")
def _(path, trace):
    archive(
        path, b"\x80\x02ctorch._utils\n_rebuild_tensor_v2.os.system\nq\x00X\x01\x00\x00\x00a\x85R."
    )


@case("getattr on a class that is allowed", "refused")
def _(path, trace):
    archive(
        path, b"\x80\x02cbuiltins\ngetattr\ncbuiltins\n__import__\nX\x02\x00\x00\x00os\x85R\x86R."
    )


@case("a pickle under the name of safetensors", "refused")
def _(path, trace):
    path.with_suffix(".safetensors").write_bytes(pickle.dumps(touch(trace)))
    path.with_suffix(".safetensors").rename(path)


@case("a state that overwrites what a class is", "refused")
def _(path, trace):
    torch.save({"w": Calls(type, "Net", (), {"a": 1})}, path)


@case("a pickled whole model", "whole pickled model")
def _(path, trace):
    torch.save(nn.Sequential(nn.Linear(1, 1)), path)


@case("a pickled whole model of before 1.6", "refused")
def _(path, trace):
    torch.save(Net(), path, _use_new_zipfile_serialization=False)


@case("a TorchScript program", "TorchScript")
def _(path, trace):
    archive(path, pickle.dumps({}), **{"constants.pkl": b"", "code/net.py": b"import os"})


@case("the tar form of 2016", "a tar archive")
def _(path, trace):
    with tarfile.open(path, "w") as made:
        for name in ("sys_info", "pickle", "tensors", "storages"):
            content = pickle.dumps(touch(trace), protocol=2)
            member = tarfile.TarInfo(name)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))


# Bombs.


@case("a zip bomb: a storage of half a gigabyte", "torch.save")
def _(path, trace):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        made.writestr("archive/data.pkl", pickled({"w": Claim(2**27, (2**27,))}))
        with made.open("archive/data/0", "w", force_zip64=True) as record:
            for _ in range(2**9):
                record.write(bytes(2**20))


@case("a zip bomb: a pickle of 64 MB", "torch.save")
def _(path, trace):
    archive(path, bytes(2**26), zipfile.ZIP_DEFLATED)


@case("a zip bomb: a hundred entries on the same bytes", "torch.save")
def _(path, trace):
    archive(path, pickled({"w": Claim(4, (4,))}), **{"data/1": bytes(2**20)})
    whole = path.read_bytes()
    start = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    many = whole[start:end] * 100
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 500, 500, len(many), start, 0)
    path.write_bytes(whole[:start] + many + tail)


@case("a safetensors header of 2^63 bytes", "no checkpoint")
def _(path, trace):
    path.write_bytes(struct.pack("<Q", 2**63) + b'{"w": 1}')


@case("a safetensors header of four gigabytes", "damaged")
def _(path, trace):
    path.write_bytes(struct.pack("<Q", 2**32 - 1) + b'{"w": 1}')


@case("a dict that holds itself", "no state dict")
def _(path, trace):
    content: dict = {}
    content["state_dict"] = content
    torch.save(content, path)


@case("dicts nested ten thousand deep", "no state dict")
def _(path, trace):
    program = b"\x80\x02" + b"}X\x01\x00\x00\x00a" * 10_000 + b"}" + b"s" * 10_000 + b"."
    archive(path, program)


@case("a key of tuples nested 200 thousand deep", "damaged")
def _(path, trace):
    archive(path, b"\x80\x02}" + b"(" * 200_000 + b")" + b"t" * 200_000 + b"K\x01s.")


@case("a key of tuples that stands for 10^30 numbers", "damaged")
def _(path, trace):
    nest = b"K\x01q\x00" + b"".join(b"0(" + b"h%c" % n * 10 + b"tq%c" % (n + 1) for n in range(30))
    archive(path, b"\x80\x02}" + nest + b"K\x01s.")


# Shapes and numbers.
case("a storage smaller than its shape", "damaged")(claimed(4, (8,)))
case("a storage that claims more than its record", "damaged")(claimed(10**6, (10**6,)))
case("a storage that claims 10^12 numbers", "damaged")(claimed(10**12, (10**12,)))
case("10^12 elements of one number", "more elements")(claimed(4, (10**12,), (0,)))
case("10^12 elements of four numbers", "damaged")(claimed(4, (10**6, 10**6)))
case("a shape that overflows", "damaged")(claimed(4, (2**62, 4), (4, 1)))
case("a negative size", "damaged")(claimed(4, (-4,), (1,)))
case("a negative stride", "damaged")(claimed(4, (2,), (-1,)))
case("strides out of the storage", "damaged")(claimed(4, (2, 2), (10**9, 1)))
case("an offset out of the storage", "damaged")(claimed(4, (4,), (1,), offset=10**9))
case("a negative offset", "damaged")(claimed(4, (4,), (1,), offset=-4))
case("a size that is text", "damaged")(claimed(4, ("4",), (1,)))
case("NaN weights", "cnn.1.running_mean holds NaN")(
    saved(lambda: weights() | {"cnn.1.running_mean": torch.full((4,), torch.nan)})
)
case("infinite weights", "fc.bias holds NaN or infinite")(
    saved(lambda: weights() | {"fc.bias": torch.full((11,), torch.inf)})
)
case("whole numbers for weights", "fc.weight")(
    saved(lambda: weights() | {"fc.weight": torch.ones(11, 4, dtype=torch.int8)})
)
case("complex weights", "fc.weight")(
    saved(lambda: weights() | {"fc.weight": torch.ones(11, 4, dtype=torch.complex64)})
)
case("sparse weights", "fc.weight")(
    saved(lambda: weights() | {"fc.weight": torch.ones(11, 4).to_sparse()})
)
case("sparse weights whose places lie outside", "sparse")(
    saved(
        lambda: {
            "w": torch.sparse_coo_tensor(
                torch.tensor([[10**9]]), torch.ones(1), (10**10,), check_invariants=False
            )
        }
    )
)
case("quantised weights", "fc.weight")(
    saved(
        lambda: (
            weights()
            | {"fc.weight": torch.quantize_per_tensor(torch.ones(11, 4), 0.1, 0, torch.qint8)}
        )
    )
)
case("weights without numbers", "fc.weight")(
    saved(lambda: weights() | {"fc.weight": torch.ones(11, 4, device="meta")})
)
case("weights of no elements", "does not fit")(
    saved(lambda: weights() | {"fc.weight": torch.ones(0, 4)})
)

# Dicts that are no state dict.
case("numbers for keys", "no state dict")(saved({1: torch.ones(1)}))
case("tuples for keys", "no state dict")(saved({("a", 1): torch.ones(1)}))
case("an empty dict", "nothing in it")(saved({}))
case("text alone", "holds a str")(saved("weights"))

# Safetensors.
case("safetensors: offsets that overlap", "damaged")(safe({"a": entry(), "b": entry()}))
case("safetensors: offsets behind the end", "damaged")(safe({"a": entry(offsets=(0, 2**40))}))
case("safetensors: offsets the wrong way round", "damaged")(safe({"a": entry(offsets=(16, 0))}))
case("safetensors: a hole", "damaged")(safe({"a": entry(shape=(2,), offsets=(8, 16))}))
case("safetensors: a type that is none", "damaged")(safe({"a": entry("F33")}))
case("safetensors: a type of another size", "damaged")(safe({"a": entry("F64")}))
case("safetensors: a shape that overflows", "damaged")(safe({"a": entry(shape=(2**63, 2))}))
case("safetensors: a negative shape", "damaged")(safe({"a": entry(shape=(-4,))}))
case("safetensors: one name twice", "fit the model")(
    safe(b'{"w":' + json.dumps(entry()).encode() + b',"w":' + json.dumps(entry()).encode() + b"}")
)
case("safetensors: a header that is no JSON", "damaged")(safe(b"{w: 1, never"))
case("safetensors: a header that is a list", "nothing known")(safe([1]))
case("safetensors: a header ten thousand deep", "damaged")(safe(b'{"a":' * 10_000))
case("safetensors: bytes after the last tensor", "damaged")(safe({"a": entry()}, bytes(64)))
case("safetensors: no tensor", "no state dict")(safe({}, b""))
case("safetensors: weights of 8 bits", "does not fit")(safe({"w": entry("U8", (16,))}))

# Other files.
case("an empty file", "an empty file")(written(b""))
case("a web page", "a web page")(written(b"<!doctype html><title>Sign in</title>"))
case("a zip cut short", "damaged")(lambda path, trace: path.write_bytes(zip_of(weights())[:-30]))
case("a zip of which only the end is there", "no checkpoint")(
    lambda path, trace: path.write_bytes(zip_of(weights())[900:])
)
case("an ONNX file", "no checkpoint")(written(b"\x08\x07\x12\x07pytorch\x1a\x03" + bytes(300)))
case("a NumPy archive", "torch.save")(lambda path, trace: np.savez(path.open("wb"), w=np.ones(3)))
case("no such file", "No such file")(lambda path, trace: None)
case("a folder", "a folder")(lambda path, trace: path.mkdir())
case("a named pipe", "a named pipe")(lambda path, trace: os.mkfifo(path))
case("a device without end", "a device")(lambda path, trace: path.symlink_to("/dev/zero"))
case("a link to itself", "cannot be read")(lambda path, trace: path.symlink_to(path))


@case("a picture", "a PNG picture")
def _(path, trace):
    Image.new("RGB", (8, 8)).save(path, format="png")


@case("entries that climb out", "no state dict")
def _(path, trace):
    archive(path, pickled({}), **{"../../../../" + trace.name: b"out"})


@case("an encrypted entry", "damaged")
def _(path, trace):
    archive(path, pickled({"w": Claim(4, (4,))}))
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    content[6] |= 1
    path.write_bytes(content)


@case("a record that is not there", "damaged")
def _(path, trace):
    program = pickled({"w": Claim(4, (4,))}).replace(b"X\x01\x00\x00\x000", b"X\x01\x00\x00\x009")
    archive(path, program)


@case("a name for the storage that climbs", "damaged")
def _(path, trace):
    name = b"../../../etc/passwd"
    program = pickled({"w": Claim(4, (4,))})
    archive(
        path, program.replace(b"X\x01\x00\x00\x000", b"X" + struct.pack("<I", len(name)) + name)
    )


@case("two entries with one name", "damaged")
def _(path, trace):
    archive(path, pickled({"w": Claim(4, (4,))}))
    with zipfile.ZipFile(path, "a") as made:
        made.writestr("archive/data.pkl", pickle.dumps(touch(trace), protocol=2))


def zip_of(state) -> bytes:
    stream = io.BytesIO()
    torch.save(state, stream)
    return stream.getvalue()
