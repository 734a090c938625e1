from __future__ import annotations

from copy import deepcopy
from functools import cache

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from segcore.errors import CheckpointError
from segcore.models.architectures import build

PARAMETERS = {
    "deeplab_largefov": 20_505_429,  # 14,714,688 of VGG16 + 4,719,616 + 1,049,600 + 21,525; the paper's 20.5 million
    "deeplab_v2": 37_877_652,  # VGG16 and four times those three
    "deeplab_v2_resnet101": 44_048_532,  # 42,500,160 of ResNet-101 + 4 x (2048 x 9 + 1) x 21
    "deeplab_v2_resnet101:multi_scale=true": 44_048_532,
    "deeplab_v2_resnet101:pyramid=largefov": 44_048_532 - 3 * (2048 * 9 + 1) * 21,
    "deeplab_v3": 39_048_533,
    "deeplab_v3:backbone=resnet101,output_stride=8,multi_grid=true": 39_048_533 + 42_500_160 - 23_508_032,
    "deeplab_v3:auxiliary=true": 39_048_533 + 2_365_205,
    # v3, 256 x 48 + 96, (304 + 256) x 9 x 256 + 1024
    "deeplab_v3plus": 39_048_533 + 12_384 + 1_291_264,
    # of the 3x3 convolutions: 9 + 2 + 256 weights an input channel instead of 9 x 256
    "deeplab_v3plus:separable=true": 39_048_533 + 12_384 + 1_291_264 - (3 * 2048 + 304 + 256) * (9 * 256 - 9 - 2 - 256),
}
SMALL = [
    "deeplab_largefov",
    "deeplab_v2",
    "deeplab_v2_resnet101:backbone=resnet18",
    "deeplab_v2_resnet101:backbone=resnet18,multi_scale=true,output_stride=16",
    "deeplab_v3:backbone=resnet34,multi_grid=true,auxiliary=true",
    "deeplab_v3:backbone=resnet18,output_stride=8",
    "deeplab_v3plus:backbone=efficientnet_lite0,separable=true",
    "deeplab_v3plus:backbone=resnet34,output_stride=8,separable=true,multi_grid=true",
]


@cache
def on_meta(architecture: str) -> nn.Module:
    with torch.device("meta"):
        return build(architecture, 21).eval()


@pytest.mark.parametrize("architecture", PARAMETERS)
def test_parameters_are_as_many_as_published(architecture):
    assert sum(p.numel() for p in on_meta(architecture).parameters()) == PARAMETERS[architecture]


def test_v3_is_torchvisions_less_its_3x3_convolution():
    theirs = sum(p.numel() for p in on_meta("deeplabv3_resnet50").parameters())
    assert theirs == 42_004_074
    assert theirs - PARAMETERS["deeplab_v3:auxiliary=true"] == 256 * 256 * 9 + 512


@pytest.mark.parametrize("architecture", SMALL)
@pytest.mark.parametrize("size", [(32, 32), (33, 47), (361, 480)])
def test_logits_have_the_size_of_the_input(architecture, size):
    with torch.no_grad():
        result = on_meta(architecture)(torch.empty(1, 3, *size, device="meta"))
    assert {name: tuple(logits.shape) for name, logits in result.items()} == {"out": (1, 21, *size)}


@pytest.mark.parametrize("architecture", SMALL)
def test_a_training_step_with_one_image_and_with_two(architecture):
    torch.manual_seed(0)
    network = build(architecture, 3).train()
    optimiser = torch.optim.SGD(network.parameters(), lr=1e-3)
    for count, size in ((1, (32, 32)), (2, (33, 40))):
        labels = torch.randint(0, 3, (count, *size))
        result = network(torch.randn(count, 3, *size))
        assert set(result) == {"out", *network.auxiliary_weights}
        assert all(logits.shape == (count, 3, *size) for logits in result.values())
        losses = {name: cross_entropy(logits, labels) for name, logits in result.items()}
        total = losses["out"] + sum(weight * losses[name] for name, weight in network.auxiliary_weights.items())
        optimiser.zero_grad()
        total.backward()
        assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())
        optimiser.step()
    with torch.inference_mode():
        assert network.eval()(torch.randn(1, 3, 32, 32))["out"].isfinite().all()


@pytest.mark.parametrize("architecture", SMALL)
def test_the_interface_is_complete(architecture):
    network = deepcopy(on_meta(architecture))
    inside = {id(p) for p in network.backbone().parameters()}
    outside = {id(p) for p in network.head_parameters()}
    assert inside
    assert not inside & outside
    assert inside | outside == {id(p) for p in network.parameters()}
    early = [p for layer in network.early_layers() for p in layer.parameters()]
    assert early
    assert {id(p) for p in early} < inside
    assert {id(p) for conv in network.classifiers() for p in conv.parameters()} <= outside
    assert all(conv.out_channels == 21 for conv in network.classifiers())
    assert network.imagenet
    network.keep_channels([0, None])
    assert network(torch.empty(1, 3, 32, 32, device="meta"))["out"].shape == (1, 2, 32, 32)


@pytest.mark.parametrize("name", ["deeplab_v3", "deeplab_v3plus", "deeplab_v2_resnet101"])
def test_output_strides_share_their_weights(name):
    fine, coarse = (on_meta(f"{name}:output_stride={stride},backbone=resnet18") for stride in (8, 16))
    assert {k: v.shape for k, v in fine.state_dict().items()} == {k: v.shape for k, v in coarse.state_dict().items()}
    x = torch.empty(1, 3, 64, 96, device="meta")
    assert fine.encoder(x)["layer4"].shape[2:] == (8, 12)
    assert coarse.encoder(x)["layer4"].shape[2:] == (4, 6)


@pytest.mark.parametrize(
    ("architecture", "message"),
    [
        ("deeplab_v3:output_stride=32", "8 or 16"),
        ("deeplab_v3plus:output_stride=12", "8 or 16"),
        ("deeplab_v2_resnet101:output_stride=4", "8 or 16"),
        ("deeplab_v3:multi_grid=yes", "true or false"),
        ("deeplab_v3plus:separable=2", "true or false"),
        ("deeplab_v2:multi_scale=3", "true or false"),
        ("deeplab_v2_resnet101:pyramid=spp", "aspp or largefov"),
        ("deeplab_v3:multi_grid=true,backbone=resnet18", "three blocks"),
        ("deeplab_v3:backbone=vgg99", "backbone 'vgg99' is unknown"),
        ("deeplab_largefov:backbone=resnet50", "no option 'backbone'"),
    ],
)
def test_options_that_do_not_work_are_refused(architecture, message):
    with pytest.raises(CheckpointError, match=message):
        build(architecture, 2)
