"""What Python imports first in every process of a run under test: `PYTHONPATH` leads here.

So a test reaches into the jobs of a real run and leaves the project as it is, whose code is part of
what its results are made from:

    CNNSCOPE_HOLD   <name>:<folder>   a job waits where it is about to give a file that name
    CNNSCOPE_WATCH  <folder>          each process that imports PyTorch notes what it computes
                                      before it chooses its number of threads
"""

import atexit
import importlib.util
import json
import os
import sys
import time
from pathlib import Path


def hold(name: str, folder: Path) -> None:
    """Wait where a file is about to be renamed to `name`, until there is `go` in `folder`."""

    def meet(event: str, arguments: tuple) -> None:
        if event == "os.rename" and Path(os.fsdecode(arguments[1])).name == name:
            (folder / "here").touch()
            while not (folder / "go").exists():
                time.sleep(0.02)

    sys.addaudithook(meet)


class Watch:
    """Note what PyTorch computes between its import and the first choice of a number of threads."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / f"{os.getpid()}.json"
        self.calls, self.threads = [], None
        # A forked process has PyTorch from its birth, and is to import it like any other.
        self.inherited = sys.modules.pop("torch", None)

    def find_spec(self, name, path=None, target=None):
        """Python asks this of each entry of sys.meta_path: PyTorch alone is met here."""
        if name != "torch":
            return None
        sys.meta_path.remove(self)
        if self.inherited:
            return importlib.util.spec_from_loader(name, self, is_package=True)
        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module

        def exec_module(module) -> None:
            execute(module)
            self.begin(module)

        spec.loader.exec_module = exec_module
        return spec

    def create_module(self, spec):
        spec.submodule_search_locations = self.inherited.__path__
        return self.inherited

    def exec_module(self, module) -> None:
        self.begin(module)

    def begin(self, torch) -> None:
        from torch.overrides import TorchFunctionMode

        calls = self.calls

        class Noting(TorchFunctionMode):
            def __torch_function__(self, function, types, args=(), kwargs=None):
                answer = function(*args, **kwargs or {})
                if isinstance(answer, torch.Tensor):
                    calls.append((function.__name__, str(answer.dtype), answer.numel()))
                return answer

        noting, set_threads = Noting(), torch.set_num_threads

        def set_num_threads(count: int) -> None:
            noting.__exit__(None, None, None)
            torch.set_num_threads, self.threads = set_threads, count
            set_threads(count)

        torch.set_num_threads = set_num_threads
        noting.__enter__()
        atexit.register(self.write)

    def write(self) -> None:
        # Snakemake runs a script from a copy, .snakemake/scripts/tmpabcdefgh.train.py.
        script = ".".join(Path(sys.argv[0]).name.split(".")[-2:])
        noted = {"script": script, "threads": self.threads, "calls": self.calls}
        self.file.write_text(json.dumps(noted))


if "CNNSCOPE_HOLD" in os.environ:
    wanted, _, place = os.environ["CNNSCOPE_HOLD"].partition(":")
    hold(wanted, Path(place))
if "CNNSCOPE_WATCH" in os.environ:
    sys.meta_path.insert(0, Watch(Path(os.environ["CNNSCOPE_WATCH"])))
