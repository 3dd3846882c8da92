"""Where to compute, and how to get the same numbers there each time."""

import torch

from cnnscope.errors import UserError


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
