"""Networks of timm, where it is installed."""

import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec

import pytest
import safetensors.torch
import torch

from cnnscope.checkpoints.checkpoint import load_weights, read_state_dict
from cnnscope.checkpoints.download import download
from cnnscope.checkpoints.names import with_own_names
from cnnscope.errors import UserError
from cnnscope.networks.build import build
from cnnscope.planning import pretrained

SIZES = {"classes": 4, "size": 64, "channels": 3}
with_timm = pytest.mark.skipif(not find_spec("timm"), reason="timm is not installed")


@pytest.mark.skipif(bool(find_spec("timm")), reason="timm is installed")
@pytest.mark.parametrize("architecture", ["timm/resnet18", "hf-hub:timm/resnet18.a1_in1k"])
def test_without_timm_a_line_says_how_to_install_it(architecture):
    with pytest.raises(UserError, match=f"{architecture} needs timm, .*: pip install timm"):
        build(architecture, {}, **SIZES)


@with_timm
@pytest.mark.parametrize("channels", [1, 3])
def test_a_network_of_timm_gets_the_classes_and_the_channels(channels):
    network = build("timm/test_resnet", {}, classes=4, size=64, channels=channels)
    assert network(torch.zeros(1, channels, 64, 64)).shape == (1, 4)
    network = build("timm/test_resnet.r160_in1k", {"num_classes": 9}, **SIZES)
    assert network(torch.zeros(1, 3, 64, 64)).shape == (1, 9)


@with_timm
@pytest.mark.parametrize(
    ("architecture", "arguments", "said"),
    [
        ("timm/resnt50", {}, "timm has no 'resnt50'; did you mean timm/resnet50?"),
        ("timm/resnet50.mine", {}, r"timm/resnet50.mine: Invalid pretrained tag \(mine\)"),
        ("timm/test_resnet", {"wdth": 1}, "model.arguments: .*'wdth'"),
    ],
)
def test_what_timm_cannot_build_is_told_in_one_line(architecture, arguments, said):
    with pytest.raises(UserError, match=said) as caught:
        build(architecture, arguments, **SIZES)
    assert "\n" not in str(caught.value)


@contextmanager
def hub(files: dict[str, bytes]):
    """A server that answers for files as the Hub does."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            body = files.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.send_header("ETag", '"1"')
            self.send_header("X-Repo-Commit", "c" * 40)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()

        def do_GET(self) -> None:
            self.do_HEAD()
            self.wfile.write(files.get(self.path, b""))

        def log_message(self, *_) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@with_timm
@pytest.mark.parametrize(
    ("architecture", "weights"),
    [("timm/test_resnet.r160_in1k", "pretrained"), ("timm/test_resnet", "r160_in1k")],
)
def test_weights_of_timm_arrive_in_its_network(tmp_path, monkeypatch, architecture, weights):
    """By the address that the plan finds, the download and the reading of a run."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    torch.manual_seed(0)
    trained = build(architecture, {}, **SIZES)
    place = "/timm/test_resnet.r160_in1k/resolve/main/model.safetensors"
    with hub({place: safetensors.torch.save(trained.state_dict())}) as address:
        monkeypatch.setattr(pretrained, "_HUB", address)
        found = pretrained.named_weights(architecture, weights).address
        download(found, tmp_path / "checkpoint", log=lambda line: None)
    network = build(architecture, {}, **SIZES)
    state = with_own_names(read_state_dict(tmp_path / "checkpoint"), network, "w")
    load_weights(network, state, "w")
    image = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(network.eval()(image), trained.eval()(image))


@with_timm
def test_a_network_on_the_hub_is_built_as_its_config_says(tmp_path):
    config = {"architecture": "test_resnet", "num_classes": 7, "model_args": {"stem_width": 8}}
    config |= {"pretrained_cfg": {"num_classes": 7}}
    script = (
        "from cnnscope.networks.build import build; from cnnscope.errors import UserError\n"
        "network = build('hf-hub:org/net', {}, classes=4, size=64, channels=3)\n"
        "print(network.num_classes, network.conv1[0].out_channels)\n"
        "try: build('hf-hub:org/gone', {}, classes=4, size=64, channels=3)\n"
        "except UserError as error: print(error)\n"
    )
    with hub({"/org/net/resolve/main/config.json": json.dumps(config).encode()}) as address:
        # huggingface_hub reads them when it is imported.
        variables = {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path), "NO_PROXY": "127.0.0.1"}
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | variables,
            capture_output=True,
            text=True,
        )
    lines = done.stdout.splitlines()
    assert lines[:1] == ["4 8"], done.stderr
    assert len(lines) == 2 and lines[1].startswith("model.architecture: hf-hub:org/gone: "), lines
