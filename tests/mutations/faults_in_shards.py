"""Faults in how images are divided into shards, put together again and scored."""

from mutation import Mutation, faults_of

_RUN = "workflow/test_shards_of_a_run.py"

SHARDS: list[Mutation] = [
    *faults_of(
        "cnnscope/planning/shards.py",
        "planning/test_shards.py",
        ("a shard is one too full", "len(hashed) <= most", "len(hashed) <= most + 1"),
        ("every image goes to one side", "== bool(bit)", "== True"),
        ("a shard keeps the order that it was given", "sorted(name for", "list(name for"),
        ("a hash follows the process", 'int.from_bytes(digest, "big")', "abs(hash(name))"),
    ),
    *faults_of(
        "cnnscope/attribution/gathering.py",
        "attribution/test_gathering.py",
        ("rows stay in the order of the shards", "whole[rows] = value", "whole[rows[0]] = value"),
        ("what is missing of a ragged detail is 0", "if ragged:", "if False:"),
        (
            "a detail is as wide as in the first shard",
            "max(sizes) for sizes in",
            "sizes[0] for sizes in",
        ),
        (
            "no fact speaks of all images",
            'facts |= summarise(details) if summarise and "refused" not in first else {}',
            "pass",
        ),
    ),
    *faults_of(
        "scripts/gather.py",
        _RUN,
        (
            "images stand in the order of their shards",
            "[places[path] for path in paths]",
            "[[number] for number, _ in enumerate(paths)]",
        ),
    ),
    *faults_of(
        "scripts/picture_set.py",
        _RUN,
        ("a set holds the images of the first shard alone", "parts[part][place]", "parts[0][0]"),
    ),
    *faults_of(
        "cnnscope/networks/classifier.py",
        "attribution/test_contract.py",
        ("a batch is not filled up", "np.zeros((count,", "np.zeros((len(batch),"),
    ),
    *faults_of(
        "cnnscope/networks/classifier.py",
        "networks/test_classifier.py",
        ("large images are explained together", "max(1, _PIXELS //", "max(2, _PIXELS //"),
    ),
    *faults_of(
        "cnnscope/evaluation/_removal.py",
        "evaluation/test_removal.py",
        ("the worst pixels go first", "np.argsort(-ranked", "np.argsort(ranked"),
        (
            "the area is a sum of steps",
            "np.trapezoid(probabilities, dx=1 / steps)",
            "probabilities.mean()",
        ),
        (
            "insertion hides",
            "if shown_first else (image, hidden)",
            "if not shown_first else (image, hidden)",
        ),
        ("hidden is black", "hidden = grey_baseline", "hidden = 0 * grey_baseline"),
        ("the logit is followed", "probabilities(logits)[:, target]", "logits[:, target]"),
    ),
    *faults_of(
        "cnnscope/evaluation/intervals.py",
        "evaluation/test_intervals.py",
        (
            "the interval is of the images, not of their mean",
            "values[chosen].mean(1)",
            "values[chosen].ravel()",
        ),
        ("one end is cut less", "(1 - share) / 2, ", "(1 - share), "),
    ),
]
