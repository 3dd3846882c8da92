"""Values of each section of the config, and the jobs that may run where one changes.

A job is named by its rule and its label, as in `attribution lime`; a rule alone stands for all of
its jobs. Jobs that only publish what is stored are not counted.
"""

from collections.abc import Mapping

QUESTIONS = ("saliency", "filters", "activations", "top_images", "lime", "shap", "confusion")
NOTHING: tuple[str, ...] = ()
EVERYTHING = ("*",)
MODEL_FOLLOWS = (
    "train", "predictions", "attribution", "gather", "image_set", "picture_set",
    "filter_pictures", "activation_maps", "strongest_images", "confusion_counts",
    "class_scores", "class_ascent", "dreams", "figure_*",
)  # fmt: skip
SCORES = (
    "confusion_counts", "class_scores", "figure_chart confusion_matrix", "figure_chart class_*",
)  # fmt: skip
DATA_FOLLOWS = (*MODEL_FOLLOWS, "pictures", "decode", "manifest", "class_counts")
SETS = ("pictures", "picture_set", "image_set")
LIME = ("attribution lime*", "gather lime", "figure_lime")
SALIENCY = ("attribution saliency*", "gather saliency", "figure_saliency")
SHAP = ("attribution shap*", "gather shap", "figure_shap")
FILTERS = ("filter_pictures", "figure_filters")
STRONGEST = ("strongest_images", "figure_top_images")
ACTIVATIONS = ("activation_maps", "figure_activations")
LAYERS = ("layers", "figure_chart model_summary")
WITH_IMAGES = (
    "figure_activations", "figure_filters", "figure_lime", "figure_saliency", "figure_samples",
    "figure_shap",
)  # fmt: skip

# Each section of the config: values that differ from those of the small project.
SETTINGS: Mapping[str, tuple[tuple[tuple[str, ...], tuple[object, ...]], ...]] = {
    "seed": (((*MODEL_FOLLOWS, *LAYERS), (1, 2)),),
    # Where a network runs is no reason to run it again.
    "device": ((NOTHING, ("cpu",)),),
    # How many images a job has before it.
    "shard": (
        (
            (*SETS, "attribution", "gather", "filter_pictures", "activation_maps", "figure_*"),
            (1, 2),
        ),
    ),
    # Where a dataset is given the demo is not drawn.
    "demo": ((("demo", *DATA_FOLLOWS), ({"training": 3},)),),
    "dataset": (
        (
            ("class_counts", "class_scores", "confusion_counts", "figure_*"),
            ({"classes": ["red", "green", "blue"]}, {"classes": ["blue", "green", "red"]}),
        ),
        # Links to the same photographs: the same dataset in another place.
        (NOTHING, ({"path": "moved"},)),
        (("demo", *DATA_FOLLOWS, *LAYERS), ({"path": None},)),
    ),
    "image": (
        ((*MODEL_FOLLOWS, *LAYERS), ({"mean": [0.4, 0.5, 0.6]}, {"std": [0.2, 0.3, 0.25]})),
        ((*DATA_FOLLOWS, *LAYERS), ({"size": 64},)),
        (
            DATA_FOLLOWS,
            (
                {"interpolation": "bicubic"},
                {"antialias": False},
                {"fit": "pad"},
                {"fit": "crop", "resize": 36},
            ),
        ),
    ),
    "model": (((*MODEL_FOLLOWS, *LAYERS), ({"arguments": {"width": 0.1}},)),),
    "training": (
        (
            MODEL_FOLLOWS,
            (
                {"steps": 9},
                {"learning_rate": 0.05, "weight_decay": 0.003},
                {"balance": "sampling"},
                {"mixup": 0},
            ),
        ),
    ),
    "image_sets": (
        (
            (
                "pictures gallery*",
                "picture_set gallery",
                "image_set gallery",
                "attribution",
                "gather",
                "filter_pictures",
                "activation_maps",
                "figure_*",
            ),
            ({"gallery": {"positions": [7, 0]}}, {"gallery": {"positions": [0, 5, 7]}}),
        ),
        (
            (
                "pictures one_each*",
                "picture_set one_each",
                "image_set one_each",
                "attribution",
                "gather",
                "figure_lime",
                "figure_saliency",
                "figure_samples",
            ),
            ({"one_each": {"per_class": 2}},),
        ),
    ),
    "saliency": (
        (
            (*SALIENCY, "figure_samples", *SETS, "predictions"),
            ({"images": ["gallery", "one_each"]}, {"images": ["one_each", "gallery"]}),
        ),
        (SALIENCY, ({"target": "predicted"}, {"target": 1})),
    ),
    "filters": (
        (FILTERS, ({"steps": 6}, {"start": "image"})),
        ((*FILTERS, *SETS, "figure_samples"), ({"images": ["one_each", "gallery"]},)),
        (
            (*FILTERS, *LAYERS, *STRONGEST),
            (
                {"layers": [{"layer": "cnn.0", "filters": [2, 0]}]},
                {"layers": "auto"},
                {
                    "layers": [
                        {"layer": "cnn.4", "filters": [1]},
                        {"layer": "cnn.0", "filters": [0]},
                    ]
                },
            ),
        ),
    ),
    "activations": (
        ((*ACTIVATIONS, *LAYERS), ({"layers": ["cnn.3", "cnn.0"]},)),
        (("figure_activations",), ({"scale": "own"},)),
    ),
    "top_images": (
        (STRONGEST, ({"count": 1},)),
        ((*STRONGEST, "decode", "predictions"), ({"split": "training"},)),
    ),
    "lime": (
        (LIME, ({"samples": 21}, {"samples": 22}, {"baseline": "black"}, {"target": "true"})),
        (LIME, ({"images": ["mixups", "one_each"]},)),
        (
            (*LIME, "figure_samples", *SETS, "predictions"),
            ({"images": ["one_each"]}, {"images": ["one_each", "one_each"]}),
        ),
        (LIME, ({"segmentation": {"n_segments": 12}},)),
    ),
    "shap": (
        (SHAP, ({"background": 3}, {"target": "predicted"}, {"classes": 1})),
        (SHAP, ({"engine": "expected_gradients"}, {"samples": 8})),
        ((*SHAP, "figure_samples", *SETS), ({"images": ["one_each"]},)),
    ),
    "confusion": (
        ((*SCORES, "figure_lime", "predictions"), ({"split": "all"}, {"split": "training"})),
        ((*SCORES, "figure_lime"), ({"top": 1},)),
    ),
    # Asked for by name alone, and by no walk.
    "compare": ((NOTHING, ({"methods": "all"},)),),
    "vary": ((NOTHING, ({"values": [1, 0]},)),),
    "sanity": ((NOTHING, ({"methods": "all"},)),),
    "scores": ((NOTHING, ({"methods": "all", "below": []},)),),
    "interventions": ((NOTHING, ({"methods": "all"},)),),
    "shortcuts": ((NOTHING, ({"most": 0.4},)),),
    "class_pictures": ((NOTHING, ({"classes": [1]},)),),
    "deep_dream": ((NOTHING, ({"octaves": 1},)),),
    "deletion": ((NOTHING, ({"steps": 8},)),),
    "insertion": ((NOTHING, ({"baseline": "black"},)),),
    "sparseness": ((NOTHING, ({"power": 2},)),),
    "complexity": ((NOTHING, ({"methods": ["lime"]},)),),
    "max_sensitivity": ((NOTHING, ({"samples": 1},)),),
    "parameter_randomisation": ((NOTHING, ({"stages": 2},)),),
    "random_logit": ((NOTHING, ({"similarity": "ssim"},)),),
    "figures": (
        (("figure_*",), ({"dpi": 51}, {"dpi": 52}, {"format": "svg"})),
        (WITH_IMAGES, ({"images": 1},)),
        (("figure_saliency",), ({"colormaps": {"saliency": "gray"}},)),
        (("figure_shap",), ({"colormaps": {"shap": "PuOr"}},)),
        (
            ("figure_lime", "figure_chart confusion_matrix"),
            ({"colormaps": {"confusion": "Greens"}},),
        ),
    ),
    # Other names for the same results.
    "output": ((NOTHING, ("elsewhere", "another place")),),
    "run": ((NOTHING, ("other",)),),
}


def due_for(section: str, *values: object) -> tuple[str, ...]:
    """The jobs that may run where a section changes from one of the values to another."""
    return tuple(
        pattern
        for patterns, known in SETTINGS.get(section, ())
        for value in values
        if value in known
        for pattern in patterns
    )
