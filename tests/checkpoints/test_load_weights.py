from collections import OrderedDict

import pytest
import torch
from checkpoint_cases import Net, equal
from torch import nn

from cnnscope.checkpoints.checkpoint import load_weights, read_state_dict, save_weights
from cnnscope.errors import UserError
from cnnscope.networks.food_cnn import FoodCNN


def refusal(model, state) -> str:
    """Load what does not fit; the model stays as it was."""
    before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    with pytest.raises(UserError) as caught:
        load_weights(model, state, "w.pth")
    assert equal(model.state_dict(), before)
    assert str(caught.value).startswith("w.pth")
    return str(caught.value)


def test_loaded_weights_are_the_models_own(net):
    torch.manual_seed(1)
    model = Net()
    state = net.state_dict()
    load_weights(model, state, "w.pth")
    assert equal(model.state_dict(), state)
    model.fc.bias.data.add_(1)
    assert not torch.equal(net.fc.bias, model.fc.bias)
    assert model.fc.bias.requires_grad


def test_another_number_of_classes_is_told_as_such(net):
    message = refusal(net, Net(classes=7).state_dict())
    assert "the checkpoint has 7 classes, the dataset 11" in message
    assert "fc.weight, fc.bias" in message


def test_another_width_is_no_number_of_classes(net):
    message = refusal(net, Net(width=5).state_dict())
    assert "classes" not in message
    assert "cnn.0.weight is 5×3×3×3, not 4×3×3×3, cnn.0.bias is 5, not 4" in message
    assert "and 4 more" in message


def test_another_number_of_inputs_is_no_number_of_classes(net):
    message = refusal(net, net.state_dict() | {"fc.weight": torch.ones(11, 5)})
    assert "shapes differ: fc.weight is 11×5, not 11×4; the architecture" in message


def test_differing_names_are_listed_but_not_all(net):
    state = OrderedDict((f"net.{key}", value) for key, value in net.state_dict().items())
    message = refusal(net, state)
    assert "lacks cnn.0.weight, cnn.0.bias, cnn.1.weight and 7 more" in message
    assert "has net.cnn.0.weight, net.cnn.0.bias, net.cnn.1.weight and 7 more" in message


def test_one_missing_and_one_additional_name(net):
    state = net.state_dict()
    state["fc.scale"] = state.pop("fc.bias")
    message = refusal(net, state)
    assert "it lacks fc.bias; it has fc.scale, which the model has not" in message
    assert "more" not in message


def test_a_class_count_beside_other_differences_is_a_shape(net):
    state = Net(classes=7).state_dict() | {"more": torch.ones(1)}
    message = refusal(net, state)
    assert "fc.weight is 7×4, not 11×4" in message
    assert "it has more" in message


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_weights_that_are_no_numbers_are_refused_by_name(net, value):
    state = {key: tensor.clone() for key, tensor in net.state_dict().items()}
    state["cnn.1.running_var"][2] = value
    state["fc.weight"][0, 0] = value
    message = refusal(net, state)
    assert "cnn.1.running_var holds NaN or infinite" in message
    assert "fc.weight" not in message


def test_weights_too_large_for_float32_are_refused(net):
    state = net.state_dict() | {"fc.bias": torch.full((11,), 1e300, dtype=torch.float64)}
    assert "fc.bias" in refusal(net, state)


def test_half_precision_is_converted(net):
    state = {key: v.half() if v.is_floating_point() else v for key, v in net.state_dict().items()}
    load_weights(net, state, "w.pth")
    assert net.fc.weight.dtype == torch.float32
    assert torch.equal(net.fc.weight, state["fc.weight"].float())


def test_a_module_that_refuses_is_one_line(net, monkeypatch):
    def refuse(*_):
        raise ValueError("version 7 is too new")

    monkeypatch.setattr(net.cnn[1], "_load_from_state_dict", refuse)
    assert "version 7 is too new" in refusal(net, Net().state_dict())


def test_a_round_trip_gives_the_same_bytes(tmp_path):
    torch.manual_seed(0)
    model, other = (FoodCNN(3, width=1 / 32, size=32) for _ in range(2))
    save_weights(model, tmp_path / "a.safetensors")
    load_weights(other, read_state_dict(tmp_path / "a.safetensors"), "a.safetensors")
    assert equal(other.state_dict(), model.state_dict())
    save_weights(other.to(memory_format=torch.channels_last), tmp_path / "b.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.safetensors", "b.safetensors"]


def test_tied_weights_are_saved_under_every_name(tmp_path):
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[1].weight = model[0].weight
    save_weights(model, tmp_path / "w.safetensors")
    load_weights(model, read_state_dict(tmp_path / "w.safetensors"), "w.safetensors")


def test_saving_leaves_the_model_alone(net, tmp_path):
    before = {key: (tensor.data_ptr(), tensor.clone()) for key, tensor in net.state_dict().items()}
    save_weights(net, tmp_path / "w.safetensors")
    after = net.state_dict()
    assert all(
        after[k].data_ptr() == p and torch.equal(after[k], t) for k, (p, t) in before.items()
    )
    assert all(parameter.requires_grad for parameter in net.parameters())
