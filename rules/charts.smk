# Figures of the data, the model, its training and its scores. Drawing never computes.


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
            lambda w: drawn_with() | SHOWN | {"sets": USED_SETS, "names": CLASSES},
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
