"""Where to compute, and how to get the same numbers there each time."""

from collections.abc import Callable

import torch

from cnnscope.errors import UserError

# Those that PyTorch leaves to MKL's vector mathematics (aten/src/ATen/cpu/vml.h).
_VECTOR_FUNCTIONS = (
    *("acos", "asin", "atan", "cos", "erf", "erfc", "erfinv", "exp", "log", "log10", "log2"),
    *("logit", "sin", "sqrt", "tan", "tanh", "trunc"),
)


def choose_device(wanted: str) -> torch.device:
    """The device for `auto`, `cpu` or `cuda`, set up to repeat itself exactly.

    Raises:
        UserError: `cuda` is wanted and not there.
    """
    if wanted == "cuda" and not torch.cuda.is_available():
        raise UserError("device: cuda is asked for and PyTorch finds none; use auto or cpu")
    cuda = wanted != "cpu" and torch.cuda.is_available()
    if cuda:
        torch.backends.cudnn.benchmark = False
        torch.backends.cudnn.deterministic = True
        # TF32 keeps 10 bits: too few to agree with the CPU to 1e-3.
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cuda.matmul.allow_tf32 = False
    return torch.device("cuda" if cuda else "cpu")


def use_threads(count: int) -> None:
    """Compute with so many threads from now on; before all else in a process.

    MKL chooses how to compute a vector function when it is first called. Where two threads make
    that first call at once, one of them computes its part with 12 bits instead of 24, silently,
    about once in a thousand processes (https://github.com/pytorch/pytorch/issues/188792). So each
    is called here on a single number, which is one thread's work.
    """
    for kind in (torch.float32, torch.float64):
        number = torch.full((1,), 0.5, dtype=kind)
        for name in _VECTOR_FUNCTIONS:
            getattr(torch, name)(number)
    torch.set_num_threads(count)


def possible_precision(
    precision: str, device: torch.device, log: Callable[[str], None] = print
) -> str:
    """`float32` or `bfloat16`: the precision to compute in where `precision` is wanted."""
    if precision not in ("float32", "bfloat16"):
        raise UserError(f"precision: {precision!r} is none of float32, bfloat16")
    if precision == "bfloat16" and device.type == "cpu" and not _cpu_has_bfloat16():
        log("precision: this processor only emulates bfloat16; float32 is faster on it and used")
        return "float32"
    return precision


def _cpu_has_bfloat16() -> bool:
    return torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
