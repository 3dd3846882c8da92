"""Explain an image-classifying CNN: `from cnnscope import explain, score`, see docs/library.md.

They are imported when they are first asked for, because PyTorch takes a second to import and most
of this library needs none of it. Their types are in `__init__.pyi`.
"""

import importlib

_MODULES = {
    "Explanation": "cnnscope.explanation",
    "explain": "cnnscope.api",
    "score": "cnnscope.api",
}
__all__ = list(_MODULES)


def __getattr__(name: str) -> object:
    if name in _MODULES:
        # By name: what a result is made from includes all that the modules of its job import, and
        # they all import this package.
        return getattr(importlib.import_module(_MODULES[name]), name)
    raise AttributeError(f"module 'cnnscope' has no attribute {name!r}")


def __dir__() -> "list[str]":
    return sorted([*globals(), *__all__])
