"""The steps of gradient ascent, which all pictures of this folder are found by."""

from collections.abc import Callable, Iterable

import numpy as np
import torch

from cnnscope.inspection.fourier import Preconditioner

# Intensities are kept this far from 0 and 1, where their logits would be infinite.
DARKEST = 1e-3


def climb(
    score: Callable[[torch.Tensor], torch.Tensor],
    logits: torch.Tensor,
    base: torch.Tensor | float,
    views: Iterable[Callable[[torch.Tensor], torch.Tensor]],
    contrast: float,
    preconditioner: Preconditioner,
) -> torch.Tensor:
    """The logits of a picture that raises a score: `base` plus a pattern.

    A picture is the sigmoid of its logits. Step k = 0, 1, ... moves them by the share 2 / (k + 2)
    of the way to `base` plus `contrast` times the preconditioned, normalised gradient. This is
    conditional gradient ascent (Frank and Wolfe 1956, "An algorithm for quadratic programming"): it
    bounds the contrast, needs no step size, and removes what the picture started from.

    Args:
        score: a picture (1, C, H, W) in (0, 1) -> the number that is to rise.
        logits: (1, C, H, W), where the ascent begins.
        base: what the pattern is added to.
        views: one a step: what is done to the picture before it is scored, such as a shift.
        contrast: root mean square of the pattern, without its mean colour.
        preconditioner: what gives the pattern the look of photographs.
    """
    for step, view in enumerate(views):
        logits = logits.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(score(view(torch.sigmoid(logits))), logits)
        aim = base + contrast * preconditioner.direction(gradient)
        logits = torch.lerp(logits.detach(), aim, 2 / (step + 2))
    return logits.detach()


def to_logits(picture: torch.Tensor) -> torch.Tensor:
    """The logits of intensities, which are kept away from 0 and 1."""
    return torch.logit(picture.clamp(DARKEST, 1 - DARKEST))


def to_picture(batch: torch.Tensor) -> np.ndarray:
    """The one picture of a batch (1, C, H, W) as float32 (H, W, C)."""
    return np.ascontiguousarray(batch[0].permute(1, 2, 0).float().cpu().numpy())
