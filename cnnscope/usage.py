"""How hw5.sh is called: its usage, and the DATASET and OUTPUT that may come before all options.

`python3 -m cnnscope.usage FOLDER WORDS...` does no more than find mistakes in these two, for a call
that was made from FOLDER. hw5.sh asks it before any package is installed and whatever Python it
finds, so it imports the standard library alone and runs on Python 3.7.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from cnnscope.errors import UserError

USAGE = """\
usage: bash hw5.sh [snakemake options]                    the demo: draws its own dataset
       bash hw5.sh DATASET OUTPUT [snakemake options]     train a CNN on DATASET and explain it
       bash hw5.sh PICTURES OUTPUT --config model='{architecture: resnet18, checkpoint: mine.pth}'

  DATASET   folder with training/<class>_<n>.jpg and validation/<class>_<n>.jpg (testing/ is optional),
            a folder a class in each, a .zip or .tar* of such a folder, or a CSV file
  PICTURES  folder without training/ and validation/, archive or picture that a trained CNN looks at
  OUTPUT    folder for the figures; made when missing
  options   any of snakemake's: -n, --cores 1, --configfile mine.yaml, and targets such as lime

Without --configfile, a DATASET is run with examples/food11.yaml. Caches are kept in results/.
"""  # noqa: E501


class Call(NamedTuple):
    """The words of a call: the dataset and the folder for figures, if given, and the options."""

    given: tuple[Path, Path] | None
    options: list[str]


def read_call(folder: str, words: Sequence[str]) -> Call:
    """Tell DATASET and OUTPUT, as absolute paths, from the options; OUTPUT is made when missing.

    Raises:
        UserError: one of them is missing or cannot be used.
    """
    if not words or words[0].startswith("-"):
        return Call(None, list(words))
    if len(words) == 1:
        raise UserError("DATASET is given without OUTPUT")
    dataset, output, *options = words
    return Call((_dataset(folder, dataset), _output(folder, output)), options)


def _dataset(folder: str, name: str) -> Path:
    file = Path(folder, name)
    mode = _mode(file) if name else 0
    if stat.S_ISDIR(mode):
        if not os.access(file, os.X_OK):
            raise UserError(f"DATASET: {name} cannot be entered")
    elif not stat.S_ISREG(mode):
        raise UserError(f"DATASET: there is no folder, archive, CSV file or picture {name}")
    elif not os.access(file, os.R_OK):
        raise UserError(f"DATASET: {name} cannot be read")
    return _tidied(file)


def _output(folder: str, name: str) -> Path:
    made = Path(folder, name)
    try:
        if not name:
            raise FileNotFoundError
        made.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise UserError(f"OUTPUT: {name} cannot be made") from None
    if not os.access(made, os.X_OK):
        raise UserError(f"OUTPUT: {name} cannot be entered")
    if not os.access(made, os.W_OK):
        raise UserError(f"OUTPUT: {name} is not writable")
    return _tidied(made)


def _mode(file: Path) -> int:
    """What kind of file it is; 0 where there is none that can be seen."""
    try:
        return file.stat().st_mode
    except OSError:
        return 0


def _tidied(path: Path) -> Path:
    """`path` without `..`, but with the links in it, by whose names the user knows the place."""
    short = Path(os.path.normpath(path))
    # Behind a link, .. leads out of the folder that it points to.
    return short if _mode(short) and short.samefile(path) else path.resolve()


def read_or_exit(folder: str, words: Sequence[str]) -> Call:
    """The call as `read_call`; a wrong one, and one that asks for it, ends with the usage."""
    if words and words[0] in ("-h", "--help"):
        _exit_with_usage()
    try:
        return read_call(folder, words)
    except UserError as error:
        print(f"cnnscope: {error}", file=sys.stderr)
        _exit_with_usage()


def _exit_with_usage() -> NoReturn:
    print(USAGE, end="", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    read_or_exit(sys.argv[1], sys.argv[2:])
