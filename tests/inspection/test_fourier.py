import pytest
import torch

from cnnscope.inspection.fourier import Preconditioner


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_a_direction_has_the_same_size_for_every_gradient(scale):
    gradient = torch.randn(2, 3, 16, 24, generator=torch.Generator().manual_seed(0)) * scale
    direction = Preconditioner((16, 24), 3, gradient).direction(gradient)
    mean = direction.mean(dim=(2, 3), keepdim=True)
    structure = (direction - mean).square().mean(dim=(1, 2, 3)).sqrt()
    torch.testing.assert_close(structure, torch.ones(2))
    torch.testing.assert_close(mean.square().mean(dim=(1, 2, 3)).sqrt(), torch.full((2,), 0.5))


def test_a_direction_divides_waves_by_their_frequency_and_damps_the_fastest():
    x = torch.arange(64) * 2 * torch.pi / 64
    # Waves of the same strength, in light; per pixel they have 2, 8 and 28 periods in 64.
    gradient = sum(torch.sin(k * x) for k in (2, 8, 28)).expand(1, 3, 64, 64)
    direction = Preconditioner((64, 64), 3, gradient).direction(gradient)
    strength = torch.fft.rfft(direction[0, 0, 0]).abs()
    assert strength[2] / strength[8] == pytest.approx(4, rel=0.05)
    assert strength[8] / strength[28] > 4 * 28 / 8


def test_a_direction_prefers_light_to_colour():
    x = torch.arange(64) * 2 * torch.pi / 64
    waves = torch.stack([torch.sin(4 * x), torch.cos(4 * x)])
    light, red_blue = torch.tensor([1.0, 1.0, 1.0]), torch.tensor([1.0, 0.0, -1.0])
    gradient = torch.outer(light, waves[0]) / 3**0.5 + torch.outer(red_blue, waves[1]) / 2**0.5
    gradient = gradient[None, :, None].expand(1, 3, 64, 64)
    direction = Preconditioner((64, 64), 3, gradient).direction(gradient)[0, :, 0]
    of_light, of_colour = (light / 3**0.5) @ direction, (red_blue / 2**0.5) @ direction
    # The square of the spread of photographs, 0.4 : 1.
    assert of_colour.norm() / of_light.norm() == pytest.approx(0.16, rel=1e-3)


def test_a_direction_does_not_blow_up_rounding():
    x = torch.arange(64) * 2 * torch.pi / 64
    wave, flat = torch.sin(4 * x).expand(1, 3, 64, 64), torch.full((1, 3, 64, 64), 0.1)
    of = Preconditioner((64, 64), 3, wave).direction
    assert of(wave).mean(dim=(2, 3)).abs().max() < 0.01
    assert of(flat).std(dim=(2, 3)).max() < 0.01
