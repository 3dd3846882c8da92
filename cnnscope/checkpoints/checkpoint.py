"""Read the weights of a checkpoint without running any code in it, and write weights."""

import re
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import safetensors.torch
import torch
from torch import nn

from cnnscope.checkpoints import file_kinds
from cnnscope.checkpoints.differences import difference
from cnnscope.checkpoints.file_kinds import kind_of, listed, printable
from cnnscope.checkpoints.torch_files import RESAVE, check_torch_file
from cnnscope.errors import UserError
from cnnscope.files import replacing, why_no_file

# Where frameworks put the state dict; a moving average of the weights (EMA) only where it is alone.
_WRAPPERS = ("state_dict", "model_state_dict", "model", "net")
_AVERAGES = ("state_dict_ema", "model_ema", "ema_state_dict", "ema")


def read_state_dict(path: Path) -> dict[str, torch.Tensor]:
    """Read the weights of a checkpoint, whose format is detected by its content, not its suffix.

    Args:
        path: a safetensors file, or a file of `torch.save` with a state dict, either bare or under
            a key such as `state_dict`, `model` or, where there is no other, `model_ema`.

    Returns:
        Tensors on the CPU by name.

    Raises:
        UserError: the file does not exist, is no checkpoint, is damaged, has no state dict, or
            holds anything but plain data, so that loading it could run code.
    """
    path = Path(path)
    if reason := why_no_file(path):
        raise UserError(f"checkpoint {path} cannot be read: {reason}; give a file of weights")
    try:
        with path.open("rb") as file:
            kind = kind_of(file.read(512))
    except OSError as error:
        raise UserError(f"checkpoint {path} cannot be read: {error.strerror}") from error
    # Tensors created in inference mode could never take part in computing a gradient.
    with torch.inference_mode(False):
        if kind == file_kinds.SAFETENSORS:
            content = _load_safetensors(path)
        elif kind in (file_kinds.TORCH_ZIP, file_kinds.TORCH_LEGACY):
            content = _load_torch(path, kind)
        elif kind == file_kinds.PICKLE:
            raise UserError(f"{path} is a Python pickle, which can run code: refused; {RESAVE}")
        else:
            raise UserError(
                f"{path} is no checkpoint, it looks like {kind or 'nothing known'}: give a .pth, "
                ".pt, .ckpt or .safetensors file, and download it again if it should be one"
            )
        return _tensors(_unwrapped(content, path), path)


def load_weights(model: nn.Module, state: Mapping[str, torch.Tensor], name: str) -> None:
    """Copy the weights into the model; all names and shapes must match.

    Args:
        model: is left unchanged if an error is raised.
        state: from `read_state_dict`.
        name: name of the checkpoint in messages.

    Raises:
        UserError: names or shapes differ, or a weight is NaN or infinite.
    """
    own = model.state_dict()
    for key, tensor in state.items():
        if key in own and own[key].is_floating_point() and not tensor.is_floating_point():
            raise UserError(
                f"{name}: {printable(key)} holds {str(tensor.dtype).removeprefix('torch.')}, not "
                "real weights; save it in floating point"
            )
        # The model computes in float32, where a large finite float64 becomes infinite.
        if tensor.is_floating_point() and not tensor.to(torch.float32).isfinite().all():
            raise UserError(
                f"{name}: {printable(key)} holds NaN or infinite weights: the training diverged or "
                "the file is damaged; use another checkpoint"
            )
    before = {key: tensor.clone() for key, tensor in own.items()}
    try:
        _load_by_version(model, state, own)
    except Exception as error:
        with torch.no_grad():
            for key, tensor in own.items():
                tensor.copy_(before[key])
        reason = difference(state, before) or printable(str(error), 200)
        raise UserError(f"{name} does not fit the model: {reason}") from error


def _load_by_version(
    model: nn.Module, state: Mapping[str, torch.Tensor], own: Mapping[str, torch.Tensor]
) -> None:
    """Load `state` as one of the version of each module that its metadata says.

    Modules rename what an older version of them wrote, and take a state without metadata for an
    old one, if they do not refuse it. Safetensors never have metadata, and mostly today's names.
    """
    given = OrderedDict(state)
    given._metadata = getattr(state, "_metadata", own._metadata)
    try:
        model.load_state_dict(given, strict=True)
    except Exception:
        if hasattr(state, "_metadata"):
            raise
        with suppress(Exception):
            given._metadata = None
            model.load_state_dict(given, strict=True)
            return
        raise


def save_weights(model: nn.Module, path: Path) -> None:
    """Write the model's parameters and buffers as safetensors; equal weights give equal bytes."""
    # Cloned, because safetensors refuses tensors that share memory, such as tied weights.
    state = {
        key: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
        for key, tensor in model.state_dict().items()
    }
    with replacing(path) as partial:
        partial.write_bytes(safetensors.torch.save(state))


def _load_safetensors(path: Path) -> dict[str, torch.Tensor]:
    try:
        return safetensors.torch.load_file(path, device="cpu")
    except Exception as error:
        raise _damaged(path, file_kinds.SAFETENSORS) from error


def _load_torch(path: Path, kind: str) -> object:
    try:
        check_torch_file(path, kind)
        return torch.load(path, map_location="cpu", weights_only=True)
    except UserError:
        raise
    except Exception as error:  # damaged archives raise many types of exceptions
        # Of PyTorch's message only the name of the refused class or function is kept: the rest
        # suggests to load the file with weights_only=False, which would run its code.
        refused = re.search(r"GLOBAL ([\w.]+)", str(error))
        if refused is None:
            raise _damaged(path, "a PyTorch checkpoint") from error
        what = (
            "a whole pickled model" if refused[1].startswith("torch.nn.") else "not weights alone"
        )
        raise UserError(
            f"{path} is {what}: it needs {printable(refused[1])}, and loading that could run any "
            f"code; refused; {RESAVE}"
        ) from error


def _damaged(path: Path, kind: str) -> UserError:
    return UserError(f"{path} looks like {kind}, but is cut short or damaged; get it again")


def _unwrapped(content: object, path: Path) -> Mapping:
    """The state dict in the loaded content."""
    if _is_state(content):
        return content
    if isinstance(content, Mapping):
        for key in (*_WRAPPERS, *_AVERAGES):
            if _is_state(content.get(key)):
                return content[key]
        found = f"a dict with {listed([str(key) for key in content]) or 'nothing in it'}"
    else:
        found = f"a {type(content).__name__}"
    raise UserError(
        f"{path} holds {found}, but no state dict, bare or under {', '.join(_WRAPPERS)}; {RESAVE}"
    )


def _is_state(content: object) -> bool:
    return (
        isinstance(content, Mapping)
        and len(content) > 0
        and all(isinstance(key, str) for key in content)
        and all(isinstance(value, torch.Tensor) for value in content.values())
    )


def _tensors(loaded: Mapping[str, torch.Tensor], path: Path) -> dict[str, torch.Tensor]:
    state = OrderedDict()
    for key, value in loaded.items():
        if value.layout != torch.strided or value.is_quantized or value.device.type != "cpu":
            raise UserError(
                f"{path}: {printable(key)} is a sparse, quantised or empty tensor; save it dense "
                "and in floating point"
            )
        # A few stored numbers can be viewed as a tensor of any size, whose elements would take
        # for ever to check.
        if value.numel() * value.element_size() > value.untyped_storage().nbytes():
            raise UserError(
                f"{path}: {printable(key)} has more elements than numbers are stored for it; save "
                "it as tensor.contiguous()"
            )
        # Makes a plain tensor of an nn.Parameter, without its gradient and hooks.
        state[key] = value.detach()
    if isinstance(getattr(loaded, "_metadata", None), Mapping):
        state._metadata = loaded._metadata
    return state
