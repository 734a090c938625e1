from __future__ import annotations

import pytest
import torch
from torch import nn
from torchvision.models import resnet18
from torchvision.models.segmentation.deeplabv3 import ASPP

from segcore.models.architectures import build
from segcore.models.deeplab_v3 import AtrousPyramid, ImagePooling


@torch.inference_mode()
def test_the_pyramid_computes_what_torchvisions_does():
    torch.manual_seed(0)
    ours, theirs = AtrousPyramid(24, (6, 12, 18)).eval(), ASPP(24, (6, 12, 18)).eval()
    assert len(ours.state_dict()) == len(theirs.state_dict())
    ours.load_state_dict(dict(zip(ours.state_dict(), theirs.state_dict().values(), strict=True)))
    for module in (ours, theirs):
        for norm in module.modules():
            if isinstance(norm, nn.BatchNorm2d):
                norm.running_mean.copy_(torch.linspace(-0.1, 0.1, 256))
    x = torch.randn(2, 24, 30, 23)
    torch.testing.assert_close(ours(x), theirs(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("stride", "rates"), [(16, (6, 12, 18)), (8, (12, 24, 36))])
@pytest.mark.parametrize("name", ["deeplab_v3", "deeplab_v3plus"])
def test_rates_double_at_output_stride_8(name, stride, rates):
    with torch.device("meta"):
        network = build(f"{name}:backbone=resnet18,output_stride={stride}", 2)
    assert [(branch[0].dilation[0], branch[0].padding[0]) for branch in network.aspp.atrous] == [(r, r) for r in rates]


@pytest.mark.parametrize(("stride", "rates"), [(16, [2, 4, 8]), (8, [4, 8, 16])])
def test_multi_grid_multiplies_the_rates_of_layer4(stride, rates):
    """Section 3.2.1: at output stride 16 with grid (1, 2, 4), the three rates are 2, 4, 8."""
    with torch.device("meta"):
        layer4 = build(f"deeplab_v3:multi_grid=true,output_stride={stride}", 2).encoder.layer4
    assert [block.conv2.dilation for block in layer4] == [(rate, rate) for rate in rates]
    assert [block.conv2.padding for block in layer4] == [(rate, rate) for rate in rates]
    assert {block.conv1.dilation for block in layer4} == {(1, 1)}


def test_image_pooling_of_one_image_uses_what_was_seen_and_learns():
    torch.manual_seed(0)
    pooling = ImagePooling(6, 4).train()
    pooling.norm.running_mean.fill_(0.5)
    pooling.norm.running_var.fill_(4.0)
    nn.init.constant_(pooling.conv.weight, 0.5)
    y = pooling(torch.full((1, 6, 3, 5), 1.0))
    torch.testing.assert_close(y, torch.full((1, 4, 1, 1), (3.0 - 0.5) / 2.0), rtol=1e-5, atol=1e-5)
    y.sum().backward()
    assert pooling.conv.weight.grad.any()
    assert pooling.norm.weight.grad.any()
    assert pooling.norm.running_mean.tolist() == [0.5] * 4


def test_image_pooling_leaves_a_synchronised_norm_to_see_the_other_images():
    class OfAllRanks(nn.BatchNorm2d):
        def forward(self, x):
            return x * 0 + 7

    pooling = ImagePooling(6, 4).train()
    pooling.norm = OfAllRanks(4)
    assert pooling(torch.randn(1, 6, 3, 5)).flatten().tolist() == [7] * 4


def test_image_pooling_of_several_images_is_ordinary_batch_normalisation():
    torch.manual_seed(0)
    pooling = ImagePooling(6, 4).train()
    x = torch.randn(5, 6, 3, 2)
    expected = nn.BatchNorm2d(4).train()(pooling.conv(x.mean((2, 3), keepdim=True))).relu()
    torch.testing.assert_close(pooling(x), expected)


@pytest.mark.parametrize("name", ["deeplab_v3", "deeplab_v3plus", "deeplab_v2_resnet101"])
def test_imagenet_weights_go_to_the_encoder(name):
    published = resnet18(weights=None).state_dict()
    network = build(f"{name}:backbone=resnet18", 2)
    assert network.imagenet == "resnet18"
    network.load_imagenet(published)
    for key, value in network.backbone().state_dict().items():
        assert torch.equal(value, published[key])


@torch.inference_mode()
def test_the_decoder_sees_the_image_at_stride_4():
    torch.manual_seed(0)
    network = build("deeplab_v3plus:backbone=resnet18", 2).eval()
    seen = {}
    network.decoder.register_forward_pre_hook(lambda _, inputs: seen.update(joined=inputs[0]))
    network(torch.randn(1, 3, 70, 45))
    assert seen["joined"].shape == (1, 256 + 48, 18, 12)


def test_separable_convolutions_are_one_a_channel_and_a_1x1():
    with torch.device("meta"):
        network = build("deeplab_v3plus:backbone=resnet18,separable=true", 2)
    wide = [
        conv
        for part in (network.aspp, network.decoder)
        for conv in part.modules()
        if isinstance(conv, nn.Conv2d) and conv.kernel_size == (3, 3)
    ]
    assert [(conv.groups, conv.dilation[0]) for conv in wide] == [(512, 6), (512, 12), (512, 18), (304, 1), (256, 1)]
