# What the rules read: files, settings and identities, by wildcards.


def split_identities(w):
    return [identity_of("demo")] if DEMO else [CONTENTS[w.split]]


def asks_the_model(name):
    image_set = SETTINGS["image_sets"][name]
    return "confusions" in image_set or image_set["which"] != "any"


def set_sources(w):
    split = SETTINGS["image_sets"][w.image_set]["split"]
    sources = {"images": f"{RESULTS}/data/{split}.npy", "table": f"{RESULTS}/data/{split}.csv"}
    if asks_the_model(w.image_set):
        sources["logits"] = f"{RESULTS}/predictions/{split}.npy"
    return sources


def set_source_identities(w):
    split = SETTINGS["image_sets"][w.image_set]["split"]
    maker = "predictions" if asks_the_model(w.image_set) else "decode"
    return [identity_of(maker, split=split)]


def download_settings(w):
    """What decides which bytes come: their hash, or else the address.

    Of the address a digest is kept, because tokens live there and settings are stored and printed.
    With a hash, a new token or a mirror changes nothing.
    """
    sha256 = SETTINGS["model"]["sha256"]
    address = None if sha256 else provenance.digest(address=CHECKPOINT)
    return {"sha256": sha256 and sha256.lower(), "address": address}


def checkpoint_identity():
    return identity_of("download") if is_address(CHECKPOINT) else content_of(CHECKPOINT)


@cache
def own_code():
    """What the user's own architecture file runs; it is input like any other."""
    if ":" not in ARCHITECTURE:
        return {}
    file = Path(ARCHITECTURE.rpartition(":")[0]).resolve()
    return provenance.code([file], (file.parent,), {}) if file.is_file() else {}


def model_settings(w):
    return {"model": MODEL, "seed": SETTINGS["seed"], **COMPUTE}


def weights_identities():
    return [own_code(), identity_of("train" if TRAINED else "convert")]


def attribution_sources(w):
    sources = {
        "weights": f"{RESULTS}/model/weights.safetensors",
        "images": set_files(w.method),
    }
    if w.method == "shap":
        sources["background"] = multiext(f"{RESULTS}/data/training", ".npy", ".csv")
    return sources


def attribution_settings(w):
    method = {key: value for key, value in SETTINGS[w.method].items() if key != "images"}
    return model_settings(w) | {"method": w.method, "arguments": method}


def attribution_identities(w):
    background = [identity_of("decode", split="training")] if w.method == "shap" else []
    return [*weights_identities(), *set_identities(w.method), *background]


def attribution_files(method):
    return {
        "array": f"{RESULTS}/attributions/{method}.npy",
        "details": f"{RESULTS}/attributions/{method}.npz",
        "facts": f"{RESULTS}/attributions/{method}.json",
        "images": set_files(method),
    }


def drawn_with(*colormaps):
    """Style and the colour maps that this figure uses: no other figure follows a change of them."""
    return STYLE | {name: SETTINGS["figures"]["colormaps"][name] for name in colormaps}


def failures(logs):
    """The lines in which the failed jobs of a run say what is wrong; `logs` are Snakemake's."""
    text = "\n".join(Path(file).read_text(errors="replace") for file in logs)
    said = re.findall(r"^\s*(cnnscope: .+)$", text, re.MULTILINE)
    return "\n".join(dict.fromkeys(said)) or "cnnscope: a job failed; its log is shown above"
