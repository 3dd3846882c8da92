"""What every script does around its one call: threads, a log, and errors in one line."""

import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from threadpoolctl import threadpool_limits

from cnnscope.errors import UserError
from cnnscope.files import why_storage_fails
from cnnscope.ledger import Ledger


@contextmanager
def job(snakemake) -> Iterator[Callable[[str], None]]:
    """Run a job: give a function that logs a line; turn the user's mistakes into one line.

    A job that ends well is recorded with the bytes of its results.

    PyTorch's number of threads comes from the settings, NumPy has one, neither follows --cores: the
    order in which a sum is taken, and so its last bits, must not depend on how many jobs run at
    once.
    """
    threads = str(snakemake.params.settings.get("threads", 1))
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = threads
    file = Path(snakemake.log[0])
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", errors="backslashreplace") as stream:

        def log(line: str) -> None:
            try:
                print(line, file=stream, flush=True)
            except OSError:
                print(line, file=sys.stderr)

        try:
            # The environment would be too late: scripts import NumPy first, which reads it then.
            with threadpool_limits(1, "blas"):
                yield log
            params = snakemake.params
            Ledger(params.ledger).keep(params.job, params.record, snakemake.output)
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
