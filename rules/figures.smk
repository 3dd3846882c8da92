# Arrays to figures. Drawing never computes.


rule figure_samples:
    input:
        images=lambda w: [f"{RESULTS}/image_sets/{name}.npy" for name in USED_SETS],
        tables=lambda w: [f"{RESULTS}/image_sets/{name}.json" for name in USED_SETS],
    output:
        report(figure("samples"), caption="../report/samples.rst", category="Data"),
    log:
        f"{RESULTS}/logs/figure_samples.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_samples",
            lambda w: drawn_with() | {"sets": USED_SETS, "names": CLASSES},
            lambda w: [identity_of("image_set", image_set=name) for name in USED_SETS],
        ),
    script:
        "../scripts/figure_samples.py"


rule figure_class_distribution:
    input:
        f"{RESULTS}/class_distribution.csv",
    output:
        report(
            figure("class_distribution"),
            caption="../report/class_distribution.rst",
            category="Data",
        ),
    log:
        f"{RESULTS}/logs/figure_class_distribution.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_class_distribution",
            lambda w: drawn_with(),
            lambda w: [identity_of("class_counts")],
        ),
    script:
        "../scripts/figure_class_distribution.py"


rule figure_saliency:
    input:
        **attribution_files("saliency"),
    output:
        report(figure("saliency"), caption="../report/saliency.rst", category="Saliency"),
    log:
        f"{RESULTS}/logs/figure_saliency.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_saliency",
            lambda w: drawn_with("saliency") | {"names": CLASSES},
            lambda w: [identity_of("attribution", method="saliency")],
        ),
    script:
        "../scripts/figure_saliency.py"


rule figure_filters:
    input:
        array=f"{RESULTS}/filters/{{layer}}.npy",
        details=f"{RESULTS}/filters/{{layer}}.npz",
        facts=f"{RESULTS}/filters/{{layer}}.json",
        images=set_files("filters"),
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
            lambda w: [identity_of("filter_pictures", layer=w.layer)],
        ),
    script:
        "../scripts/figure_filters.py"


rule figure_activations:
    input:
        arrays=f"{RESULTS}/activations",
        images=set_files("activations"),
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
            labels={"layer": "all"},
        ),
    log:
        f"{RESULTS}/logs/figure_activations.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_activations",
            lambda w: drawn_with("activations") | {"scale": SETTINGS["activations"]["scale"]},
            lambda w: [identity_of("activation_maps")],
        ),
    script:
        "../scripts/figure_activations.py"


rule figure_top_images:
    input:
        array=f"{RESULTS}/top_images/{{layer}}.npy",
        details=f"{RESULTS}/top_images/{{layer}}.npz",
        facts=f"{RESULTS}/top_images/{{layer}}.json",
        images=f"{RESULTS}/data/{SETTINGS['top_images']['split']}.npy",
    output:
        report(
            figure("top_images_{layer}"),
            caption="../report/top_images.rst",
            category="Filters",
            labels={"layer": "{layer}, strongest images"},
        ),
    log:
        f"{RESULTS}/logs/figure_top_images_{{layer}}.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_top_images",
            lambda w: drawn_with("activations") | {"names": CLASSES},
            lambda w: [identity_of("strongest_images", layer=w.layer)],
        ),
    script:
        "../scripts/figure_top_images.py"


rule figure_lime:
    input:
        **attribution_files("lime"),
        counts=f"{RESULTS}/scores/confusion.npy",
        mixups=f"{RESULTS}/scores/mixups.csv",
    output:
        report(figure("lime"), caption="../report/lime.rst", category="LIME"),
    log:
        f"{RESULTS}/logs/figure_lime.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_lime",
            lambda w: drawn_with("confusion") | {"names": CLASSES, "split": SCORED_NAME},
            lambda w: [identity_of("attribution", method="lime"), identity_of("confusion_counts")],
        ),
    script:
        "../scripts/figure_lime.py"


rule figure_shap:
    input:
        **attribution_files("shap"),
    output:
        report(figure("shap"), caption="../report/shap.rst", category="SHAP"),
    log:
        f"{RESULTS}/logs/figure_shap.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_shap",
            lambda w: drawn_with("shap") | {"names": CLASSES},
            lambda w: [identity_of("attribution", method="shap")],
        ),
    script:
        "../scripts/figure_shap.py"


rule figure_confusion:
    input:
        counts=f"{RESULTS}/scores/confusion.npy",
        mixups=f"{RESULTS}/scores/mixups.csv",
    output:
        report(figure("confusion_matrix"), caption="../report/confusion.rst", category="Scores"),
    log:
        f"{RESULTS}/logs/figure_confusion.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_confusion",
            lambda w: drawn_with("confusion") | {"names": CLASSES, "split": SCORED_NAME},
            lambda w: [identity_of("confusion_counts")],
        ),
    script:
        "../scripts/figure_confusion.py"


rule figure_training_curves:
    input:
        f"{RESULTS}/model/history.csv",
    output:
        report(figure("training_curves"), caption="../report/curves.rst", category="Training"),
    log:
        f"{RESULTS}/logs/figure_training_curves.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_training_curves",
            lambda w: drawn_with() | {"title": CURVES_TITLE},
            lambda w: [identity_of("train" if TRAINED else "history")],
        ),
    script:
        "../scripts/figure_training_curves.py"


rule figure_model_summary:
    input:
        f"{RESULTS}/model/layers.csv",
    output:
        report(figure("model_summary"), caption="../report/model_summary.rst", category="Model"),
    log:
        f"{RESULTS}/logs/figure_model_summary.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_model_summary",
            lambda w: STYLE | {"architecture": ARCHITECTURE, "shape": IMAGE_SHAPE},
            lambda w: [identity_of("layers")],
        ),
    script:
        "../scripts/figure_model_summary.py"


rule figure_class_scores:
    input:
        f"{RESULTS}/scores/class_scores.csv",
    output:
        bars=report(figure("class_scores"), caption="../report/class_scores.rst", category="Scores"),
        support=report(
            figure("class_support"), caption="../report/class_support.rst", category="Scores"
        ),
    log:
        f"{RESULTS}/logs/figure_class_scores.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_class_scores",
            lambda w: STYLE | {"split": SCORED_NAME},
            lambda w: [identity_of("class_scores")],
        ),
    script:
        "../scripts/figure_class_scores.py"
