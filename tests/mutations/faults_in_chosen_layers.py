"""Faults in the choice of layers and filters that nobody has named."""

from mutation import faults_of

CHOSEN_LAYERS = [
    *faults_of(
        "cnnscope/networks/convolutions.py",
        "networks/test_convolutions.py",
        ("a shortcut counts", "layer.kernel_size == (1, 1) != layer.stride", "False"),
        ("what is given one position counts", "if size > 1 and not", "if not"),
        ("a depthwise layer is the middle", "layer.groups == layer.in_channels > 1", "False"),
        (
            "the order is that of the names",
            "size for n, size in passed.items() if size}",
            "passed[n] for n in sorted(passed) if passed[n]}",
        ),
        (
            "a selector wins over a module that is named",
            "(wanted not in SELECTORS or has_layer(model, wanted))",
            "wanted not in SELECTORS",
        ),
    ),
    *faults_of(
        "cnnscope/networks/layers.py",
        "networks/test_layers.py",
        ("filters come twice", "count = min(wanted, channels)", "count = wanted"),
    ),
    *faults_of(
        "cnnscope/planning/run.py",
        "planning/test_filter_layers.py",
        (
            "auto asks for layers of these names",
            '{"layer": {"convolution": name}, ',
            '{"layer": name, ',
        ),
    ),
]
