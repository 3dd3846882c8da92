"""Build networks of timm, a library that need not be installed."""

import difflib
import importlib
from collections.abc import Callable

from cnnscope.errors import UserError
from cnnscope.networks.vision import torchvision_models


def timm_maker(architecture: str) -> Callable:
    """timm's function for `timm/NAME` or `hf-hub:ORG/NAME`, with random weights.

    For the Hub, timm asks it for the file config.json, and keeps that in the cache of
    huggingface_hub.

    Raises:
        UserError: timm is not installed, or knows no such network.
    """
    # Before timm: it imports torchvision, which may need this first.
    torchvision_models()
    try:
        timm = importlib.import_module("timm")
    except ImportError as error:
        raise UserError(
            f"model.architecture: {architecture} needs timm, which is not installed: pip install "
            f"timm ({error})"
        ) from error
    name = architecture.removeprefix("timm/")
    if architecture.startswith("timm/") and not timm.is_model(name):
        known = [*timm.list_models(), *timm.list_pretrained()]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean timm/{near[0]}?" if near else "timm.list_models() lists them"
        raise UserError(f"model.architecture: timm has no '{name}'; {hint}")

    def maker(**arguments):
        try:
            return timm.create_model(name, **arguments)
        except (RuntimeError, OSError) as error:
            reason = " ".join(str(error).split())
            raise UserError(f"model.architecture: {architecture}: {reason}") from error

    return maker
