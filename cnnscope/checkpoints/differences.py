"""How a checkpoint differs from a model in the names and the shapes of its weights."""

from collections.abc import Iterable, Mapping

import torch

from cnnscope.checkpoints.file_kinds import listed

Shape = tuple[int, ...]


def other_shapes(
    state: Mapping[str, torch.Tensor], own: Mapping[str, torch.Tensor]
) -> dict[str, tuple[Shape, Shape]]:
    """The shapes in the checkpoint and in the model, of the weights where these differ."""
    return {
        key: (tuple(state[key].shape), tuple(own[key].shape))
        for key in own
        if key in state and state[key].shape != own[key].shape
    }


def class_counts(shapes: Iterable[tuple[Shape, Shape]]) -> tuple[int, int] | None:
    """The two numbers of classes, if a different number of classes explains all differences.

    Args:
        shapes: pairs of different shapes, in the checkpoint and in the model.

    If the shapes differ only in their first axis, the outputs of a layer, and no other layer has
    a different number of inputs, then that layer is the last one.
    """
    shapes = list(shapes)
    counts = {(given[:1], want[:1]) for given, want in shapes}
    if len(counts) != 1 or any(given[1:] != want[1:] for given, want in shapes):
        return None
    given, want = counts.pop()
    return (given[0], want[0]) if given and want else None


def difference(state: Mapping[str, torch.Tensor], own: Mapping[str, torch.Tensor]) -> str:
    """How `state` differs from `own` in names and shapes, with a few examples; empty if equal."""
    missing = [key for key in own if key not in state]
    unexpected = [key for key in state if key not in own]
    shapes = other_shapes(state, own)
    if not missing and not unexpected and (counts := class_counts(shapes.values())):
        return (
            f"the checkpoint has {counts[0]} classes, the dataset {counts[1]} (only the last "
            f"layer's shape differs: {listed(list(shapes))}); train it for them "
            "(training.start: checkpoint, or weights), name the classes that it knows "
            "(dataset.classes), or have the architecture make as many outputs (num_classes in "
            "model.arguments)"
        )
    parts = []
    if missing:
        parts.append(f"it lacks {listed(missing)}")
    if unexpected:
        parts.append(f"it has {listed(unexpected)}, which the model has not")
    if shapes:
        told = [f"{key} is {_by(given)}, not {_by(want)}" for key, (given, want) in shapes.items()]
        parts.append(f"shapes differ: {listed(told)}")
    if parts:
        parts.append("the architecture or its arguments are not those it was trained with")
    return "; ".join(parts)


def _by(shape: Shape) -> str:
    return "×".join(map(str, shape)) or "a single number"
