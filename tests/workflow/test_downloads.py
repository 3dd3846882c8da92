"""A checkpoint from an address: a killed download goes on, and no token is left or shown."""

import hashlib
import os
import signal
import subprocess
import sys
import time

from download_cases import BODY, VERSION
from misbehaving_server import rest, stalled

TARGET = "results/small/model/downloaded"


def ask_for(project, server, token: str, **model) -> None:
    host = server.url.removeprefix("http://")
    address = f"http://me:{token}@{host}/w.pth?token={token}"
    project.configure(model={"architecture": "food_cnn", "checkpoint": address} | model)


def holding(project, token: str) -> list[str]:
    """The files in which the token can be read, but for the user's own."""
    files = [f for f in project.folder.rglob("*") if f.is_file() and f.name != "small.yaml"]
    return [str(file) for file in files if token.encode() in file.read_bytes()]


def test_a_killed_download_goes_on_and_its_token_is_kept_nowhere(project, server):
    server.answers = [stalled(BODY, 200_000, **VERSION), rest(BODY, **VERSION)]
    right = {"sha256": hashlib.sha256(BODY).hexdigest()}
    ask_for(project, server, "hush1", **right)
    run = subprocess.Popen(
        [sys.executable, "-m", "snakemake", TARGET, "--cores", "1", "--configfile", "small.yaml"],
        cwd=project.folder,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    partial = "results/.store/download/checkpoint-*/.partial-checkpoint"
    while run.poll() is None and not any(
        file.stat().st_size for file in project.folder.glob(partial)
    ):
        time.sleep(0.01)
    os.killpg(run.pid, signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL
    done = project.snakemake(TARGET, "--printshellcmds", "--verbose")
    assert done.returncode == 0, done.stderr
    assert "Range" in server.seen[1]
    assert (project.folder / TARGET).read_bytes() == BODY
    ask_for(project, server, "hush2", **right)
    assert project.jobs(TARGET) == {}, "the same hash is the same file"
    ask_for(project, server, "hush3")
    planned = project.snakemake(TARGET, "-n", "--printshellcmds")
    assert "publish_download_checkpoint" in planned.stdout + planned.stderr
    why = project.snakemake("why")
    assert "download checkpoint: parameters: " in why.stdout
    for said in (done, planned, why):
        assert "hush" not in said.stdout + said.stderr
    # Snakemake's copy of a script that was killed stays, readable by its owner alone.
    left = [file for file in holding(project, "hush") if "/.snakemake/scripts/" not in file]
    assert left == []


def test_an_address_that_was_misspelt_into_a_file_is_named_without_its_token(project):
    project.configure(model={"checkpoint": "https:/host/w.pth?token=hush"})
    done = project.snakemake("-n")
    assert "model.checkpoint: there is no file https:/host/w.pth\n" in done.stderr
    assert "hush" not in done.stdout + done.stderr
