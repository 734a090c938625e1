import pytest
import torch
from torch import nn

from segcore.models.architectures import build
from segcore.models.pooled_norm import PooledNorm
from segcore.models.pspnet import BINS, PyramidPooling


def test_each_level_is_the_average_over_its_regions():
    """Figure 3 (c) with the reduction left out: on a 6x6 map, by hand."""
    pyramid = PyramidPooling(4).double().eval()
    for level in pyramid.levels:
        with torch.no_grad():
            level[1].weight.zero_()
            level[1].weight[0, 0] = 1.0
    x = torch.zeros(1, 4, 6, 6, dtype=torch.float64)
    x[0, 0] = torch.arange(36.0).view(6, 6)
    with torch.inference_mode():
        result = pyramid(x)[0]
        pooled = [level[0](x)[0, 0] for level in pyramid.levels]
    assert BINS == (1, 2, 3, 6)
    assert result.shape == (8, 6, 6)
    assert torch.equal(result[:4], x[0])
    scale = 1 / (1 + 1e-5) ** 0.5  # BatchNorm at its start
    torch.testing.assert_close(result[4], torch.full((6, 6), 17.5 * scale, dtype=torch.float64))
    torch.testing.assert_close(result[7], x[0, 0] * scale)
    assert pooled[1].tolist() == [[7.0, 10.0], [25.0, 28.0]]
    assert pooled[2].tolist() == [[3.5, 5.5, 7.5], [15.5, 17.5, 19.5], [27.5, 29.5, 31.5]]
    assert result[5, 0, 0] == pytest.approx(7.0 * scale)
    assert result[6, 5, 5] == pytest.approx(31.5 * scale)


def test_the_pyramid_doubles_the_channels():
    with torch.device("meta"):
        network = build("pspnet", 2)
    assert network.pyramid.out_channels == 4096
    assert [level[1].out_channels for level in network.pyramid.levels] == [512] * 4
    assert network.classifier[0].weight.shape == (512, 4096, 3, 3)


def test_the_auxiliary_loss_reaches_layer3_and_not_layer4():
    torch.manual_seed(0)
    network = build("pspnet:backbone=resnet18", 2).train()
    result = network(torch.randn(2, 3, 32, 32))
    assert network.auxiliary_weights == {"aux": 0.4}
    result["aux"].square().mean().backward()
    assert network.encoder.layer3[1].conv2.weight.grad.any()
    assert network.encoder.layer4[1].conv2.weight.grad is None
    network.zero_grad(set_to_none=True)
    network(torch.randn(2, 3, 32, 32))["out"].square().mean().backward()
    assert network.encoder.layer4[1].conv2.weight.grad.any()
    assert network.auxiliary[-1].weight.grad is None


def test_scores_stay_on_the_pixels_that_they_are_centred_on():
    torch.manual_seed(0)
    network = build("pspnet:backbone=resnet18", 2).eval()
    x = torch.randn(1, 3, 64, 80)
    with torch.inference_mode():
        coarse = network.classifier(network.pyramid(network.encoder(x)["layer4"]))
        torch.testing.assert_close(network(x)["out"][..., ::8, ::8], coarse)


def test_a_lone_value_is_normalised_by_what_was_seen_so_far():
    norm = PooledNorm(2).train()
    norm.running_mean.copy_(torch.tensor([1.0, 2.0]))
    norm.running_var.copy_(torch.tensor([4.0, 9.0]))
    found = norm(torch.tensor([5.0, 8.0]).view(1, 2, 1, 1)).flatten()
    torch.testing.assert_close(found, torch.tensor([2.0, 2.0]))
    assert norm.running_mean.tolist() == [1.0, 2.0]
    plain = nn.BatchNorm2d(2)
    plain.load_state_dict(norm.state_dict())
    x = torch.randn(2, 2, 1, 1)
    torch.testing.assert_close(norm(x), plain(x))
    torch.testing.assert_close(norm.running_mean, plain.running_mean)


@pytest.mark.parametrize("text", ["pspnet:output_stride=32", "pspnet:backbone=vgg16"])
def test_other_strides_and_backbones_are_refused(text):
    from segcore.errors import CheckpointError

    with pytest.raises(CheckpointError, match=r"output stride is 8 or 16|the backbone 'vgg16' is unknown"):
        build(text, 2)
