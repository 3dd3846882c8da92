"""The sentence on what maps may be trusted with says what their scores say."""

import numpy as np
import pytest

from cnnscope.evaluation.trust import trust

METRICS = {
    "deletion": {"title": "Deletion", "better": "lower", "category": "faithfulness"},
    "insertion": {"title": "Insertion", "better": "higher", "category": "faithfulness"},
    "sparseness": {"title": "Sparseness", "better": "higher", "category": "complexity"},
}
NOISE = np.full(4, 0.5)


def scored(own, blurred) -> np.ndarray:
    return np.array([own, blurred, NOISE])


@pytest.mark.parametrize(
    ("deletion", "insertion", "said"),
    [
        (
            [0.1] * 4,
            [0.9, 0.9, 0.9, 0.4],
            "These maps find more of what the network uses than noise does, by deletion on 4 of 4 "
            "and by insertion on 3 of 4 images.",
        ),
        (
            [0.1] * 4,
            [0.9, 0.9, 0.4, 0.4],
            "The metrics disagree on these maps: better than noise by deletion on 4 of 4 and by "
            "insertion on 2 of 4 images.",
        ),
        (
            [0.9, 0.9, 0.1, 0.1],
            [0.4] * 4,
            "Do not trust these maps with what the network uses: better than noise by deletion on "
            "2 of 4 and by insertion on 0 of 4 images.",
        ),
    ],
)
def test_the_verdict_follows_the_images_on_which_noise_is_beaten(deletion, insertion, said):
    scores = {
        "deletion": scored(deletion, [1.0] * 4),
        "insertion": scored(insertion, [0.0] * 4),
    }
    assert trust(scores, METRICS) == said


def test_a_better_blurred_copy_is_told():
    scores = {"deletion": scored([0.2] * 4, [0.1, 0.1, 0.1, 0.3])}
    assert trust(scores, METRICS) == (
        "These maps find more of what the network uses than noise does, by deletion on 4 of 4 "
        "images; a blurred copy scores better still, so trust no fine detail."
    )


def test_images_without_a_score_do_not_count():
    scores = {"deletion": scored([0.1, np.nan, 0.1, 0.9], [1.0] * 4)}
    assert "by deletion on 2 of 3 images" in trust(scores, METRICS)


def test_metrics_that_do_not_ask_what_the_network_uses_say_nothing():
    assert trust({"sparseness": scored([0.9] * 4, [0.1] * 4)}, METRICS) == ""
    assert trust({"deletion": scored([np.nan] * 4, [np.nan] * 4)}, METRICS) == ""
    assert trust({}, METRICS) == ""
