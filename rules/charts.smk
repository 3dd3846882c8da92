# Charts that their files declare, the images asked about, and scores. Drawing never computes.


rule figure_chart:
    input:
        unpack(inputs("figure_chart")),
    output:
        **outputs("figure_chart"),
    log:
        log_of("figure_chart"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("figure_chart"),
    script:
        "../scripts/figure_chart.py"


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
