"""`cnnscope completion`: the script by which a shell completes the words of the command."""

import argparse
from collections.abc import Sequence

import shtab

from cnnscope.command.listing import sections
from cnnscope.command.parser import make_parser
from cnnscope.planning.methods import declared_methods
from cnnscope.planning.pretrained import architectures

_FILES = ("pictures", "configfile", "weights")


def completion(asked: argparse.Namespace, behind: Sequence[str]) -> int:
    """Print the script for a shell."""
    parser, subparsers = make_parser()
    names = {
        "methods": list(declared_methods()),
        "target": list(declared_methods()),
        "section": sections(),
        "model": architectures(),
    }
    for subparser in subparsers.values():
        for action in subparser._actions:
            if action.dest in _FILES:
                action.complete = shtab.FILE
            elif action.dest == "out":
                action.complete = shtab.DIRECTORY
            elif action.dest in names:
                action.choices, action.type = names[action.dest], None
    print(shtab.complete(parser, shell=asked.shell))
    return 0
