# Figures of the data, the model, its training and its scores. Drawing never computes.


rule figure_samples:
    input:
        unpack(inputs("figure_samples")),
    output:
        **outputs("figure_samples"),
    log:
        log_of("figure_samples"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("figure_samples"),
    script:
        "../scripts/figure_samples.py"


rule figure_class_distribution:
    input:
        unpack(inputs("figure_class_distribution")),
    output:
        **outputs("figure_class_distribution"),
    log:
        log_of("figure_class_distribution"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("figure_class_distribution"),
    script:
        "../scripts/figure_class_distribution.py"


rule figure_confusion:
    input:
        unpack(inputs("figure_confusion")),
    output:
        **outputs("figure_confusion"),
    log:
        log_of("figure_confusion"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("figure_confusion"),
    script:
        "../scripts/figure_confusion.py"


rule figure_training_curves:
    input:
        unpack(inputs("figure_training_curves")),
    output:
        **outputs("figure_training_curves"),
    log:
        log_of("figure_training_curves"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("figure_training_curves"),
    script:
        "../scripts/figure_training_curves.py"


rule figure_model_summary:
    input:
        unpack(inputs("figure_model_summary")),
    output:
        **outputs("figure_model_summary"),
    log:
        log_of("figure_model_summary"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("figure_model_summary"),
    script:
        "../scripts/figure_model_summary.py"


rule figure_class_scores:
    input:
        unpack(inputs("figure_class_scores")),
    output:
        **outputs("figure_class_scores"),
    log:
        log_of("figure_class_scores"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("figure_class_scores"),
    script:
        "../scripts/figure_class_scores.py"


rule figure_scores:
    input:
        unpack(inputs("figure_scores")),
    output:
        **outputs("figure_scores"),
    log:
        log_of("figure_scores"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("figure_scores"),
    script:
        "../scripts/figure_scores.py"
