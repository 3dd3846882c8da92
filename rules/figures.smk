# Figures: charts, which their files declare, and those of all layers and of all image sets; and the
# report that shows them. Drawing never computes.

CHART_SCRIPT = "../scripts/figure_chart.py"


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
        CHART_SCRIPT


for drawing in sorted({rule_of(PLAN, chart) for chart in RUN.charts} - {"figure_chart"}):

    rule:
        name:
            drawing
        input:
            unpack(inputs(drawing)),
        output:
            **outputs(drawing),
        log:
            log_of(drawing),
        conda:
            "../envs/environment.yaml"
        resources:
            mem_mb=2000,
            runtime=10,
            gpus=0,
        params:
            **params_of(drawing),
        script:
            CHART_SCRIPT


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


rule report_page:
    input:
        unpack(inputs("report_page")),
    output:
        **outputs("report_page"),
    log:
        log_of("report_page"),
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
        gpus=0,
    params:
        **params_of("report_page"),
    script:
        "../scripts/report_page.py"
