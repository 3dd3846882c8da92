"""Cut a network in two: what comes before a layer's end, and the rest."""

from collections.abc import Collection
from dataclasses import dataclass

import torch
from torch import fx, nn

from cnnscope.networks.classifier import logits_of
from cnnscope.networks.state import borrowed


class UncuttableError(Exception):
    """Why a network cannot be cut at a layer."""


@dataclass(frozen=True)
class Parts:
    """A network in two parts, which share its layers and its parameters.

    Attributes:
        front: maps images to the tensors that the rest needs, a tuple.
        rest: maps these tensors to what the network gives.
    """

    front: nn.Module
    rest: nn.Module


def cut(model: nn.Module, layer: nn.Module, images: torch.Tensor, *, before: bool) -> Parts:
    """Cut `model` behind the last call of a layer, or before the first.

    The functions between the layers are read off one symbolic run (torch.fx), of which only the
    modules around the cut take part: all others are taken as they are, whatever they do.

    Args:
        model: its present mode is that in which the functions are read.
        layer: one of its modules.
        images: a few, (N, C, H, W), on which the two parts must give what the whole gives.

    Raises:
        UncuttableError: the network cannot be read, more than a tensor an image passes the cut, or
            the parts together give other numbers than the whole.
    """
    path = next(name for name, module in model.named_modules() if module is layer)
    try:
        graph = _Tracer(_above(path)).trace(model)
        parts = _split(model, graph, path, before)
        with borrowed(model), torch.no_grad():
            parts.rest.eval()
            given = parts.front(images)
            same = torch.equal(logits_of(parts.rest(*given)), model(images))
    except UncuttableError:
        raise
    except Exception as error:  # symbolic runs fail in as many ways as networks can be written
        reason = " ".join(str(error).split())[:120]
        raise UncuttableError(f"it cannot be read ({type(error).__name__}: {reason})") from error
    if not all(
        isinstance(part, torch.Tensor) and part.shape[:1] == images.shape[:1] for part in given
    ):
        raise UncuttableError("what passes there is not a tensor with a row an image")
    if not same:
        raise UncuttableError("its two parts together give other numbers than the whole")
    return parts


class _Tracer(fx.Tracer):
    """Reads the code of some modules alone."""

    def __init__(self, opened: Collection[str]) -> None:
        super().__init__()
        self._opened = opened

    def is_leaf_module(self, module: nn.Module, name: str) -> bool:
        return name not in self._opened


def _above(path: str) -> set[str]:
    """The names of the modules that hold the one at `path`."""
    names = path.split(".")
    return {".".join(names[:end]) for end in range(len(names))}


def _split(model: nn.Module, graph: fx.Graph, path: str, before: bool) -> Parts:
    nodes = list(graph.nodes)
    calls = [
        number
        for number, node in enumerate(nodes)
        if node.op == "call_module" and node.target == path
    ]
    if not calls:
        raise UncuttableError("the layer is not called as a module")
    end = calls[0] if before else calls[-1] + 1
    first, second = nodes[:end], nodes[end:]
    passing = [
        node for node in first if node.op != "get_attr" and not set(second).isdisjoint(node.users)
    ]
    front, rest = fx.Graph(), fx.Graph()
    copies: dict[fx.Node, fx.Node] = {}
    for node in first:
        copies[node] = front.node_copy(node, copies.__getitem__)
    front.output(tuple(copies[node] for node in passing))
    copies = {node: rest.placeholder(node.name) for node in passing}
    # Parameters and buffers are read where they are used, on either side.
    held = [node for node in first if node.op == "get_attr"]
    for node in (*held, *second):
        copies[node] = rest.node_copy(node, copies.__getitem__)
    return Parts(fx.GraphModule(model, front), fx.GraphModule(model, rest))
