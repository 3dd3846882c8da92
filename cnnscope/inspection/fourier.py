"""Steps for gradient ascent on pictures that make structure, not noise."""

import torch

# Light, red against blue, green against magenta, and how far photographs spread along each. The
# measured ratio is nearer 1 : 0.3 : 0.15, which leaves pictures of colour filters almost grey.
_COLOUR_AXES = ((1.0, 1.0, 1.0), (1.0, 0.0, -1.0), (-1.0, 2.0, -1.0))
_COLOUR_SPREAD = (1.0, 0.4, 0.25)
# Cycles a pixel. Faster waves fit the grid of the pooling rather than anything photographed, and
# cover the pictures of deep layers with a chequer; a wave at 0.3 is already halved.
_FASTEST = 0.3
# The root mean square of the mean colour against that of the structure around it.
_MEAN_COLOUR = 0.5
# What is weaker than this, relative to the whole, is rounding and not to be blown up.
_ROUNDING = 1e-4


class Preconditioner:
    """Turns the gradient of a picture into a direction shaped like a photograph.

    A gradient weighs all spatial frequencies and colours alike, and ascent along it ends in
    high-frequency speckle. Photographs have an amplitude that falls with the frequency f and
    channels that rise and fall together. Here every wave of the gradient is divided by f, the
    fastest ones are damped further, and the colours are correlated again: ascent in a Fourier
    basis with decorrelated colours, seen from the pixels (Olah, Mordvintsev, Schubert 2017,
    "Feature Visualization", Distill, section "Preconditioning and Parameterization").

    The mean colour and the structure around it are scaled apart. Otherwise the mean colour, the
    slowest wave of all, takes the whole step, and most filters show a flat colour.

    Args:
        size: height and width of the pictures.
        channels: 3 has its colours correlated; any other number goes channel by channel.
        like: a gradient; says on which device and in which precision they come.
    """

    def __init__(self, size: tuple[int, int], channels: int, like: torch.Tensor) -> None:
        self.size = size
        height, width = size
        kind = {"device": like.device, "dtype": like.dtype}
        rows = torch.fft.fftfreq(height, **kind)[:, None]
        columns = torch.fft.rfftfreq(width, **kind)[None, :]
        # The mean would weigh infinitely; it gets the weight of the slowest wave.
        frequency = torch.hypot(rows, columns).clamp(min=1 / max(size))
        self.decay = 1 / (frequency * (1 + (frequency / _FASTEST) ** 4))
        self.colours = _colour_correlation(channels).to(**kind)

    def direction(self, gradient: torch.Tensor) -> torch.Tensor:
        """The step for `gradient`, (F, C, H, W), each picture by itself.

        Its structure has mean 0 and root mean square 1, its mean colour root mean square 0.5; a
        part that is only rounding stays away. A gradient of zeros gives zeros.
        """
        # By the largest value first: the squares of a tiny gradient would vanish.
        largest = gradient.abs().amax(dim=(1, 2, 3), keepdim=True)
        gradient = gradient / largest.clamp(min=torch.finfo(gradient.dtype).tiny)
        smooth = torch.fft.irfft2(torch.fft.rfft2(gradient) * self.decay, s=self.size)
        smooth = torch.einsum("ij,fjhw->fihw", self.colours, smooth)
        smooth = smooth / _strength(smooth).clamp(min=_ROUNDING)
        mean = smooth.mean(dim=(2, 3), keepdim=True)
        structure = smooth - mean
        structure = structure / _strength(structure).clamp(min=_ROUNDING)
        return structure + _MEAN_COLOUR * mean / _strength(mean).clamp(min=_ROUNDING)


def _strength(pictures: torch.Tensor) -> torch.Tensor:
    """The root mean square of each picture, (F, 1, 1, 1)."""
    return pictures.square().mean(dim=(1, 2, 3), keepdim=True).sqrt()


def _colour_correlation(channels: int) -> torch.Tensor:
    if channels != 3:
        return torch.eye(channels)
    axes = torch.tensor(_COLOUR_AXES)
    axes = axes / axes.norm(dim=1, keepdim=True)
    return axes.T @ torch.diag(torch.tensor(_COLOUR_SPREAD).square()) @ axes
