"""Read every hostile file in one process of little memory, a line of JSON each: name, outcome."""

import json
import os
import resource
import sys
import time
import warnings
from pathlib import Path

from hostile_checkpoints import CASES, Net

from cnnscope.checkpoints.checkpoint import load_weights, read_state_dict
from cnnscope.checkpoints.names import with_own_names
from cnnscope.errors import UserError

# Address space beyond what the process has when it starts; what it has touched at most.
SPARE = 2**30


def main(folder: Path) -> None:
    warnings.simplefilter("ignore")
    sizes = Path("/proc/self/statm").read_text().split()
    limit = int(sizes[0]) * os.sysconf("SC_PAGE_SIZE") + SPARE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for number, (name, (write, _)) in enumerate(CASES.items()):
        path, trace = folder / f"{number}.pth", folder / f"{number} ran"
        write(path, trace)
        before, start = peak(), time.process_time()
        try:
            net = Net()
            state = with_own_names(read_state_dict(path), net, str(path), lambda line: None)
            load_weights(net, state, str(path))
            outcome = "loaded"
        except UserError as error:
            outcome = f"refused: {error}"
        except BaseException as error:
            outcome = repr(error)
        seconds, megabytes = time.process_time() - start, peak() - before
        print(json.dumps([name, outcome, seconds, megabytes, trace.exists()]), flush=True)


def peak() -> float:
    """Memory that this process has touched at most, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


if __name__ == "__main__":
    main(Path(sys.argv[1]))
