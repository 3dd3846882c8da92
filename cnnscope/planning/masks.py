"""Where the objects of images are: the masks of the demo, or those of the user."""

from functools import cache
from pathlib import Path

from cnnscope.data.fingerprint import digest_of_named
from cnnscope.data.mask_names import mask_name
from cnnscope.data.source import Source
from cnnscope.files import why_no_file
from cnnscope.planning.pictures import decoding, demo
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Given, Ref, Result


@cache
def masks(plan: Plan, table: Ref) -> Result | None:
    """The masks of the images that a table lists, in its order; None where there are none.

    Its output `masks` is bool (N, size, size), false everywhere for an image without a mask.

    Args:
        table: a CSV file whose column `path` holds `<split>/<name>`: the `table` of decoded images
            or the `index` of an image set.
    """
    run, images = plan.run, table.result
    beside = {"table": table}
    if run.dataset is None:
        return decoding(plan, "masks", images.label, {}, demo(plan)["dataset"], beside=beside)
    folder = run.settings["dataset"]["masks"]
    if folder is None:
        return None
    source = Source(Path(folder), run.source.layout, memory=plan.contents.memory)
    return decoding(plan, "masks", images.label, {}, _given(plan, source, images), source, beside)


def _given(plan: Plan, source: Source, images: Result) -> Given:
    """The content of the user's masks for those images that `images` may hold, and of no others."""
    split = images.parameters["split"]
    place = source.place(split)
    names = images.parameters.get("names", plan.run.images(split))
    files = [mask for mask in map(mask_name, names) if why_no_file(place / mask) is None]
    return Given(digest_of_named(zip(files, plan.contents.digests(place, files), strict=True)))
