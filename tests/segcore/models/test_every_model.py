"""What every architecture promises, asked of each by its name; what is one paper's own is tested beside its file."""

from __future__ import annotations

import copy
import functools
import inspect

import pytest
import torch
from torch import nn

from segcore.labels.classes import ClassSet
from segcore.models.architecture_entries import ARCHITECTURES, IMAGENET_FILES
from segcore.models.architectures import BUILDERS, Architecture, build
from segcore.models.checkpoint import load_checkpoint, save_checkpoint
from segcore.models.checkpoint_info import read_checkpoint_info
from segcore.models.model import Model
from segcore.models.segmenter import Segmenter

SMALL = {
    **dict.fromkeys(("fcn32s", "fcn16s", "fcn8s", "fcn32s_fixed", "fcn_alexnet"), "fc_channels=16"),
    **dict.fromkeys(("pspnet", "deeplab_v3", "deeplab_v3plus", "deeplab_v2_resnet101"), "backbone=resnet18"),
}
"""Options that make a network small enough to compute with; what it promises does not depend on them."""
TEXTS = [f"{name}:{SMALL[name]}" if name in SMALL else name for name in BUILDERS]
GIANTS = {"deeplabv3_resnet50", "deeplabv3_resnet101", "fcn_resnet50", "fcn_resnet101", "deeplab_v2"}
"""Only shapes are asked of them: deeplabv3_mobilenetv3 has the same heads, deeplab_largefov one branch of the four."""
COMPUTED = [text for text in TEXTS if text not in GIANTS]

PARAMETERS = {
    # With 21 classes. VGG16's convolutions have 14,714,688; fc6 102,764,544, fc7 16,781,312, a score layer C x 21 + 21.
    "fcn32s": 14_714_688 + 102_764_544 + 16_781_312 + 86_037,
    "fcn32s_fixed": 14_714_688 + 102_764_544 + 16_781_312 + 86_037,
    # The skip from pool4 and a learned upsampling, 21 x 21 x 4 x 4; then the same from pool3.
    "fcn16s": 134_346_581 + 10_773 + 7_056,
    "fcn8s": 134_364_410 + 5_397 + 7_056,
    # torchvision's AlexNet has 61,100,840 with its 1000 classes, 4096 x 1000 + 1000 of them in its last layer.
    "fcn_alexnet": 61_100_840 - 4_097_000 + 86_037,
    # torchvision's GoogLeNet has 6,624,904 without auxiliary classifiers, 1024 x 1000 + 1000 in its last layer.
    "fcn_googlenet": 6_624_904 - 1_025_000 + 21_525,
    # DeepLab v1, table 1: 20.5 million. v2: four heads of it, the trunk once.
    "deeplab_largefov": 20_505_429,
    "deeplab_v2": 14_714_688 + 4 * (20_505_429 - 14_714_688),
    # ResNet-101 has 42,500,160 without its classifier; four 3x3 convolutions to the classes.
    "deeplab_v2_resnet101": 42_500_160 + 4 * (2048 * 9 * 21 + 21),
    # torchvision's publishes 42,004,074 with the auxiliary head and one 3x3 convolution more than the paper.
    "deeplab_v3": 42_004_074 - (1024 * 9 * 256 + 2 * 256 + 256 * 21 + 21) - (256 * 9 * 256 + 2 * 256),
    "deeplab_v3plus": 39_048_533 + 256 * 48 + 96 + 304 * 9 * 256 + 512 + 256 * 9 * 256 + 512,
    # ResNet-50; four levels 2048 -> 512; 4096 -> 512 by 3x3, classifier; auxiliary 1024 -> 256 by 3x3, classifier.
    "pspnet": 23_508_032
    + 4 * (2048 * 512 + 1024)
    + (4096 * 9 * 512 + 1024 + 512 * 21 + 21)
    + (1024 * 9 * 256 + 512 + 256 * 21 + 21),
    # transformers' SegFormer-B0 for ADE20K has 3,752,694 with 150 classes, 256 x 150 + 150 of them in its last layer.
    "segformer": 3_752_694 - 129 * 257,
    # As torchvision publishes them ("num_params" of the weights).
    "lraspp_mobilenetv3": 3_221_538,
    "deeplabv3_mobilenetv3": 11_029_328,
    "deeplabv3_resnet50": 42_004_074,
    "deeplabv3_resnet101": 60_996_202,
    "fcn_resnet50": 35_322_218,
    "fcn_resnet101": 54_314_346,
    # EfficientNet-Lite0 up to its last stage, and heads of ours.
    "lraspp_lite0": 2_958_848 + 2 * 320 * 128 + 256 + 128 * 21 + 21 + 40 * 21 + 21,
    "starter": 3_149_849,
}


@functools.cache
def hollow(text: str, num_classes: int = 3) -> Segmenter:
    """Shapes alone, for tests that change nothing."""
    with torch.device("meta"):
        return build(text, num_classes)


@pytest.fixture(scope="module")
def networks():
    """Each network is built once; whoever changes it puts it back."""
    built: dict[str, Segmenter] = {}

    def network(text: str) -> Segmenter:
        if text not in built:
            torch.manual_seed(0)
            built[text] = build(text, 3)
        return built[text]

    return network


def test_every_architecture_is_listed():
    assert list(ARCHITECTURES) == list(BUILDERS)


@pytest.mark.parametrize("name", BUILDERS)
def test_the_list_says_what_the_builder_takes(name):
    entry, network = ARCHITECTURES[name], hollow(name, 21)
    assert (network.imagenet or "") == entry.imagenet
    assert entry.imagenet in (*IMAGENET_FILES, "")
    takes = list(inspect.signature(Architecture(name).builder()).parameters.values())[1:]
    assert list(entry.options) == [parameter.name for parameter in takes]
    for parameter in takes:
        assert str(parameter.default).lower() == entry.options[parameter.name].split(",")[0].split(" ")[0]


@pytest.mark.parametrize("name", BUILDERS)
def test_parameters_are_as_many_as_in_the_literature(name):
    assert sum(parameter.numel() for parameter in hollow(name, 21).parameters()) == PARAMETERS[name]


@pytest.mark.parametrize("text", TEXTS)
def test_the_output_has_the_inputs_size(text):
    network = hollow(text).eval()
    for size in ((32, 32), (33, 47), (64, 96)):
        with torch.no_grad():
            result = network(torch.zeros(2, 3, *size, device="meta"))
        assert {name: tuple(logits.shape) for name, logits in result.items()} == {"out": (2, 3, *size)}


@pytest.mark.parametrize("text", TEXTS)
def test_training_adds_the_auxiliary_outputs(text):
    network = hollow(text).train()
    result = network(torch.zeros(2, 3, 64, 96, device="meta"))
    assert {name: tuple(logits.shape) for name, logits in result.items()} == dict.fromkeys(
        ("out", *network.auxiliary_weights), (2, 3, 64, 96)
    )
    assert all(0 < weight <= 1 for weight in network.auxiliary_weights.values())


@pytest.mark.parametrize("name", BUILDERS)
def test_head_and_backbone_divide_the_parameters(name):
    network = hollow(name, 21)
    inside, outside = list(network.backbone().parameters()), list(network.head_parameters())
    assert inside
    assert outside
    assert len(inside) + len(outside) == len(list(network.parameters()))
    assert {id(p) for p in inside} | {id(p) for p in outside} == {id(p) for p in network.parameters()}
    early = {id(p) for layer in network.early_layers() for p in layer.parameters()}
    assert early <= {id(p) for p in inside}


@pytest.mark.parametrize("text", TEXTS)
def test_classifiers_follow_the_classes(text):
    network = copy.deepcopy(hollow(text))
    assert {conv.out_channels for conv in network.classifiers()} == {3}
    network.keep_channels([1, None, 2, None, 0])
    assert {conv.out_channels for conv in network.classifiers()} == {network.num_classes} == {5}
    assert network.train()(torch.zeros(2, 3, 64, 64, device="meta"))["out"].shape == (2, 5, 64, 64)
    outside = {id(p) for p in network.head_parameters()}
    assert all(id(conv.weight) in outside for conv in network.classifiers())


@pytest.mark.parametrize("text", COMPUTED)
def test_kept_channels_keep_their_logits(text, networks):
    network = networks(text).eval()
    saved = {key: value.clone() for key, value in network.state_dict().items()}
    torch.manual_seed(1)
    with torch.no_grad():
        for conv in network.classifiers():
            nn.init.normal_(conv.weight, std=0.1)
    x = torch.randn(1, 3, 37, 41)
    with torch.inference_mode():
        before = network(x)["out"]
        assert before.std() > 0
        network.keep_channels([2, None, 0, 1])
        after = network(x)["out"]
    torch.testing.assert_close(after[:, [0, 2, 3]], before[:, [2, 0, 1]], rtol=1e-4, atol=1e-4)
    assert not after[:, 1].any()
    network.keep_channels([2, 3, 0])
    network.load_state_dict(saved)


@pytest.mark.parametrize("images", [1, 2])
@pytest.mark.parametrize("text", COMPUTED)
def test_a_step_learns_and_stays_finite(text, images, networks):
    """From the loss of every output, with its weight; parameters that are built not to learn stay."""
    network = networks(text).train()
    saved = {key: value.clone() for key, value in network.state_dict().items()}
    torch.manual_seed(2)
    optimiser = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=1e-3)
    truth = torch.randint(0, 3, (images, 40, 48))
    for _ in range(2):  # score layers that start at zero pass nothing on before they have learnt
        result = network(torch.randn(images, 3, 40, 48))
        loss = nn.functional.cross_entropy(result["out"], truth)
        for name, weight in network.auxiliary_weights.items():
            loss = loss + weight * nn.functional.cross_entropy(result[name], truth)
        assert loss.isfinite()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    after = dict(network.named_parameters())
    assert all(value.isfinite().all() for value in network.state_dict().values())
    for conv in network.classifiers():
        assert conv.weight.grad is not None
        assert conv.weight.grad.any()
    for name, parameter in after.items():
        assert parameter.requires_grad or torch.equal(parameter, saved[name]), name
    moved = [name for name, parameter in after.items() if not torch.equal(parameter, saved[name])]
    assert len(moved) >= 0.5 * sum(parameter.requires_grad for parameter in after.values())
    network.load_state_dict(saved)
    network.zero_grad(set_to_none=True)


@pytest.mark.parametrize("text", COMPUTED)
def test_a_checkpoint_brings_the_network_back(text, networks, tmp_path):
    network = networks(text).eval()
    classes = ClassSet.from_names(["a", "b", "c"])
    path = tmp_path / "m.safetensors"
    save_checkpoint(path, Model(network, text, classes, network.preprocess, "m"))
    assert read_checkpoint_info(path).architecture == text
    back = load_checkpoint(path)
    assert (back.architecture, back.preprocess) == (text, network.preprocess)
    theirs = back.segmenter.state_dict()
    assert all(torch.equal(value, theirs[key]) for key, value in network.state_dict().items())
    x = torch.randn(1, 3, 32, 40)
    with torch.inference_mode():
        assert torch.equal(back.segmenter(x)["out"], network(x)["out"])
