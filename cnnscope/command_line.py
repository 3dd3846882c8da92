"""What hw5.sh is called with: told apart as Snakemake does, checked, and handed on to it.

`python -m cnnscope.command_line FOLDER OPTIONS...` becomes Snakemake, called from FOLDER. Several
of its options take as many words as follow: in `--configfile mine.yaml lime` the target counts as a
second config file. Where no such value can be meant, the word is the target; and config files are
checked here, because Snakemake reads them before any of our code runs.
"""

import fcntl
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cnnscope.config_files import read_config
from cnnscope.errors import UserError
from cnnscope.greedy_options import GREEDY, Greedy, named

ROOT = Path(__file__).resolve().parents[1]
# Where the library is installed, the workflow lies in it.
_PACKAGED = Path(__file__).resolve().with_name("_workflow")
_BESIDE = "targets go behind --, as in: --configfile mine.yaml -- lime"


def arrange(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Snakemake's arguments with the greedy options behind all others, and the config files.

    There each is followed by its own values alone, and what was behind it is a target.

    Raises:
        UserError: an option lacks its value, because the word behind it is none.
    """
    words = list(words)
    end = words.index("--") if "--" in words else len(words)
    kept, greedy, files = [], [], []
    place = 0
    while place < end:
        word = words[place]
        place += 1
        found = named(word)
        if found is None:
            kept.append(word)
            continue
        option, attached = found
        run = []
        while attached is None and place < end and not _is_option(words[place]):
            run.append(words[place])
            place += 1
        values, others = ([], []) if attached is not None else _divide(option, word, run)
        greedy += [word, *values]
        kept += others
        if option is GREEDY["--configfile"]:
            files += values if attached is None else [attached]
    return [*kept, *greedy, *words[end:]], files


def _divide(option: Greedy, word: str, run: list[str]) -> tuple[list[str], list[str]]:
    """Of the words behind an option, those that are its values and those that are none."""
    if option.most == 1:
        first = run[:1] if run and option.fits(run[0]) else []
        return first, run[len(first) :]
    # A file that is not there is named as such rather than taken for a target.
    taken = 1 if option is GREEDY["--configfile"] else 0
    values = run[:taken] + [one for one in run[taken:] if option.fits(one)]
    others = [one for one in run[taken:] if not option.fits(one)]
    if len(values) < option.least:
        after = f"{others[0]} is none; {_BESIDE}" if others else "nothing follows it"
        raise UserError(f"{word} takes {option.takes}: {after}")
    return values, others


def _is_option(word: str) -> bool:
    """Whether Snakemake takes a word for an option rather than for a value."""
    if not word.startswith("-") or word == "-":
        return False
    return " " not in word.partition("=")[0] or named(word) is not None


def check_files(files: Sequence[str]) -> None:
    """Read the config files as they must be written.

    Raises:
        UserError: as `read_config`, and where a target belongs if the file may have been one.
    """
    for place, name in enumerate(files):
        with suppress(OSError):
            if Path(name).is_fifo():
                # What a shell's <(...) says can be read once, and Snakemake will.
                continue
        try:
            read_config(Path(name))
        except UserError as error:
            unlike = place > 0 or not GREEDY["--configfile"].fits(name)
            raise UserError(f"{error}; {_BESIDE}" if unlike else str(error)) from error


def lock() -> None:
    """Keep other runs out for as long as this process lives, and whatever it becomes.

    Raises:
        UserError: another run has the lock, or there is no place for it.
    """
    file = ROOT / "results" / ".lock"
    try:
        file.parent.mkdir(exist_ok=True)
        held = os.open(file, os.O_WRONLY | os.O_CREAT, 0o666)
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UserError(
            f"another run is at work in {file.parent}; wait for it, or stop it"
        ) from None
    os.set_inheritable(held, True)
    os.environ["CNNSCOPE_LOCK_HELD"] = "yes"
    # Nobody is at work, so what Snakemake locked belongs to a run that was killed.
    for left in (ROOT / ".snakemake" / "locks").glob("*"):
        with suppress(OSError):
            left.unlink()


def main() -> None:
    """Check the options behind FOLDER and become Snakemake, at work in the project's folder."""
    os.chdir(sys.argv[1])
    arguments = _checked(sys.argv[2:])
    try:
        lock()
    except UserError as error:
        sys.exit(f"cnnscope: {error}")
    _become_snakemake(ROOT, "--directory", str(ROOT), *arguments)


def run_here() -> None:
    """Check the options of `python -m cnnscope` and become Snakemake, at work in this folder."""
    _become_snakemake(_PACKAGED if _PACKAGED.is_dir() else ROOT, *_checked(sys.argv[1:]))


def _checked(words: Sequence[str]) -> list[str]:
    """The options as Snakemake is to have them; ends with one line where one is wrong."""
    try:
        arguments, files = arrange(words)
        check_files(files)
    except UserError as error:
        sys.exit(f"cnnscope: {error}")
    return arguments


def _become_snakemake(workflow: Path, *arguments: str) -> None:
    profile = ("--workflow-profile", str(workflow / "profiles" / "default"))
    command = ["-m", "snakemake", "--snakefile", str(workflow / "Snakefile"), *profile]
    os.execv(sys.executable, [sys.executable, *command, *arguments])


if __name__ == "__main__":
    main()
