"""`cnnscope explain` and `cnnscope report`: the workflow at work in OUT."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from cnnscope.command.asked_config import absolute, asked_config
from cnnscope.command.terminal import coloured
from cnnscope.command.watching import watch
from cnnscope.command_line import WORKFLOW, arrange, become_snakemake, snakemake_command
from cnnscope.config_files import read_config
from cnnscope.data.fingerprint import ContentIndex
from cnnscope.data.layout import recognised_layout
from cnnscope.data.loose_pictures import PICTURES
from cnnscope.errors import UserError
from cnnscope.file_address import path_in
from cnnscope.files import replacing
from cnnscope.planning.run import read_run

CONFIG = "config.yaml"
INDEX = "results/.index/contents.json"
# The page that the target `report` makes, in the folder of the run.
REPORT = "report.html"
_MARK = (
    "# Written by cnnscope explain, and anew by each: what why, verify, gc and report are about.\n"
)


def explain(asked: argparse.Namespace, behind: Sequence[str]) -> int:
    """Check all that was given, write OUT/config.yaml, and run the workflow.

    Nothing is written before everything was checked that can be without running anything.
    """
    rest = _for_snakemake([*(asked.methods or []), *behind])
    config, out = asked_config(asked), absolute(asked.out)
    pictures = Path(path_in(config["dataset"]["path"]))
    _check_pictures(pictures, config)
    _check_outside(out, pictures)
    contents = ContentIndex(out / INDEX)
    run = read_run(config, [], WORKFLOW, contents)
    _check_free(out, config)
    _write(out, config)
    contents.save()
    return _run(out, asked, rest, run.left_out, bool(asked.methods))


def report(asked: argparse.Namespace, behind: Sequence[str]) -> int:
    """Have the workflow write the report of what OUT explains."""
    rest, out = _for_snakemake(["report", *behind]), absolute(asked.out)
    run = read_run(config_in(out), [], WORKFLOW, ContentIndex(out / INDEX))
    code, page = _run(out, asked, rest, run.left_out, targets=True), out / run.folder / REPORT
    if code == 0 and page.is_file():
        print(f"cnnscope: the report is {page}")
    return code


def config_in(out: Path) -> dict:
    """What `cnnscope explain` was asked that made OUT.

    Raises:
        UserError: it has not been made so.
    """
    file = out / CONFIG
    if not _is_ours(file):
        raise UserError(f"{out} holds no explanation; cnnscope explain PICTURES -o OUT makes one")
    return read_config(file)


def _is_ours(file: Path) -> bool:
    try:
        return file.read_text(encoding="utf-8").startswith(_MARK.split(",")[0])
    except (OSError, UnicodeDecodeError):
        return False


def _check_pictures(pictures: Path, config: Mapping) -> None:
    """See that there are pictures rather than a dataset to train on, or something else."""
    layout = config["dataset"].get("layout", "auto")
    if layout == "auto":
        layout = recognised_layout(pictures)
    if layout == PICTURES:
        return
    if pictures.is_dir():
        raise UserError(
            f"PICTURES: {pictures} holds training/ or validation/; give {pictures}/validation to "
            "explain the images in it, or call python -m cnnscope to train on them"
        )
    raise UserError(f"PICTURES: {pictures} is no picture, and no archive of pictures alone")


def _check_outside(out: Path, pictures: Path) -> None:
    """See that the figures do not become pictures that the next call explains."""
    if pictures.is_dir() and out.resolve().is_relative_to(pictures.resolve()):
        raise UserError(
            f"-o: {out} lies in {pictures}, whose pictures would be joined by figures; name a "
            "folder elsewhere"
        )


def _check_free(out: Path, config: Mapping) -> None:
    """See that OUT has no figures of other pictures or of another network, which would stay."""
    file = out / CONFIG
    if not file.exists():
        return
    if not _is_ours(file):
        raise UserError(f"{file} is not of cnnscope explain; name another folder with -o")
    before = read_config(file)
    if not any(out.glob("results/*/records/figure_*.json")):
        return
    (path, model), (now, other) = _subject(before), _subject(config)
    if path != now:
        raise UserError(
            f"{out} explains {path_in(str(path))}; name another folder with -o for other pictures"
        )
    if model != other:
        weights = model.get("weights") or model.get("checkpoint")
        raise UserError(
            f"{out} explains {model.get('architecture')} with {weights}; name another folder with "
            "-o for another network"
        )


def _subject(config: Mapping) -> tuple[object, Mapping]:
    """The pictures and the network that a config is about, if nobody has edited them away."""
    dataset, model = (config.get(section) for section in ("dataset", "model"))
    path = dataset.get("path") if isinstance(dataset, Mapping) else None
    return path, model if isinstance(model, Mapping) else {}


def _write(out: Path, config: Mapping) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"-o: {out} cannot be made: {error.strerror}") from None
    with replacing(out / CONFIG) as partial:
        text = yaml.safe_dump(dict(config), sort_keys=False, default_flow_style=None, width=100)
        partial.write_text(_MARK + text, encoding="utf-8")


def _for_snakemake(words: Sequence[str]) -> list[str]:
    """Targets and options for Snakemake, without those that are settled here.

    Raises:
        UserError: one is among them; it says what to give instead.
    """
    found = arrange(words)
    if found.files or found.entries:
        raise UserError("settings stand before --: --configfile FILE, --set lime.samples=500")
    for word in found.arguments:
        if word in ("-d", "--directory") or word.startswith("--directory="):
            raise UserError(f"{word}: -o OUT says where, before --")
    return found.arguments


def _run(
    out: Path,
    asked: argparse.Namespace,
    rest: Sequence[str],
    notices: Sequence[str],
    targets: bool,
) -> int:
    """Run the workflow at work in OUT; `notices` and `targets` are as for `watch`."""
    plain = () if coloured(sys.stderr) else ("--nocolor",)
    where = ("--configfile", str(out / CONFIG), "--directory", str(out))
    arguments = (*plain, *where, *rest)
    if asked.verbose:
        become_snakemake(WORKFLOW, *arguments)
    command = snakemake_command(WORKFLOW, *arguments)
    return watch(command, notices, quiet=asked.quiet, targets=targets)
