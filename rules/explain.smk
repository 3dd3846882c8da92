# One rule for every attribution method, one for the filters of a layer.


rule attribution:
    input:
        unpack(attribution_sources),
    output:
        array=f"{RESULTS}/attributions/{{method}}.npy",
        details=f"{RESULTS}/attributions/{{method}}.npz",
        facts=f"{RESULTS}/attributions/{{method}}.json",
    log:
        f"{RESULTS}/logs/{{method}}.log",
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    params:
        **tracked(
            "attribution",
            attribution_settings,
            attribution_identities,
            lambda w: [f"cnnscope/explain/{w.method}.py"],
        ),
    script:
        "../scripts/attribution.py"


rule filter_pictures:
    input:
        weights=f"{RESULTS}/model/weights.safetensors",
        images=set_files("filters"),
    output:
        array=f"{RESULTS}/filters/{{layer}}.npy",
        details=f"{RESULTS}/filters/{{layer}}.npz",
        facts=f"{RESULTS}/filters/{{layer}}.json",
    log:
        f"{RESULTS}/logs/filters_{{layer}}.log",
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    params:
        **tracked(
            "filter_pictures",
            lambda w: model_settings(w)
            | {
                "layer": w.layer,
                "filters": LAYERS[w.layer],
                "steps": SETTINGS["filters"]["steps"],
            },
            lambda w: [*weights_identities(), *set_identities("filters")],
        ),
    script:
        "../scripts/filter_pictures.py"
