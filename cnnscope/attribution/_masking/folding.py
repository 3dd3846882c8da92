"""Fold batch normalisation into the convolutions before it, which saves passes over the maps."""

from torch import fx, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def fold_norms(traced: fx.GraphModule) -> None:
    """Fold each norm that alone follows a convolution into that, in place.

    Args:
        traced: a network in evaluation mode. The modules that it shares with the network it was
            traced from stay as they are.
    """
    calls = [node for node in traced.graph.nodes if node.op == "call_module"]
    targets = [node.target for node in calls]
    for norm in calls:
        before = norm.args[0]
        single = before in calls and len(before.users) == 1
        if not single or any(targets.count(node.target) > 1 for node in (norm, before)):
            continue
        modules = [traced.get_submodule(node.target) for node in (before, norm)]
        if _can_be_folded(*modules):
            traced.add_submodule(before.target, fuse_conv_bn_eval(*modules))
            norm.replace_all_uses_with(before)
            traced.graph.erase_node(norm)
    traced.recompile()


def _can_be_folded(convolution: nn.Module, norm: nn.Module) -> bool:
    if type(convolution) is not nn.Conv2d or type(norm) is not nn.BatchNorm2d:
        return False
    hooked = any(
        module._forward_hooks or module._forward_pre_hooks for module in (convolution, norm)
    )
    return norm.running_mean is not None and not hooked
