"""torchvision, also beside a PyTorch for which its compiled operators were not built."""

import importlib
from types import ModuleType

import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_library = None


def torchvision_models() -> ModuleType:
    """`torchvision.models`.

    Beside a CPU build of PyTorch the wheel's operators cannot be loaded and the import fails on
    the first one that is missing. The classifiers need none of them, so declaring the missing
    names is enough. A torchvision that works is left alone.
    """
    try:
        return importlib.import_module("torchvision.models")
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
    global _library
    _library = torch.library.Library("torchvision", "DEF")
    for schema in _SCHEMAS:
        _library.define(schema)
    return importlib.import_module("torchvision.models")
