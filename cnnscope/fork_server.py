"""Python processes that begin with the libraries already imported.

Most of a small job is the import of PyTorch. Where jobs run beside Snakemake, they are forked from
one process that has imported the libraries, and nothing of this project, before.

    python fork_server.py FOLDER PARENT LIBRARY ...       serve until the parent process ends
"""

import array
import atexit
import contextlib
import ctypes
import fcntl
import importlib
import json
import os
import runpy
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

# What several scripts import, and what Snakemake puts before each.
LIBRARIES = (
    "matplotlib.backends.backend_agg", "matplotlib.pyplot", "numpy", "PIL.JpegImagePlugin",
    "scipy.ndimage", "scipy.sparse.linalg", "scipy.stats", "skimage.filters", "snakemake.script",
    "threadpoolctl", "torch", "tqdm", "yaml",
)  # fmt: skip
# `off` where there is to be no server. A server sets it, for there is no other one below it.
VARIABLE = "CNNSCOPE_FORK_SERVER"
# The client becomes the Python it stands for where that is given options, or no server answers.
_CLIENT = """
import array, json, os, socket, sys
server = socket.socket(socket.AF_UNIX)
try:
    if sys.argv[1:2] != ["-m"] and "".join(sys.argv[1:2])[:1] in ("", "-"):
        raise OSError
    server.connect({address!r})
except OSError:
    os.execv({python!r}, [{python!r}, *sys.argv[1:]])
request = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ), os.umask(0o022)]).encode()
files = array.array("i", [0, 1, 2])
server.sendmsg([len(request).to_bytes(8, "big")],
               [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files.tobytes())])
server.sendall(request)
answer = server.recv(1)
sys.exit(answer[0] if answer else 137)
"""
# Of Linux, and without a name in Python: what prctl and fcntl are told to do.
_SIGNAL_WHEN_PARENT_ENDS, _SIGNAL_WHEN_READY = 1, 10


def begin() -> Path | None:
    """Begin a server for as long as this process lives; the program to call in Python's place.

    None where there is to be none, or a program in a temporary folder cannot be run or be named
    without quotes, which Snakemake does not write. Until the libraries are imported, which takes a
    second, what is called is Python itself.
    """
    if os.environ.get(VARIABLE) or not sys.platform.startswith("linux"):
        return None
    folder = Path(tempfile.mkdtemp(prefix="cnnscope-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        client = _write_client(folder)
        subprocess.run([client, "-c", ""], check=True, capture_output=True)
        if str(client) == shlex.quote(str(client)):
            _start(folder, LIBRARIES)
            return client
    return None


@contextlib.contextmanager
def serving(folder: Path, libraries: Sequence[str]) -> Iterator[Path]:
    """Serve as long as the block runs; give the program to call in Python's place."""
    client, server = _write_client(folder), _start(folder, libraries)
    try:
        while not _address(folder).exists():
            if server.poll() is not None:
                raise RuntimeError("the fork server ended before it served")
            time.sleep(0.05)
        yield client
    finally:
        server.terminate()
        server.wait()


def _address(folder: Path) -> Path:
    return folder / "socket"


def _write_client(folder: Path) -> Path:
    client, code = folder / "python", folder / "client.py"
    code.write_text(_CLIENT.format(address=str(_address(folder)), python=sys.executable))
    words = shlex.join([sys.executable, "-IS", str(code)])
    client.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    client.chmod(0o755)
    return client


def _start(folder: Path, libraries: Sequence[str]) -> subprocess.Popen:
    # -P: the folder of this file holds modules with names that libraries have as well.
    command = [sys.executable, "-P", __file__, str(folder), str(os.getpid()), *libraries]
    # One thread: their number is chosen by each process, and none is to run before a fork.
    alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", VARIABLE: "off"}
    return subprocess.Popen(command, env=os.environ | alone, stdin=subprocess.DEVNULL)


def serve(folder: Path, parent: int, libraries: Sequence[str]) -> None:
    """Fork a process for each request, until the process that began this one ends."""
    ctypes.CDLL(None).prctl(_SIGNAL_WHEN_PARENT_ENDS, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("the parent has ended before")
    signal.signal(signal.SIGTERM, lambda *_: _end(folder))
    # An interrupt is for the jobs, which get it themselves.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in libraries:
        importlib.import_module(name)
    # Snakemake calls the running Python for each script: the client stands in for it.
    sys.executable = str(folder / "python")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener, address = socket.socket(socket.AF_UNIX), _address(folder)
    # The socket appears under its name once it listens.
    listener.bind(f"{address}.partial")
    listener.listen(64)
    Path(f"{address}.partial").rename(address)
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            _run(connection)
        connection.close()


def _end(folder: Path) -> None:
    for name in ("socket", "socket.partial", "python", "client.py"):
        (folder / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()
    os._exit(0)


def _run(connection: socket.socket) -> None:
    """Become the process that was asked for."""
    length, ancillary, _, _ = connection.recvmsg(8, socket.CMSG_SPACE(12))
    files = array.array("i")
    files.frombytes(ancillary[0][2])
    request = b""
    while len(request) < int.from_bytes(length, "big"):
        request += connection.recv(65536)
    arguments, folder, environment, umask = json.loads(request)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    _end_with(connection)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment | {VARIABLE: "off"})
    os.umask(umask)
    _begin_as_python_does()
    code = _exit_code(arguments)
    # What the process has registered for its end, as where the index of contents is saved.
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    connection.sendall(bytes([code]))
    os._exit(code)


def _end_with(client: socket.socket) -> None:
    """Let this process be ended when its client is: the kernel sends a signal when it hangs up."""
    fcntl.fcntl(client, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(client, _SIGNAL_WHEN_READY, signal.SIGTERM)
    fcntl.fcntl(client, fcntl.F_SETFL, fcntl.fcntl(client, fcntl.F_GETFL) | os.O_ASYNC)
    with contextlib.suppress(BlockingIOError):
        client.recv(1, socket.MSG_DONTWAIT)
        # It has hung up before: nothing else is ever said.
        os._exit(1)


def _begin_as_python_does() -> None:
    """Look for modules along PYTHONPATH too, and run the sitecustomize.py that lies there."""
    folders = [place for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]
    new = [place for place in folders if place not in sys.path]
    sys.path[:0] = new
    for file in (Path(place) / "sitecustomize.py" for place in new):
        if file.exists():
            runpy.run_path(str(file))
            return


def _exit_code(arguments: list[str]) -> int:
    try:
        if arguments[0] == "-m":
            sys.argv = arguments[1:]
            sys.path.insert(0, str(Path.cwd()))
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = arguments
            sys.path.insert(0, str(Path(arguments[0]).parent))
            runpy.run_path(arguments[0], run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
            return 1
        return end.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
