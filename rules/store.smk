# What lies in the store: snakemake why, snakemake verify, snakemake gc.

from cnnscope.planning.audit import expected_records


rule why:
    input:
        nothing,
    log:
        f"{RUN.folder}/logs/why.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
        gpus=0,
    params:
        expected=expected_records(PUBLICATIONS, PUBLICATIONS, placed),
        store=placed(STORE),
    script:
        "../scripts/why.py"


rule verify:
    input:
        nothing,
    log:
        f"{RUN.folder}/logs/verify.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=60,
        gpus=0,
    params:
        store=placed(STORE),
        folder=placed(RUN.folder),
    script:
        "../scripts/verify.py"


rule gc:
    input:
        nothing,
    log:
        f"{RUN.folder}/logs/gc.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
        gpus=0,
    params:
        store=placed(STORE),
        kept=[result.folder for result in RESULTS.values()],
    script:
        "../scripts/gc.py"


localrules:
    why,
    verify,
    gc,
