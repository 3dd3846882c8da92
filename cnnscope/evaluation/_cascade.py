"""A network whose layers are made random one after the other, from the logits down."""

import copy
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.nn.modules.batchnorm import _BatchNorm

from cnnscope.errors import UserError
from cnnscope.evaluation._similarity import explained_pixels, likeness
from cnnscope.networks.classifier import device_of
from cnnscope.networks.layers import run_black, users_network
from cnnscope.seeds import seed_for

# Noisy images whose statistics new batch norms take.
_NOISE = 16


def follow(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    first: np.ndarray,
    explain: Callable[[nn.Module, np.ndarray, np.ndarray], np.ndarray],
    *,
    stages: int,
    similarity: str,
    baseline: str,
    seed: int,
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Explain the network at each stage of its cascade, and hold the maps against the first ones.

    Args:
        model, stages, seed: as for `cascade`.
        images: uint8 (N, H, W, C).
        targets: (N,) the class that is explained at every stage.
        first: (N, H, W), the maps of the network itself.
        explain: the method: a model, images and targets to maps (N, H, W).
        similarity: `spearman` or `ssim`, of the maps without their signs.
        baseline: pixels that are equal to it do not count.

    Yields:
        The name of the lowest layer that is random, the maps (N, H, W), and how alike they are to
        the first ones, float64 (N,).
    """
    where = explained_pixels(images, baseline)
    for name, random in cascade(model, images.shape[1:], stages, seed):
        maps = explain(random, images, targets)
        yield name, maps, likeness(similarity, np.abs(first), np.abs(maps), where)


def cascade(
    model: nn.Module, shape: tuple[int, int, int], stages: int, seed: int
) -> Iterator[tuple[str, nn.Module]]:
    """The network with its upper layers made random, a few more at each stage, all at the last.

    Adebayo, Gilmer, Muelly, Goodfellow, Hardt, Kim 2018, "Sanity Checks for Saliency Maps",
    https://arxiv.org/abs/1810.03292, section 3: the cascading randomisation, of which they take
    each layer as a stage. Here the stages are spread evenly over the layers, because each costs a
    run of the method.

    A layer is a module with weights of its own or with `reset_parameters`. Layers are counted in
    the order in which an image reaches them first, so that below a stage all is as it was; a module
    that is never called itself, such as the projections of nn.MultiheadAttention, goes with the
    module around it. `reset_parameters` makes a layer new; what has no such function or is not
    changed by it is drawn from a normal distribution around 0 with the same root mean square. The
    running statistics of new batch norms become those of blurred noise: with 0 and 1, as they are
    set at first, the signal dies out in deep networks, and their answer is the same for all images.

    Args:
        model: maps images in [0, 1] to logits; it is not touched.
        shape: (H, W, C) of an image.
        stages: at least 1; fewer where there are fewer layers.
        seed: together with the name of a layer it determines its weights, which are drawn on the
            processor: neither the number of stages nor the device changes them.

    Yields:
        The name of the lowest layer that is random, and the network, a copy in evaluation mode. It
        is the same object each time, changed in place: use it before the next one is asked for.

    Raises:
        UserError: the network has no weights.
    """
    layers = list(reversed(_layers(model, shape).items()))
    if not layers:
        raise UserError("the network has no weights that could be made random")
    # Copied after it has run without gradients: weights that a norm computes anew in each run
    # carry a graph otherwise, which cannot be copied.
    device, copied = device_of(model), copy.deepcopy(model).eval()
    modules = dict(users_network(copied).named_modules())
    done, norms = 0, []
    for end in _ends(len(layers), stages):
        copied.cpu()
        for name, members in layers[done:end]:
            with torch.random.fork_rng(devices=[]), torch.no_grad():
                torch.manual_seed(seed_for(seed, "cascade", name))
                for member in members:
                    _make_random(modules[member])
            norms += [modules[member] for member in members if _keeps_statistics(modules[member])]
        _settle(copied, norms, shape, seed_for(seed, "cascade"))
        done = end
        yield layers[end - 1][0], copied.to(device)


def _ends(count: int, stages: int) -> list[int]:
    """How many of so many layers are random at each stage; the last has all of them."""
    stages = min(stages, count)
    return [round(stage * count / stages) for stage in range(1, stages + 1)]


def _layers(model: nn.Module, shape: tuple[int, int, int]) -> dict[str, list[str]]:
    """The names of modules with weights, by what is called, in the order of the calls."""
    called: dict[str, list[str]] = {}
    run_black(model, shape, lambda name, *_: called.setdefault(name, []))
    network = users_network(model)
    for name, module in network.named_modules():
        if hasattr(module, "reset_parameters") or [*module.parameters(recurse=False)]:
            around = name
            while around and around not in called:
                around = around.rpartition(".")[0]
            called[around].append(name)
    found = {name or type(network).__name__: members for name, members in called.items()}
    return {name: members for name, members in found.items() if members}


def _make_random(module: nn.Module) -> None:
    """New weights for a module, but not for those inside it."""
    own = dict(module.named_parameters(recurse=False))
    before = {name: parameter.clone() for name, parameter in own.items()}
    resets = hasattr(module, "reset_parameters")
    if resets:
        module.reset_parameters()
    for name, parameter in own.items():
        # The factors of a batch norm may have been 1 and are 1 again.
        is_new = resets and bool((parameter == parameter.flatten()[0]).all())
        if torch.equal(parameter, before[name]) and not is_new:
            parameter.normal_(0, float(parameter.square().mean().sqrt()))


def _keeps_statistics(module: nn.Module) -> bool:
    return isinstance(module, _BatchNorm) and module.track_running_stats


def _settle(
    model: nn.Module, norms: Sequence[nn.Module], shape: tuple[int, int, int], seed: int
) -> None:
    """Give batch norms the statistics of coarse noise, as if they had been trained on it."""
    if not norms:
        return
    height, width, channels = shape
    coarse = torch.rand(_NOISE, channels, 4, 4, generator=torch.Generator().manual_seed(seed))
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        # None: the statistics of this one batch, and nothing of those before.
        norm.momentum = None
        norm.train()
    with torch.no_grad():
        model(functional.interpolate(coarse, (height, width), mode="bilinear"))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
        norm.eval()
