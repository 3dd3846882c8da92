"""How planning and small jobs grow with the number of pictures.

    python benchmarks/scale.py [--pictures 1000 10000 100000] [--jobs 200 2000] [--folder FOLDER]

First the plan, `snakemake -n`, of a dataset whose testing split holds so many pictures (links to
one file): of the small project's own questions, and of saliency on every picture of the split. For
each the seconds and the memory, of a first plan and of one that knows the files. Then small jobs:
as many pictures are decoded in as many shards of one picture, and what a job costs is printed in
seconds, in bytes of records and of Snakemake's own notes. It takes some minutes.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from small_project import SMALL, copy_code, draw_food  # noqa: E402


def project(folder: Path, pictures: int) -> None:
    """The small project with a checkpoint, and so many pictures to test on."""
    folder.mkdir(parents=True)
    copy_code(folder)
    draw_food(folder / "food")
    testing = folder / "food" / "testing"
    for number in range(pictures):
        (testing / f"p{number:08d}.png").symlink_to("0000.png")
    settings = {key: value for key, value in SMALL.items() if key != "training"}
    settings["model"] = SMALL["model"] | {"checkpoint": "weights.safetensors"}
    settings["image_sets"] = SMALL["image_sets"] | {
        "every": {"split": "testing", "positions": "all"}
    }
    (folder / "weights.safetensors").write_bytes(b"never read by a plan")
    (folder / "small.yaml").write_text(yaml.safe_dump(settings))
    every = {"saliency": {"images": ["every"], "target": "predicted"}}
    (folder / "every.yaml").write_text(yaml.safe_dump(every))


def snakemake(folder: Path, *arguments: str) -> tuple[float, int, str]:
    """Seconds, the most memory in bytes, and what was said."""
    command = [sys.executable, "-m", "snakemake", *arguments, "--cores", "2"]
    begun = time.perf_counter()
    with (folder / "said").open("w+") as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        said.seek(0)
        text = said.read()
    if status:
        sys.exit(text)
    return time.perf_counter() - begun, usage.ru_maxrss * 1024, text


def plans(folder: Path, pictures: int) -> None:
    project(folder, pictures)
    config = ("--configfile", "small.yaml")
    for what, more in (("the questions of few images", ()), ("saliency of all", ("every.yaml",))):
        first = snakemake(folder, "-n", *config, *more)
        # A run keeps what it has learnt of the files; a plan that is only shown keeps nothing.
        snakemake(folder, "results/small/model/layers.csv", *config)
        second = snakemake(folder, "-n", *config, *more)
        jobs = re.search(r"^total +(\d+)", second[2], re.MULTILINE).group(1)
        print(
            f"{pictures:>9,} pictures, {what}: {jobs} jobs planned in {first[0]:.1f} s, "
            f"then {second[0]:.1f} s, {max(first[1], second[1]) / 1e6:.0f} MB"
        )


def small_jobs(folder: Path, count: int) -> None:
    project(folder, count)
    target = "results/small/image_sets/every.npy"
    seconds, memory, _ = snakemake(
        folder, target, "--configfile", "small.yaml", "every.yaml", "--config", "shard=1"
    )
    records = sum(f.stat().st_size for f in (folder / "results/.store/pictures").glob("*/*.json"))
    notes = sum(f.stat().st_size for f in (folder / ".snakemake").rglob("*") if f.is_file())
    print(
        f"{count:>9,} jobs: {seconds / count * 1e3:.0f} ms a job, {records / count:,.0f} bytes of "
        f"records and {notes / count:,.0f} of Snakemake's notes a job, {memory / 1e6:.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, nargs="*", default=[1000, 10_000, 100_000])
    parser.add_argument("--jobs", type=int, nargs="*", default=[200, 2000])
    parser.add_argument("--folder", type=Path, help="where the projects are made")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as scratch:
        for pictures in given.pictures:
            plans(Path(scratch, f"plan-{pictures}"), pictures)
        for count in given.jobs:
            small_jobs(Path(scratch, f"jobs-{count}"), count)


if __name__ == "__main__":
    main()
