"""A small project that tests run: three classes of noise, a network of 8 training steps."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import yaml
from PIL import Image

ROOT = Path(__file__).parents[1]
CODE = ("Snakefile", "config.yaml", "hw5.sh", "cnnscope", "cnnscope_demo", "envs", "examples")
CODE += ("captions", "profiles", "rules", "schemas", "scripts")
SMALL = {
    "run": "small",
    # As shipped: with one, none of what two threads do differently each time would be seen.
    "threads": 2,
    "dataset": {"path": "food"},
    "image": {"size": 32},
    "model": {"architecture": "food_cnn", "arguments": {"width": 0.05}},
    "training": {"steps": 8, "batch_size": 4, "evaluations": 2},
    "image_sets": {
        "gallery": {"split": "training", "positions": [0, 7]},
        "one_each": {"split": "validation", "per_class": 1},
        "mixups": {"split": "validation", "confusions": 1},
    },
    "filters": {"layers": [{"layer": "cnn.0", "filters": [0, 2]}], "steps": 5},
    "activations": {"layers": ["cnn.0", "cnn.3"]},
    "top_images": {"count": 2},
    "lime": {"samples": 20, "segmentation": {"method": "slic", "n_segments": 9}},
    "shap": {"background": 4},
    # Scores have tests of their own: a job for each metric and shard would slow all others down.
    "scores": {"below": []},
    "questions": ["saliency", "filters", "activations", "top_images", "lime", "shap", "confusion"],
}
COLOURS = ((220, 60, 40), (60, 200, 70), (50, 70, 220))


@dataclass
class Project:
    """A copy of the project, and how to call it."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    # What stands in for Python: a forked process that has the libraries already.
    python: Path = Path(sys.executable)

    def call(self, *command: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=os.environ | {"OMP_NUM_THREADS": "1"} | self.environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    def snakemake(self, *arguments: str) -> subprocess.CompletedProcess:
        overlay = ("--configfile", "small.yaml")
        # Libraries that are imported before read none of the variables of a test.
        python = sys.executable if self.environment else self.python
        # Most of a small job is the import of its libraries, which one core does: two jobs at once.
        return self.call(python, "-m", "snakemake", *arguments, "--cores", "4", *overlay)

    def planned(self, *targets: str) -> dict[str, int]:
        """How many jobs of each rule would make a result in the next run.

        The report shows what the others make, and is told of where it follows none of them.
        """
        jobs = self.jobs(*targets)
        made = {name: count for name, count in jobs.items() if "publish_" not in name}
        return made if set(made) == {"report_page"} else without_report(made)

    def to_publish(self, *targets: str) -> set[str]:
        """The results, as `<rule>_<label>`, whose files the next run would give their names."""
        names = without_report(self.jobs(*targets))
        return {name.partition("publish_")[2] for name in names if "publish_" in name}

    def jobs(self, *targets: str) -> dict[str, int]:
        """How many jobs of each rule the next run has, the target `all` aside."""
        done = self.snakemake(*targets, "-n")
        assert done.returncode == 0, done.stdout + done.stderr
        table = re.search(r"^job +count\n-.*\n((?:.+\n)+?)total", done.stdout, re.MULTILINE)
        rows = [line.split() for line in table.group(1).splitlines()] if table else []
        return {name: int(count) for name, count in rows if name != "all"}

    def configure(self, **changes) -> None:
        file = self.folder / "small.yaml"
        file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | changes))


def without_report(jobs: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in jobs.items() if "report_page" not in name}


def is_aside(rule: str) -> bool:
    """Whether a rule makes no result: it only leads to some, or gives them their names."""
    return rule == "all" or rule.startswith("publish_")


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Within so much of the processor's time, which other work on the machine does not lengthen."""
    before = processor_time()
    yield
    assert processor_time() - before < seconds


def processor_time() -> float:
    """Of this process and of the children that it has waited for."""
    return sum(os.times()[:4])


def draw_food(folder: Path) -> None:
    """Three classes of coloured noise: 4 for training, 2 for validation, 2 for testing each."""
    rng = np.random.default_rng(0)
    for split, count in (("training", 4), ("validation", 2), ("testing", 2)):
        (folder / split).mkdir(parents=True)
        for label, colour in enumerate(COLOURS):
            for n in range(count):
                noisy = np.clip(rng.normal(colour, 60, (40, 40, 3)), 0, 255).astype(np.uint8)
                name = f"{label * count + n:04d}" if split == "testing" else f"{label}_{n}"
                Image.fromarray(noisy).save(folder / split / f"{name}.png")


def copy_project(source: Path, target: Path) -> Path:
    """Copy a project; the files that had two names there are one file here too."""
    copies: dict[tuple[int, int], Path] = {}

    def copy(file: str, place: str) -> None:
        stat = Path(file).stat()
        made = copies.setdefault((stat.st_dev, stat.st_ino), Path(place))
        if made == Path(place):
            shutil.copy2(file, place)
        else:
            os.link(made, place)

    return Path(shutil.copytree(source, target, copy_function=copy))


def copy_code(folder: Path, origin: Path = ROOT) -> None:
    for name in CODE:
        source = origin / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name)
