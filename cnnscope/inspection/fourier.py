"""Precondition the gradient of a picture, so that ascent shows patterns instead of noise."""

import torch

# The axes of colour: brightness, red against blue, and green against magenta, with the standard
# deviation along each. That of photographs is nearer 1 : 0.3 : 0.15, but with these values the
# pictures of colour filters would be almost grey.
_COLOUR_AXES = ((1.0, 1.0, 1.0), (1.0, 0.0, -1.0), (-1.0, 2.0, -1.0))
_COLOUR_SPREAD = (1.0, 0.4, 0.25)
# In cycles per pixel. A wave of this frequency is damped to one half, and faster ones further. They
# fit the grid of the pooling rather than photographs, and would cover the pictures of deep layers
# with a chequerboard.
_FASTEST = 0.3
# Root mean square of the mean colour, relative to that of the pattern around it.
_MEAN_COLOUR = 0.5
# A part that is weaker than this, relative to the whole, is rounding and is not amplified.
_ROUNDING = 1e-4


class Preconditioner:
    """Turns the gradient of a picture into a direction with the statistics of photographs.

    A gradient treats all spatial frequencies and colours alike, and ascent along it ends in
    high-frequency noise. In photographs, the amplitude falls with the frequency f, and the colour
    channels are correlated. So each wave of the gradient is divided by f, the fastest waves are
    damped further, and the channels are correlated. This is ascent in a Fourier basis with
    decorrelated colours, written as a step of the pixels (Olah, Mordvintsev, Schubert 2017,
    "Feature Visualization", Distill, section "Preconditioning and Parameterization").

    The mean colour and the pattern around it are scaled separately. Otherwise the mean colour,
    the slowest wave, would take up the whole step, and most pictures would be one flat colour.

    Args:
        size: height and width of the pictures.
        channels: colours are correlated only if there are 3.
        like: a tensor with the device and precision of the gradients.
        fall: the power of the frequency that a wave is divided by.
        fastest: in cycles per pixel; a wave of this frequency is damped to one half.
    """

    def __init__(
        self,
        size: tuple[int, int],
        channels: int,
        like: torch.Tensor,
        fall: float = 1.0,
        fastest: float = _FASTEST,
    ) -> None:
        self.size = size
        height, width = size
        kind = {"device": like.device, "dtype": like.dtype}
        rows = torch.fft.fftfreq(height, **kind)[:, None]
        columns = torch.fft.rfftfreq(width, **kind)[None, :]
        # The mean, of frequency 0, gets the weight of the slowest wave instead of an infinite one.
        frequency = torch.hypot(rows, columns).clamp(min=1 / max(size))
        self.decay = 1 / (frequency**fall * (1 + (frequency / fastest) ** 4))
        self.colours = _colour_correlation(channels).to(**kind)

    def direction(self, gradient: torch.Tensor) -> torch.Tensor:
        """The direction for `gradient`, (F, C, H, W), where each picture is treated by itself.

        It is the sum of a pattern with mean 0 and root mean square 1, and a mean colour with root
        mean square 0.5. A part that is nothing but rounding, or zero, is not scaled up.
        """
        # Divided by the largest value first, because squares of a tiny gradient would underflow.
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
