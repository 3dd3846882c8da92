"""The first, a middle and the last convolution of a network whose layers nobody has named."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import nn

from cnnscope.errors import UserError
from cnnscope.networks.layers import has_layer, run_black, users_network

SELECTORS = ("first", "middle", "last")


@dataclass(frozen=True)
class ChosenLayer:
    """A layer that a question is asked about.

    Attributes:
        name: as for `find_layer`.
        selector: the one of `SELECTORS` that has chosen it; "" for a layer that was named.
        role: what it is in the network, such as "first convolution"; "" for a layer that was named.
    """

    name: str
    selector: str = ""
    role: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.role})" if self.role else self.name

    @property
    def facts(self) -> dict[str, str]:
        """What the facts of a result say of the choice, beside the layer's name."""
        return {"selector": self.selector, "role": self.role} if self.selector else {}


def choose_layer(
    model: nn.Module, wanted: str | Mapping[str, str], shape: tuple[int, int, int]
) -> ChosenLayer:
    """The layer of a name, or the convolution that a selector stands for.

    Counted are the nn.Conv2d in the order in which an image passes them, each once. Two kinds are
    left out, unless there are no others:

    - those that are given a single position, which are linear layers in fact: the two of a
      squeeze-and-excitation block, a classifier behind the global pooling;
    - those of 1 x 1 with a stride, which pass most of their input over: the shortcuts of ResNets.

    `first` and `last` are the first and the last that are counted. `middle` has as many of the
    counted ones before it as behind it, or one more before it, where depthwise convolutions do not
    count: each of their channels sees one channel of the layer before.

    Args:
        wanted: a name, as for `find_layer`; one of `SELECTORS`, where no layer has it as its name;
            or `{"convolution": selector}`, whatever the layers are called.
        shape: (H, W, C) of an image; a black one goes through the model if a selector is given.

    Raises:
        UserError: the model runs no convolution. That there is a layer of the name is not checked.
    """
    if isinstance(wanted, str) and (wanted not in SELECTORS or has_layer(model, wanted)):
        return ChosenLayer(wanted)
    selector = wanted if isinstance(wanted, str) else wanted["convolution"]
    passed, classes = _pass(model, shape)
    convolutions = {n: size for n, size in passed.items() if size}
    if not convolutions:
        raise UserError(
            f"filters.layers: there is no {selector} convolution, for the model runs no nn.Conv2d; "
            f"name layers instead, such as {next(iter(passed), 'those in print(model)')}"
        )
    modules = dict(users_network(model).named_modules())
    counted = [n for n, size in convolutions.items() if size > 1 and not _skips(modules[n])]
    counted = counted or list(convolutions)
    mixing = [n for n in counted if not _is_depthwise(modules[n])] or counted
    chosen = {"first": counted[0], "middle": mixing[len(mixing) // 2], "last": counted[-1]}
    name = chosen[selector]
    role = _joined([one for one in SELECTORS if chosen[one] == name]) + " convolution"
    if name == list(passed)[-1] and modules[name].out_channels == classes:
        role += ", one filter a class"
    return ChosenLayer(name, selector, role)


def _pass(model: nn.Module, shape: tuple[int, int, int]) -> tuple[dict[str, int], int]:
    """The layers with weights in the order in which a black image passes them.

    Returns:
        For each the number of positions that a convolution is given, 0 for another kind of layer;
        and the number of classes.
    """
    passed: dict[str, int] = {}

    def note(name: str, module: nn.Module, inputs: tuple) -> None:
        if isinstance(module, nn.Conv2d):
            (of_layer,) = inputs
            passed[name] = max(passed.get(name, 0), of_layer.shape[-2:].numel())
        elif [*module.parameters(recurse=False)]:
            passed.setdefault(name, 0)

    logits = run_black(model, shape, note)
    return passed, logits.shape[-1]


def _skips(layer: nn.Conv2d) -> bool:
    return layer.kernel_size == (1, 1) != layer.stride


def _is_depthwise(layer: nn.Conv2d) -> bool:
    return layer.groups == layer.in_channels > 1


def _joined(words: list[str]) -> str:
    return " and ".join(", ".join(words).rsplit(", ", 1))
