"""The law of an incremental build, tried on random sequences of edits: incremental equals clean.

After each step the project is run. No job may run that none of the steps has given a reason to, no
result that lies whole in the store may be made again, and in the end every result and every record
has the bytes that a run from nothing gives, and there is nothing to be done. A sequence that breaks
the law is cut down to the steps that it needs and printed as commands.

    python tests/law/walk.py 200            the sequences 0 to 199
    python tests/law/walk.py 1 --first 17   sequence 17 alone
"""

import argparse
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import yaml

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "law"), str(TESTS), str(TESTS.parent)]

from edits import Step, sequence  # noqa: E402
from jobs_and_results import jobs_in, matches, results, stored  # noqa: E402
from libraries import LIBRARIES  # noqa: E402
from settings_and_jobs import QUESTIONS, due_for  # noqa: E402
from small_project import SMALL, copy_code, draw_food  # noqa: E402

from cnnscope.fork_server import serving  # noqa: E402


class InvalidSequenceError(Exception):
    """A command of a shortened sequence has nothing to work on."""


class Walk:
    """A copy of the finished small project, and what may still run in it.

    Args:
        template: the project after one whole run.
        folder: where the copy is made.
        python: the program that runs Snakemake.
        questions: those that the copy asks.
    """

    def __init__(self, template: Path, folder: Path, python: Path, questions: Sequence[str]):
        self.folder = folder
        self.python = python
        shutil.copytree(template, folder, symlinks=True)
        (folder / "small.yaml").write_text(yaml.safe_dump(SMALL | small(questions)))
        self.config: dict[str, object] = {}
        self.due = {"figure_samples"}
        # What has been stored and not collected since.
        self.stored = stored(folder)
        # How many stored results may be made again, because something has happened to them.
        self.harmed = 0

    @property
    def run_name(self) -> str:
        return str(self.config.get("run", "small"))

    def call(self, *targets: str) -> list[str]:
        given = [f"{name}={flow(value)}" for name, value in sorted(self.config.items())]
        overlay = ["--config", *given] if given else []
        targets = [target.format(run=self.run_name) for target in targets]
        command = ["snakemake", *targets, "--cores", "2", "--configfile", "small.yaml", *overlay]
        return command

    def take(self, step: Step) -> str | None:
        """Take the step and run; what is wrong, or None."""
        before = dict(self.config)
        self._edit(step)
        if step.kill is not None:
            self._run_and_kill(step.kill)
            return None
        there = stored(self.folder)
        done = self._run(*step.targets)
        # What is lost in another way is made again as soon as something reads it.
        self.stored -= there - stored(self.folder) if "gc" in step.targets else set()
        if step.passing:
            self.config = before
        if done.returncode != 0:
            return f"the run failed:\n{(done.stdout + done.stderr)[-3000:]}"
        wrong = self._judge(jobs_in(done.stdout + done.stderr), step.targets)
        return wrong or (self.unfinished() if step.harmed else None)

    def _judge(self, jobs: list[str], targets: Sequence[str]) -> str | None:
        """What is wrong with the jobs of a run, or None."""
        again = [job for job in jobs if job in self.stored]
        # The report shows what the others make.
        due = self.due | ({"report_page"} if self.due else set())
        excess = [job for job in jobs if job not in again and not matches(job, due)]
        if excess:
            return f"ran without a reason: {', '.join(excess)}"
        if len(again) > self.harmed:
            return f"ran again though it is stored: {', '.join(again)}"
        if "-n" not in targets:
            self.harmed -= len(again)
            self.stored |= stored(self.folder)
            if not targets and "questions" not in self.config:
                self.due.clear()
        return None

    def unfinished(self) -> str | None:
        """What would be done yet, though everything has just been asked for, or None."""
        said = self._run("-n").stdout
        return None if "Nothing to be done" in said else f"is never finished:\n{said[-3000:]}"

    def differences(self) -> str | None:
        """What a run from nothing in the same state gives otherwise."""
        clean = self.folder.with_name("clean")
        shutil.rmtree(clean, ignore_errors=True)
        old = shutil.ignore_patterns("results", ".snakemake", "elsewhere", "another place")
        shutil.copytree(self.folder, clean, ignore=old, symlinks=True)
        done = self._run(folder=clean)
        if done.returncode != 0:
            return f"the clean run failed:\n{(done.stdout + done.stderr)[-3000:]}"
        wanted = results(clean)
        if len(wanted) < 10:
            return "the clean run has made next to nothing"
        # What is stored alone and was deleted comes back when something reads it.
        wrong = [
            f"{name} {'differs' if file.is_file() else 'is missing'}"
            for name, content in wanted.items()
            if (file := self.folder / name).is_file() or not name.startswith("results/.store/")
            if not file.is_file() or file.read_bytes() != content
        ]
        return f"not as a clean run makes it: {', '.join(wrong)}" if wrong else None

    def _edit(self, step: Step) -> None:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = os.environ | {"PATH": path}
        for command in step.commands:
            done = subprocess.run(
                ["bash", "-c", command], cwd=self.folder, env=environment, capture_output=True
            )
            if done.returncode != 0:
                raise InvalidSequenceError(done.stderr.decode())
        self.due |= set(step.due)
        self.harmed += step.harmed
        if step.config:
            section, value = step.config
            self.due |= set(due_for(section, self.config.get(section), value))
        self.configure(step)

    def configure(self, step: Step) -> None:
        """Change the config as the step says."""
        if step.config:
            section, value = step.config
            self.config.pop(section, None)
            if value is not None:
                self.config[section] = value

    def _run(self, *targets: str, folder: Path | None = None) -> subprocess.CompletedProcess:
        return subprocess.run(
            [self.python, "-m", *self.call(*targets)],
            cwd=folder or self.folder,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def _run_and_kill(self, seconds: float) -> None:
        """By this very Python: what the fork server has forked would outlive its caller."""
        began = time.time()
        process = subprocess.Popen(
            [sys.executable, "-m", *self.call()], cwd=self.folder, start_new_session=True,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        store = self.folder / "results/.store"
        while process.poll() is None and not any(
            log.stat().st_mtime >= began for log in store.glob("*/*/log.txt")
        ):
            time.sleep(0.02)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def small(questions: Sequence[str]) -> dict:
    """What differs from the tests' small project: figures drawn sooner, two jobs at once."""
    demo = {"training": 2, "validation": 1, "testing": 1}
    return {"questions": list(questions), "figures": {"dpi": 50}, "demo": demo, "threads": 1}


def flow(value: object) -> str:
    """The value as YAML on one line, as `--config` reads it."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10**6)
    return text.removesuffix("\n...\n").strip()


def verdict(
    steps: Sequence[Step], template: Path, python: Path, questions: Sequence[str]
) -> str | None:
    """Take all steps in a fresh copy: what is wrong at once or in the end, or None."""
    with tempfile.TemporaryDirectory(dir=template.parent) as place:
        walk = Walk(template, Path(place) / "project", python, questions)
        for step in [*steps, Step("a last run of everything")]:
            wrong = walk.take(step)
            if wrong:
                return f"after «{step.name}»: {wrong}"
        return walk.differences() or walk.unfinished()


def shrink(steps: list[Step], fails) -> list[Step]:
    """The steps without those that the failure does not need."""
    place = len(steps)
    while place > 0:
        place -= 1
        fewer = steps[:place] + steps[place + 1 :]
        try:
            if fails(fewer):
                steps = fewer
        except InvalidSequenceError:
            continue
    return steps


def as_commands(steps: Sequence[Step], questions: Sequence[str]) -> str:
    """The sequence for a person to repeat, in the small project of the tests."""
    said = Walk.__new__(Walk)
    said.config = {}
    lines = [f"# the small project with {flow(small(questions))}", shlex.join(said.call())]
    for step in [*steps, Step("a last run of everything")]:
        lines += [f"# {step.name}", *step.commands]
        before = dict(said.config)
        said.configure(step)
        ended = f" & sleep {step.kill}; kill -9 -- -$!" if step.kill is not None else ""
        lines.append(shlex.join(said.call(*step.targets)) + ended)
        said.config = before if step.passing else said.config
    return "\n".join(lines)


def make_template(folder: Path, python: Path) -> Path:
    """The small project after one whole run, asked everything."""
    project = folder / "template"
    project.mkdir()
    copy_code(project)
    draw_food(project / "food")
    (project / "moved").symlink_to("food")
    (project / "small.yaml").write_text(yaml.safe_dump(SMALL | small(QUESTIONS)))
    said = Walk.__new__(Walk)
    said.config = {}
    done = subprocess.run(
        [python, "-m", *said.call()], cwd=project, capture_output=True, text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)
    return project


def draw_sequence(seed: int) -> tuple[list[Step], list[str]]:
    """The steps of a seed, six to eight, and the questions that are asked."""
    rng = random.Random(seed)
    questions = rng.sample(QUESTIONS, 3)
    steps = sequence(rng, rng.randrange(6, 9), questions)
    return steps, questions


def try_seed(seed: int, template: Path, python: Path) -> str | None:
    """The shortest commands that break the law and how, from the sequence of a seed; or None."""
    steps, questions = draw_sequence(seed)
    wrong = verdict(steps, template, python, questions)
    if not wrong:
        return None
    steps = shrink(steps, lambda fewer: verdict(fewer, template, python, questions))
    wrong = verdict(steps, template, python, questions) or f"{wrong}\n(and not when it is repeated)"
    return f"sequence {seed}: {wrong}\n{as_commands(steps, questions)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, help="how many sequences")
    parser.add_argument("--first", type=int, default=0, help="the first one's number")
    wanted = parser.parse_args()
    broken = 0
    place = tempfile.TemporaryDirectory(prefix="cnnscope-law-")
    with place as folder, serving(Path(folder), LIBRARIES) as python:
        template = make_template(Path(folder), python)
        for seed in range(wanted.first, wanted.first + wanted.count):
            begun = time.monotonic()
            wrong = try_seed(seed, template, python)
            broken += wrong is not None
            seconds = time.monotonic() - begun
            print(wrong or f"sequence {seed}: right ({seconds:.0f} s)", flush=True)
    print(f"{wanted.count} sequences, {broken} break the law")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
