"""Every gradient method against another implementation, on networks that methods trip over."""

import captum.attr
import numpy as np
import pytest
import torch
from gradient_networks import FORWARDS, network
from shap_models import pictures
from torch import nn

from cnnscope.attribution import (
    expected_gradients,
    guided_backprop,
    input_x_gradient,
    integrated_gradients,
    lrp,
    saliency,
    smoothgrad,
)
from cnnscope.networks.classifier import to_tensor
from cnnscope.seeds import stream

pytestmark = [
    pytest.mark.usefixtures("one_thread"),
    pytest.mark.filterwarnings("ignore:Setting backward hooks on ReLU"),
]

METHODS = {
    "saliency": (saliency, {}),
    "input_x_gradient": (input_x_gradient, {}),
    "smoothgrad": (smoothgrad, {"samples": 5, "seed": 4}),
    "integrated_gradients": (integrated_gradients, {"steps": 20}),
    "expected_gradients": (expected_gradients, {"samples": 1200}),
    "guided_backprop": (guided_backprop, {}),
    "lrp": (lrp, {}),
}


class FaultError(Exception):
    """What goes wrong inside a network."""


def expected(method: str, twin: nn.Module, image: np.ndarray, target: int, background: np.ndarray):
    """The answer (C, H, W) of captum for an image (1, H, W, C), from a plain network."""
    pixels, starts = (to_tensor(one, torch.device("cpu")) for one in (image, background))
    pixels.requires_grad_()
    integrated = captum.attr.IntegratedGradients(twin)
    if method == "saliency":
        answer = captum.attr.Saliency(twin).attribute(pixels, target, abs=False)
    elif method == "input_x_gradient":
        answer = captum.attr.InputXGradient(twin).attribute(pixels, target)
    elif method == "smoothgrad":
        noise = stream(4, "smoothgrad", image[0]).standard_normal((5, *pixels.shape[1:]), "f")
        spread = 0.15 * (pixels.max() - pixels.min())
        noisy = (pixels + spread * torch.from_numpy(noise)).detach().requires_grad_()
        answer = captum.attr.Saliency(twin).attribute(noisy, target, abs=False).mean(0)[None]
    elif method == "integrated_gradients":
        answer = integrated.attribute(pixels, 0, target, n_steps=20)
    elif method == "expected_gradients":
        ways = [integrated.attribute(pixels, start[None], target) for start in starts]
        answer = torch.stack(ways).mean(0)
    else:
        answer = captum.attr.GuidedBackprop(twin).attribute(pixels, target)
    return answer[0].detach().numpy()


def run(method: str, model: nn.Module, images: np.ndarray, background: np.ndarray):
    module, options = METHODS[method]
    if method == "expected_gradients":
        options = options | {"background": background}
    return module.explain(model, images, np.array([1, 3])[: len(images)], **options, log=str)


@pytest.mark.parametrize("name", FORWARDS)
@pytest.mark.parametrize("method", METHODS)
def test_the_answer_is_right_also_after_an_error(method, name):
    model, twin = network(name)
    channels = 1 if name == "grey" else 3
    images, background = pictures(2, channels=channels), pictures(2, channels=channels, seed=1)

    def fail(*_):
        raise FaultError

    handle = model.head.register_forward_hook(fail)
    with pytest.raises(FaultError):
        run(method, model, images, background)
    handle.remove()
    found = run(method, model, images, background)
    assert found.attribution.shape == (2, 16, 16) and found.attribution.any((1, 2)).all()
    if method == "lrp":
        assert found.details["residual"].max() < 1e-3
        return
    raw = found.details["gradient" if "gradient" in found.details else "values"]
    tolerance = 0.03 if method == "expected_gradients" else 1e-4
    for i, target in enumerate([1, 3]):
        answer = expected(method, twin, images[i : i + 1], target, background)
        np.testing.assert_allclose(raw[i], answer, atol=tolerance * abs(answer).max())
    signed = method in ("input_x_gradient", "integrated_gradients", "expected_gradients")
    np.testing.assert_allclose(
        found.attribution, raw.sum(1) if signed else abs(raw).max(1), rtol=1e-5, atol=1e-7
    )
    assert (found.attribution < 0).any() == signed
