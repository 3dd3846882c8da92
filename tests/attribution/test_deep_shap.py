import captum.attr
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from shap_models import head, lived_in, on_map, pictures, residual_block, run
from torch import nn

from cnnscope.attribution.shap import summarise

ACTIVATIONS = [
    *(nn.ReLU(inplace=True), nn.LeakyReLU(), nn.PReLU(5), nn.RReLU(), nn.ReLU6(), nn.Hardtanh()),
    *(nn.ELU(), nn.SELU(), nn.CELU(), nn.GELU(), nn.SiLU(), nn.Mish(), nn.Softplus()),
    *(nn.Sigmoid(), nn.Tanh(), nn.Hardswish(), nn.Hardsigmoid(), nn.LogSigmoid()),
    *(nn.Softsign(), nn.Softshrink(), nn.Hardshrink(), nn.Tanhshrink(), nn.Threshold(0.1, 0.2)),
]


@pytest.fixture(autouse=True)
def seeded(one_thread):
    torch.manual_seed(0)


def same_norm_shifted(m, x):
    y = m.norm(x)
    y += 0.5
    return m.act(y)


def writes_into_what_it_used(m, x):
    x = 2 * x
    return F.relu(x) + x.add_(1)


EXACT = {
    "residual block": residual_block,
    "norm changed in place before the function": same_norm_shifted,
    "one module twice": lambda m, x: m.act(m.norm(m.act(x))),
    "pool changed in place after it": lambda m, x: F.max_pool2d(m.act(x), 2).add_(1),
    "function of two maps": lambda m, x: F.max_pool2d(m.act(x), 2) + m.act(x)[:, :, ::2, ::2],
    "plain functions": lambda m, x: F.max_pool2d(torch.relu(m.norm(x)), 2),
    "function of a constant": lambda m, x: m.act(x) * torch.sigmoid(m.norm.weight).view(-1, 1, 1),
    "method": lambda m, x: x.tanh(),
    "pool of a linear map": lambda m, x: F.max_pool2d(x, 2),
    "overlapping pool": lambda m, x: F.max_pool2d(m.act(x), 3, stride=2, padding=1),
    "pool with a rest": lambda m, x: F.max_pool2d(m.act(x), 3, ceil_mode=True),
    "adaptive pool": lambda m, x: F.adaptive_max_pool2d(m.act(x), 5),
    "concatenation": lambda m, x: (torch.cat([m.act(x), F.pad(x, (1, 1))[..., 1:-1]], 1) / 2)[
        :, 2:6
    ],
}
NO_RULE = {
    "no rule for Exp": lambda m, x: x.exp(),
    "no rule for Addcmul": lambda m, x: torch.addcmul(x, x, x),
    "no rule for Div": lambda m, x: x.new_ones(1) / (x + 9),
    "no rule for Softmax": lambda m, x: x.softmax(1),
    "no rule for NativeLayerNorm": lambda m, x: F.layer_norm(x, x.shape[1:]),
    "no rule for NativeBatchNorm": lambda m, x: F.batch_norm(x, None, None, training=True),
    "fewer functions for another image": lambda m, x: m.act(x) if len(x) > 1 else x,
    "other functions for another": lambda m, x: m.act(x) if len(x) > 1 else F.max_pool2d(x, 2),
    "not have the images first": lambda m, x: F.relu(x.transpose(0, 1)).transpose(0, 1),
    "tensor that it has used": writes_into_what_it_used,
}


@pytest.mark.parametrize(
    ("image", "background", "expected"),
    [
        ([1, 3, 2], [0, 0, 0], [0, 9, 0]),  # both windows rise from 0 to 3, by the middle
        ([0, 0, 0], [1, 3, 2], [0, -9, 0]),
        ([4, 0, 0], [0, 1, 0], [3, -2, 0]),  # first window 1 to 4, second 1 to 0
        ([5, 5, 5], [5, 5, 5], [0, 0, 0]),
    ],
)
def test_change_of_a_maximum_goes_to_the_place_of_the_larger_one(image, background, expected):
    pool = nn.MaxPool2d((1, 2), stride=1)
    model = nn.Sequential(pool, nn.Flatten(), nn.Linear(2, 1, bias=False)).requires_grad_(False)
    model[2].weight[:] = torch.tensor([1.0, 2.0])
    image, background = (np.array(row, np.uint8).reshape(1, 1, 3, 1) for row in (image, background))
    result, _ = run(model, image, background)
    np.testing.assert_allclose(result.attribution[0, 0] * 255, expected, atol=1e-5)


@pytest.mark.parametrize("function", EXACT.values(), ids=EXACT)
def test_values_add_up(function):
    result, said = run(on_map(function), pictures(2), pictures(5, seed=1))
    assert (result.facts["engine"], said) == ("cnnscope", [])
    assert result.details["residual"].max() < 2e-5
    assert abs(result.attribution).max() > 1e-4


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda module: type(module).__name__)
def test_both_engines_know(activation):
    layers = nn.Conv2d(3, 5, 3), activation, nn.AvgPool2d(2), nn.Conv2d(5, 4, 3), head()
    images, background = pictures(1), pictures(3, seed=1)
    ours, said = run(nn.Sequential(*layers), images, background)
    library, also_said = run(nn.Sequential(*layers), images, background, engine="shap")
    assert said + also_said == []
    expected = library.details["values"]
    np.testing.assert_allclose(ours.details["values"], expected, atol=1e-3 * abs(expected).max())
    assert summarise(ours.details)["largest_residual"] < 1e-4


def test_values_equal_deeplift_of_captum_where_there_is_no_pooling():
    model = lived_in(
        nn.Sequential(
            nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 4, 3), nn.ReLU(), head()
        )
    )
    model[4] = nn.ReLU()
    images, background = pictures(2), pictures(4, seed=1)
    values = run(model, images, background)[0].details["values"]
    x, r = (torch.from_numpy(a).permute(0, 3, 1, 2) / 255 for a in (images, background))
    for target in range(3):
        expected = captum.attr.DeepLiftShap(model).attribute(x, r, target=target)
        np.testing.assert_allclose(values[:, target], expected.detach(), atol=1e-5)


@pytest.mark.parametrize("reason", NO_RULE)
def test_model_without_a_rule_goes_to_the_library_and_the_log_says_why(reason):
    result, said = run(on_map(NO_RULE[reason]), pictures(1), pictures(2, seed=1), engine="cnnscope")
    assert result.facts["engine"] == "shap"
    assert reason in said[0] and "library" in said[0]
