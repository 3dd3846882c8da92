"""Faults between the files of a run and the library: a wrong answer from right functions."""

from mutation import faults_of

_SEEN = "workflow/test_recomputed.py"
_LOGITS = "predict(model, images)"
_EACH = "predict_each(model, images)"
GLUE = [
    *faults_of(
        "scripts/model_context.py",
        _SEEN,
        ("mean and std are swapped", 'model["mean"], model["std"]', 'model["std"], model["mean"]'),
    ),
    *faults_of(
        "cnnscope/attribution/background.py",
        _SEEN,
        (
            "the background is the first images of training",
            'pool[balanced_draw(labels, count, stream(seed, "background"))]',
            "pool[:count]",
        ),
    ),
    *faults_of(
        "scripts/attribution.py",
        _SEEN,
        ("each image has the logits of another", _EACH, f"{_EACH}[::-1]"),
    ),
    *faults_of(
        "cnnscope/attribution/asked.py",
        "attribution/test_asked.py",
        (
            "the labels are not the job's",
            "known = targets if labels is None else labels",
            "known = targets",
        ),
        ("the target is an option", 'arguments.pop("target")', 'arguments["target"]'),
        (
            "the seed is no seed of the job",
            "labels=labels, seed=self.seed",
            "labels=labels, seed=0",
        ),
    ),
    *faults_of(
        "scripts/image_set.py",
        "data/test_image_set_job.py",
        ("images of a set are in reverse order", "images[positions])", "images[positions[::-1]])"),
    ),
    *faults_of(
        "scripts/decode.py",
        _SEEN,
        ("an image has the label of another", "split.labels[place],", "split.labels[place - 1],"),
        ("an image has the name of another", "{split.names[place]}", "{split.names[place - 1]}"),
    ),
    *faults_of(
        "scripts/predictions.py",
        _SEEN,
        ("predictions are in reverse order", _LOGITS, f"{_LOGITS}[::-1]"),
    ),
    *faults_of(
        "scripts/strongest_images.py",
        _SEEN,
        ("the strongest images are of the reversed split", "    images,\n", "    images[::-1],\n"),
    ),
]
