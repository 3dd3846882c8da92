# From a dataset to arrays: decoded splits, the manifest, the image sets.


rule demo:
    input:
        unpack(inputs("demo")),
    output:
        **outputs("demo"),
    log:
        log_of("demo"),
    conda:
        "../envs/environment.yaml"
    threads: 2
    resources:
        mem_mb=2000,
        runtime=20,
        gpus=0,
    params:
        **params_of("demo"),
    script:
        "../scripts/demo.py"


rule decode:
    input:
        unpack(inputs("decode")),
    output:
        **outputs("decode"),
    log:
        log_of("decode"),
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    resources:
        mem_mb=2000,
        runtime=120,
        gpus=0,
    params:
        **params_of("decode"),
    script:
        "../scripts/decode.py"


rule manifest:
    input:
        unpack(inputs("manifest")),
    output:
        **outputs("manifest"),
    log:
        log_of("manifest"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
        gpus=0,
    params:
        **params_of("manifest"),
    script:
        "../scripts/manifest.py"


rule class_counts:
    input:
        unpack(inputs("class_counts")),
    output:
        **outputs("class_counts"),
    log:
        log_of("class_counts"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
        gpus=0,
    params:
        **params_of("class_counts"),
    script:
        "../scripts/class_counts.py"


rule pictures:
    input:
        unpack(inputs("pictures")),
    output:
        **outputs("pictures"),
    log:
        log_of("pictures"),
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    resources:
        mem_mb=1000,
        runtime=60,
        gpus=0,
    params:
        **params_of("pictures"),
    script:
        "../scripts/pictures.py"


rule masks:
    input:
        unpack(inputs("masks")),
    output:
        **outputs("masks"),
    log:
        log_of("masks"),
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    resources:
        mem_mb=1000,
        runtime=60,
        gpus=0,
    params:
        **params_of("masks"),
    script:
        "../scripts/masks.py"


rule picture_set:
    input:
        unpack(inputs("picture_set")),
    output:
        **outputs("picture_set"),
    log:
        log_of("picture_set"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
        gpus=0,
    params:
        **params_of("picture_set"),
    script:
        "../scripts/picture_set.py"


rule image_set:
    input:
        unpack(inputs("image_set")),
    output:
        **outputs("image_set"),
    log:
        log_of("image_set"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
        gpus=0,
    params:
        **params_of("image_set"),
    script:
        "../scripts/image_set.py"
