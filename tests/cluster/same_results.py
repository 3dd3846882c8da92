"""Compare what two runs have published, byte by byte: same_results.py FOLDER FOLDER."""

import sys
from collections import Counter
from pathlib import Path

from cnnscope.planning.record import NO_RESULTS

KINDS = {
    ".npy": "arrays",
    ".npz": "arrays",
    ".csv": "tables",
    ".safetensors": "weights",
    ".png": "figures and drawn masks",
    ".jpg": "drawn photographs",
    ".json": "facts",
    ".txt": "lists of classes",
}


def results(folder: Path) -> dict[str, Path]:
    """The results below `folder` by their path there: logs and event files are none."""
    return {
        file.relative_to(folder).as_posix(): file
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        and not file.name.startswith(NO_RESULTS)
        and "logs" not in file.relative_to(folder).parts
    }


def kind(path: str) -> str:
    if path.startswith("records/"):
        return "records with their digests"
    return KINDS.get(Path(path).suffix, "other files")


def main(one: str, other: str) -> int:
    """Say what was compared and each difference; give the exit status."""
    ours, theirs = results(Path(one)), results(Path(other))
    for path in sorted(ours.keys() ^ theirs.keys()):
        print(f"        only below {one if path in ours else other}: {path}")
    both = sorted(ours.keys() & theirs.keys())
    different = [path for path in both if ours[path].read_bytes() != theirs[path].read_bytes()]
    for path in different:
        print(f"        differs: {path}")
    counts = Counter(map(kind, both))
    print(f"        compared {len(both)} files of each run byte by byte:")
    for name, count in sorted(counts.items()):
        unlike = sum(kind(path) == name for path in different)
        print(f"          {count:5} {name}" + (f", {unlike} of them different" if unlike else ""))
    return 1 if different or ours.keys() != theirs.keys() or not both else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
