import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.inspection.class_pictures import explain
from cnnscope.inspection.fourier import Preconditioner

pytestmark = pytest.mark.usefixtures("one_thread")

OPTIONS = {"seed": 0, "size": (16, 16), "channels": 3, "steps": 20}
# A class a row: how it weighs red, green and blue.
WEIGHTS = torch.tensor([[3.0, -1.0, -2.0], [-1.0, 2.0, 0.5], [0.0, 0.0, 0.0], [-0.5, 0.5, 4.0]])


class Colours(nn.Module):
    """Logits that are linear in those of the mean colour."""

    def __init__(self, weights=WEIGHTS):
        super().__init__()
        self.weights = nn.Parameter(weights.clone())

    def forward(self, images):
        return torch.logit(images).mean((2, 3)) @ self.weights.T


def patterns() -> nn.Module:
    torch.manual_seed(0)
    layers = nn.Conv2d(3, 6, 5), nn.BatchNorm2d(6), nn.ReLU(inplace=True), nn.MaxPool2d(2)
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(6 * 36, 9))


def test_the_picture_of_a_class_that_weighs_colours_has_its_colour_at_the_bound():
    pictures, details, facts = explain(Colours(), classes=[3, 0], **OPTIONS)
    assert pictures.shape == (2, 16, 16, 3) and pictures.dtype == np.float32
    preconditioner = Preconditioner((16, 16), 3, WEIGHTS.double())
    for picture, number in zip(pictures, (3, 0), strict=True):
        weights = WEIGHTS[number].double()[None, :, None, None].expand(1, 3, 16, 16)
        colour = 3 * preconditioner.direction(weights).mean((2, 3))[0]
        found = torch.logit(torch.from_numpy(picture)).mean((0, 1))
        np.testing.assert_allclose(found, colour, atol=0.05)
        assert colour.abs().max() > 1
    assert details["classes"].tolist() == [3, 0]
    assert facts["precision"] == "float64"


def test_logits_are_those_of_the_pictures_and_of_their_noise():
    model = patterns().eval()
    pictures, details, _ = explain(model, classes=[7, 2], **OPTIONS)
    with torch.no_grad():
        logits = model(torch.from_numpy(pictures).permute(0, 3, 1, 2)).numpy()
    np.testing.assert_allclose(details["logits"], logits, rtol=1e-3, atol=1e-4)
    own = details["logits"][[0, 1], [7, 2]]
    assert (own > details["logits_start"] + 0.1).all()


def test_a_picture_follows_from_its_class_and_the_seed_alone():
    model = patterns()
    together = explain(model, classes=[1, 4, 8], **OPTIONS)[0]
    alone = explain(model, classes=[4], **OPTIONS)[0]
    assert together[1].tobytes() == alone[0].tobytes()
    other = explain(model, classes=[4], **OPTIONS | {"seed": 1})[0]
    assert (abs(other - alone) > 0.05).mean() > 0.5


def test_classes_that_want_the_same_start_from_noise_of_their_own():
    model = Colours(WEIGHTS[[0, 0]])
    pictures, details, _ = explain(model, classes=[0, 1], **OPTIONS | {"steps": 1}, log=str)
    assert (pictures[0] != pictures[1]).any()
    assert details["logits_start"][0] != details["logits_start"][1]


@pytest.mark.parametrize(("known", "expected"), [(9, [0, 1, 3, 4, 6, 7]), (3, [0, 1, 2])])
def test_six_classes_that_are_spread_evenly_are_pictured_unless_they_are_named(known, expected):
    model = Colours(torch.randn(known, 3))
    _, details, _ = explain(model, classes=None, **OPTIONS | {"steps": 1}, log=str)
    assert details["classes"].tolist() == expected


def test_an_unknown_class_is_refused_in_a_line():
    with pytest.raises(
        UserError, match=r"class_pictures.classes: the model has no class 4: .* 0 to 3"
    ):
        explain(Colours(), classes=[0, 4], **OPTIONS)


def test_a_class_that_wants_no_picture_is_reported_and_one_that_another_wants_more():
    said: list[str] = []
    # Of class 1 the picture is red too, and red speaks for class 0 even more.
    weights = torch.tensor([[5.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    explain(Colours(weights), classes=[0, 1, 2], **OPTIONS, log=said.append)
    assert len(said) == 2
    assert said[0].startswith("class 1: the network takes its picture for class 0, with ")
    assert said[1] == "class 2: nothing raises its logit from white noise"


def test_the_network_is_left_as_it_was_and_a_grey_one_is_climbed_too():
    model = patterns()
    model[0] = nn.Conv2d(1, 6, 5)
    model.train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    pictures, _, _ = explain(model, classes=[0], **OPTIONS | {"channels": 1}, log=str)
    assert pictures.shape == (1, 16, 16, 1)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert model.training and all(one.requires_grad for one in model.parameters())
    assert not any(module._forward_hooks for module in model.modules())
