"""The words of the command `cnnscope`: its subcommands, their options, and what their help says."""

import argparse
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from cnnscope.near import unknown
from cnnscope.planning.methods import declared_methods

OUT = "explained"
_CODES = "exit codes: 0 done, 1 a mistake in what was given or a failure, 2 a wrong call"
_ABOUT = """\
Explain an image-classifying CNN: saliency maps, CAMs, LIME, SHAP, filters, and how far to trust them.

example:
  cnnscope explain photo.jpg --model resnet18 --weights IMAGENET1K_V1 --methods grad_cam,lime
"""  # noqa: E501
_EXPLAIN = """\
examples:
  cnnscope explain photo.jpg                                       ResNet-18, every question
  cnnscope explain photos/ --model resnet50 --methods grad_cam,lime -o out
  cnnscope explain photos.zip --model my_net.py:Net --weights mine.pth --set image.size=128
  cnnscope explain photo.jpg --set lime.samples=2000 --set seed=3
  cnnscope explain photo.jpg -- --cores 1 -n                       only show the plan

What stands behind -- goes to Snakemake. OUT gets the figures, config.yaml with what was asked, and
results/ with arrays and tables; a later call makes anew what has changed, and nothing else.
"""


class OneLine(argparse.ArgumentParser):
    """A parser that says of a wrong call what was wrong in one line, and what may have been meant.

    Options have one name each, for an abbreviation is another option in the next version.
    """

    def __init__(self, *args, **kwargs) -> None:
        layout = argparse.RawDescriptionHelpFormatter
        super().__init__(*args, **kwargs, allow_abbrev=False, formatter_class=layout)

    def error(self, message: str) -> NoReturn:
        choice = re.match(r"argument (\S+): invalid choice: '(.*)' \(choose from (.*)\)", message)
        if choice:
            known = re.findall(r"[\w-]+", choice[3])
            message = unknown(choice[1].lower(), choice[2], known)
        elif missing := re.match("the following arguments are required: (.*)", message):
            message = f"{missing[1]} is missing"
        line = message.removeprefix("argument ")
        print(f"cnnscope: {line} ({self.prog} --help)", file=sys.stderr)
        sys.exit(2)

    def options(self) -> list[str]:
        return [name for action in self._actions for name in action.option_strings]


def read_words(words: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """What is asked for, and the words behind `--`; a wrong call ends the process with 2."""
    end = words.index("--") if "--" in words else len(words)
    own, behind = list(words[:end]), list(words[end + 1 :])
    parser, subparsers = make_parser()
    asked, others = parser.parse_known_args(own)
    called = subparsers.get(asked.command, parser)
    if others:
        option = next((word for word in others if word.startswith("-")), None)
        if option is None:
            called.error(f"{others[0]} is one word too many{_several(asked.command)}")
        name, equals, _ = option.partition("=")
        if equals and name in called.options():
            called.error(f"{name} takes no value")
        called.error(unknown("option", name, called.options()))
    if behind and asked.command not in ("explain", "report"):
        called.error(f"{asked.command} hands nothing on to Snakemake: leave out -- {behind[0]}")
    return asked, behind


def _several(command: str) -> str:
    return ": put several pictures into a folder" if command == "explain" else ""


def make_parser() -> tuple[OneLine, dict[str, OneLine]]:
    """The parser, and those of the subcommands by name."""
    parser = OneLine("cnnscope", description=_ABOUT, epilog=_CODES)
    parser.add_argument("--version", action="store_true", help="tell the version")
    added = parser.add_subparsers(dest="command", metavar="COMMAND", required=False)

    def command(name: str, summary: str, examples: str) -> OneLine:
        epilog = f"{examples}\n{_CODES}"
        return added.add_parser(name, help=summary, description=f"{summary}.", epilog=epilog)

    _add_explain(command("explain", "explain pictures with a trained network", _EXPLAIN))
    for name, summary in (
        ("methods", "list the attribution methods"),
        ("metrics", "list the metrics that score their maps"),
    ):
        command(name, summary, f"example:\n  cnnscope {name}\n")
    example = "examples:\n  cnnscope settings lime\n  cnnscope settings image.size\n"
    settings = command("settings", "list settings, their values and defaults", example)
    settings.add_argument(
        "section", nargs="?", metavar="SECTION", help="one of config.yaml, such as lime, or a key"
    )
    example = "examples:\n  cnnscope why\n  cnnscope why lime -o out\n"
    why = command("why", "say what has changed since results were made", example)
    why.add_argument(
        "target", nargs="?", metavar="TARGET", help="a question, such as lime; else all results"
    )
    example = "example:\n  cnnscope verify -o out\n"
    verify = command("verify", "read every file and name what is not as it was made", example)
    example = "examples:\n  cnnscope gc -n\n  cnnscope gc -o out\n"
    gc = command("gc", "remove results that no run needs any more", example)
    gc.add_argument("-n", "--dry-run", action="store_true", help="only say what would go")
    example = "example:\n  cnnscope report -o out\n"
    report = command("report", "write a page of all figures with what they say", example)
    for one in (why, verify, gc, report):
        _add_out(one, "the folder that explain has written")
    example = "example:\n  cnnscope completion bash > ~/.local/share/bash-completion/completions/cnnscope\n"  # noqa: E501
    completion = command("completion", "write what makes a shell complete words", example)
    completion.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"))
    for one in (added.choices["explain"], report):
        _add_loudness(one)
    return parser, dict(added.choices)


def _add_explain(parser: OneLine) -> None:
    parser.add_argument(
        "pictures", metavar="PICTURES", help="a picture, a folder of some, or an archive"
    )
    parser.add_argument(
        "--model",
        metavar="NAME",
        help="resnet18 or another of torchvision, timm/NAME, my_net.py:Net (default: resnet18)",
    )
    parser.add_argument(
        "--weights",
        metavar="WEIGHTS",
        help="torchvision's name of them, such as IMAGENET1K_V1, or the file or the address of a "
        "checkpoint (default: DEFAULT, torchvision's best)",
    )
    parser.add_argument(
        "--methods",
        type=_methods,
        metavar="A,B",
        help="attribution methods (default: every question that pictures without labels answer)",
    )
    parser.add_argument(
        "--configfile", metavar="FILE", help="settings in YAML, as docs/config.md lists them"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="one setting, such as lime.samples=500; may be given several times",
    )
    _add_out(parser, "the folder for figures and results")


def _add_out(parser: OneLine, what: str) -> None:
    parser.add_argument("-o", "--out", default=OUT, metavar="OUT", help=f"{what} (default: {OUT}/)")


def _add_loudness(parser: OneLine) -> None:
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("--quiet", action="store_true", help="say nothing of progress")
    loudness.add_argument("--verbose", action="store_true", help="say all that Snakemake says")


def _methods(text: str) -> list[str]:
    names, known = [name.strip() for name in text.split(",")], declared_methods()
    for name in names:
        if name not in known:
            raise argparse.ArgumentTypeError(unknown("method", name, known))
    return names
