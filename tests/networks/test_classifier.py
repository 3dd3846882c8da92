import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.networks.classifier import (
    Classifier,
    check_output,
    fixed_batches,
    predict,
    to_tensor,
)
from cnnscope.networks.state import borrowed


def flat(classes: int = 2, size: int = 4) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(3 * size * size, classes))


def test_normalisation_is_inside_and_a_number_a_channel():
    model = Classifier(nn.Identity(), [0.5, 0.25, 0.0], [0.5, 0.25, 2.0])
    black_to_white = model(torch.tensor([0.0, 1.0]).reshape(2, 1, 1, 1).expand(2, 3, 1, 1))
    assert black_to_white.flatten(1).tolist() == [[-1, -1, 0], [1, 3, 0.5]]


def test_images_become_numbers_between_0_and_1_channels_first():
    images = np.zeros((1, 2, 3, 3), np.uint8)
    images[0, 1, 2] = (255, 51, 0)
    tensor = to_tensor(images, torch.device("cpu"))
    assert tensor.shape == (1, 3, 2, 3)
    assert tensor[0, :, 1, 2].tolist() == pytest.approx([1.0, 0.2, 0.0])


def test_predictions_do_not_depend_on_the_batch_size():
    model = Classifier(flat(), [0.5] * 3, [0.5] * 3)
    images = np.random.default_rng(0).integers(0, 256, (7, 4, 4, 3), np.uint8)
    whole = predict(model, images)
    assert np.allclose(predict(model, images, batch_size=2), whole, atol=1e-6)
    assert np.allclose(predict(model, images[3:4]), whole[3:4], atol=1e-6)


def test_an_output_that_does_not_fit_the_data_is_refused():
    assert check_output(Classifier(flat(5), [0] * 3, [1] * 3), 4, 3, 3) == 5
    with pytest.raises(UserError, match="knows 2 classes, the dataset has 3"):
        check_output(Classifier(flat(2), [0] * 3, [1] * 3), 4, 3, 3)
    with pytest.raises(UserError, match=r"3 x 8 x 8 \(image.channels, image.size\)"):
        check_output(Classifier(flat(2), [0] * 3, [1] * 3), 8, 3, 2)
    with pytest.raises(UserError, match="no tensor of logits"):
        check_output(Classifier(nn.Conv2d(3, 2, 1), [0] * 3, [1] * 3), 4, 3, 2)


def test_a_borrowed_model_comes_back_as_it_was_also_after_an_error():
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(), nn.Linear(2, 1))
    model[1].eval()
    model[2].weight.requires_grad_(False)
    model[0].weight.grad = torch.ones(2, 2)
    with pytest.raises(RuntimeError), borrowed(model):
        assert not any(module.training for module in model.modules())
        assert not any(p.requires_grad for p in model.parameters())
        raise RuntimeError
    assert [m.training for m in model] == [True, False, True]
    assert [p.requires_grad for p in model.parameters()] == [True, True, False, True]
    assert model[0].weight.grad.tolist() == [[1, 1], [1, 1]]
    assert model[0].bias.grad is None


@pytest.mark.parametrize(
    ("side", "sizes"), [(64, [4, 1]), (90, [4, 1]), (128, [2, 2, 1]), (224, [1] * 5)]
)
def test_batches_have_one_size_and_the_larger_the_images_the_fewer_are_in_one(side, sizes):
    images = np.arange(1, 6, dtype=np.uint8)[:, None, None, None].repeat(side, 1).repeat(side, 2)
    batches = list(fixed_batches(images))
    assert {len(batch) for _, batch in batches} == {sizes[0]}
    assert [rows.stop - rows.start for rows, _ in batches] == sizes
    for rows, batch in batches:
        count = rows.stop - rows.start
        np.testing.assert_array_equal(batch[:count], images[rows])
        assert not batch[count:].any()
