"""The identity of a result: its inputs, its parameters, its code and the libraries of that code.

Identities are known before anything runs. Each includes those of what it is made from, so a change
anywhere is a change in everything below it, and in nothing else.
"""

import ast
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

# Where the name to import is not the name to install.
_DISTRIBUTIONS = {
    "PIL": "pillow",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}


@dataclass(frozen=True)
class Root:
    """A folder in which the project's own modules are found.

    Attributes:
        folder: where they lie.
        packages: the packages in it that are the project's own; all modules where none is named.
            An installed library lies among those of others.
    """

    folder: Path
    packages: tuple[str, ...] = ()

    def holds(self, module: str) -> bool:
        return not self.packages or module.partition(".")[0] in self.packages


def digest(**parts) -> str:
    """SHA-256 of plain values, independent of the order of keys."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def code(files: Iterable[Path], roots: tuple[Root, ...], pins: Mapping[str, str]) -> dict:
    """What `files` run: the content of every project file they import, the libraries' versions.

    Args:
        files: Python files, for example a script and a module that it loads by name.
        roots: where the project's own modules are found, first match first.
        pins: pinned versions by distribution name; a library that differs from its pin carries
            both, so that an edited pin counts as a change before it is installed.

    Returns:
        `{"files": {path below a root: sha256}, "libraries": {distribution: version}}`.
    """
    own, foreign = closure(frozenset(Path(f).resolve() for f in files), roots)
    return {
        "files": {_short(path, roots): content(path) for path in own},
        "libraries": {
            name: version for name in foreign if (version := library_version(name, pins))
        },
    }


@cache
def closure(
    files: frozenset[Path], roots: tuple[Root, ...]
) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """The project files that `files` import, directly or not, and the foreign packages."""
    own: set[Path] = set()
    foreign: set[str] = set()
    waiting = sorted(files)
    while waiting:
        path = waiting.pop()
        if path in own:
            continue
        own.add(path)
        for name in _imports(path, roots):
            found = _locate(name, roots)
            if found:
                waiting.extend(found)
            else:
                foreign.add(name.split(".")[0])
    return tuple(sorted(own)), tuple(sorted(foreign))


def library_version(name: str, pins: Mapping[str, str]) -> str | None:
    """Installed version of the distribution that provides `name`; None for the standard library."""
    distribution = _DISTRIBUTIONS.get(name, name)
    installed = _installed(distribution)
    if installed is None:
        return None
    pinned = pins.get(normalised(distribution))
    # A local label (2.13.0+cpu) is a build of the pinned version, not another version.
    if pinned is None or pinned == installed.split("+")[0]:
        return pinned or installed
    return f"{installed}, pinned {pinned}"


def read_pins(requirements: Path) -> dict[str, str]:
    """The `name==version` lines of a requirements file."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;#]+)", requirements.read_text(), re.MULTILINE)
    return {normalised(name): version for name, version in found}


def unmet_pins(pins: Mapping[str, str]) -> list[str]:
    """One `name installed, pinned version` for each pin that this Python does not satisfy."""
    return [
        f"{name} {installed or 'missing'}, pinned {version}"
        for name, version in pins.items()
        if (installed := (_installed(name) or "").split("+")[0]) != version
    ]


def normalised(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


@cache
def _installed(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


@cache
def _imports(path: Path, roots: tuple[Root, ...]) -> frozenset[str]:
    package = list(path.relative_to(_root_of(path, roots)).parts[:-1])
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes(), filename=str(path))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            names.update([base, *(f"{base}.{alias.name}" for alias in node.names)])
    return frozenset(names)


@cache
def _locate(name: str, roots: tuple[Root, ...]) -> list[Path]:
    """The files that importing `name` runs: the packages on the way, and the module."""
    parts = name.split(".")
    for root in roots:
        if not root.holds(name):
            continue
        files = []
        for end in range(1, len(parts) + 1):
            module = root.folder.joinpath(*parts[:end])
            candidates = (module / "__init__.py", module.with_suffix(".py"))
            files += [file for file in candidates if file.is_file()]
        if files:
            return files
    return []


def _root_of(path: Path, roots: tuple[Root, ...]) -> Path:
    above = (root.folder for root in roots if path.is_relative_to(root.folder))
    return max(above, key=lambda folder: len(folder.parts))


def _short(path: Path, roots: tuple[Root, ...]) -> str:
    return path.relative_to(_root_of(path, roots)).as_posix()


@cache
def content(path: Path) -> str:
    """SHA-256 of a file, which is read once."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
