"""What is given to the library's functions, checked, and made the arrays that methods take."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image
from torch import nn

from cnnscope.errors import UserError
from cnnscope.near import unknown
from cnnscope.networks.classifier import Classifier, device_of
from cnnscope.settings import complete

# One image, or several of one size: uint8, with a last axis of 1 or 3 colour channels.
Images = npt.ArrayLike | Image.Image | Sequence[Image.Image]
_Declared = TypeVar("_Declared")


def declared(kind: str, name: str, known: Mapping[str, _Declared]) -> _Declared:
    """The declaration of that name; `kind` is what the argument is called."""
    if name not in known:
        raise UserError(f"{kind}: {unknown(kind, name, known)}")
    return known[name]


def completed(of: str, options: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The given options of a method or metric, checked, with the defaults of the others."""
    schema = {"type": "object", "additionalProperties": False, "properties": options}
    try:
        return complete(given, schema)
    except UserError as error:
        reason = str(error).removeprefix("config: ").replace("unknown key", "unknown option")
        raise UserError(f"{of}: {reason}") from None


def as_images(argument: str, given: Images) -> npt.NDArray[np.uint8]:
    """Images as uint8 (N, H, W, C), N > 0.

    Raises:
        UserError: they are something else; it names the argument.
    """
    if isinstance(given, Image.Image):
        given = [given]
    images = _stacked(argument, given) if isinstance(given, Sequence) else np.asarray(given)
    images = images[None] if images.ndim == 3 else images
    if images.dtype != np.uint8:
        raise UserError(f"{argument}: {images.dtype}, not uint8; give intensities from 0 to 255")
    if images.ndim != 4 or images.shape[3] not in (1, 3) or not images.size:
        raise UserError(
            f"{argument}: the shape {images.shape} is none of (N, H, W, C) and (H, W, C), where C "
            "is 1 or 3; of tensors (N, C, H, W) move the second axis to the end"
        )
    return np.ascontiguousarray(images)


def _stacked(argument: str, given: Sequence[Any]) -> npt.NDArray[Any]:
    if len({one.size for one in given if isinstance(one, Image.Image)}) > 1:
        raise UserError(f"{argument}: they have several sizes; resize them to one")
    return np.asarray([_pixels(one) if isinstance(one, Image.Image) else one for one in given])


def _pixels(image: Image.Image) -> npt.NDArray[np.uint8]:
    grey = image.mode in ("1", "L")
    pixels = np.asarray(image.convert("L" if grey else "RGB"), np.uint8)
    return pixels[..., None] if grey else pixels


def one_each(argument: str, given: npt.ArrayLike, count: int) -> npt.NDArray[np.int64]:
    """A whole number for each of `count` images, int64 (N,), from one for all or one for each."""
    numbers = np.asarray(given)
    if numbers.dtype.kind not in "iu" or numbers.shape not in ((), (count,)):
        raise UserError(
            f"{argument}: give a class number for all images, or one for each of the {count}"
        )
    return np.broadcast_to(numbers, (count,)).astype(np.int64)


def as_masks(
    metric: str, given: npt.ArrayLike | None, shape: tuple[int, ...]
) -> npt.NDArray[np.bool_]:
    """Masks as bool (N, H, W), of the shape of the maps."""
    if given is None:
        raise UserError(f"masks: {metric} needs them, bool (N, H, W), true where the object is")
    masks = np.asarray(given)
    if masks.dtype != np.bool_ or masks.shape != shape:
        raise UserError(f"masks: {masks.dtype} {masks.shape}, where bool {shape} is needed")
    return masks


def as_background(
    method: str, takes: bool, given: Images | None, shape: tuple[int, ...]
) -> npt.NDArray[np.uint8] | None:
    """The background, uint8 (B, H, W, C), if the method takes one with its options.

    Args:
        takes: whether it does.
        shape: of the images that are explained.
    """
    if not takes:
        if given is not None:
            raise UserError(f"background: {method} takes none with these options; leave it out")
        return None
    if given is None:
        raise UserError(
            f"background: {method} needs images that stand for nothing to see, uint8 "
            "(B, H, W, C), such as some of the training"
        )
    background = as_images("background", given)
    if background.shape[1:] != shape[1:]:
        raise UserError(
            f"background: its images are {background.shape[1:]}, those to explain {shape[1:]}"
        )
    return background


def normalising(
    model: nn.Module, mean: Sequence[float] | None, std: Sequence[float] | None
) -> nn.Module:
    """The model as methods take it, of images in [0, 1]; the given one where nothing is given."""
    if mean is None and std is None:
        return model
    if mean is None or std is None:
        raise UserError("mean, std: give both or neither, a number a channel")
    wrapped = Classifier(model, mean, std)
    wrapped.mean, wrapped.std = (one.to(device_of(model)) for one in (wrapped.mean, wrapped.std))
    return wrapped
