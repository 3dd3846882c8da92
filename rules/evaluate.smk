# What the predictions are worth.


rule confusion_counts:
    input:
        logits=f"{RESULTS}/predictions/{SETTINGS['confusion']['split']}.npy",
        table=f"{RESULTS}/data/{SETTINGS['confusion']['split']}.csv",
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
            lambda w: [identity_of("predictions", split=SETTINGS["confusion"]["split"])],
        ),
    script:
        "../scripts/confusion_counts.py"
