"""What every script does around its one call: threads, a log, a record, errors in one line."""

import fcntl
import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from threadpoolctl import threadpool_limits

from cnnscope.errors import UserError
from cnnscope.files import why_storage_fails, write_json
from cnnscope.memory import keep_freed_memory
from cnnscope.planning.record import RECORD, contents, made, read_record, unchanged

Log = Callable[[str], None]


@contextmanager
def job(snakemake) -> Iterator[tuple[dict, Log]]:
    """Run a job: give its settings and a function that logs a line; keep a record of its result.

    Where another run has made the same result since the plan was made, the job ends at once. The
    user's mistakes become one line.

    PyTorch's number of threads comes from the settings, NumPy has one, neither follows --cores: the
    order in which a sum is taken, and so its last bits, must not depend on how many jobs run at
    once.
    """
    keep_freed_memory()
    task = snakemake.params.task
    settings = dict(snakemake.params.settings) | dict(task.context)
    # Without it MKL may take sums and waves in another order from one run to the next.
    os.environ.setdefault("MKL_CBWR", "AUTO")
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(settings.get("threads", 1))
    folder = Path(snakemake.output.record).parent
    with logging_to(snakemake.log[0], task.log) as log, alone_in(folder):
        if not task.was_whole and _is_made(folder, task.record["key"]):
            log("another run has made this result in the meantime")
            sys.exit(0)
        (folder / RECORD).unlink(missing_ok=True)
        no_newer_than_now(snakemake.input)
        # The environment would be too late: scripts import NumPy first, which reads it then.
        with threadpool_limits(1, "blas"):
            yield settings, log
        records = map(read_record, map(Path, snakemake.input.get("records", ())))
        sources = {record["result"]: made(record) for record in records if record}
        files = contents(folder, task.outputs)
        write_json(folder / RECORD, dict(task.record) | {"outputs": files, "sources": sources})


@contextmanager
def logging_to(file: str, published: str | None = None) -> Iterator[Log]:
    """Give a function that logs a line to `file`; errors end the process with a line there.

    Args:
        published: where a copy of the log is left for people.
    """
    path = Path(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as at_the_end:
        if published:
            at_the_end.callback(_publish, path, Path(published))
        stream = at_the_end.enter_context(
            path.open("w", encoding="utf-8", errors="backslashreplace")
        )

        def log(line: str) -> None:
            try:
                print(line, file=stream, flush=True)
            except OSError:
                print(line, file=sys.stderr)

        try:
            yield log
        except UserError as error:
            log(f"cnnscope: {error}")
            sys.exit(1)
        except OSError as error:
            reason = why_storage_fails(error)
            where = error.filename or "results"
            log(f"cnnscope: {where}: {reason}" if reason else traceback.format_exc())
            sys.exit(1)
        except Exception:
            log(traceback.format_exc())
            sys.exit(1)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process works in `folder`; the lock ends with the process."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        # Where a disk knows no locks, two runs at once may compute the same result twice.
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def no_newer_than_now(files: Iterable[str]) -> None:
    """Give what was made before a clock was set back the time of now.

    Snakemake fails a job whose inputs are newer than what it makes.
    """
    now = time.time()
    for file in files:
        # Of a folder that it made, Snakemake takes the time from a file in it.
        for path in (Path(file), Path(file) / ".snakemake_timestamp"):
            with suppress(OSError):
                if path.stat().st_mtime > now:
                    os.utime(path)


def _is_made(folder: Path, key: str) -> bool:
    record = read_record(folder / RECORD)
    return record is not None and record["key"] == key and unchanged(folder, record)


def _publish(log: Path, published: Path) -> None:
    with suppress(OSError):
        published.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(log, published)
