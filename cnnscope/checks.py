"""What can be found wrong with the questions before anything runs."""

import difflib
from collections.abc import Mapping, Sequence

from cnnscope.errors import UserError

# As many classes a message lists; of more it names the nearest.
_LISTED = 30
_WAYS = ("positions", "per_class", "confusions")


def check_image(image: Mapping) -> None:
    """Settings of the preprocessing that go together.

    Args:
        image: `channels`, `mean`, `std`, `fit`, `resize`, `interpolation`, `antialias`.
    """
    for key in ("mean", "std"):
        if len(image[key]) != image["channels"]:
            raise UserError(f"image.{key}: give a number a channel (image.channels)")
    if image["resize"] is not None and image["fit"] != "crop":
        raise UserError(
            f"image.resize: goes with image.fit: crop, not {image['fit']}; "
            "image.size alone says how large the network's images are"
        )
    if image["interpolation"] == "lanczos" and not image["antialias"]:
        raise UserError(
            "image.antialias: false is known of bilinear, bicubic and nearest, not of lanczos "
            "(image.interpolation)"
        )


def check_start(settings: Mapping) -> None:
    """See that what a training starts from is there.

    Args:
        settings: `training` and `model`, before `model.weights` settles anything.
    """
    training, model = settings["training"], settings["model"]
    start, freeze = training["start"], training["freeze"]
    if freeze and not start:
        raise UserError(
            f"training.freeze: {freeze} goes with training.start (weights or checkpoint); nothing "
            "at random is worth keeping"
        )
    if start and model[start] is None:
        what = "a name" if start == "weights" else "a file or an address"
        other = "checkpoint" if start == "weights" else "weights"
        hint = f"; or say start: {other}" if model[other] else ""
        raise UserError(f"training.start: {start} needs {what} in model.{start}{hint}")


def check_image_set(name: str, image_set: Mapping, count: int) -> None:
    """One way to choose, and positions that are there.

    Args:
        image_set: `split` and one of `positions`, `per_class`, `confusions`.
        count: images in the split.
    """
    ways = [way for way in _WAYS if way in image_set]
    if len(ways) != 1:
        given = " and ".join(ways) or "none"
        raise UserError(f"image_sets.{name}: give one of {', '.join(_WAYS)}; given: {given}")
    positions = image_set.get("positions", ())
    for position in positions if positions != "all" else ():
        if not 0 <= position < count:
            raise UserError(
                f"image_sets.{name}.positions: {position} is outside of {image_set['split']}, "
                f"which has positions 0 to {count - 1}"
            )


def check_set_names(question: str, names: Sequence[str], image_sets: Mapping) -> None:
    for name in names:
        if name not in image_sets:
            raise UserError(
                f"{question}.images: there is no image set '{name}'; "
                f"image_sets has {', '.join(image_sets)}"
            )


def check_layers(key: str, layers: Sequence[Mapping]) -> None:
    """Each layer once: its results are named after it."""
    names = [one["layer"] for one in layers]
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"{key}: {name} stands there twice; list all its filters in one entry")


def resolve_target(question: str, target: str | int, classes: Sequence[str]) -> str | int:
    """`true` and `predicted` as they stand, a class as its number."""
    if target in ("true", "predicted"):
        return target
    kind = "neither true nor predicted nor a class"
    return _class_number(f"{question}.target", target, classes, kind)


def resolve_classes(key: str, wanted: Sequence[str | int], classes: Sequence[str]) -> list[int]:
    """The numbers of classes that are given by name or number, each once."""
    numbers = [_class_number(key, one, classes, "no class") for one in wanted]
    for number, one in zip(numbers, wanted, strict=True):
        if numbers.count(number) > 1:
            raise UserError(f"{key}: {one} stands there twice")
    return numbers


def _class_number(key: str, wanted: str | int, classes: Sequence[str], kind: str) -> int:
    """The number of a class.

    Args:
        kind: what anything else is called in the message.
    """
    if wanted in classes:
        return classes.index(wanted)
    if isinstance(wanted, str) and wanted.isdecimal():
        # --config hands numbers over as text where text is allowed.
        wanted = int(wanted)
    # Where no class has a name, the network alone knows how many there are.
    if isinstance(wanted, int) and (wanted < len(classes) or not classes):
        return wanted
    wrong = f"{key}: {str(wanted)!r} is {kind}"
    if len(classes) > _LISTED:
        near = difflib.get_close_matches(str(wanted), classes, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise UserError(f"{wrong}, of which there are {len(classes)}{hint}")
    listed = ", ".join(f"{number} {name}" for number, name in enumerate(classes))
    raise UserError(f"{wrong}; {f'classes: {listed}' if classes else 'give its number'}")
