# What the predictions are worth.


rule confusion_counts:
    input:
        unpack(
            sources(
                "confusion_counts",
                {
                    "logits": [f"{RESULTS}/predictions/{split}.npy" for split in SCORED],
                    "tables": [f"{RESULTS}/data/{split}.csv" for split in SCORED],
                },
            )
        ),
    output:
        counts=f"{RESULTS}/scores/confusion.npy",
        table=f"{RESULTS}/scores/confusion.csv",
        mixups=f"{RESULTS}/scores/mixups.csv",
    log:
        f"{RESULTS}/logs/confusion.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "confusion_counts",
            lambda w: {"names": CLASSES, **SETTINGS["confusion"]},
            lambda w: {split: made_by("predictions", split=split) for split in SCORED},
        ),
    script:
        "../scripts/confusion_counts.py"


rule class_scores:
    input:
        unpack(
            sources(
                "class_scores",
                {
                    "counts": f"{RESULTS}/scores/confusion.npy",
                    "training": f"{RESULTS}/data/training.csv",
                },
            )
        ),
    output:
        f"{RESULTS}/scores/class_scores.csv",
    log:
        f"{RESULTS}/logs/class_scores.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "class_scores",
            lambda w: {"names": CLASSES},
            lambda w: {
                "counts": made_by("confusion_counts"),
                "training": made_by("decode", split="training"),
            },
        ),
    script:
        "../scripts/class_scores.py"
