# What can be asked for by name: snakemake --cores 2 lime

ANSWERS = {
    "saliency": [figure("saliency")],
    "filters": [figure(f"filters_{layer}") for layer in LAYERS] + [f"{RESULTS}/model/layers.csv"],
    "lime": [figure("lime")],
    "shap": [figure("shap")],
    "confusion": [figure(name) for name in ("confusion_matrix", "class_scores", "class_support")],
    "model_summary": [figure("model_summary"), f"{RESULTS}/model/layers.csv"],
}

EVERYTHING = [
    *(file for question in SETTINGS["questions"] for file in ANSWERS[question]),
    *([figure("samples")] if USED_SETS else []),
    *([figure("training_curves")] if TRAINED or HISTORY else []),
    *ANSWERS["model_summary"],
    f"{RESULTS}/manifest.csv",
]


rule saliency:
    input:
        ANSWERS["saliency"],


rule filters:
    input:
        ANSWERS["filters"],


rule lime:
    input:
        ANSWERS["lime"],


rule shap:
    input:
        ANSWERS["shap"],


rule confusion:
    input:
        ANSWERS["confusion"],


rule model_summary:
    input:
        ANSWERS["model_summary"],


localrules:
    saliency,
    filters,
    lime,
    shap,
    confusion,
    model_summary,
