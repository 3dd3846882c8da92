"""Faults in what hides parts of an image and in the methods that do so."""

from mutation import Mutation, faults_of

PERTURBATION: list[Mutation] = [
    *faults_of(
        "cnnscope/attribution/baseline.py",
        "attribution/test_baseline.py",
        ("hiding is black whatever is asked for", 'if kind == "black":', "if kind:"),
        (
            "a region has the colour of the image",
            "flat = regions.reshape(-1)",
            "flat = 0 * regions.reshape(-1)",
        ),
        ("the image itself is shown as blurred", "blurred(image[None])[0]", "image"),
        ("all images have the same noise", 'stream(seed, "noise", image)', 'stream(seed, "noise")'),
        ("background images are those of 8 bits", "background / 255.0", "background / 1.0"),
    ),
    *faults_of(
        "cnnscope/attribution/method.py",
        "attribution/test_baseline.py attribution/test_contract.py",
        (
            "a background of the baseline is not drawn",
            ' or settings.get("baseline") == "background"',
            "",
        ),
        (
            "a number of images that nobody draws counts",
            'else {"images", "background"}',
            'else {"images"}',
        ),
    ),
    *faults_of(
        "cnnscope/attribution/lime.py",
        "attribution/test_baseline.py",
        (
            "the first background image alone hides",
            "probabilities(logits).mean(0)[:",
            "probabilities(logits)[0][:",
        ),
    ),
]
