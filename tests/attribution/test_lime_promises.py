"""What LIME promises whatever the model: independence, an untouched model, clear errors."""

import copy
from contextlib import nullcontext

import numpy as np
import pytest
import torch
from lime_cases import KNOWN, Planted, cnn, images
from torch import nn

from cnnscope.attribution import lime
from cnnscope.errors import UserError
from cnnscope.networks import device


def test_the_answer_depends_on_neither_company_nor_place_nor_batch_size():
    model, batch = cnn(), images(3)
    targets = np.array([0, 1, 2])
    together = lime.explain(model, batch, targets, labels=targets, **KNOWN)
    for order in ([2, 0, 1], [1]):
        again = lime.explain(
            model, batch[order], targets[order], labels=targets[order], batch_size=7, **KNOWN
        )
        assert np.abs(again.attribution - together.attribution[order]).max() < 1e-5
    same = lime.explain(model, batch, targets, labels=targets, **KNOWN)
    assert same.attribution.tobytes() == together.attribution.tobytes()


def test_another_seed_draws_other_masks():
    model, batch, targets = cnn(), images(1), np.array([0])
    first, second = (
        lime.explain(model, batch, targets, labels=targets, **(KNOWN | {"seed": seed}))
        for seed in (1, 2)
    )
    assert np.array_equal(first.details["segments"], second.details["segments"])
    assert not np.array_equal(first.attribution, second.attribution)


def test_shorter_images_are_padded_with_nan():
    batch = np.stack([images(1)[0], np.full((32, 32, 3), 77, np.uint8)])
    settings = KNOWN | {"segmentation": {"method": "felzenszwalb", "scale": 20, "min_size": 16}}
    found = lime.explain(cnn(), batch, np.zeros(2, int), labels=np.zeros(2, int), **settings)
    counts = lime.summarise(found.details)["superpixels"]
    assert counts[1] == 1 < counts[0] == found.details["weights"].shape[2]
    filled = np.isfinite(found.details["weights"])
    assert filled[0].all() and filled[1, :, :1].all() and not filled[1, :, 1:].any()


def test_one_superpixel_is_answered_and_said():
    messages = []
    settings = KNOWN | {"segmentation": {"method": "felzenszwalb"}, "log": messages.append}
    flat = np.full((1, 32, 32, 3), 200, np.uint8)
    found = lime.explain(
        Planted(np.ones((32, 32))), flat, np.array([1]), labels=np.array([1]), baseline="black",
        kernel_width=1e6, **settings,
    )  # fmt: skip
    assert "one superpixel" in messages[0]
    # All or nothing: 0.4 times the brightness; its masks' squares sum to about 80 / 4, penalty 1.
    assert np.ptp(found.attribution) == 0
    assert np.isclose(found.attribution[0, 0, 0], 0.4 * 200 / 255 * 20 / 21, rtol=0.01)


def test_grey_images_go_through():
    batch = images(2, channels=1)
    targets = np.array([0, 1])
    found = lime.explain(cnn(channels=1), batch, targets, labels=targets, **KNOWN)
    assert found.attribution.shape == (2, 32, 32) and found.attribution.dtype == np.float32
    assert np.abs(found.attribution).max() > 0


class Failing(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = cnn()

    def forward(self, x):
        raise RuntimeError("no memory")


@pytest.mark.parametrize("fails", [False, True])
def test_the_model_is_left_as_found(fails):
    model = Failing() if fails else cnn()
    model.train()
    next(model.parameters()).grad = torch.ones_like(next(model.parameters()))
    before = copy.deepcopy(model)
    arguments = {"targets": np.array([0]), "labels": np.array([0]), **KNOWN}
    with pytest.raises(RuntimeError, match="no memory") if fails else nullcontext():
        lime.explain(model, images(1), **arguments)
    state, old = model.state_dict(), before.state_dict()
    assert all(torch.equal(state[name], old[name]) for name in old)
    assert all(state[name].stride() == old[name].stride() for name in old)
    assert all(m.training for m in model.modules())
    assert all(p.requires_grad and not p.is_inference() for p in model.parameters())
    assert (next(model.parameters()).grad == 1).all()
    assert [sorted(vars(m)) for m in model.modules()] == [sorted(vars(m)) for m in before.modules()]
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())


def test_bfloat16_ranks_superpixels_like_float32(monkeypatch):
    monkeypatch.setattr(device, "_cpu_has_bfloat16", lambda: True)
    model, batch, targets = cnn(), images(1), np.array([0])
    settings = KNOWN | {"samples": 200}
    exact, rough = (
        lime.explain(model, batch, targets, labels=targets, precision=precision, **settings)
        for precision in ("float32", "bfloat16")
    )
    assert (exact.facts["precision"], rough.facts["precision"]) == ("float32", "bfloat16")
    ranks = [one.details["weights"][0, 0].argsort().argsort() for one in (exact, rough)]
    assert np.corrcoef(*ranks)[0, 1] >= 0.99
    assert not np.array_equal(exact.attribution, rough.attribution)


def test_bfloat16_is_declined_where_the_processor_would_emulate_it(monkeypatch):
    monkeypatch.setattr(device, "_cpu_has_bfloat16", lambda: False)
    messages, targets = [], np.array([0])
    settings = KNOWN | {"log": messages.append}
    asked, plain = (
        lime.explain(cnn(), images(1), targets, labels=targets, precision=precision, **settings)
        for precision in ("bfloat16", "float32")
    )
    assert "bfloat16" in messages[0] and asked.facts["precision"] == "float32"
    assert np.array_equal(asked.attribution, plain.attribution)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"baseline": "white"}, "'white' is none of black, mean, blur, noise, background"),
        ({"precision": "float16"}, "'float16' is none of float32, bfloat16"),
        ({"segmentation": {"method": "grid"}}, "'grid' is none of"),
        ({"labels": np.array([3])}, "label 3: the model knows classes 0 to 2"),
        ({"targets": np.array([-1])}, "target -1: the model knows classes 0 to 2"),
    ],
)
def test_a_user_s_mistake_is_told(change, words):
    given = {"targets": np.array([0]), "labels": np.array([0])} | KNOWN | change
    with pytest.raises(UserError, match=words):
        lime.explain(cnn(), images(1), **given)
