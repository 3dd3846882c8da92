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
                "start": STARTS[w.layer],
                "steps": SETTINGS["filters"]["steps"],
            },
            lambda w: [*weights_identities(), *set_identities("filters")],
        ),
    script:
        "../scripts/filter_pictures.py"


# The names of a network's layers are known to the network alone, and asking it while the plan is
# made would import PyTorch and run the user's file: one job makes a folder of all of them.
rule activation_maps:
    input:
        weights=f"{RESULTS}/model/weights.safetensors",
        images=set_files("activations"),
    output:
        directory(f"{RESULTS}/activations"),
    log:
        f"{RESULTS}/logs/activations.log",
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    params:
        **tracked(
            "activation_maps",
            lambda w: model_settings(w) | {"layers": SETTINGS["activations"]["layers"]},
            lambda w: [*weights_identities(), *set_identities("activations")],
        ),
    script:
        "../scripts/activation_maps.py"


rule strongest_images:
    input:
        weights=f"{RESULTS}/model/weights.safetensors",
        images=f"{RESULTS}/data/{SETTINGS['top_images']['split']}.npy",
        table=f"{RESULTS}/data/{SETTINGS['top_images']['split']}.csv",
    output:
        array=f"{RESULTS}/top_images/{{layer}}.npy",
        details=f"{RESULTS}/top_images/{{layer}}.npz",
        facts=f"{RESULTS}/top_images/{{layer}}.json",
    log:
        f"{RESULTS}/logs/top_images_{{layer}}.log",
    conda:
        "../envs/environment.yaml"
    threads: SETTINGS["threads"]
    params:
        **tracked(
            "strongest_images",
            lambda w: model_settings(w)
            | {
                "layer": w.layer,
                "filters": TOP_LAYERS[w.layer],
                "split": SETTINGS["top_images"]["split"],
                "count": SETTINGS["top_images"]["count"],
            },
            lambda w: [
                *weights_identities(),
                identity_of("decode", split=SETTINGS["top_images"]["split"]),
            ],
        ),
    script:
        "../scripts/strongest_images.py"
