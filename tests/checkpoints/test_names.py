"""The names that frameworks give to the weights of a network."""

from collections import OrderedDict

import pytest
import safetensors.torch
import torch
from checkpoint_cases import Net, equal, saved
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from cnnscope.checkpoints.checkpoint import load_weights, read_state_dict, save_weights
from cnnscope.checkpoints.names import with_own_names
from cnnscope.errors import UserError
from cnnscope.networks.vision import torchvision_models


class Loader:
    """Loads a file into a network as a job does; keeps what was logged."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, network: nn.Module, path) -> None:
        state = with_own_names(read_state_dict(path), network, "w.pth", self.lines.append)
        load_weights(network, state, "w.pth")

    def refuses(self, network: nn.Module, path) -> str:
        with pytest.raises(UserError) as caught:
            self(network, path)
        assert "\n" not in str(caught.value)
        return str(caught.value)


@pytest.fixture
def load():
    return Loader()


@pytest.fixture
def other():
    torch.manual_seed(1)
    return Net()


def below(prefix, state):
    return OrderedDict((f"{prefix}{key}", value) for key, value in state.items())


PREFIXES = ["", "module.", "model.", "net.", "model.backbone.", "_orig_mod.", "model._orig_mod."]


@pytest.mark.parametrize("prefix", [*PREFIXES, "module._orig_mod.model."])
@pytest.mark.parametrize("form", ["bare", "lightning", "safetensors"])
def test_a_prefix_of_all_names_goes(net, other, load, tmp_path, prefix, form):
    state = below(prefix, net.state_dict())
    if form == "safetensors":
        safetensors.torch.save_file(state, tmp_path / "w")
    else:
        lightning = {"state_dict": state, "hyper_parameters": {"lr": 0.1}, "loops": {"fit": {}}}
        saved(tmp_path / "w", state if form == "bare" else lightning)
    load(other, tmp_path / "w")
    assert equal(other.state_dict(), net.state_dict())
    assert load.lines == []


def test_wrappers_of_pytorch_itself_are_seen_through(net, other, load, tmp_path):
    compiled = torch.compile(nn.DataParallel(net)).state_dict()
    assert "_orig_mod.module.fc.bias" in compiled
    load(other, saved(tmp_path / "w.pth", compiled))
    assert equal(other.state_dict(), net.state_dict())
    net.fc = torch.compile(net.fc)
    assert "fc._orig_mod.bias" in net.state_dict()
    load(other, saved(tmp_path / "w.pth", net.state_dict()))


def test_what_a_training_keeps_beside_the_network_is_left_out_and_named(net, other, load, tmp_path):
    beside = {"criterion.weight": torch.ones(11), "train_acc.tp": torch.ones(11)}
    state = below("model.", net.state_dict()) | beside
    load(other, saved(tmp_path / "w.pth", {"state_dict": state}))
    assert equal(other.state_dict(), net.state_dict())
    assert load.lines == [
        "w.pth: left out what is not the network's: criterion.weight, train_acc.tp"
    ]


@pytest.mark.parametrize("name", ["criterion.weight", "loss_fn.pos_weight", "train_metrics.f1.tp"])
def test_a_loss_or_a_metric_inside_the_module_is_left_out(net, other, load, tmp_path, name):
    load(other, saved(tmp_path / "w.pth", net.state_dict() | {name: torch.ones(3)}))
    assert equal(other.state_dict(), net.state_dict())
    assert name in load.lines[0]


@pytest.mark.parametrize("name", ["se.weight", "fc.scale", "accent.weight", "glossy.weight"])
@pytest.mark.parametrize("prefix", ["", "model."])
def test_weights_that_the_network_lacks_are_never_left_out(
    net, other, load, tmp_path, name, prefix
):
    state = below(prefix, net.state_dict() | {name: torch.ones(3)})
    message = load.refuses(other, saved(tmp_path / "w.pth", state))
    assert f"it has {name}, which the model has not" in message


def test_missing_weights_are_named_as_the_network_names_them(net, other, load, tmp_path):
    state = below("model.", net.state_dict()) | {"head.weight": torch.ones(3)}
    del state["model.fc.weight"]
    message = load.refuses(other, saved(tmp_path / "w.pth", {"state_dict": state}))
    assert "it lacks fc.weight; it has head.weight, which the model has not" in message


def test_nothing_of_the_network_is_told_with_the_names_of_the_file(net, load, tmp_path):
    message = load.refuses(net, saved(tmp_path / "w.pth", {"layer.kernel": torch.ones(3)}))
    assert "it lacks cnn.0.weight" in message and "it has layer.kernel" in message


@pytest.mark.parametrize("averaged", ["ema.", "model_ema.module.", "ema_model.", "net_ema."])
def test_the_weights_are_taken_and_not_their_moving_average(net, other, load, tmp_path, averaged):
    mean = below(averaged, {key: tensor + 1 for key, tensor in net.state_dict().items()})
    load(other, saved(tmp_path / "w.pth", mean | below("model.", net.state_dict())))
    assert equal(other.state_dict(), net.state_dict())
    assert averaged in load.lines[0]
    load(other, saved(tmp_path / "w.pth", mean))
    assert torch.equal(other.fc.bias, net.fc.bias + 1)


def test_the_averaged_model_of_pytorch_is_read(net, other, load, tmp_path):
    average = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    load(other, saved(tmp_path / "w.pth", {"model_ema": average.state_dict()}))
    assert equal(other.state_dict(), net.state_dict())
    assert load.lines == ["w.pth: left out what is not the network's: n_averaged"]


def test_two_networks_that_fit_are_not_chosen_from(net, load, tmp_path):
    state = below("student.", net.state_dict()) | below("teacher.", net.state_dict())
    message = load.refuses(net, saved(tmp_path / "w.pth", state))
    assert "holds the network 2 times, under student., teacher." in message


def test_a_checkpoint_of_before_batches_were_counted_is_read(net, other, load, tmp_path):
    state = below("module.", net.state_dict())
    del state["module.cnn.1.num_batches_tracked"]
    for path in (tmp_path / "w.pth", tmp_path / "w.safetensors"):
        (torch.save if path.suffix == ".pth" else safetensors.torch.save_file)(state, path)
        load(other, path)
        assert equal(other.state_dict(), net.state_dict())


@pytest.mark.parametrize("prefix", ["", "model."])
def test_torchvisions_old_names_of_dense_layers_are_read(load, tmp_path, prefix):
    models = torchvision_models()
    net, other = (models.DenseNet(4, (2,), 4, num_classes=3) for _ in range(2))
    state = below(prefix, net.state_dict())
    for key in [key for key in state if "denselayer" in key]:
        state[key.replace("norm", "norm.").replace("conv", "conv.")] = state.pop(key)
    assert f"{prefix}features.denseblock1.denselayer1.norm.1.weight" in state
    load(other, saved(tmp_path / "w.pth", state))
    assert equal(other.state_dict(), net.state_dict())


@pytest.mark.parametrize("suffix", ["pth", "safetensors"])
def test_torchvisions_old_names_of_transformers_are_read_also_without_versions(
    load, tmp_path, suffix
):
    models = torchvision_models()
    net, other = (models.VisionTransformer(32, 16, 1, 2, 8, 16, num_classes=3) for _ in range(2))
    names = {"mlp.0": "mlp.linear_1", "mlp.3": "mlp.linear_2"}
    state = {
        "".join(key.replace(new, old) for new, old in names.items() if new in key) or key: tensor
        for key, tensor in net.state_dict().items()
    }
    assert "encoder.layers.encoder_layer_0.mlp.linear_1.weight" in state
    path = tmp_path / f"w.{suffix}"
    (torch.save if suffix == "pth" else safetensors.torch.save_file)(state, path)
    load(other, path)
    assert equal(other.state_dict(), net.state_dict())


class Versioned(nn.Linear):
    """Renames what an older version wrote, as some classifiers of torchvision do."""

    _version = 2

    def _load_from_state_dict(self, state, prefix, metadata, *args):
        if metadata.get("version") is None:
            raise ValueError("no version")
        if metadata["version"] == 1:
            state[f"{prefix}weight"] = state.pop(f"{prefix}old")
        super()._load_from_state_dict(state, prefix, metadata, *args)


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_the_versions_of_modules_are_kept(load, tmp_path, depth):
    model = wrapped = nn.Sequential(Versioned(2, 1, bias=False), nn.Linear(1, 1))
    for _ in range(depth):
        wrapped = nn.DataParallel(wrapped)
    prefix = "module." * depth
    state = wrapped.state_dict()
    state[f"{prefix}0.old"] = state.pop(f"{prefix}0.weight") + 1
    state._metadata[f"{prefix}0"]["version"] = 1
    load(model, saved(tmp_path / "w.pth", state))
    assert torch.equal(model[0].weight, state[f"{prefix}0.old"])
    save_weights(model, tmp_path / "w.safetensors")
    load(model, tmp_path / "w.safetensors")


def test_a_name_of_a_million_dots_is_looked_at_in_no_time(net, load, tmp_path):
    state = {"." * 10**6 + "fc.bias": torch.ones(1), "_orig_mod." * 10**5: torch.ones(1)}
    assert "it lacks cnn.0.weight" in load.refuses(net, saved(tmp_path / "w.pth", state))
