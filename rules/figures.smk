# Figures of what the methods found. Drawing never computes.


rule figure_saliency:
    input:
        unpack(inputs("figure_saliency")),
    output:
        **outputs("figure_saliency"),
    log:
        log_of("figure_saliency"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("figure_saliency"),
    script:
        "../scripts/figure_saliency.py"


rule figure_maps:
    input:
        unpack(inputs("figure_maps")),
    output:
        **outputs("figure_maps"),
    log:
        log_of("figure_maps"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("figure_maps"),
    script:
        "../scripts/figure_maps.py"


rule figure_filters:
    input:
        unpack(inputs("figure_filters")),
    output:
        **outputs("figure_filters"),
    log:
        log_of("figure_filters"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("figure_filters"),
    script:
        "../scripts/figure_filters.py"


rule figure_activations:
    input:
        unpack(inputs("figure_activations")),
    output:
        **outputs("figure_activations"),
    log:
        log_of("figure_activations"),
    conda:
        "../envs/environment.yaml"
    threads: 2
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("figure_activations"),
    script:
        "../scripts/figure_activations.py"


rule figure_top_images:
    input:
        unpack(inputs("figure_top_images")),
    output:
        **outputs("figure_top_images"),
    log:
        log_of("figure_top_images"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("figure_top_images"),
    script:
        "../scripts/figure_top_images.py"


rule figure_lime:
    input:
        unpack(inputs("figure_lime")),
    output:
        **outputs("figure_lime"),
    log:
        log_of("figure_lime"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("figure_lime"),
    script:
        "../scripts/figure_lime.py"


rule figure_shap:
    input:
        unpack(inputs("figure_shap")),
    output:
        **outputs("figure_shap"),
    log:
        log_of("figure_shap"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("figure_shap"),
    script:
        "../scripts/figure_shap.py"
