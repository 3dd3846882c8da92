import copy

import numpy as np
import pytest
import torch
from shap.explainers._deep.deep_pytorch import op_handler
from shap_models import lived_in, on_map, pictures, residual_block, run, small_food
from torch import nn

from cnnscope.attribution.shap import explain, summarise
from cnnscope.errors import UserError
from cnnscope.networks.food_cnn import FoodCNN

HANDLERS = dict(op_handler)


@pytest.fixture(autouse=True)
def seeded(one_thread):
    torch.manual_seed(0)


def test_linear_model_gives_weight_times_distance_from_the_background_mean():
    model = nn.Sequential(nn.Flatten(), nn.Linear(48, 3))
    images, background = pictures(2, 4), pictures(5, 4, seed=1)
    result, _ = run(model, images, background)
    distance = (images - background.mean(0)).transpose(0, 3, 1, 2)[:, None] / 255
    expected = model[1].weight.detach().numpy().reshape(3, 3, 4, 4) * distance
    np.testing.assert_allclose(result.details["values"], expected, atol=1e-6)
    np.testing.assert_allclose(result.attribution[1], expected[1, 1].sum(0), atol=1e-6)


def test_values_of_the_food_cnn_add_up_and_equal_the_library_s():
    images, background = pictures(2, 32), pictures(6, 32, seed=1)
    model = small_food()
    ours, said = run(model, images, background)
    library, _ = run(model, images, background, engine="shap", batch_size=5)
    assert (ours.facts["engine"], library.facts["engine"], said) == ("cnnscope", "shap", [])
    assert summarise(ours.details)["largest_residual"] < 2e-5
    expected = library.details["values"]
    np.testing.assert_allclose(ours.details["values"], expected, atol=1e-4 * abs(expected).max())


def test_values_that_do_not_add_up_are_spoken_of():
    masked = on_map(lambda m, x: x * (x > 0))  # looks linear to autograd
    result, said = run(masked, pictures(1), pictures(2, seed=1))
    assert summarise(result.details)["largest_residual"] > 1e-3
    assert "miss the change of the logits" in said[0]


def test_image_alone_equals_image_in_company():
    model, images, background = small_food(), pictures(3, 32), pictures(3, 32, seed=1)
    together = run(model, images, background)[0].details
    alone = run(model, images[1:2], background)[0].details
    for name in ("values", "logits", "residual"):
        np.testing.assert_array_equal(alone[name][0], together[name][1])


def test_batch_size_does_not_matter():
    model, images, background = small_food(), pictures(1, 32), pictures(5, 32, seed=1)
    expected = run(model, images, background)[0].details["values"]
    for engine in ("cnnscope", "shap"):
        result, _ = run(model, images, background, batch_size=2, engine=engine)
        assert result.facts["engine"] == engine
        values = result.details["values"]
        np.testing.assert_allclose(values, expected, atol=1e-4 * abs(expected).max())


def test_grey_images():
    model = lived_in(FoodCNN(3, width=0.05, size=32, channels=1), 32, 1)
    result, said = run(model, pictures(1, 32, 1), pictures(3, 32, 1, seed=1))
    assert (said, result.details["values"].shape) == ([], (1, 3, 1, 32, 32))
    assert summarise(result.details)["largest_residual"] < 1e-5


def snapshot(model):
    hooks = [(m._forward_hooks, m._backward_hooks, m._forward_pre_hooks) for m in model.modules()]
    return (
        [(name, value.clone()) for name, value in model.state_dict().items()],
        [(p.requires_grad, p.grad) for p in model.parameters()],
        [(sorted(vars(m)), m.training, getattr(m, "inplace", None)) for m in model.modules()],
        copy.deepcopy(hooks),
    )


@pytest.mark.parametrize("engine", ["cnnscope", "shap"])
@pytest.mark.parametrize("breaks_at", [None, 0, 3, 6])
def test_model_and_library_are_left_as_found(engine, breaks_at):
    model = small_food()
    model.cnn[2] = nn.ReLU(inplace=True)
    model.train()
    calls = []

    def maybe_break(*_):
        calls.append(0)
        if len(calls) - 1 == breaks_at:
            raise MemoryError("in the middle")

    model.fc.register_forward_hook(maybe_break)
    before = snapshot(model)
    try:
        run(model, pictures(2, 32), pictures(5, 32, seed=1), engine=engine, batch_size=4)
    except (MemoryError, UserError):
        assert breaks_at is not None
    else:
        assert breaks_at is None
    assert str(snapshot(model)) == str(before)
    assert op_handler == HANDLERS


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"background": pictures(0)}, "no image"),
        ({"background": pictures(2, 8)}, "one size"),
        ({"targets": np.array([0])}, "1 targets"),
        ({"targets": np.array([0, 3])}, "3 classes"),
        ({"engine": "captum"}, "none of auto"),
    ],
)
def test_arguments_that_do_not_fit_are_named(changed, message):
    model = on_map(lambda m, x: m.act(x))
    arguments = {"images": pictures(2), "targets": np.array([0, 1]), "background": pictures(2)}
    with pytest.raises(UserError, match=message):
        explain(model, **arguments | changed)


def test_model_that_neither_engine_explains_is_a_user_error():
    model = on_map(lambda m, x: residual_block(m, x).exp())
    with pytest.raises(UserError, match=r"no rule for Exp.*library shap fails"):
        run(model, pictures(1), pictures(2, seed=1), engine="cnnscope")
