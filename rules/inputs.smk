# What the rules read: files, settings and identities, by wildcards.


def asks_the_model(name):
    image_set = SETTINGS["image_sets"][name]
    return "confusions" in image_set or image_set["which"] != "any"


def set_files(w):
    split = SETTINGS["image_sets"][w.image_set]["split"]
    sources = {"images": f"{RESULTS}/data/{split}.npy", "table": f"{RESULTS}/data/{split}.csv"}
    if asks_the_model(w.image_set):
        sources["logits"] = f"{RESULTS}/predictions/{split}.npy"
    return sources


def set_inputs(w):
    split = SETTINGS["image_sets"][w.image_set]["split"]
    maker = "predictions" if asks_the_model(w.image_set) else "decode"
    return {split: made_by(maker, split=split)}


def images_of(question):
    return [f"{RESULTS}/image_sets/{name}.npy" for name in SETTINGS[question]["images"]]


def made_sets(names):
    """By number, because a result has the images of the sets in this order."""
    return {
        f"images {place}": made_by("image_set", image_set=name)
        for place, name in enumerate(names, 1)
    }


def checkpoint_source():
    return made_by("download") if is_address(CHECKPOINT) else content_of(CHECKPOINT)


def download_settings(w):
    """What decides which bytes come: their hash, or else the address.

    Of the address a digest is kept, because tokens live there and settings are stored and printed.
    With a hash, a new token or a mirror changes nothing.
    """
    sha256 = SETTINGS["model"]["sha256"]
    address = None if sha256 else provenance.digest(address=CHECKPOINT)
    return {"sha256": sha256 and sha256.lower(), "address": address}


@cache
def own_code():
    """What the user's own architecture file runs; it is input like any other."""
    if ":" not in ARCHITECTURE:
        return {}
    file = Path(ARCHITECTURE.rpartition(":")[0]).resolve()
    if not file.is_file():
        return {}
    try:
        return {"architecture": provenance.code([file], (provenance.Root(file.parent),), {})}
    except (SyntaxError, ValueError, OSError) as error:
        where = f"{getattr(error, 'filename', None) or file}, line {getattr(error, 'lineno', '?')}"
        sys.exit(f"cnnscope: model.architecture: {where}: {getattr(error, 'msg', error)}")


def model_settings(w):
    return {"model": MODEL, "seed": SETTINGS["seed"], **COMPUTE}


def made_model():
    return own_code() | {"weights": made_by("train" if TRAINED else "convert")}


def attribution_sources(w):
    sources = {
        "weights": WEIGHTS,
        "images": images_of(w.method),
    }
    if "background" in METHODS[w.method].needs:
        sources["background"] = multiext(f"{RESULTS}/data/training", ".npy", ".csv")
    return sources


def attribution_settings(w):
    method = {key: value for key, value in SETTINGS[w.method].items() if key != "images"}
    return model_settings(w) | {"method": w.method, "arguments": method}


def attribution_inputs(w):
    needs = METHODS[w.method].needs
    background = (
        {"background": made_by("decode", split="training")} if "background" in needs else {}
    )
    return made_model() | made_sets(SETTINGS[w.method]["images"]) | background


def result_files(name):
    """The triple of `save_result`."""
    path = f"{RESULTS}/{name}"
    return {"array": f"{path}.npy", "details": f"{path}.npz", "facts": f"{path}.json"}


def map_settings(w):
    """What the figure of a method that has none of its own is drawn with."""
    method = METHODS[w.mapped]
    colours = SETTINGS["figures"]["colormaps"]["shap" if method.signed else "saliency"]
    target = SETTINGS[w.mapped]["target"]
    declared = {key: getattr(method, key) for key in ("title", "signed", "paper")}
    return STYLE | SHOWN | declared | {"names": CLASSES, "colours": colours, "target": target}


def attribution_files(method):
    return result_files(f"attributions/{method}") | {"images": images_of(method)}


def drawn_with(*colormaps):
    """Style and the colour maps that this figure uses: no other figure follows a change of them."""
    return STYLE | {name: SETTINGS["figures"]["colormaps"][name] for name in colormaps}


def filters_drawn_with(w):
    """A grid of all filters, whose pictures began as noise, shows no image."""
    chosen = "all" if LAYERS[w.layer] == "all" else "chosen"
    images = {} if chosen == "all" and STARTS[w.layer] == "noise" else SHOWN
    return drawn_with("activations") | images | {"layer": w.layer, "filters": chosen}


def hold_lock():
    """Keep hw5.sh out, which clears the locks of Snakemake where nobody holds this one."""
    global LOCK
    if os.environ.get("CNNSCOPE_LOCK_HELD"):
        return
    with suppress(OSError):
        file = placed("results/.lock")
        file.parent.mkdir(parents=True, exist_ok=True)
        LOCK = file.open("w")
        try:
            fcntl.flock(LOCK, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("cnnscope: another run is at work in results/; wait for it, or stop it")


def check_places():
    """Whether a run that begins can write where results lie."""
    folders = [placed(RESULTS), *sorted(placed(RESULTS).glob("*/")), placed(FIGURES)]
    for folder in folders:
        if folder.is_dir() and not os.access(folder, os.W_OK):
            sys.exit(f"cnnscope: {folder} cannot be written to; unlock it, or give another folder")


# Known here, because Snakemake has left the working directory when it is said.
FIGURES_FOLDER = placed(FIGURES).absolute()


def say_where():
    """Close a run of hw5.sh with the folder of its figures."""
    if os.environ.get("CNNSCOPE_LOCK_HELD"):
        with suppress(OSError):
            sys.stdout.flush()
            # A folder's name may hold bytes that are no text.
            line = f"cnnscope: the figures are in {FIGURES_FOLDER}\n"
            os.write(sys.stdout.fileno(), os.fsencode(line))


def say_where_when_idle():
    """The same where nothing was to be done, of which Snakemake tells no hook."""
    if workflow.executor_plugin and not workflow.dryrun and not len(workflow.dag):
        say_where()


if workflow.is_main_process:
    atexit.register(say_where_when_idle)


def failures(logs):
    """The lines in which the failed jobs of a run say what is wrong; `logs` are Snakemake's."""
    text = "\n".join(Path(file).read_text(errors="replace") for file in logs)
    said = re.findall(r"^\s*(cnnscope: .+)$", text, re.MULTILINE)
    return "\n".join(dict.fromkeys(said)) or "cnnscope: a job failed; its log is shown above"
