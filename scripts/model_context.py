"""The model and the split, as the scripts read them."""

from pathlib import Path

import numpy as np
import torch

from cnnscope.checkpoints.checkpoint import load_weights, read_state_dict
from cnnscope.networks.build import build
from cnnscope.networks.classifier import Classifier
from cnnscope.networks.device import choose_device, use_threads
from cnnscope.networks.head import fit_outputs
from cnnscope.seeds import seed_for
from cnnscope.tables import read_table


def new_model(settings: dict) -> Classifier:
    """A model with random weights, the same for the same seed, on the device of the settings."""
    use_threads(settings["threads"])
    torch.manual_seed(seed_for(settings["seed"], "weights"))
    model = settings["model"]
    sizes = {key: model[key] for key in ("classes", "size", "channels")}
    network = build(model["architecture"], model["arguments"], **sizes)
    classifier = Classifier(network, model["mean"], model["std"])
    if outputs := model.get("outputs"):
        fit_outputs(classifier, outputs, model["size"], model["channels"])
    return classifier.to(choose_device(settings["device"]))


def load_model(settings: dict, weights: str) -> Classifier:
    """The model with the weights of the workflow, in evaluation mode."""
    model = new_model(settings)
    load_weights(model.network, read_state_dict(Path(weights)), weights)
    return model.eval()


def read_labels(file: str) -> np.ndarray:
    return np.array([int(row["label"]) for row in read_table(file)], np.int64)


def read_split(files) -> tuple[np.ndarray, np.ndarray]:
    """Images, mapped from the file, and labels of a split."""
    array, table = files
    return np.load(array, mmap_mode="r"), read_labels(table)
