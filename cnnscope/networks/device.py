"""Choose the device, threads and precision, such that results are reproducible."""

from collections.abc import Callable

import torch

from cnnscope.errors import UserError

# The functions that PyTorch computes with the vector functions of MKL (aten/src/ATen/cpu/vml.h).
_VECTOR_FUNCTIONS = (
    *("acos", "asin", "atan", "cos", "erf", "erfc", "erfinv", "exp", "log", "log10", "log2"),
    *("logit", "sin", "sqrt", "tan", "tanh", "trunc"),
)


def choose_device(wanted: str) -> torch.device:
    """The device for `auto`, `cpu` or `cuda`, set up to give the same results each time.

    Raises:
        UserError: `cuda` is wanted, but there is none.
    """
    if wanted == "cuda" and not torch.cuda.is_available():
        raise UserError("device: cuda is asked for and PyTorch finds none; use auto or cpu")
    cuda = wanted != "cpu" and torch.cuda.is_available()
    if cuda:
        torch.backends.cudnn.benchmark = False
        torch.backends.cudnn.deterministic = True
        # TF32 has a mantissa of 10 bits, too few to agree with the CPU to 1e-3.
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cuda.matmul.allow_tf32 = False
    return torch.device("cuda" if cuda else "cpu")


def use_threads(count: int) -> None:
    """Set the number of threads; call this before any other computation in a process.

    MKL chooses the implementation of a vector function when it is first called. If two threads
    make that first call at the same time, one of them may silently compute its part with 12 bits
    instead of 24, in about one of a thousand processes
    (https://github.com/pytorch/pytorch/issues/188792). So each function is first called here on a
    single number, which runs in one thread.
    """
    for kind in (torch.float32, torch.float64):
        number = torch.full((1,), 0.5, dtype=kind)
        for name in _VECTOR_FUNCTIONS:
            getattr(torch, name)(number)
    torch.set_num_threads(count)


def possible_precision(
    precision: str, device: torch.device, log: Callable[[str], None] = print
) -> str:
    """The precision to compute in: `precision`, or `float32` where bfloat16 is only emulated.

    Raises:
        UserError: `precision` is neither `float32` nor `bfloat16`.
    """
    if precision not in ("float32", "bfloat16"):
        raise UserError(f"precision: {precision!r} is none of float32, bfloat16")
    if precision == "bfloat16" and device.type == "cpu" and not _cpu_has_bfloat16():
        log("precision: this processor only emulates bfloat16; float32 is faster on it and used")
        return "float32"
    return precision


def _cpu_has_bfloat16() -> bool:
    return torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
