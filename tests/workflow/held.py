"""Runs whose jobs are held at a known point or watched: nothing depends on how fast the machine is.

See inside/sitecustomize.py, which does it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INSIDE = Path(__file__).with_name("inside")


def watching(folder: Path) -> dict[str, str]:
    """The environment of a run whose processes note in `folder` what PyTorch computes first."""
    return _reaching(CNNSCOPE_WATCH=str(folder))


@contextmanager
def held(
    project, name: str, *targets: str, python: str | Path = sys.executable
) -> Iterator[tuple[subprocess.Popen, Path]]:
    """A run in a group of its own, in which the job that makes the file `name` waits.

    The file is written whole and does not have its name yet.

    Args:
        python: a project's own makes processes that do not belong to the group.

    Yields:
        The run, and the file that lets the job go on once it is there.
    """
    folder = project.folder.with_name("held")
    folder.mkdir()
    command = [python, "-m", "snakemake", *targets, "--cores", "2", "--configfile"]
    with (folder / "said").open("w") as said:
        run = subprocess.Popen(
            [*command, "small.yaml"],
            cwd=project.folder,
            env=os.environ | {"OMP_NUM_THREADS": "1"} | _reaching(CNNSCOPE_HOLD=f"{name}:{folder}"),
            # Tests in the background have Ctrl-C ignored, which their children inherit.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        try:
            while run.poll() is None and not (folder / "here").exists():
                time.sleep(0.02)
            assert run.poll() is None, (folder / "said").read_text()
            yield run, folder / "go"
        finally:
            (folder / "go").touch()
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)
            ended(run)
            run.stdout.close()


def ended(run: subprocess.Popen) -> int:
    """The exit status, when all processes of the run are gone: jobs may outlive Snakemake."""
    # It ends where the last of them has closed it.
    run.stdout.read()
    return run.wait()


def _reaching(**wanted: str) -> dict[str, str]:
    paths = [str(INSIDE), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(paths)} | wanted
