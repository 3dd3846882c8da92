"""What hw5.sh is called with: told apart as Snakemake does, checked, and handed on to it.

`python -m cnnscope.command_line FOLDER [DATASET OUTPUT] OPTIONS...` becomes Snakemake, called from
FOLDER. Several of its options take as many words as follow: in `--configfile mine.yaml lime` the
target counts as a second config file. Where no such value can be meant, the word is the target; and
config files are checked here, because Snakemake reads them before any of our code runs. DATASET and
OUTPUT become entries of its --config, which it hands on to jobs wherever they run.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, NoReturn

import yaml

from cnnscope.config_files import read_config
from cnnscope.errors import UserError
from cnnscope.file_address import address_of
from cnnscope.greedy_options import GREEDY, Greedy, named
from cnnscope.settings import told
from cnnscope.usage import read_or_exit

ROOT = Path(__file__).resolve().parents[1]
# Where the library is installed, the workflow lies in it.
_PACKAGED = Path(__file__).resolve().with_name("_workflow")
WORKFLOW = _PACKAGED if _PACKAGED.is_dir() else ROOT
_BESIDE = "targets go behind --, as in: --configfile mine.yaml -- lime"


class Arranged(NamedTuple):
    """Snakemake's arguments, and what they say of the config."""

    arguments: list[str]
    files: list[str]
    entries: list[str]


def arrange(words: Sequence[str], over: Sequence[str] = ()) -> Arranged:
    """Snakemake's arguments with the greedy options behind all others.

    There each is followed by its own values alone, and what was behind it is a target. The entries
    `over` are laid over those of --config, whose last use alone counts for Snakemake.

    Raises:
        UserError: an option lacks its value, because the word behind it is none.
    """
    words = list(words)
    end = words.index("--") if "--" in words else len(words)
    kept, greedy, files, entries = [], [], [], []
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
        values = values if attached is None else [attached]
        if option is GREEDY["--configfile"]:
            files += values
        elif option is GREEDY["--config"]:
            entries = values
    if over:
        # One more use, because one to which a value is attached takes no second.
        greedy += ["--config", *entries, *over]
    return Arranged([*kept, *greedy, *words[end:]], files, entries)


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


def check_files(files: Sequence[str]) -> list[dict]:
    """What the config files hold, read as they must be written.

    Raises:
        UserError: as `read_config`, and where a target belongs if the file may have been one.
    """
    contents = []
    for place, name in enumerate(files):
        with suppress(OSError):
            if Path(name).is_fifo():
                # What a shell's <(...) says can be read once, and Snakemake will.
                continue
        try:
            contents.append(read_config(Path(name)))
        except UserError as error:
            unlike = place > 0 or not GREEDY["--configfile"].fits(name)
            raise UserError(f"{error}; {_BESIDE}" if unlike else str(error)) from error
    return contents


def check_beneath(contents: Iterable[Mapping], entries: Iterable[str]) -> None:
    """See that each `dataset` on which DATASET is laid has keys, its path among them.

    Where it is something else, Snakemake would put DATASET in its place and say nothing.

    Raises:
        UserError: shows what stands there instead.
    """
    values = [content["dataset"] for content in contents if "dataset" in content]
    for entry in entries:
        key, _, text = entry.partition("=")
        if key == "dataset":
            values.append(_as_snakemake_reads(text))
    for value in values:
        if not isinstance(value, Mapping):
            raise UserError(f"config: dataset: {told(value)} is no object")


def _as_snakemake_reads(text: str) -> Mapping | str:
    """The value of an entry of --config, if it has keys; otherwise its text."""
    try:
        value = yaml.load(text.strip("'\""), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return text
    return value if isinstance(value, Mapping) else text


def main() -> None:
    """Check the call that was made from FOLDER and become Snakemake, at work in the project."""
    folder, *words = sys.argv[1:]
    call = read_or_exit(folder, words)
    os.chdir(folder)
    arguments = _checked(["--cores", "all", *call.options], call.given)
    if not os.access(ROOT, os.W_OK):
        sys.exit(f"cnnscope: {ROOT} cannot be written to; results are kept there")
    become_snakemake(ROOT, "--directory", str(ROOT), *arguments)


def run_here() -> None:
    """Check the options of `python -m cnnscope` and become Snakemake, at work in this folder."""
    become_snakemake(WORKFLOW, *_checked(sys.argv[1:]))


def _checked(words: Sequence[str], given: tuple[Path, Path] | None = None) -> list[str]:
    """The arguments as Snakemake is to have them; ends with one line where one is wrong."""
    try:
        return arguments_for(words, given)
    except UserError as error:
        sys.exit(f"cnnscope: {error}")


def arguments_for(words: Sequence[str], given: tuple[Path, Path] | None = None) -> list[str]:
    """The arguments of Snakemake for these options, with DATASET and OUTPUT where they are given.

    Raises:
        UserError: as `arrange`, `check_files` and `check_beneath`.
    """
    over = []
    if given:
        dataset, output = map(address_of, given)
        over = [f"dataset={{path: {dataset}}}", f"output={output}"]
        if not _holds_pictures(given[0]):
            # The last --configfile alone counts: one among the options takes the place of this.
            words = ["--configfile", str(ROOT / "examples" / "food11.yaml"), *words]
    found = arrange(words, over)
    contents = check_files(found.files)
    if given:
        check_beneath(contents, found.entries)
    return found.arguments


def _holds_pictures(dataset: Path) -> bool:
    """Whether there is nothing to train on, only pictures for a trained network."""
    # With them NumPy and Pillow are imported, which only a call with DATASET has to wait for.
    from cnnscope.data.layout import recognised_layout
    from cnnscope.data.loose_pictures import PICTURES

    return recognised_layout(dataset) == PICTURES


def become_snakemake(workflow: Path, *arguments: str) -> NoReturn:
    """Go on as Snakemake, see `snakemake_command`."""
    os.execv(sys.executable, snakemake_command(workflow, *arguments))


def snakemake_command(workflow: Path, *arguments: str) -> list[str]:
    """Snakemake with the workflow in a folder, its profile and these arguments."""
    profile = ("--workflow-profile", str(workflow / "profiles" / "default"))
    command = ("-m", "snakemake", "--snakefile", str(workflow / "Snakefile"), *profile)
    return [sys.executable, *command, *arguments]


if __name__ == "__main__":
    main()
