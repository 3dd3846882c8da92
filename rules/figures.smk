# Figures of what the methods found. Drawing never computes.


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
            lambda w: drawn_with("saliency") | SHOWN | {"names": CLASSES},
            lambda w: {"saliency": made_by("attribution", method="saliency")},
        ),
    script:
        "../scripts/figure_saliency.py"


rule figure_maps:
    input:
        unpack(
            sources(
                "figure_maps",
                lambda w: result_files(f"attributions/{w.mapped}")
                | {"images": images_of(w.mapped)},
            )
        ),
    output:
        report(
            figure("{mapped}"),
            caption="../report/maps.rst",
            category="Attribution",
            labels={"figure": "{mapped}"},
        ),
    log:
        f"{RESULTS}/logs/figure_{{mapped}}.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "figure_maps",
            map_settings,
            lambda w: {w.mapped: made_by("attribution", method=w.mapped)},
        ),
    script:
        "../scripts/figure_maps.py"


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
            filters_drawn_with,
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
    threads: 2
    params:
        **tracked(
            "figure_activations",
            lambda w: drawn_with("activations")
            | SHOWN
            | {"scale": SETTINGS["activations"]["scale"]},
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
            lambda w: drawn_with("confusion") | SHOWN | {"names": CLASSES, "split": SCORED_NAME},
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
            lambda w: drawn_with("shap") | SHOWN | {"names": CLASSES},
            lambda w: {"shap": made_by("attribution", method="shap")},
        ),
    script:
        "../scripts/figure_shap.py"
