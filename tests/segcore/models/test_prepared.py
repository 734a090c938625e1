import copy

import pytest
import torch
from torch import nn
from torch.nn import functional

from segcore.hardware.device import has_bf16
from segcore.models import folding
from segcore.models.architectures import build
from segcore.models.folding import Gone, watch
from segcore.models.packed_conv import PackedConv, can_be_packed
from segcore.models.prepared import InDtype, PreparationError, Prepared, plain
from segcore.models.segmenter import Segmenter
from tests.segcore.bare_network import BareNetwork

CPU = torch.device("cpu")


def trained(network: Segmenter) -> Segmenter:
    """Give norms and classifiers numbers as training would, so that nothing is hidden behind zeros and ones."""
    torch.manual_seed(0)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for tensor in (module.running_mean, module.bias):
                if tensor is not None:
                    nn.init.uniform_(tensor, -0.2, 0.2)
            for tensor in (module.running_var, module.weight):
                if tensor is not None:
                    nn.init.uniform_(tensor, 0.7, 1.3)
    for conv in network.classifiers():
        nn.init.normal_(conv.weight, std=0.05)
    return network.eval()


@pytest.mark.parametrize(
    "architecture",
    [
        "starter",
        "lraspp_lite0",
        "lraspp_mobilenetv3",
        "deeplab_v3:backbone=resnet18",
        "pspnet:backbone=resnet18",
        "deeplab_v3plus:backbone=timm/mobilenetv2_100",  # its norms hold the activations
        "deeplab_v3plus:backbone=timm/tf_efficientnetv2_b0",
    ],
)
def test_a_prepared_network_gives_the_same_logits(architecture):
    network = trained(build(architecture, 3))
    before = copy.deepcopy(network.state_dict())
    x = torch.randn(1, 3, 75, 98)
    ready = Prepared(network, CPU)
    torch.testing.assert_close(ready(x), plain(network, x), atol=1e-4, rtol=1e-4)
    if has_bf16(CPU):
        rounded = Prepared(network, CPU, torch.bfloat16)(x)
        assert rounded.dtype == torch.float32
        scale = float(plain(network, x).abs().max())
        assert 0 < float((rounded - plain(network, x)).abs().max()) < 0.1 * scale
    for key, value in network.state_dict().items():
        assert torch.equal(value, before[key]), key
    names = [type(m).__name__ for m in network.modules()]
    assert "PackedConv" not in names
    assert "_Watched" not in names


class Traps(BareNetwork):
    """What looks like convolution, norm, activation in a row and is not."""

    def __init__(self) -> None:
        super().__init__()
        self.num_classes = 2
        self.shared = nn.ReLU(inplace=True)
        self.first, self.first_norm = nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8)
        self.second, self.second_norm = nn.Conv2d(8, 8, 3, padding=2, dilation=2), nn.BatchNorm2d(8)
        self.both = nn.BatchNorm2d(8)
        self.head = nn.Conv2d(8, 2, 1)

    def classifiers(self):
        return [self.head]

    def forward(self, x):
        x = self.shared(self.first_norm(self.first(x)))
        y = self.second_norm(self.second(x))
        y += x  # the same object with other numbers: the ReLU must not move before the sum
        y = self.shared(y)
        y = self.both(y) + self.both(self.second(y))  # one norm after two different results
        return {"out": self.head(y)}


def test_only_what_alone_follows_a_convolution_is_absorbed():
    network = trained(Traps())
    watched = watch(network, CPU)
    chains = {name: chain for chain in watched.chains for name, m in watched.network.named_modules() if m is chain.conv}
    assert chains["first"].norm is not None
    assert all(chains[name].norm is None for name in ("second", "head"))
    assert all(chain.activation is None for chain in chains.values())
    x = torch.randn(1, 3, 40, 44)
    torch.testing.assert_close(Prepared(network, CPU)(x), plain(network, x), atol=1e-5, rtol=1e-5)


class Undecided(Traps):
    """Reads a convolution's result before its norm does, so that folding would change it."""

    def forward(self, x):
        raw = self.first(x)
        return {"out": self.head(self.first_norm(raw) + 3 * raw)}


def test_a_network_that_would_change_is_refused():
    with pytest.raises(PreparationError):
        Prepared(trained(Undecided()), CPU)


@pytest.mark.parametrize("activation", [None, nn.ReLU(), nn.ReLU6(), nn.Hardswish()])
@pytest.mark.parametrize(("stride", "dilation", "groups"), [(1, 1, 1), (2, 1, 1), (1, 3, 1), (1, 1, 8)])
def test_a_packed_convolution_is_the_convolution(activation, stride, dilation, groups):
    torch.manual_seed(0)
    conv = nn.Conv2d(8, 16, 3, stride, dilation, dilation, groups).requires_grad_(False)
    assert can_be_packed(conv)
    packed = PackedConv(conv, activation, torch.float32)
    for size in ((20, 30), (20, 31), (33, 7)):  # the layout chosen for the second size serves the third
        x = 5 * torch.randn(1, 8, *size)
        expected = conv(x) if activation is None else activation(conv(x))
        torch.testing.assert_close(packed(x), expected, atol=1e-4, rtol=1e-4)
        packed.lays_out = size == (20, 30)


def test_other_convolutions_are_not_packed():
    class Own(nn.Conv2d):
        def forward(self, x):
            return 2 * super().forward(x)

    assert not can_be_packed(Own(3, 3, 1))
    assert not can_be_packed(nn.Conv2d(3, 3, 3, padding="same"))
    assert not can_be_packed(nn.Conv2d(3, 3, 3, padding=1, padding_mode="reflect"))


class Holes(BareNetwork):
    """One convolution with wide holes, then the classes."""

    def __init__(self) -> None:
        super().__init__()
        self.num_classes = 2
        self.wide, self.norm = nn.Conv2d(3, 8, 3, padding=12, dilation=12), nn.BatchNorm2d(8)
        self.head = nn.Conv2d(8, 2, 1)
        self.up = nn.ConvTranspose2d(2, 2, 4, 2, 1)

    def classifiers(self):
        return [self.head]

    def forward(self, x):
        return {"out": functional.avg_pool2d(self.up(self.head(functional.relu(self.norm(self.wide(x))))), 2)}


def test_wide_holes_are_shifted_in_bf16_and_the_classes_stay_float32():
    network = trained(Holes())
    ready = Prepared(network, CPU, torch.bfloat16)
    inside = ready._network
    assert isinstance(inside.wide, InDtype)
    assert isinstance(inside.norm, Gone)
    assert inside.head.dtype == torch.float32
    x = torch.randn(1, 3, 40, 50)
    torch.testing.assert_close(ready(x), plain(network, x), atol=0.02, rtol=0.02)


class NormWithActivation(nn.BatchNorm2d):
    """As timm's BatchNormAct2d."""

    def forward(self, x):
        return functional.relu(super().forward(x))


class Activated(Traps):
    """A network whose norms are of a kind of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.first_norm = NormWithActivation(8)

    def forward(self, x):
        return {"out": self.head(self.first_norm(self.first(x)))}


def test_a_norm_that_does_more_is_left_alone():
    network, x = trained(Activated()), torch.randn(1, 3, 40, 44)
    torch.testing.assert_close(Prepared(network, CPU)(x), plain(network, x), atol=1e-5, rtol=1e-5)
    watched = watch(network, CPU)
    torch.testing.assert_close(watched.logits, plain(network, watched.pixels), atol=1e-5, rtol=1e-5)


def test_the_logits_to_compare_with_are_those_of_the_network_as_it_is(monkeypatch):
    network = trained(Traps())
    monkeypatch.setattr(folding._Watched, "forward", lambda norm, x: 2 * x)
    watched = watch(network, CPU)
    torch.testing.assert_close(watched.logits, plain(network, watched.pixels), atol=1e-5, rtol=1e-5)
