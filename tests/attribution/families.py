"""The smallest member of every family of classifiers in torchvision, at a small size."""

from shap_models import settled
from torch import nn

from cnnscope.networks.build import build

GOOGLE = {"init_weights": False, "aux_logits": False}
# The network, the side of its images in pixels, its arguments.
BY_RULES = {
    "alexnet": ("alexnet", 64, {}),
    "densenet": ("densenet121", 32, {}),
    "efficientnet": ("efficientnet_b0", 64, {}),
    "efficientnet_v2": ("efficientnet_v2_s", 64, {}),
    "googlenet": ("googlenet", 32, GOOGLE),
    "inception": ("inception_v3", 75, GOOGLE),
    "mnasnet": ("mnasnet0_5", 32, {}),
    "mobilenet_v2": ("mobilenet_v2", 32, {}),
    "mobilenet_v3": ("mobilenet_v3_small", 32, {}),
    "regnet_x": ("regnet_x_400mf", 32, {}),
    "regnet_y": ("regnet_y_400mf", 32, {}),
    "resnet": ("resnet18", 32, {}),
    "resnext": ("resnext50_32x4d", 32, {}),
    "shufflenet": ("shufflenet_v2_x0_5", 32, {}),
    "squeezenet": ("squeezenet1_0", 32, {}),
    "vgg": ("vgg11", 32, {}),
    "wide_resnet": ("wide_resnet50_2", 32, {}),
}
BY_GRADIENTS = {
    "convnext": ("convnext_tiny", 32, {}),
    "maxvit": ("maxvit_t", 224, {}),  # its windows fit no smaller size
    "swin": ("swin_t", 32, {}),
    "swin_v2": ("swin_v2_t", 32, {}),
    "vit": ("vit_b_16", 32, {"image_size": 32}),
}
ALL = BY_RULES | BY_GRADIENTS


def network(name: str, size: int, arguments: dict) -> nn.Module:
    model = build(name, arguments, classes=3, size=size, channels=3)
    if name == "vit_b_16":
        nn.init.normal_(model.heads.head.weight)  # which are 0 at first
    return model.eval() if name == "maxvit_t" else settled(model, size)
