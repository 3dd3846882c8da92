# Arrays to figures. Drawing never computes.


rule figure_samples:
    input:
        unpack(
            sources(
                "figure_samples",
                {
                    "images": [f"{RESULTS}/image_sets/{name}.npy" for name in USED_SETS],
                    "tables": [f"{RESULTS}/image_sets/{name}.json" for name in USED_SETS],
                },
            )
        ),
    output:
        report(
            figure("samples"),
            caption="../report/samples.rst",
            category="Data",
            labels={"figure": "images asked about"},
        ),
    log:
        f"{RESULTS}/logs/figure_samples.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_samples",
            lambda w: drawn_with() | {"sets": USED_SETS, "names": CLASSES},
            lambda w: made_sets(USED_SETS),
        ),
    script:
        "../scripts/figure_samples.py"


rule figure_class_distribution:
    input:
        unpack(sources("figure_class_distribution", {"table": f"{RESULTS}/class_distribution.csv"})),
    output:
        report(
            figure("class_distribution"),
            caption="../report/class_distribution.rst",
            category="Data",
            labels={"figure": "images a class"},
        ),
    log:
        f"{RESULTS}/logs/figure_class_distribution.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_class_distribution",
            lambda w: drawn_with(),
            lambda w: {"table": made_by("class_counts")},
        ),
    script:
        "../scripts/figure_class_distribution.py"


rule figure_saliency:
    input:
        unpack(sources("figure_saliency", attribution_files("saliency"))),
    output:
        report(
            figure("saliency"),
            caption="../report/saliency.rst",
            category="Saliency",
            labels={"figure": "saliency maps"},
        ),
    log:
        f"{RESULTS}/logs/figure_saliency.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_saliency",
            lambda w: drawn_with("saliency") | {"names": CLASSES},
            lambda w: {"saliency": made_by("attribution", method="saliency")},
        ),
    script:
        "../scripts/figure_saliency.py"


rule figure_filters:
    input:
        unpack(
            sources(
                "figure_filters",
                result_files("filters/{layer}") | {"images": images_of("filters")},
            )
        ),
    output:
        report(
            figure("filters_{layer}"),
            caption="../report/filters.rst",
            category="Filters",
            labels={"layer": "{layer}"},
        ),
    log:
        f"{RESULTS}/logs/figure_filters_{{layer}}.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_filters",
            lambda w: drawn_with("activations")
            | {"layer": w.layer, "filters": "all" if LAYERS[w.layer] == "all" else "chosen"},
            lambda w: {"filters": made_by("filter_pictures", layer=w.layer)},
        ),
    script:
        "../scripts/figure_filters.py"


rule figure_activations:
    input:
        unpack(
            sources(
                "figure_activations",
                {"arrays": f"{RESULTS}/activations", "images": images_of("activations")},
            )
        ),
    output:
        layers=report(
            directory(f"{FIGURES}/activations"),
            patterns=[f"{{layer}}.{FORMAT}"],
            caption="../report/activations.rst",
            category="Activations",
            labels={"layer": "{layer}"},
        ),
        overview=report(
            figure("activations"),
            caption="../report/activations_overview.rst",
            category="Activations",
            labels={"layer": "all, in a strip each"},
        ),
    log:
        f"{RESULTS}/logs/figure_activations.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_activations",
            lambda w: drawn_with("activations") | {"scale": SETTINGS["activations"]["scale"]},
            lambda w: {"activations": made_by("activation_maps")},
        ),
    script:
        "../scripts/figure_activations.py"


rule figure_top_images:
    input:
        unpack(
            sources(
                "figure_top_images",
                result_files("top_images/{layer}") | {"images": f"{RESULTS}/data/{TOP_SPLIT}.npy"},
            )
        ),
    output:
        report(
            figure("top_images_{layer}"),
            caption="../report/top_images.rst",
            category="Top images",
            labels={"layer": "{layer}"},
        ),
    log:
        f"{RESULTS}/logs/figure_top_images_{{layer}}.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_top_images",
            lambda w: drawn_with("activations") | {"names": CLASSES},
            lambda w: {"top images": made_by("strongest_images", layer=w.layer)},
        ),
    script:
        "../scripts/figure_top_images.py"


rule figure_lime:
    input:
        unpack(
            sources(
                "figure_lime",
                attribution_files("lime")
                | {
                    "counts": f"{RESULTS}/scores/confusion.npy",
                    "mixups": f"{RESULTS}/scores/mixups.csv",
                },
            )
        ),
    output:
        report(
            figure("lime"),
            caption="../report/lime.rst",
            category="LIME",
            labels={"figure": "superpixels for and against"},
        ),
    log:
        f"{RESULTS}/logs/figure_lime.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_lime",
            lambda w: drawn_with("confusion") | {"names": CLASSES, "split": SCORED_NAME},
            lambda w: {
                "lime": made_by("attribution", method="lime"),
                "counts": made_by("confusion_counts"),
            },
        ),
    script:
        "../scripts/figure_lime.py"


rule figure_shap:
    input:
        unpack(sources("figure_shap", attribution_files("shap"))),
    output:
        report(
            figure("shap"),
            caption="../report/shap.rst",
            category="SHAP",
            labels={"figure": "SHAP values"},
        ),
    log:
        f"{RESULTS}/logs/figure_shap.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_shap",
            lambda w: drawn_with("shap") | {"names": CLASSES},
            lambda w: {"shap": made_by("attribution", method="shap")},
        ),
    script:
        "../scripts/figure_shap.py"


rule figure_confusion:
    input:
        unpack(
            sources(
                "figure_confusion",
                {
                    "counts": f"{RESULTS}/scores/confusion.npy",
                    "mixups": f"{RESULTS}/scores/mixups.csv",
                },
            )
        ),
    output:
        report(
            figure("confusion_matrix"),
            caption="../report/confusion.rst",
            category="Confusion",
            labels={"figure": "confusion matrix"},
        ),
    log:
        f"{RESULTS}/logs/figure_confusion.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_confusion",
            lambda w: drawn_with("confusion") | {"names": CLASSES, "split": SCORED_NAME},
            lambda w: {"counts": made_by("confusion_counts")},
        ),
    script:
        "../scripts/figure_confusion.py"


rule figure_training_curves:
    input:
        unpack(sources("figure_training_curves", {"table": f"{RESULTS}/model/history.csv"})),
    output:
        report(
            figure("training_curves"),
            caption="../report/curves.rst",
            category="Training",
            labels={"figure": "loss and accuracy"},
        ),
    log:
        f"{RESULTS}/logs/figure_training_curves.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_training_curves",
            lambda w: drawn_with() | {"title": CURVES_TITLE},
            lambda w: {"history": made_by("train" if TRAINED else "history")},
        ),
    script:
        "../scripts/figure_training_curves.py"


rule figure_model_summary:
    input:
        unpack(sources("figure_model_summary", {"table": f"{RESULTS}/model/layers.csv"})),
    output:
        report(
            figure("model_summary"),
            caption="../report/model_summary.rst",
            category="Model",
            labels={"figure": "layers"},
        ),
    log:
        f"{RESULTS}/logs/figure_model_summary.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_model_summary",
            lambda w: STYLE | {"architecture": ARCHITECTURE, "shape": IMAGE_SHAPE},
            lambda w: {"layers": made_by("layers")},
        ),
    script:
        "../scripts/figure_model_summary.py"


rule figure_class_scores:
    input:
        unpack(sources("figure_class_scores", {"table": f"{RESULTS}/scores/class_scores.csv"})),
    output:
        bars=report(
            figure("class_scores"),
            caption="../report/class_scores.rst",
            category="Confusion",
            labels={"figure": "scores of each class"},
        ),
        support=report(
            figure("class_support"),
            caption="../report/class_support.rst",
            category="Confusion",
            labels={"figure": "scores against training images"},
        ),
    log:
        f"{RESULTS}/logs/figure_class_scores.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_class_scores",
            lambda w: STYLE | {"split": SCORED_NAME},
            lambda w: {"scores": made_by("class_scores")},
        ),
    script:
        "../scripts/figure_class_scores.py"
