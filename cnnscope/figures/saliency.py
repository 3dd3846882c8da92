"""Images over their saliency maps."""

from functools import partial

from cnnscope.figures import maps

# As `cnnscope.figures.maps.draw`, for maps (N, H, W) >= 0 of absolute gradients.
draw = partial(
    maps.draw,
    signed=False,
    label="|gradient| of the named class's score",
    title="Saliency: the pixels that the class score would notice first",
)
