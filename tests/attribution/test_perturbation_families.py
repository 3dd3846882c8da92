"""Occlusion, RISE and Kernel SHAP of networks whose layers differ in what can be shared."""

import numpy as np
import pytest
import torch
from families import ALL, network
from shap_models import pictures
from test_families import only_rounding

from cnnscope.attribution import kernel_shap, occlusion, rise
from cnnscope.networks.classifier import predict

GRID = {"segmentation": {"method": "slic", "n_segments": 4, "compactness": 1e3}}

# Random weights may answer the same to everything, or to all that hides something.
FLAT = {"efficientnet", "efficientnet_v2", "squeezenet"}


@pytest.mark.parametrize("family", ALL)
def test_what_is_hidden_changes_the_probability_as_the_plain_network_says(family, one_thread):
    torch.manual_seed(0)
    name, size, arguments = ALL[family]
    model, images = network(name, size, arguments), pictures(1, size)
    before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    targets = predict(model, images).argmax(1)
    with torch.no_grad():
        pixels = torch.from_numpy(images).permute(0, 3, 1, 2) / 255
        whole, black = model(torch.cat([pixels, 0 * pixels])).softmax(1)[:, targets[0]].tolist()
    for method, options in (
        (occlusion, {"window": 0.5, "stride": 1.0}),
        (rise, {"samples": 6, "cells": 3}),
        (kernel_shap, {"samples": 10} | GRID),
    ):
        log = only_rounding if family == "wide_resnet" else pytest.fail
        found = method.explain(model, images, targets, seed=0, baseline="black", log=log, **options)
        assert np.isfinite(found.attribution).all()
        assert np.ptp(found.attribution) > 0 or family in FLAT
        ends = [found.details["whole"][0], found.details["hidden"][0]]
        np.testing.assert_allclose(ends, [whole, black], atol=1e-4)
    state = model.state_dict()
    assert all(torch.equal(tensor, state[key]) for key, tensor in before.items())
