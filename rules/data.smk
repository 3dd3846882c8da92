# From a dataset to arrays: decoded splits, the manifest, the image sets.


rule demo:
    input:
        unpack(sources("demo", {})),
    output:
        directory(f"{RESULTS}/dataset"),
    log:
        f"{RESULTS}/logs/demo.log",
    conda:
        "../envs/environment.yaml"
    threads: 2
    params:
        **tracked("demo", lambda w: SETTINGS["demo"] | {"seed": SETTINGS["seed"]}),
    script:
        "../scripts/demo.py"


rule decode:
    input:
        unpack(sources("decode", {"demo": f"{RESULTS}/dataset"} if DEMO else {})),
    output:
        images=f"{RESULTS}/data/{{split}}.npy",
        table=f"{RESULTS}/data/{{split}}.csv",
    log:
        f"{RESULTS}/logs/decode_{{split}}.log",
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    params:
        **tracked(
            "decode",
            lambda w: {
                "split": w.split,
                "size": SETTINGS["image"]["size"],
                "channels": SETTINGS["image"]["channels"],
                "threads": SETTINGS["threads"],
            },
            lambda w: {"demo": made_by("demo")} if DEMO else {"dataset": CONTENTS[w.split]},
        ),
        # A Source is not compared: the same images from another place are the same dataset.
        source=DATASET,
    script:
        "../scripts/decode.py"


rule manifest:
    input:
        unpack(sources("manifest", {"tables": [f"{RESULTS}/data/{split}.csv" for split in COUNTS]})),
    output:
        f"{RESULTS}/manifest.csv",
    log:
        f"{RESULTS}/logs/manifest.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "manifest",
            lambda w: {},
            lambda w: {split: made_by("decode", split=split) for split in COUNTS},
        ),
    script:
        "../scripts/manifest.py"


rule class_counts:
    input:
        unpack(sources("class_counts", {"manifest": f"{RESULTS}/manifest.csv"})),
    output:
        f"{RESULTS}/class_distribution.csv",
    log:
        f"{RESULTS}/logs/class_counts.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "class_counts",
            lambda w: {"names": CLASSES},
            lambda w: {"manifest": made_by("manifest")},
        ),
    script:
        "../scripts/class_counts.py"


rule image_set:
    input:
        unpack(sources("image_set", set_files)),
    output:
        images=f"{RESULTS}/image_sets/{{image_set}}.npy",
        table=f"{RESULTS}/image_sets/{{image_set}}.json",
    log:
        f"{RESULTS}/logs/image_set_{{image_set}}.log",
    conda:
        "../envs/environment.yaml"
    params:
        **tracked(
            "image_set",
            lambda w: {
                "name": w.image_set,
                "classes": len(CLASSES),
                **SETTINGS["image_sets"][w.image_set],
            },
            set_inputs,
        ),
    script:
        "../scripts/image_set.py"
