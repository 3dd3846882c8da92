# From a checkpoint, or from the training images, to weights and predictions.


rule layers:
    input:
        unpack(inputs("layers")),
    output:
        **outputs("layers"),
    log:
        log_of("layers"),
    # First of all jobs: a misspelt layer is found before the training, not after it.
    priority: 100
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("layers"),
    script:
        "../scripts/layers.py"


rule train:
    input:
        unpack(inputs("train")),
    output:
        **outputs("train"),
    log:
        log_of("train"),
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    resources:
        mem_mb=4000,
        runtime=600,
        gpus=GPUS,
        gpu=GPUS,
    params:
        **params_of("train"),
    script:
        "../scripts/train.py"


rule download:
    input:
        unpack(inputs("download")),
    output:
        **outputs("download"),
    log:
        log_of("download"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=120,
        gpus=0,
    params:
        **params_of("download"),
    script:
        "../scripts/download.py"


rule convert:
    input:
        unpack(inputs("convert")),
    output:
        **outputs("convert"),
    log:
        log_of("convert"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=4000,
        runtime=10,
        gpus=0,
    params:
        **params_of("convert"),
    script:
        "../scripts/convert.py"


rule history:
    input:
        unpack(inputs("history")),
    output:
        **outputs("history"),
    log:
        log_of("history"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
        gpus=0,
    params:
        **params_of("history"),
    script:
        "../scripts/history.py"


rule predictions:
    input:
        unpack(inputs("predictions")),
    output:
        **outputs("predictions"),
    log:
        log_of("predictions"),
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    resources:
        mem_mb=4000,
        runtime=120,
        gpus=GPUS,
        gpu=GPUS,
    params:
        **params_of("predictions"),
    script:
        "../scripts/predictions.py"
