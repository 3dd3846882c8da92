# One rule for every attribution method, one for the filters of a layer.


rule attribution:
    input:
        unpack(sources("attribution", attribution_sources)),
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
            attribution_inputs,
            lambda w: [f"cnnscope/attribution/{w.method}.py"],
        ),
    script:
        "../scripts/attribution.py"


rule filter_pictures:
    input:
        unpack(sources("filter_pictures", {"weights": WEIGHTS, "images": images_of("filters")})),
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
            lambda w: made_model() | made_sets(SETTINGS["filters"]["images"]),
        ),
    script:
        "../scripts/filter_pictures.py"


# The names of a network's layers are known to the network alone, and asking it while the plan is
# made would import PyTorch and run the user's file: one job makes a folder of all of them.
rule activation_maps:
    input:
        unpack(sources("activation_maps", {"weights": WEIGHTS, "images": images_of("activations")})),
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
            lambda w: made_model() | made_sets(SETTINGS["activations"]["images"]),
        ),
    script:
        "../scripts/activation_maps.py"


rule strongest_images:
    input:
        unpack(
            sources(
                "strongest_images",
                {
                    "weights": WEIGHTS,
                    "images": f"{RESULTS}/data/{TOP_SPLIT}.npy",
                    "table": f"{RESULTS}/data/{TOP_SPLIT}.csv",
                },
            )
        ),
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
                "split": TOP_SPLIT,
                "count": SETTINGS["top_images"]["count"],
            },
            lambda w: made_model() | {TOP_SPLIT: made_by("decode", split=TOP_SPLIT)},
        ),
    script:
        "../scripts/strongest_images.py"
