"""Import torchvision even if its compiled operators do not fit the installed PyTorch."""

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

    With a CPU build of PyTorch, the compiled operators in the wheel of torchvision cannot be
    loaded, and the import fails at the first missing one. The classifiers use none of them, so it
    is enough to declare the missing names. This is done only if the import fails.

    Raises:
        RuntimeError: the import fails for another reason.
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
