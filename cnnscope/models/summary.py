"""What a network is made of."""

import torch
from torch import nn

from cnnscope.models.state import borrowed


def summarise(network: nn.Module, shape: tuple[int, int, int]) -> list[tuple[str, str, str]]:
    """The layers of `network` in the order in which an image passes them.

    Args:
        shape: (C, H, W) of one input image.

    Returns:
        (name, type, output size such as "64 x 128 x 128") of every module without children; a
        module that runs twice stands twice.
    """
    rows = []

    def listen(name: str):
        def note(module: nn.Module, args: tuple, output: object) -> None:
            size = " x ".join(map(str, output.shape[1:])) if hasattr(output, "shape") else ""
            rows.append((name, type(module).__name__, size))

        return note

    leaves = [(n, m) for n, m in network.named_modules() if not list(m.children())]
    handles = [module.register_forward_hook(listen(name)) for name, module in leaves]
    try:
        with borrowed(network), torch.no_grad():
            network(torch.zeros(1, *shape, device=next(network.parameters()).device))
    finally:
        for handle in handles:
            handle.remove()
    return rows
