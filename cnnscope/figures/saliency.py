"""Images over their saliency maps."""

from functools import partial

from cnnscope.figures import maps
from cnnscope.figures.chart import Chart

CHART = Chart(
    title="saliency maps",
    category="Saliency",
    caption="Each image over its saliency map, the gradient of a class's score with respect to the "
    "image (absolute, the largest of the colour channels): the brighter a pixel, the more a small "
    "change of it would change the score. The class (``saliency.target``: {options[target]}) is "
    "named above the map.\n\n"
    "Colours: ``{colours}``, from 0 to the 99.5th percentile of the map. That value stands above "
    "each map, in logits per unit of intensity (from black to white): every map has its own scale. "
    "{scored}{frame}\n\n"
    "Changed by: ``saliency.images``, ``saliency.target``, ``figures.colormaps.saliency``, "
    "``figures.images``.",
    reads={
        "maps": "attribution.array",
        "details": "attribution.details",
        "facts": "attribution.facts",
        "scores": "own_scores.table",
        "score_facts": "own_scores.facts",
    },
    optional=("scores", "score_facts"),
    uses=("names", "colours"),
    about="method",
    images=True,
)

# As `cnnscope.figures.maps.draw`, for maps (N, H, W) >= 0 of absolute gradients.
draw = partial(
    maps.draw,
    signed=False,
    label="|gradient| of the named class's score",
    title="Saliency: the pixels that the class score would notice first",
)
