"""List the layers of a network, with their parameters and the computation for an image."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from cnnscope.networks.classifier import device_of
from cnnscope.networks.state import borrowed

# For each attribute of a layer, how the summary names it and the value that is left out.
_SETTINGS = {
    "kernel_size": ("", None),
    "stride": ("stride ", 1),
    "padding": ("padding ", 0),
    "dilation": ("dilation ", 1),
    "groups": ("groups ", 1),
    "negative_slope": ("slope ", None),
    "p": ("p ", None),
}


@dataclass(frozen=True)
class Layer:
    """A line of the summary.

    Attributes:
        layer: module name; "total" in the last line, "" for what belongs to no listed layer.
        type: class of the module.
        settings: kernel size, stride, padding and so on, such as "3 x 3, padding 1".
        output: shape of the output for one image, such as "64 x 48 x 48".
        parameters: number of parameters; those that several lines share count once.
        multiply_adds: number of multiply-adds for one image, in convolutions and matrix products
            only. Norms, activations and pools are not counted.
    """

    layer: str
    type: str
    settings: str
    output: str
    parameters: int
    multiply_adds: int


def summarise(network: nn.Module, shape: tuple[int, int, int]) -> list[Layer]:
    """The layers of `network` in the order of the forward pass, and their total.

    Args:
        shape: (C, H, W) of one input image.

    Returns:
        A line for each run of a module without children, in the order of the forward pass. Then,
        if there is any, a line for what belongs to no such module (a class token, a product in
        `forward`). The last line is the total of the whole network.
    """
    lines: list[Layer] = []
    counter = FlopCounterMode(display=False)
    known: set[int] = set()
    before = 0

    def start(*_) -> None:
        nonlocal before
        before = counter.get_total_flops()

    def listen(name: str):
        def note(module: nn.Module, _, output: object) -> None:
            new = [p for p in module.parameters() if id(p) not in known]
            known.update(map(id, new))
            # The counter counts a multiply-add as two operations.
            work = (counter.get_total_flops() - before) // 2
            settings = ", ".join(_settings(module))
            made = _size(output)
            lines.append(Layer(name, type(module).__name__, settings, made, _count(new), work))

        return note

    leaves = [(n, m) for n, m in network.named_modules() if not list(m.children())]
    handles = [module.register_forward_pre_hook(start) for _, module in leaves]
    handles += [module.register_forward_hook(listen(name)) for name, module in leaves]
    try:
        # The counter does not know fused attention, which PyTorch uses by default, above all where
        # no gradient is required.
        with borrowed(network), sdpa_kernel(SDPBackend.MATH), counter:
            blank = torch.zeros(1, *shape, device=device_of(network))
            output = network(blank.requires_grad_() * 1)
    finally:
        for handle in handles:
            handle.remove()
    parameters, work = _count(network.parameters()), counter.get_total_flops() // 2
    rest = (
        parameters - sum(line.parameters for line in lines),
        work - sum(line.multiply_adds for line in lines),
    )
    if any(rest):
        lines.append(Layer("", "outside of these", "", "", *rest))
    lines.append(Layer("total", type(network).__name__, "", _size(output), parameters, work))
    return lines


def _size(output: object) -> str:
    return " x ".join(map(str, output.shape[1:])) if hasattr(output, "shape") else ""


def _count(parameters: Iterable[nn.Parameter]) -> int:
    return sum(p.numel() for p in parameters)


def _settings(module: nn.Module) -> Iterator[str]:
    for attribute, (name, idle) in _SETTINGS.items():
        value = getattr(module, attribute, None)
        sizes = value if isinstance(value, tuple) else (value,)
        if not all(isinstance(size, int | float | str) for size in sizes) or set(sizes) == {idle}:
            continue
        if attribute == "kernel_size":
            # A single number means a square kernel.
            yield " x ".join(map(str, sizes if len(sizes) > 1 else 2 * sizes))
        else:
            yield name + " x ".join(map(str, sizes if len(set(sizes)) > 1 else sizes[:1]))
