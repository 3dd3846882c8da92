"""Networks in files of the user: alone, in a package, in a cloned repository."""

import sys
import textwrap
from pathlib import Path

import pytest
import torch

from cnnscope import provenance
from cnnscope.errors import UserError
from cnnscope.networks.architecture import import_root, own_file, own_modules
from cnnscope.networks.build import build

SIZES = {"classes": 4, "size": 32, "channels": 3}
BLOCK = """
    from torch import nn
    class Block(nn.Flatten):
        pass
"""
NET = """
    from torch import nn
    {line}
    class Net(nn.Sequential):
        def __init__(self, hidden=5):
            super().__init__(Block(), nn.Linear(12, hidden))
"""


@pytest.fixture
def write(tmp_path):
    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text))
        return tmp_path

    return write


@pytest.fixture(autouse=True)
def as_before():
    """What a test imports from its folder is not there for the next."""
    path, modules = list(sys.path), set(sys.modules)
    yield
    assert sys.path == path
    for name in sys.modules.keys() - modules:
        del sys.modules[name]


def code(architecture: str) -> list[str]:
    """The files that count for the identity of a result."""
    file = own_file(architecture)
    return list(
        provenance.code(own_modules(file), (provenance.Root(import_root(file)),), {})["files"]
    )


def shape(architecture: str, **arguments) -> tuple:
    return tuple(build(architecture, arguments, **SIZES)(torch.zeros(1, 3, 2, 2)).shape)


@pytest.mark.parametrize("line", ["from blocks import Block", "from .blocks import Block"])
def test_a_file_imports_what_lies_beside_it(write, line):
    folder = write({"net.py": NET.format(line=line), "blocks.py": BLOCK})
    assert shape(f"{folder}/net.py:Net", hidden=7) == (1, 7)
    assert code(f"{folder}/net.py:Net") == ["blocks.py", "net.py"]


def test_a_file_of_a_package_imports_its_siblings(write):
    line = "from .parts.blocks import Block; from ..other import nothing"
    folder = write(
        {
            "outer/__init__.py": "",
            "outer/other.py": "nothing = 0",
            "outer/models/__init__.py": "from .net import Net",
            "outer/models/net.py": NET.format(line=line),
            "outer/models/parts/blocks.py": BLOCK,
        }
    )
    architecture = f"{folder}/outer/models/net.py:Net"
    assert shape(architecture) == (1, 5)
    assert code(architecture) == [
        "outer/__init__.py",
        "outer/models/__init__.py",
        "outer/models/net.py",
        "outer/models/parts/blocks.py",
        "outer/other.py",
    ]


@pytest.mark.parametrize("package", [True, False], ids=["package", "folders"])
def test_a_repository_of_torch_hub_works(write, package):
    entry = """
        dependencies = ["torch"]
        def net(**arguments):
            from hub_source.models import Net
            return Net(**arguments)
    """
    folder = write(
        {
            "hubconf.py": entry,
            "hub_source/models/net.py": NET.format(line="from hub_source.blocks import Block"),
            "hub_source/models/__init__.py": "from .net import Net",
            "hub_source/blocks.py": BLOCK,
        }
        | ({"hub_source/__init__.py": ""} if package else {})
    )
    assert shape(f"{folder}/hubconf.py:net", hidden=3) == (1, 3)
    names = ["hub_source/blocks.py", "hub_source/models/__init__.py", "hub_source/models/net.py"]
    init = ["hub_source/__init__.py"] if package else []
    assert code(f"{folder}/hubconf.py:net") == [*init, *names, "hubconf.py"]


@pytest.mark.parametrize("name", ["lime", "torch_net.v2", "my-net"])
def test_a_file_may_be_called_as_a_library_or_as_no_module_can_be(write, name):
    import lime

    folder = write({"net.py": NET.format(line="from .blocks import Block"), "blocks.py": BLOCK})
    (folder / "net.py").rename(folder / f"{name}.py")
    assert shape(f"{folder}/{name}.py:Net") == (1, 5)
    assert sys.modules["lime"] is lime


def test_a_changed_file_is_read_again(write):
    folder = write({"net.py": NET.format(line="from .blocks import Block"), "blocks.py": BLOCK})
    assert shape(f"{folder}/net.py:Net") == (1, 5)
    text = (folder / "net.py").read_text()
    (folder / "net.py").write_text(text.replace("hidden=5", "hidden=66"))
    assert shape(f"{folder}/net.py:Net") == (1, 66)


def test_dataclasses_work_in_a_file(write):
    lines = """
    from __future__ import annotations
    from dataclasses import dataclass
    @dataclass
    class Sizes:
        hidden: int = 5
    """
    folder = write({"net.py": lines + NET.format(line="Block = nn.Flatten")})
    assert shape(f"{folder}/net.py:Net") == (1, 5)


def test_what_a_file_cannot_import_is_named(write):
    folder = write({"net.py": "from .gone import Block"})
    with pytest.raises(UserError, match=r"net\.py cannot be loaded: ModuleNotFoundError: .*gone"):
        build(f"{folder}/net.py:Net", {}, **SIZES)


def test_what_python_runs_before_a_file_of_a_package_counts_as_its_code(write):
    net = NET.format(line="Block = nn.Flatten")
    folder = write({"outer/__init__.py": "", "outer/net.py": net})
    assert code(f"{folder}/outer/net.py:Net") == ["outer/__init__.py", "outer/net.py"]
