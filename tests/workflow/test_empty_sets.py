"""Image sets that turn out to hold no image: only the run can tell."""

import json

import numpy as np
from test_bad_input import said

RESULTS = "results/small"


def test_a_set_without_images_is_said_and_the_others_are_explained(finished):
    """The testing split has no labels, so there is none to be chosen by its class."""
    finished.configure(
        image_sets={
            "gallery": {"split": "training", "positions": [0, 7]},
            "none": {"split": "testing", "per_class": 1},
            "unmixed": {"split": "testing", "confusions": 2},
        },
        saliency={"images": ["none", "gallery"]},
        lime={"images": ["none", "unmixed"], "samples": 20},
    )
    targets = ("saliency", f"{RESULTS}/figures/samples.png", "lime")
    line = said(finished.snakemake(*targets, "--keep-going"))
    assert "lime.images: no image to explain: image set none is empty: no image of testing" in line
    assert "image set unmixed is empty: no image of testing has a label; name another set" in line
    folder = finished.folder / RESULTS
    log = (folder / "logs/saliency.log").read_text()
    assert "saliency.images: image set none is empty: no image of testing has a label" in log
    assert len(np.load(folder / "attributions/saliency.npy")) == 2
    assert (folder / "figures/saliency.png").exists()
    facts = json.loads((folder / "image_sets/none.json").read_text())
    assert facts["absent_classes"] == [0, 1, 2]
