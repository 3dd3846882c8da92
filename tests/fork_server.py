"""Python processes that begin with the libraries already imported.

Most of a small job is the import of its libraries. The tests run thousands of them, so they are
forked from one process that has imported the libraries, and nothing of this project, before.

    python fork_server.py SOCKET       serve until the process is ended
"""

import array
import atexit
import contextlib
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

LIBRARIES = (
    "lime.lime_image", "matplotlib.backends.backend_agg", "matplotlib.pyplot", "numpy", "pandas",
    "PIL.JpegImagePlugin", "safetensors.torch", "scipy.cluster.vq", "scipy.ndimage", "scipy.stats",
    "shap", "skimage.segmentation", "skimage.util", "sklearn.metrics", "snakemake.cli",
    "snakemake.report", "snakemake.scheduling", "snakemake.script", "threadpoolctl", "torch",
    "torch._dynamo", "torch.distributed", "torch.onnx", "torch.utils.tensorboard", "tqdm", "yaml",
)  # fmt: skip

CLIENT = """#!{python} -IS
import array, json, os, socket, sys
request = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ), os.umask(0o022)]).encode()
server = socket.socket(socket.AF_UNIX)
server.connect({socket!r})
files = array.array("i", [0, 1, 2])
server.sendmsg([len(request).to_bytes(8, "big")],
               [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files.tobytes())])
server.sendall(request)
answer = server.recv(1)
sys.exit(answer[0] if answer else 137)
"""


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Path]:
    """Serve as long as the block runs; give the path of a program to call in Python's place."""
    address = folder / "fork.socket"
    client = folder / "python"
    client.write_text(CLIENT.format(python=sys.executable, socket=str(address)))
    client.chmod(0o755)
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    server = subprocess.Popen(
        [sys.executable, __file__, str(address), str(client)], env=environment, cwd=folder
    )
    try:
        while not address.exists():
            if server.poll() is not None:
                raise RuntimeError("the fork server ended before it served")
            time.sleep(0.05)
        yield client
    finally:
        server.terminate()
        server.wait()


def serve(address: str, client: str) -> None:
    for name in LIBRARIES:
        importlib.import_module(name)
    # Snakemake calls the running Python for each script: the client stands in for it.
    sys.executable = client
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    # The socket appears under its name once it listens.
    listener.bind(f"{address}.partial")
    listener.listen(64)
    Path(f"{address}.partial").rename(address)
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _run(connection)
        connection.close()


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
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
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


def _begin_as_python_does() -> None:
    """Look for modules along PYTHONPATH too, and run the sitecustomize.py that lies there."""
    folders = [place for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]
    sys.path[:0] = [place for place in folders if place not in sys.path]
    for file in (Path(place) / "sitecustomize.py" for place in folders):
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
    serve(*sys.argv[1:])
