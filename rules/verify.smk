# Whether what lies in results/<run>/ is what its records say: snakemake verify, snakemake why.


rule verify:
    log:
        f"{RESULTS}/logs/verify.log",
    conda:
        "../envs/environment.yaml"
    params:
        ledger=str(LEDGER.file),
        expected=lambda w: expected_records(),
    script:
        "../scripts/verify.py"


rule why:
    log:
        f"{RESULTS}/logs/why.log",
    conda:
        "../envs/environment.yaml"
    params:
        reasons=lambda w: reasons_to_run(),
    script:
        "../scripts/why.py"


localrules:
    verify,
    why,
