"""Every question but SHAP, asked of every family of classifiers in torchvision."""

import numpy as np
import pytest
import torch
from families import ALL, network
from shap_models import pictures

from cnnscope.attribution import lime, saliency
from cnnscope.inspection import activations, filters, top_images
from cnnscope.networks.classifier import predict
from cnnscope.networks.convolutions import choose_layer
from cnnscope.networks.summary import summarise

SELECTORS = ("first", "middle", "last")


@pytest.fixture(autouse=True)
def seeded(one_thread):
    torch.manual_seed(0)


@pytest.fixture(params=ALL)
def asked(request):
    """A network, two images of its size, and its state, which must be the same in the end."""
    name, size, arguments = ALL[request.param]
    model = network(name, size, arguments)
    before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    yield model, pictures(2, size)
    after = model.state_dict()
    assert all(torch.equal(tensor, after[key]) for key, tensor in before.items())
    assert not model.training
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks")
    assert not any(getattr(module, name) for module in model.modules() for name in hooks)


def test_every_question_is_answered(asked):
    model, images = asked
    logits = predict(model, images)
    target = logits.argmax(1)

    # Random weights of a SqueezeNet may answer 0 to everything.
    found = saliency.explain(model, images[:1], target[:1], log=lambda line: None)
    pixels = torch.from_numpy(images[:1]).permute(0, 3, 1, 2) / 255
    pixels.requires_grad_()
    model(pixels)[0, target[0]].backward()
    # A wide network of random weights rounds by some hundredths, wherever it is differentiated.
    expected = abs(pixels.grad[0].numpy()).max(0)
    difference = np.linalg.norm(found.attribution[0] - expected)
    assert difference <= 0.1 * np.linalg.norm(expected)
    model.zero_grad(set_to_none=True)

    perturbed = lime.explain(
        model, images[:1], target[:1], samples=10, seed=0, labels=np.array([-1]), log=only_rounding,
        segmentation={"method": "slic", "n_segments": 6, "compactness": 1e3},
    )  # fmt: skip
    assert np.isfinite(perturbed.attribution).all()
    assert target[0] in perturbed.details["explained"][0]

    shape = images.shape[1:]
    chosen = [choose_layer(model, {"convolution": selector}, shape) for selector in SELECTORS]
    for layer in {layer.name: layer for layer in chosen}.values():
        made, *_ = filters.explain(model, images[:1], layer=layer.name, filters=1, seed=0, steps=1)
        assert made.shape == (1, *shape) and 0 <= made.min() < made.max() <= 1
    maps, best, _ = top_images.explain(model, images, layer=layer.name, filters=2, count=1)
    of_filters = activations.explain(model, images, layers=[layer.name])[layer.name].maps
    for filter_, number in enumerate(best["filters"]):
        position = best["positions"][filter_, 0]
        np.testing.assert_allclose(
            maps[filter_, 0], of_filters[position, number], atol=1e-4 * abs(of_filters).max()
        )
    lines = summarise(model, (3, *shape[:2]))
    assert lines[-1].parameters == sum(one.numel() for one in model.parameters())


def only_rounding(line: str) -> None:
    """A wide network of random weights rounds by more than trained ones, and is not shared then."""
    if not line.startswith("shared early layers are off by 0.0001 "):
        pytest.fail(line)
