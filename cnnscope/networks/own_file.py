"""Load a network's class or function from a file of the user, with what lies beside it."""

import functools
import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType

from cnnscope.errors import UserError
from cnnscope.networks.architecture import import_root, own_file

# The name of the user's folder as a package, whatever its modules are called.
_PACKAGE = "cnnscope_own"


def load(architecture: str) -> Callable:
    """The class or function that `path/to/file.py:ClassOrFunction` names.

    The file may import what lies beside it or below: relatively, also where no `__init__.py` makes
    a package of the folder; and absolutely, from the folder or from above the file's package.

    Raises:
        UserError: there is no such file, or nothing of this name in it, or it fails.
    """
    file, name = own_file(architecture), architecture.rpartition(":")[2]
    if not file.is_file():
        raise UserError(f"model.architecture: there is no file {file}")
    try:
        with _importable(import_root(file)):
            module = _run(file.resolve())
    except Exception as error:
        raise UserError(
            f"model.architecture: {file} cannot be loaded: {type(error).__name__}: {error}"
        ) from error
    found = getattr(module, name, None)
    if not callable(found):
        raise UserError(f"model.architecture: {file} has no class or function '{name}'")

    @functools.wraps(found)
    def maker(**arguments):
        with _importable(import_root(file)):
            return found(**arguments)

    return maker


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """While the block runs, modules are looked for in `folder` first."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        with suppress(ValueError):
            sys.path.remove(str(folder))


def _run(file: Path) -> ModuleType:
    """Run the file as a module of a package that stands for its folder."""
    for name in [name for name in sys.modules if name.partition(".")[0] == _PACKAGE]:
        del sys.modules[name]
    root = import_root(file)
    sys.modules[_PACKAGE] = ModuleType(_PACKAGE)
    sys.modules[_PACKAGE].__path__ = [str(root)]
    package = ".".join([_PACKAGE, *file.parent.relative_to(root).parts])
    importlib.import_module(package)
    # A dot would end the name of a package.
    name = f"{package}.{file.stem.replace('.', '_')}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, file)
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]
