import pytest
import torch
from torch import nn

from segcore.models.architectures import build
from segcore.models.cost import multiply_adds_per_pixel, without_weights
from tests.segcore.bare_network import BareNetwork


class Halved(BareNetwork):
    """3x3x3 -> 8 at stride 2, then depthwise 3x3, then 1x1 to 2 classes."""

    def __init__(self) -> None:
        super().__init__()
        self.num_classes = 2
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.Conv2d(8, 8, 3, 1, 1, groups=8))
        self.head = nn.Conv2d(8, 2, 1)

    def forward(self, x):
        return {"out": nn.functional.interpolate(self.head(self.body(x)), x.shape[-2:])}


def test_the_count_is_that_by_hand():
    network = Halved()
    assert multiply_adds_per_pixel(network) == pytest.approx((3 * 9 * 8 + 9 * 8 + 8 * 2) / 4)
    assert network.training, "the network stays as it was"
    assert next(network.parameters()).device.type == "cpu"


def test_dense_and_light_networks_lie_far_apart():
    with torch.device("meta"):
        dense, light = build("fcn_resnet50", 2), build("starter", 2)
    assert multiply_adds_per_pixel(light) < 20_000 < 200_000 < multiply_adds_per_pixel(dense)


def test_a_copy_without_weights_keeps_shapes_and_names():
    network = Halved()
    hollow = without_weights(network)
    assert {k: v.shape for k, v in hollow.state_dict().items()} == {k: v.shape for k, v in network.state_dict().items()}
    assert all(value.is_meta for value in hollow.state_dict().values())
