"""How masks are called: what a plan has to know of them, without a library that reads pictures."""

from pathlib import PurePosixPath


def mask_name(image: str) -> str:
    """The name of an image's mask: `0_3.png` for `0_3.jpg`, in the same folders."""
    return str(PurePosixPath(image).with_suffix(".png"))
