# One rule for every attribution method, one for each way to look inside the network.


rule attribution:
    input:
        unpack(inputs("attribution")),
    output:
        **outputs("attribution"),
    log:
        log_of("attribution"),
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    resources:
        mem_mb=4000,
        runtime=240,
        gpus=GPUS,
        gpu=GPUS,
    params:
        **params_of("attribution"),
    script:
        "../scripts/attribution.py"


rule gather:
    input:
        unpack(inputs("gather")),
    output:
        **outputs("gather"),
    log:
        log_of("gather"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
        gpus=0,
    params:
        **params_of("gather"),
    script:
        "../scripts/gather.py"


rule cascade:
    input:
        unpack(inputs("cascade")),
    output:
        **outputs("cascade"),
    log:
        log_of("cascade"),
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    resources:
        mem_mb=4000,
        runtime=240,
        gpus=GPUS,
        gpu=GPUS,
    params:
        **params_of("cascade"),
    script:
        "../scripts/cascade.py"


rule filter_pictures:
    input:
        unpack(inputs("filter_pictures")),
    output:
        **outputs("filter_pictures"),
    log:
        log_of("filter_pictures"),
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    resources:
        mem_mb=3000,
        runtime=60,
        gpus=GPUS,
        gpu=GPUS,
    params:
        **params_of("filter_pictures"),
    script:
        "../scripts/filter_pictures.py"


rule activation_maps:
    input:
        unpack(inputs("activation_maps")),
    output:
        **outputs("activation_maps"),
    log:
        log_of("activation_maps"),
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    resources:
        mem_mb=4000,
        runtime=60,
        gpus=GPUS,
        gpu=GPUS,
    params:
        **params_of("activation_maps"),
    script:
        "../scripts/activation_maps.py"


rule strongest_images:
    input:
        unpack(inputs("strongest_images")),
    output:
        **outputs("strongest_images"),
    log:
        log_of("strongest_images"),
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    resources:
        mem_mb=4000,
        runtime=120,
        gpus=GPUS,
        gpu=GPUS,
    params:
        **params_of("strongest_images"),
    script:
        "../scripts/strongest_images.py"


rule class_ascent:
    input:
        unpack(inputs("class_ascent")),
    output:
        **outputs("class_ascent"),
    log:
        log_of("class_ascent"),
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    resources:
        mem_mb=4000,
        runtime=120,
        gpus=GPUS,
        gpu=GPUS,
    params:
        **params_of("class_ascent"),
    script:
        "../scripts/class_ascent.py"


rule dreams:
    input:
        unpack(inputs("dreams")),
    output:
        **outputs("dreams"),
    log:
        log_of("dreams"),
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    resources:
        mem_mb=4000,
        runtime=120,
        gpus=GPUS,
        gpu=GPUS,
    params:
        **params_of("dreams"),
    script:
        "../scripts/dreams.py"
