# What can be asked for by name: snakemake --cores 2 lime

ANSWERS = {
    "filters": [figure(f"filters_{layer}") for layer in LAYERS] + [f"{RESULTS}/model/layers.csv"],
    "activations": [figure("activations"), f"{FIGURES}/activations"],
    "top_images": [figure(f"top_images_{layer}") for layer in TOP_LAYERS],
    "confusion": [figure(name) for name in ("confusion_matrix", "class_scores", "class_support")],
    "model_summary": [figure("model_summary"), f"{RESULTS}/model/layers.csv"],
    "class_distribution": [figure("class_distribution"), f"{RESULTS}/class_distribution.csv"],
    **{method: [figure(method)] for method in METHODS},
}

EVERYTHING = [
    *(file for question in SETTINGS["questions"] for file in ANSWERS[question]),
    *([figure("samples")] if USED_SETS else []),
    *([figure("training_curves")] if TRAINED or HISTORY else []),
    *ANSWERS["class_distribution"],
    *ANSWERS["model_summary"],
    f"{RESULTS}/manifest.csv",
]


for name, files in ANSWERS.items():

    rule:
        name:
            name
        input:
            files,
