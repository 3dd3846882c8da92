"""Results of a finished run, computed again from its weights and images with plain PyTorch."""

from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn

from cnnscope.files import load_result, read_json
from cnnscope.networks.food_cnn import FoodCNN
from cnnscope.tables import read_table


@pytest.fixture(scope="module")
def results(ran) -> Path:
    return ran / "results/small"


@pytest.fixture(scope="module")
def network(results) -> nn.Module:
    network = FoodCNN(classes=3, width=0.05, size=32, channels=3)
    network.load_state_dict(load_file(results / "model/weights.safetensors"))
    return network.eval().requires_grad_(False)


def seen(images: np.ndarray) -> torch.Tensor:
    """What the network is given, as config.yaml says it: mean 0.5, standard deviation 0.25."""
    return (torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.25


def close(ours: np.ndarray, wanted) -> None:
    wanted = np.asarray(wanted)
    np.testing.assert_allclose(ours, wanted, rtol=1e-3, atol=1e-4 * np.abs(wanted).max())


def image_set(results: Path, name: str) -> np.ndarray:
    return np.load(results / f"image_sets/{name}.npy")


def test_decoded_rows_are_the_photographs_that_the_manifest_names(ran, results):
    for split in ("training", "validation", "testing"):
        rows = [row for row in read_table(results / "manifest.csv") if row["split"] == split]
        decoded = np.load(results / f"data/{split}.npy")
        assert [int(row["position"]) for row in rows] == list(range(len(decoded)))
        for row, image in zip(rows, decoded, strict=True):
            photograph = Image.open(ran / "food" / row["path"]).convert("RGB")
            wanted = photograph.resize((32, 32), Image.Resampling.BILINEAR)
            np.testing.assert_array_equal(image, np.asarray(wanted))
            label = "-1" if split == "testing" else photograph_label(row["path"])
            assert row["label"] == label


def photograph_label(path: str) -> str:
    """As in training/2_0.png."""
    return Path(path).name.partition("_")[0]


def test_an_image_set_holds_the_images_that_it_names(results):
    for name, split in (("gallery", "training"), ("one_each", "validation")):
        facts = read_json(results / f"image_sets/{name}.json")
        decoded = np.load(results / f"data/{split}.npy")
        np.testing.assert_array_equal(image_set(results, name), decoded[facts["positions"]])


def test_predictions_are_the_networks_logits(results, network):
    images = np.load(results / "data/validation.npy")
    close(np.load(results / "predictions/validation.npy"), network(seen(images)))


def test_saliency_is_the_gradient_of_the_true_classs_logit(results, network):
    maps, details, _ = load_result(results / "attributions/saliency.npy")
    images = image_set(results, "gallery")
    labels = read_json(results / "image_sets/gallery.json")["labels"]
    pixels = (torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255).requires_grad_()
    logits = network((pixels - 0.5) / 0.25)
    close(details["logits"], logits.detach())
    (gradient,) = torch.autograd.grad(logits[range(len(labels)), labels].sum(), pixels)
    close(details["gradient"], gradient)
    close(maps, gradient.abs().amax(1))


def test_shap_adds_up_from_a_background_drawn_evenly_from_the_classes_of_training(results, network):
    """Four images of three classes: two of one and one of each other, whichever they are."""
    _, details, facts = load_result(results / "attributions/shap.npy")
    logits = network(seen(image_set(results, "gallery"))).numpy()
    changes = logits - details["background_logits"]
    added = details["values"].sum((2, 3, 4))
    np.testing.assert_allclose(added, changes, atol=1e-3 * np.abs(changes).max())
    rows = [row for row in read_table(results / "manifest.csv") if row["split"] == "training"]
    labels = np.array([int(row["label"]) for row in rows])
    known = network(seen(np.load(results / "data/training.npy"))).numpy()
    drawn = [
        sum(places, ())
        for twice in range(3)
        for places in product(
            *(combinations(np.flatnonzero(labels == c), 2 if c == twice else 1) for c in range(3))
        )
    ]
    means = np.stack([known[list(places)].mean(0) for places in drawn])
    distance = np.abs(means - details["background_logits"]).max(1)
    assert facts["background"] == 4 and len(drawn) == 3 * 6 * 4 * 4
    assert distance.min() < 1e-4 * np.abs(known).max()


def test_limes_logits_are_those_of_the_image_whose_superpixels_it_weighs(results, network):
    maps, details, _ = load_result(results / "attributions/lime.npy")
    images = np.concatenate([image_set(results, name) for name in ("one_each", "mixups")])
    close(details["logits"], network(seen(images)))
    targets = details["logits"].argmax(1)
    np.testing.assert_array_equal(details["targets"], targets)
    for row, target in enumerate(targets):
        column = list(details["explained"][row]).index(target)
        weights = details["weights"][row, column]
        np.testing.assert_allclose(maps[row], weights[details["segments"][row]], rtol=1e-6)


def test_activation_maps_are_the_outputs_of_their_layers(results, network):
    images = seen(image_set(results, "gallery"))
    for name in ("cnn.0", "cnn.3"):
        wanted = network.cnn[: int(name[4:]) + 1](images)
        close(np.load(results / f"activations/{name}.npy"), wanted)


def test_filters_and_strongest_images_answer_as_the_layer_does(results, network):
    def responses(images: np.ndarray) -> np.ndarray:
        maps = network.cnn[0](seen(images)).flatten(2)
        return maps.topk(maps.shape[-1] // 2).values.mean(-1).numpy()

    pictures, details, _ = load_result(results / "filters/cnn.0.npy")
    numbers = details["filters"].tolist()
    assert numbers == [0, 2]
    close(details["objective_images"].T, responses(image_set(results, "gallery"))[:, numbers])
    pixels = torch.from_numpy(pictures).permute(0, 3, 1, 2).float()
    maps = network.cnn[0]((pixels - 0.5) / 0.25).flatten(2)
    answers = maps.topk(maps.shape[-1] // 2).values.mean(-1)[[0, 1], numbers]
    close(details["objective_end"], answers)
    _, details, _ = load_result(results / "top_images/cnn.0.npy")
    answers = responses(np.load(results / "data/validation.npy"))
    for row, number in enumerate(details["filters"]):
        strongest = np.argsort(-answers[:, number], kind="stable")[:2]
        np.testing.assert_array_equal(details["positions"][row], strongest)
        close(details["responses"][row], answers[strongest, number])
