# From a checkpoint, or from the training images, to weights and predictions.


rule layers:
    input:
        unpack(sources("layers", {})),
    output:
        f"{RESULTS}/model/layers.csv",
    log:
        f"{RESULTS}/logs/layers.log",
    # First of all jobs: a misspelt layer is found before the training, not after it.
    priority: 100
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "layers",
            lambda w: model_settings(w)
            | {
                "wanted": [*LAYERS.items(), *TOP_LAYERS.items()],
                "activations": SETTINGS["activations"]["layers"],
            },
            lambda w: own_code(),
        ),
    script:
        "../scripts/layers.py"


if TRAINED:

    rule train:
        input:
            unpack(
                sources(
                    "train",
                    {
                        "training": multiext(f"{RESULTS}/data/training", ".npy", ".csv"),
                        "validation": multiext(f"{RESULTS}/data/validation", ".npy", ".csv"),
                    },
                )
            ),
        output:
            weights=f"{RESULTS}/model/weights.safetensors",
            history=f"{RESULTS}/model/history.csv",
            events=directory(f"{RESULTS}/tensorboard"),
        log:
            f"{RESULTS}/logs/train.log",
        conda:
            "../envs/environment.yaml"
        threads: SETTINGS["threads"]
        params:
            **tracked(
                "train",
                lambda w: model_settings(w) | {"recipe": SETTINGS["training"]},
                lambda w: own_code()
                | {split: made_by("decode", split=split) for split in ("training", "validation")},
            ),
            # A path is no part of what Snakemake compares.
            unfinished=placed(f"{RESULTS}/model/unfinished"),
        script:
            "../scripts/train.py"

else:

    if is_address(CHECKPOINT):

        rule download:
            input:
                unpack(sources("download", {})),
            output:
                f"{RESULTS}/model/downloaded",
            log:
                f"{RESULTS}/logs/download.log",
            conda:
                "../envs/environment.yaml"
            params:
                **tracked("download", download_settings),
                # What is no plain value is neither compared, stored nor printed.
                source=Remote(CHECKPOINT, SETTINGS["model"]["max_bytes"]),
            script:
                "../scripts/download.py"

    rule convert:
        input:
            unpack(sources("convert", {"checkpoint": CHECKPOINT_FILE})),
        output:
            weights=f"{RESULTS}/model/weights.safetensors",
        log:
            f"{RESULTS}/logs/convert.log",
        conda:
            "../envs/environment.yaml"
        params:
            **tracked(
                "convert",
                lambda w: model_settings(w)
                | {"sha256": None if is_address(CHECKPOINT) else SETTINGS["model"]["sha256"]},
                lambda w: own_code() | {"checkpoint": checkpoint_source()},
            ),
        script:
            "../scripts/convert.py"

    if HISTORY:

        rule history:
            input:
                unpack(sources("history", {"table": local(HISTORY)})),
            output:
                f"{RESULTS}/model/history.csv",
            log:
                f"{RESULTS}/logs/history.log",
            conda:
                "../envs/environment.yaml"
            params:
                **tracked("history", lambda w: {}, lambda w: {"table": content_of(HISTORY)}),
            script:
                "../scripts/history.py"


rule predictions:
    input:
        unpack(
            sources(
                "predictions",
                {
                    "weights": WEIGHTS,
                    "images": f"{RESULTS}/data/{{split}}.npy",
                    "table": f"{RESULTS}/data/{{split}}.csv",
                },
            )
        ),
    output:
        logits=f"{RESULTS}/predictions/{{split}}.npy",
        facts=f"{RESULTS}/predictions/{{split}}.json",
    log:
        f"{RESULTS}/logs/predictions_{{split}}.log",
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    params:
        **tracked(
            "predictions",
            lambda w: model_settings(w) | {"split": w.split},
            lambda w: made_model() | {w.split: made_by("decode", split=w.split)},
        ),
    script:
        "../scripts/predictions.py"
