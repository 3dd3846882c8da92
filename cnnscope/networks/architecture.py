"""How an architecture is named. Plain Python, for the plan reads the names too."""

from pathlib import Path

# What the names of timm's networks begin with, those on the Hugging Face Hub as timm writes them.
TIMM = ("timm/", "hf-hub:")


def own_file(architecture: str) -> Path | None:
    """The file in `path/to/file.py:ClassOrFunction`; None for an architecture by name."""
    if ":" not in architecture or architecture.startswith("hf-hub:"):
        return None
    return Path(architecture.rpartition(":")[0])


def import_root(file: Path) -> Path:
    """The folder from which Python imports `file`: the first above it that is no package."""
    folder = file.resolve().parent
    while (folder / "__init__.py").is_file() and folder.name.isidentifier():
        folder = folder.parent
    return folder


def own_modules(file: Path) -> list[Path]:
    """`file` and what Python runs before it: the `__init__.py` of each package that it is in."""
    file, root = file.resolve(), import_root(file)
    packages = [folder for folder in file.parents if root in folder.parents]
    return [file, *(folder / "__init__.py" for folder in packages)]
