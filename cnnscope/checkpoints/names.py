"""Find a network's own names among those that a training framework wrote into a checkpoint."""

import re
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Mapping

import torch
from torch import nn

from cnnscope.checkpoints.file_kinds import listed, printable
from cnnscope.errors import UserError

# torch.compile puts it before the names of the module that was compiled, all of it or a part.
_COMPILED = re.compile(r"(^|\.)_orig_mod\.")
# A moving average of the weights, which is kept beside the weights themselves.
_AVERAGE = re.compile(r"(^|[._])ema([._]|$)")
# What a network is trained and judged with: losses and metrics may hold tensors, too.
_TRAINING = re.compile(
    r"(^|_)(criterion|loss|losses|metrics?|acc|accuracy|f1|auc|auroc|precision|recall|confmat)"
    r"(_|\d|\.|$)",
    re.IGNORECASE,
)
# Names of modules could have dots when torchvision's DenseNets were trained, and norm1 was norm.1
# (torchvision.models.densenet._load_state_dict).
_DENSE_LAYER = re.compile(r"(.*denselayer\d+\.(?:norm|relu|conv))([12]\..*)")


def with_own_names(
    state: Mapping[str, torch.Tensor],
    network: nn.Module,
    name: str,
    log: Callable[[str], None] = print,
) -> Mapping[str, torch.Tensor]:
    """The weights under the names that `network` has for them.

    A prefix that they share is taken off, such as `module.` of DataParallel or `model.backbone.` of
    a Lightning module. What lies beside them is left out, and so are losses and metrics; a line in
    the log names it. Of weights and their moving average (EMA) the weights are taken.

    Args:
        state: from `read_state_dict`.
        name: name of the checkpoint in messages.
        log: receives one line at a time.

    Returns:
        A state dict with all names of `network`; or, where weights are missing, one that
        `load_weights` will refuse with the difference.

    Raises:
        UserError: the network is there several times.
    """
    own = network.state_dict()
    aliases = _aliases(own)
    # BatchNorm counts batches since PyTorch 0.4.1, for a training with a cumulative average alone.
    needed = {key for key in own if not key.endswith("num_batches_tracked")}
    state = _renamed(state, lambda key: _COMPILED.sub(r"\1", key))
    found = _found_under(state, aliases)
    fitting = [prefix for prefix, names in found.items() if needed <= names]
    if fitting:
        prefix = _chosen(fitting, name)
    else:
        prefix = max(found, key=lambda prefix: len(found[prefix]), default="")

    def own_name(key: str) -> str | None:
        rest = key.removeprefix(prefix)
        if rest in aliases or not fitting:
            return aliases.get(rest, rest)
        return rest if key.startswith(prefix) and not _TRAINING.search(rest) else None

    renamed = _renamed(state, own_name)
    if left_out := [key for key in state if own_name(key) is None]:
        log(f"{name}: left out what is not the network's: {listed(left_out)}")
    if fitting:
        renamed.update({key: own[key] for key in own.keys() - renamed.keys()})
    return renamed


def _aliases(own: Collection[str]) -> dict[str, str]:
    """The network's own names by the names that a checkpoint may have for them."""
    old = {f"{m[1]}.{m[2]}": m[0] for m in map(_DENSE_LAYER.fullmatch, own) if m}
    return {key: key for key in own} | old


def _found_under(state: Collection[str], aliases: Mapping[str, str]) -> dict[str, set[str]]:
    """The network's names that follow each prefix."""
    deepest = max(key.count(".") for key in aliases) + 1 if aliases else 0
    found: dict[str, set[str]] = defaultdict(set)
    for key in state:
        # No further than the network's names reach: a hostile name may have a million dots.
        parts = key.split(".")[-deepest:]
        for start in range(len(parts)):
            rest = ".".join(parts[start:])
            if rest in aliases:
                found[key.removesuffix(rest)].add(aliases[rest])
    return found


def _chosen(fitting: list[str], name: str) -> str:
    if "" in fitting:
        return ""
    weights = [prefix for prefix in fitting if not _AVERAGE.search(prefix)] or fitting
    if len(weights) > 1:
        raise UserError(
            f"{printable(name)} holds the network {len(weights)} times, under {listed(weights)}; "
            "save the weights that are meant alone"
        )
    return weights[0]


def _renamed(
    state: Mapping[str, torch.Tensor], rename: Callable[[str], str | None]
) -> OrderedDict[str, torch.Tensor]:
    """`state` with other names, without those for which there is none.

    Its metadata, which holds the version of each module under the module's name, goes along.
    """
    names = {key: rename(key) for key in state}
    renamed = OrderedDict((names[key], state[key]) for key in state if names[key] is not None)
    metadata = getattr(state, "_metadata", None)
    if metadata is not None:
        modules = {key: rename(f"{key}." if key else "") for key in metadata}
        renamed._metadata = OrderedDict(
            (modules[key].removesuffix("."), metadata[key])
            for key in metadata
            if modules[key] is not None
        )
    return renamed
