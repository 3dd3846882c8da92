"""Filters of layers that nobody has named."""

import numpy as np

from cnnscope.files import load_result

# The network has five convolutions of 3, 6, 13, 26 and 26 filters.
CHOSEN = {
    "first": ("cnn.0", [0, 1, 2]),
    "middle": ("cnn.8", [0, 3, 6, 9]),
    "last": ("cnn.16", [0, 6, 13, 19]),
}


def test_auto_pictures_three_convolutions_and_says_which(finished):
    results = finished.folder / "results/small"
    named = np.load(results / "filters/cnn.0.npy")
    finished.configure(filters={"layers": "auto", "steps": 5})
    done = finished.snakemake("filters", "top_images")
    assert done.returncode == 0, done.stdout + done.stderr
    log = (results / "logs/layers.log").read_text().splitlines()
    for selector, (layer, numbers) in CHOSEN.items():
        role = f"{selector} convolution"
        assert f"{selector}: {layer} ({role})" in log
        for question in ("filters", "top_images"):
            array, details, facts = load_result(results / f"{question}/{selector}.npy")
            assert [facts[key] for key in ("layer", "selector", "role")] == [layer, selector, role]
            assert details["filters"].tolist() == numbers and len(array) == len(numbers)
            assert (results / f"figures/{question}_{selector}.png").is_file()
    pictures = np.load(results / "filters/first.npy")
    assert pictures[[0, 2]].tobytes() == named.tobytes(), "as under the layer's own name"
