"""The layer that class activation maps take in every family of classifiers in torchvision."""

import numpy as np
import pytest
import torch
from families import ALL, network
from shap_models import pictures
from torch import nn

from cnnscope.attribution import grad_cam
from cnnscope.networks.classifier import to_tensor

# At these small sizes the last blocks often have a single position: a layer before them counts.
LAYERS = {
    "alexnet": "features.11",
    "densenet": "features.transition3.conv",
    "efficientnet": "features",
    "efficientnet_v2": "features",
    "googlenet": "inception4e",
    "inception": "Mixed_7a.branch7x7x3_3",
    "mnasnet": "layers.12.0.layers.2",
    "mobilenet_v2": "features.14.conv.0",
    "mobilenet_v3": "features.9.block.0",
    "regnet_x": "trunk_output.block4.block4-0.f.a",
    "regnet_y": "trunk_output.block4.block4-0.f.a",
    "resnet": "layer3",
    "resnext": "layer4.0.relu",
    "shufflenet": "stage4.0.branch2.2",
    "squeezenet": "features.10",
    "vgg": "features.19",
    "wide_resnet": "layer4.0.relu",
    "convnext": "features.6.0",
    "maxvit": "blocks.3",
    "swin": "features.5",
    "swin_v2": "features.5",
    "vit": "encoder.layers.encoder_layer_11.ln_1",
}
CHANNELS_LAST = ("swin", "swin_v2")


@pytest.fixture(autouse=True)
def seeded(one_thread):
    torch.manual_seed(0)


def by_hooks(model, family, image, target):
    """Grad-CAM of the last map that the layer gives, on a copy of which the others may work."""
    seen = []

    def keep(module, args, output):
        seen.append(output)
        return output.clone()

    with model.get_submodule(LAYERS[family]).register_forward_hook(keep):
        logit = model(to_tensor(image, torch.device("cpu")).requires_grad_())[0, target]
    output = [one for one in seen if one[0, 0].numel() > 1][-1]
    (gradient,) = torch.autograd.grad(logit, output)
    if family == "vit":  # the first token is that of the class
        output, gradient = (one[:, 1:].mT.unflatten(2, (2, 2)) for one in (output, gradient))
    if family in CHANNELS_LAST:
        output, gradient = (one.permute(0, 3, 1, 2) for one in (output, gradient))
    weights = gradient.mean((2, 3), keepdim=True)
    return (weights * output).sum(1).relu().detach().numpy()


@pytest.mark.parametrize("family", ALL)
def test_grad_cam_is_that_of_the_last_layer_with_a_map(family):
    name, size, arguments = ALL[family]
    model = network(name, size, arguments)
    if family == "squeezenet":  # whose logits may all be 0 before it is trained
        nn.init.ones_(model.classifier[1].bias)
    image = pictures(1, size)
    # Of one class the map may be negative everywhere, but not of all three.
    for target in range(3):
        found = grad_cam.explain(model, image, np.array([target]), log=str)
        if found.attribution.any():
            break
    assert found.facts["layer"] == LAYERS[family]
    expected = by_hooks(model, family, image, target)
    assert expected.any()
    np.testing.assert_allclose(
        found.details["layer_map"], expected, rtol=0, atol=1e-3 * expected.max()
    )
