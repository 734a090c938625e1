from __future__ import annotations

import pytest
import torch
from torch import nn

from segcore.models.architectures import build
from segcore.models.atrous import with_holes


@torch.inference_mode()
def test_scores_are_the_sum_of_four_fields_of_view():
    network = build("deeplab_v2_resnet101:backbone=resnet18", 3).eval()
    x = torch.randn(1, 3, 64, 96)
    features = network.encoder(x)["layer4"]
    expected = sum(
        nn.functional.conv2d(features, with_holes(conv.weight, rate), conv.bias, padding=rate)
        for conv, rate in zip(network.classifiers(), (6, 12, 18, 24), strict=True)
    )
    torch.testing.assert_close(network.scores(x), expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(network(x)["out"][..., ::8, ::8], expected, rtol=1e-4, atol=1e-5)


def test_each_branch_on_vgg16_has_its_rate():
    with torch.device("meta"):
        network = build("deeplab_v2", 3)
    assert [branch.fc6.dilation for branch in network.aspp] == [(6, 6), (12, 12), (18, 18), (24, 24)]
    assert [conv.kernel_size for conv in network.classifiers()] == [(1, 1)] * 4


@pytest.mark.parametrize(("stride", "rate"), [(8, 12), (16, 6)])
def test_large_field_of_view_is_one_branch(stride, rate):
    with torch.device("meta"):
        network = build(f"deeplab_v2_resnet101:backbone=resnet18,pyramid=largefov,output_stride={stride}", 3)
    assert [(conv.dilation, conv.padding) for conv in network.classifiers()] == [((rate, rate), (rate, rate))]


@pytest.fixture(scope="module")
def three_scales() -> nn.Module:
    torch.manual_seed(0)
    return build("deeplab_v2_resnet101:backbone=resnet18,multi_scale=true", 3)


def test_fusion_is_the_highest_score_at_each_pixel(three_scales):
    three_scales.train()
    assert three_scales.auxiliary_weights == {"scale_1": 1.0, "scale_0.75": 1.0, "scale_0.5": 1.0}
    with torch.no_grad():
        result = three_scales(torch.randn(2, 3, 40, 57))
    scales = torch.stack([result[name] for name in three_scales.auxiliary_weights])
    assert torch.equal(result["out"], scales.amax(0))
    assert not torch.equal(scales[0], scales[1])
    assert not torch.equal(scales[1], scales[2])


@torch.inference_mode()
def test_every_scale_has_the_same_weights(three_scales):
    single = build("deeplab_v2_resnet101:backbone=resnet18", 3).eval()
    single.load_state_dict(three_scales.state_dict())
    x = torch.randn(1, 3, 41, 57)
    half = nn.functional.interpolate(x, (21, 29), mode="bilinear", align_corners=True)
    large = nn.functional.interpolate(single(half)["out"], (41, 57), mode="bilinear", align_corners=True)
    fused = three_scales.eval()(x)
    assert set(fused) == {"out"}
    assert bool((fused["out"] >= torch.maximum(single(x)["out"], large) - 1e-6).all())


def test_one_scale_has_no_auxiliary_output():
    with torch.device("meta"):
        network = build("deeplab_v2", 3).train()
        assert network.auxiliary_weights == {}
        assert set(network(torch.empty(1, 3, 32, 32))) == {"out"}
