# What the predictions are worth.


rule confusion_counts:
    input:
        unpack(inputs("confusion_counts")),
    output:
        **outputs("confusion_counts"),
    log:
        log_of("confusion_counts"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
        gpus=0,
    params:
        **params_of("confusion_counts"),
    script:
        "../scripts/confusion_counts.py"


rule class_scores:
    input:
        unpack(inputs("class_scores")),
    output:
        **outputs("class_scores"),
    log:
        log_of("class_scores"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
        gpus=0,
    params:
        **params_of("class_scores"),
    script:
        "../scripts/class_scores.py"


rule shortcut_clusters:
    input:
        unpack(inputs("shortcut_clusters")),
    output:
        **outputs("shortcut_clusters"),
    log:
        log_of("shortcut_clusters"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
        gpus=0,
    params:
        **params_of("shortcut_clusters"),
    script:
        "../scripts/shortcut_clusters.py"


rule moved_marks:
    input:
        unpack(inputs("moved_marks")),
    output:
        **outputs("moved_marks"),
    log:
        log_of("moved_marks"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
        gpus=0,
    params:
        **params_of("moved_marks"),
    script:
        "../scripts/moved_marks.py"


rule score:
    input:
        unpack(inputs("score")),
    output:
        **outputs("score"),
    log:
        log_of("score"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=4000,
        runtime=240,
        gpus=GPUS,
        gpu=GPUS,
    params:
        **params_of("score"),
    script:
        "../scripts/score.py"


rule metric_scores:
    input:
        unpack(inputs("metric_scores")),
    output:
        **outputs("metric_scores"),
    log:
        log_of("metric_scores"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
        gpus=0,
    params:
        **params_of("metric_scores"),
    script:
        "../scripts/metric_scores.py"


rule method_scores:
    input:
        unpack(inputs("method_scores")),
    output:
        **outputs("method_scores"),
    log:
        log_of("method_scores"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
        gpus=0,
    params:
        **params_of("method_scores"),
    script:
        "../scripts/method_scores.py"


rule scoreboard:
    input:
        unpack(inputs("scoreboard")),
    output:
        **outputs("scoreboard"),
    log:
        log_of("scoreboard"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
        gpus=0,
    params:
        **params_of("scoreboard"),
    script:
        "../scripts/scoreboard.py"


rule trials:
    input:
        unpack(inputs("trials")),
    output:
        **outputs("trials"),
    log:
        log_of("trials"),
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    resources:
        mem_mb=4000,
        runtime=240,
        gpus=GPUS,
        gpu=GPUS,
    params:
        **params_of("trials"),
    script:
        "../scripts/trials.py"
