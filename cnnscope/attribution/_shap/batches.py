"""How many images go through a network at once while it is differentiated."""

import torch

# The most pixels of images in one pass on a CPU: those of eight images of 128 x 128. The largest
# feature map of the five-block network, of 64 channels, then has 32 MB.
_PIXELS = 2**17


def fitting(images: torch.Tensor, batch_size: int) -> int:
    """As many images of the size of `images` (N, C, H, W) as fit, but no more than `batch_size`."""
    if images.device.type != "cpu":
        return batch_size
    return min(batch_size, max(1, _PIXELS // images[0, 0].numel()))
