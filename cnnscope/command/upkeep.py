"""`cnnscope why`, `verify` and `gc`: what lies in OUT, held against what would be made today."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from cnnscope.command.asked_config import absolute
from cnnscope.command.explaining import INDEX, config_in
from cnnscope.command_line import WORKFLOW
from cnnscope.data.fingerprint import ContentIndex, file_digest
from cnnscope.near import unknown
from cnnscope.planning.audit import audit, expected_records, reasons, say_findings, say_reasons
from cnnscope.planning.garbage import published_records, remove, say_unreachable, unreachable
from cnnscope.planning.plan import Plan
from cnnscope.planning.publication import publications, questions
from cnnscope.planning.result import closure
from cnnscope.planning.run import read_run

_STORE = Path("results/.store")


def why(asked: argparse.Namespace, behind: Sequence[str]) -> int:
    """Say for each result that is no longer what it would be today what has changed."""
    plan = _plan_of(asked.out)
    named, published = questions(plan), publications(plan)
    about = published
    if asked.target is not None:
        if asked.target not in named:
            print(f"cnnscope: {unknown('target', asked.target, named)}", file=sys.stderr)
            return 2
        records = [Path(published[result].record) for result in named[asked.target]]
        if not any(record.is_file() for record in records):
            print(f"{asked.target} has not been made")
            return 0
        needed = set(closure(named[asked.target]))
        about = {result: one for result, one in published.items() if result in needed}
    found = reasons(expected_records(about, published), _STORE)
    print("\n".join(say_reasons(found)))
    return 0


def verify(asked: argparse.Namespace, behind: Sequence[str]) -> int:
    """Read every file, and say which are not what their records say."""
    findings, right = audit(_STORE, Path(_plan_of(asked.out).run.folder), file_digest)
    print("\n".join(say_findings(findings, right)))
    return 1 if findings else 0


def gc(asked: argparse.Namespace, behind: Sequence[str]) -> int:
    """Remove what no run in OUT needs, having said how much that is."""
    kept = [result.folder for result in closure(list(publications(_plan_of(asked.out))))]
    found = unreachable(_STORE, published_records(_STORE), kept)
    print("\n".join(say_unreachable(found)), flush=True)
    if not asked.dry_run:
        remove(found)
    return 0


def _plan_of(name: str) -> Plan:
    """What would be made in OUT today, which becomes the working directory.

    Nothing is said of what is left out: whoever has explained the pictures knows it.
    """
    out = absolute(name)
    config = config_in(out)
    os.chdir(out)
    contents = ContentIndex(Path(INDEX).absolute())
    run = read_run(config, [], WORKFLOW, contents)
    return Plan(run, WORKFLOW, contents)
