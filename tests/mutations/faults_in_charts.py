"""Faults in what many figures share, and in the charts that show numbers alone."""

from mutation import faults_of

CHARTS = [
    *faults_of(
        "cnnscope/figures/activations.py",
        "figures/test_drawn_activations.py",
        (
            "images and channels are mixed up",
            "maps[: len(images)].swapaxes(0, 1)",
            "maps[: len(images)].swapaxes(0, 1)[::-1]",
        ),
        (
            "each channel is scaled by the layer",
            '_range(channels) if scale == "shared" else _own_ranges(channels)',
            "_range(channels)",
        ),
        (
            "the overview shows the first layer again",
            "for maps, _ in layers]",
            "for maps, _ in layers[:1] * len(layers)]",
        ),
    ),
    *faults_of(
        "cnnscope/figures/samples.py",
        "figures/test_drawn_confusion.py",
        (
            "every sample is the first",
            "show_image(grid[row, column], images[i])",
            "show_image(grid[row, column], images[0])",
        ),
        ("a sample has the number of its place", "{facts['positions'][i]}", "{i}"),
    ),
    *faults_of(
        "cnnscope/figures/style.py",
        "figures/test_draw.py figures/test_drawn_attributions.py figures/test_drawn_confusion.py",
        (
            "right and wrong change colours",
            "color=_RIGHT if right else _WRONG",
            "color=_WRONG if right else _RIGHT",
        ),
        ("right and wrong change marks", '"✓" if predicted == label', '"✓" if predicted != label'),
        (
            "grey is stretched from black to white",
            'cmap="gray" if grey else None, vmin=0, vmax=255',
            'cmap="gray" if grey else None',
        ),
    ),
    *faults_of(
        "cnnscope/figures/training_curves.py",
        "figures/test_draw_training_curves.py",
        (
            "both curves are those of validation",
            'values = [point[f"{split}_{quantity}"] for',
            'values = [point[f"validation_{quantity}"] for',
        ),
        (
            "the best point is the worst",
            'max(known, key=lambda point: point["validation_accuracy"])',
            'min(known, key=lambda point: point["validation_accuracy"])',
        ),
    ),
    *faults_of(
        "cnnscope/figures/class_scores.py",
        "figures/test_draw_class_scores.py",
        (
            "every bar is that of the first score",
            "[number(line[column]) for line in lines]",
            "[number(line[next(iter(columns))]) for line in lines]",
        ),
    ),
    *faults_of(
        "cnnscope/figures/class_support.py",
        "figures/test_draw_class_scores.py",
        ("the ranking is reversed", '-number(line["f1"])', 'number(line["f1"])'),
    ),
    *faults_of(
        "cnnscope/figures/class_distribution.py",
        "figures/test_class_distribution.py",
        (
            "every bar is that of the whole dataset",
            "[int(row[name]) for row in rows] for",
            '[int(row["all"]) for row in rows] for',
        ),
    ),
]
