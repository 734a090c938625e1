from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.functional import relu
from torchvision.models import vgg16

from segcore.errors import CheckpointError
from segcore.models.architectures import build
from segcore.models.deeplab_v1 import LargeFOV


@pytest.fixture(scope="module")
def published() -> dict[str, torch.Tensor]:
    """Random weights under torchvision's keys and shapes; float16, as files store them."""
    with torch.device("meta"):
        shapes = {key: value.shape for key, value in vgg16(weights=None).state_dict().items()}
    generator = torch.Generator().manual_seed(0)
    return {
        key: torch.empty(shape, dtype=torch.float16).uniform_(-0.05, 0.05, generator=generator)
        for key, shape in shapes.items()
        if not key.startswith("classifier.6")
    }


def test_layers_are_the_authors():
    with torch.device("meta"):
        network = LargeFOV(21)
    pools = [layer for layer in network.features if isinstance(layer, nn.MaxPool2d)]
    assert [(p.kernel_size, p.stride, p.padding) for p in pools] == [(3, 2, 1)] * 3 + [(3, 1, 1)] * 2
    convs = [layer for layer in network.features if isinstance(layer, nn.Conv2d)]
    assert [conv.dilation[0] for conv in convs] == [1] * 10 + [2] * 3
    assert (network.head.fc6.kernel_size, network.head.fc6.dilation, network.head.fc6.padding) == ((3, 3),) + (
        (12, 12),
    ) * 2
    assert (network.pool5a.kernel_size, network.pool5a.stride, network.pool5a.padding) == (3, 1, 1)


@pytest.mark.parametrize(("pixels", "cells"), [(321, 41), (306, 40), (513, 65), (32, 5)])
def test_feature_maps_have_caffes_size(pixels, cells):
    """321 -> 161 -> 81 -> 41, rounded up (the authors' prototxt)."""
    with torch.device("meta"):
        features = LargeFOV(2).features
    assert features(torch.empty(1, 3, pixels, pixels, device="meta")).shape == (1, 512, cells, cells)


def test_an_image_turned_over_gives_logits_turned_over():
    """Feature i is centred on pixel 8 i, in the network as in the upsampling: nothing leans to one side."""
    torch.manual_seed(0)
    network = build("deeplab_largefov", 2).eval()
    with torch.inference_mode():
        for conv in (module for module in network.modules() if isinstance(module, nn.Conv2d)):
            conv.weight.copy_((conv.weight + conv.weight.flip(3)) / 2)
        x = torch.randn(1, 3, 32, 65)
        there, back = network(x)["out"], network(x.flip(3))["out"].flip(3)
    torch.testing.assert_close(there, back, rtol=1e-3, atol=1e-5)


def test_torchvisions_convolutions_are_taken_over(published):
    network = build("deeplab_largefov", 4)
    head = network.head.fc6.weight.clone()
    network.load_imagenet({key: value for key, value in published.items() if key.startswith("features.")})
    for key, value in network.features.state_dict().items():
        assert torch.equal(value, published[f"features.{key}"].float())
    assert torch.equal(network.head.fc6.weight, head)


def test_fully_connected_layers_are_decimated(published):
    network = build("deeplab_v2", 4)
    network.load_imagenet(published)
    fc6 = published["classifier.0.weight"].float().view(4096, 512, 7, 7)
    for branch in network.aspp:
        for channel in (0, 1, 1023):
            for (row, column), (tap_row, tap_column) in {(0, 0): (0, 0), (1, 2): (3, 6), (2, 1): (6, 3)}.items():
                assert torch.equal(branch.fc6.weight[channel, :, row, column], fc6[4 * channel, :, tap_row, tap_column])
        assert branch.fc7.weight[2, 3] == published["classifier.3.weight"][8, 12].float()
        assert branch.fc6.bias[5] == published["classifier.0.bias"][20].float()
        assert branch.fc7.bias[5] == published["classifier.3.bias"][20].float()


def test_decimated_taps_meet_the_features_that_the_whole_filter_met(published):
    """The 7x7 filter at rate 4 (stride 8 for 32), its other taps zero, is the 3x3 filter at rate 12."""
    network = build("deeplab_largefov", 4)
    network.load_imagenet(published)
    whole = torch.zeros(4096, 512, 7, 7)
    whole[..., ::3, ::3] = published["classifier.0.weight"].float().view(4096, 512, 7, 7)[..., ::3, ::3]
    x = torch.rand(1, 512, 26, 25)
    with torch.inference_mode():
        long = nn.functional.conv2d(x, whole[:64], published["classifier.0.bias"][:64].float(), padding=12, dilation=4)
        torch.testing.assert_close(relu(network.head.fc6(x))[:, :16], relu(long)[:, ::4], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("key", ["features.0.weight", "features.28.bias", "classifier.0.bias", "classifier.3.weight"])
def test_weights_that_do_not_fit_are_refused_and_change_nothing(published, key):
    network = build("deeplab_largefov", 2)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    for wrong in ({k: v for k, v in published.items() if k != key}, {**published, key: torch.zeros(3, 3)}):
        with pytest.raises(CheckpointError, match=key):
            network.load_imagenet(wrong)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
