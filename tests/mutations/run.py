"""Put faults into a copy of the code, one at a time, and see that a test notices each.

    python tests/mutations/run.py [--only N ...]

Prints a line a fault: which test failed, or SURVIVED. Ends with status 1 where one survived, or
where its text is not in its file exactly once. The checkout itself is only read. All faults take
some minutes; `--only` takes the numbers that the lines begin with.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import small_project
from mutation import Mutation
from table import MUTATIONS

ROOT = Path(__file__).parents[2]
CODE = (*small_project.CODE, "tests", "pyproject.toml", "README.md", "CHANGELOG.md", "CITATION.cff")
CODE += ("docs", "config", "workflow", ".test")
# A fault may lead a test into waiting for ever, which is noticed too.
_SECONDS = 300


def copy_code(folder: Path) -> None:
    """What the tests need, without compiled files: a stale one would hide a fault."""
    for name in CODE:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy2(ROOT / name, folder / name)


def run_tests(folder: Path, files: Sequence[str], seconds: int = _SECONDS) -> tuple[int, str]:
    """Status and output of pytest, which ends at the first failure, or after so many seconds."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *files]
    # A file that is changed twice in a second has compiled code that looks fresh: keep none.
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        return 1, f"FAILED {' '.join(files)}: no end after {seconds} seconds"
    return done.returncode, done.stdout + done.stderr


def verdict(folder: Path, mutation: Mutation) -> tuple[bool, str]:
    """Whether a test notices the fault, and what to say of it. The copy is put back."""
    file = folder / mutation.file
    code = file.read_text(encoding="utf-8")
    if (count := code.count(mutation.old)) != 1:
        return False, f"does not fit: its text occurs {count} times"
    try:
        file.write_text(code.replace(mutation.old, mutation.new), encoding="utf-8")
        status, said = run_tests(folder, mutation.tests)
    finally:
        file.write_text(code, encoding="utf-8")
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", said, re.MULTILINE)
    if status == 0:
        return False, "SURVIVED"
    if status != 1 or not failed:
        return False, f"no test ran (status {status}):\n{said[-2000:]}"
    return True, f"killed by {failed[1]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", type=int, nargs="+", metavar="N", help="numbers of faults")
    numbers = parser.parse_args().only or range(len(MUTATIONS))
    if not set(numbers) <= set(range(len(MUTATIONS))):
        parser.error(f"faults are numbered 0 to {len(MUTATIONS) - 1}")
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_code(folder)
        files = sorted({file for number in numbers for file in MUTATIONS[number].tests})
        status, said = run_tests(folder, files, _SECONDS * len(files))
        if status:
            sys.exit(f"the tests fail without any fault:\n{said}")
        for number in numbers:
            mutation = MUTATIONS[number]
            noticed, outcome = verdict(folder, mutation)
            wrong += [] if noticed else [number]
            place = f"{number:3} {mutation.file}: {mutation.about}"
            print(f"{place}: {outcome}", flush=True)
    print(f"{len(numbers)} faults, {len(wrong)} not noticed" + (f": {wrong}" if wrong else ""))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
