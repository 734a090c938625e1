from collections.abc import Iterator

import pytest
import torch
from torch import nn
from torch.nn import functional
from torchvision.models import alexnet, googlenet, vgg16

from segcore.errors import CheckpointError
from segcore.models.architectures import build
from segcore.models.bilinear import LearnedUpsampling, bilinear_kernel
from segcore.models.fcn import FCN

SMALL = ["fcn32s:fc_channels=8", "fcn16s:fc_channels=8", "fcn8s:fc_channels=8", "fcn32s_fixed:fc_channels=8"]
EVERY = [*SMALL, "fcn_alexnet:fc_channels=8", "fcn_googlenet"]


def with_options(architecture: str, **options: object) -> str:
    text = ",".join(f"{key}={value}" for key, value in options.items())
    return f"{architecture}{',' if ':' in architecture else ':'}{text}"


def random(architecture: str, num_classes: int = 3) -> FCN:
    """A network whose score layers are not zero, without dropout's chance."""
    torch.manual_seed(0)
    network = build(architecture, num_classes).eval()
    for layer in network.classifiers():
        nn.init.normal_(layer.weight, std=0.1)
    return network


def shapes(layers: Iterator[tuple[str, torch.Tensor]]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in layers}


def test_the_crops_are_those_of_the_authors():
    found = {}
    for name in ("fcn32s", "fcn16s", "fcn8s", "fcn_alexnet"):
        with torch.device("meta"):
            network = build(f"{name}:border=pad100", 21)
        crops = ("crop", "crop_pool4", "crop_pool3")
        found[name] = [getattr(network, crop) for crop in crops if hasattr(network, crop)]
    assert found == {"fcn32s": [19], "fcn16s": [27, 5], "fcn8s": [31, 5, 9], "fcn_alexnet": [18]}


def test_the_layers_of_the_paper():
    with torch.device("meta"):
        network = build("fcn8s", 21)
    found = shapes((name, value) for name, value in network.named_parameters() if not name.startswith("features"))
    assert found == {
        "fc6.weight": (4096, 512, 7, 7),
        "fc6.bias": (4096,),
        "fc7.weight": (4096, 4096, 1, 1),
        "fc7.bias": (4096,),
        "score_fr.weight": (21, 4096, 1, 1),
        "score_fr.bias": (21,),
        "score_pool4.weight": (21, 512, 1, 1),
        "score_pool4.bias": (21,),
        "upscore2.weight": (21, 21, 4, 4),
        "score_pool3.weight": (21, 256, 1, 1),
        "score_pool3.bias": (21,),
        "upscore_pool4.weight": (21, 21, 4, 4),
    }
    assert network.fc6.weight.numel() == 102_760_448
    assert network.dropout.p == 0.5


@pytest.mark.parametrize("border", ["same", "pad100"])
@pytest.mark.parametrize("architecture", [*SMALL[:3], "fcn_alexnet:fc_channels=8"])
@torch.inference_mode()
def test_any_size_from_32_upwards_gives_exactly_that_size(architecture, border):
    with torch.device("meta"):
        network = build(with_options(architecture, border=border), 3).eval()
        for height in range(32, 80, 2):
            assert network(torch.empty(2, 3, height, height + 1))["out"].shape == (2, 3, height, height + 1)


@pytest.mark.parametrize("border", ["same", "pad100"])
@torch.inference_mode()
def test_any_size_through_googlenet(border):
    with torch.device("meta"):
        network = build(f"fcn_googlenet:border={border}", 3).eval()
        for size in [(32, 33), (46, 47), (48, 54), (64, 79)]:
            assert network(torch.empty(2, 3, *size))["out"].shape == (2, 3, *size)


@pytest.mark.parametrize("border", ["same", "pad100"])
@pytest.mark.parametrize(
    ("architecture", "side", "score"),
    [
        ("fcn32s:fc_channels=1", 128, "score_fr"),
        ("fcn16s:fc_channels=1", 128, "score_fr"),
        ("fcn16s:fc_channels=1", 128, "score_pool4"),
        ("fcn8s:fc_channels=1", 128, "score_fr"),
        ("fcn8s:fc_channels=1", 128, "score_pool4"),
        ("fcn8s:fc_channels=1", 128, "score_pool3"),
        ("fcn_alexnet:fc_channels=1", 352, "score_fr"),
        ("fcn_googlenet", 416, "score_fr"),
    ],
)
def test_what_a_pixel_is_labelled_by_lies_around_it(architecture, side, score, border):
    """With averages for maxima the network is linear: the centre of its gradient has to be the pixel itself.

    Every convolution passes on its middle, so that no border is in sight; AlexNet's fc6, of 6 x 6, averages. One
    channel is enough for that, but for GoogLeNet's branches.
    """
    network = build(with_options(architecture, border=border), 1).eval()
    branching = architecture == "fcn_googlenet"
    for parent in list(network.modules()):
        for name, layer in list(parent.named_children()):
            if isinstance(layer, nn.MaxPool2d):
                setattr(parent, name, nn.AvgPool2d(layer.kernel_size, layer.stride, layer.padding, layer.ceil_mode))
            if isinstance(layer, nn.Conv2d):
                size, middle = layer.kernel_size[0], layer.kernel_size[0] // 2
                conv = layer if branching else nn.Conv2d(1, 1, size, layer.stride, layer.padding)
                nn.init.constant_(conv.weight, (1 - size % 2) / conv.in_channels)
                conv.weight.data[..., middle, middle] = 1 / conv.in_channels
                conv.bias = None
                setattr(parent, name, conv)
    for layer in network.classifiers():
        nn.init.constant_(layer.weight, float(layer is getattr(network, score)))
    image = torch.ones(1, 3 if branching else 1, side, side, requires_grad=True)
    pixel = (side // 2 + 3, side // 2 - 6)
    network(image)["out"][0, 0, pixel[0], pixel[1]].backward()
    seen = image.grad[0].sum(0).double()
    place = torch.arange(side)
    assert float((seen.sum(1) * place).sum() / seen.sum()) == pytest.approx(pixel[0], abs=0.01)
    assert float((seen.sum(0) * place).sum() / seen.sum()) == pytest.approx(pixel[1], abs=0.01)


@pytest.mark.parametrize("architecture", EVERY)
def test_the_score_layers_start_at_zero(architecture):
    network = build(architecture, 3)
    assert not network(torch.randn(2, 3, 40, 40))["out"].any()
    assert all(not layer.weight.any() and not layer.bias.any() for layer in network.classifiers())


@pytest.mark.parametrize(("architecture", "scores"), [(SMALL[0], 1), (SMALL[1], 2), (SMALL[2], 3)])
def test_everything_but_the_last_upsampling_learns(architecture, scores):
    network = random(architecture).train()
    network(torch.randn(1, 3, 64, 64))["out"].square().mean().backward()
    assert [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()] == []
    assert len(network.classifiers()) == scores
    assert sum(isinstance(layer, LearnedUpsampling) for layer in network.children()) == scores - 1
    assert network.classifiers()[0] is network.score_fr


def test_of_the_fixed_one_only_the_score_layer_learns():
    network = random("fcn32s_fixed:fc_channels=8").train()
    network(torch.randn(1, 3, 64, 64))["out"].square().mean().backward()
    learning = [name for name, p in network.named_parameters() if p.requires_grad]
    assert learning == ["score_fr.weight", "score_fr.bias"]
    assert [name for name, p in network.named_parameters() if p.grad is not None] == learning
    assert network.state_dict().keys() == build("fcn32s:fc_channels=8", 3).state_dict().keys()


def staged(coarse: FCN, architecture: str) -> FCN:
    """The finer network after taking over every tensor of equal name and shape."""
    fine = build(architecture, 3).eval()
    state, ours = coarse.state_dict(), fine.state_dict()
    taken = {key: value for key, value in state.items() if key in ours and ours[key].shape == value.shape}
    assert taken.keys() == state.keys()
    fine.load_state_dict(taken, strict=False)
    return fine


def bend(scores: torch.Tensor, axis: int) -> float:
    """The largest second difference of a score map with zeros around it."""
    padded = functional.pad(scores, (2, 2, 2, 2))
    return float(padded.diff(2, axis).abs().max())


@pytest.mark.parametrize("border", ["same", "pad100"])
@torch.inference_mode()
def test_staged_training_starts_from_the_coarser_result(border):
    """Upsampling by 2 and then by 16 rounds the corners of upsampling by 32: no further than 1/8 of their bend."""
    coarse = random(f"fcn32s:fc_channels=8,border={border}")
    fine = staged(coarse, f"fcn16s:fc_channels=8,border={border}")
    finest = staged(fine, f"fcn8s:fc_channels=8,border={border}")
    scores = []
    coarse.score_fr.register_forward_hook(lambda module, inputs, output: scores.append(output))
    x = torch.randn(1, 3, 32, 64)
    by32, by16, by8 = (network(x)["out"] for network in (coarse, fine, finest))
    bound = (bend(scores[0], -1) + bend(scores[0], -2)) / 8
    assert float(by32.abs().max()) > bound
    assert 0 < float((by16 - by32).abs().max()) <= bound
    assert float((by8 - by32).abs().max()) <= 1.5 * bound


@torch.inference_mode()
def test_staged_training_starts_from_exactly_the_coarser_result_where_scores_are_a_plane():
    coarse = random("fcn32s:fc_channels=8")
    fine, finest = staged(coarse, "fcn16s:fc_channels=8"), staged(coarse, "fcn8s:fc_channels=8")
    plane = torch.arange(4.0)[:, None] + 2 * torch.arange(5.0)[None, :]
    for network in (coarse, fine, finest):
        network.score_fr.forward = lambda fc7: plane.expand(1, 3, 4, 5)
    x = torch.randn(1, 3, 128, 160)
    by32, by16, by8 = (network(x)["out"][..., 32:-32, 32:-32] for network in (coarse, fine, finest))
    torch.testing.assert_close(by16, by32)
    torch.testing.assert_close(by8, by32)


@torch.inference_mode()
def test_padding_100_computes_what_the_authors_network_does():
    """Their layers one by one: transposed convolutions without padding, their crops of 5, 9 and 31."""
    network = random("fcn8s:border=pad100,fc_channels=8")
    for layer in (network.upscore2, network.upscore_pool4):
        layer.weight += 0.01 * torch.randn_like(layer.weight)
    image = torch.randn(1, 3, 32, 45)
    pool3 = network.features[:17](image)
    pool4 = network.features[17:24](pool3)
    score = network.score_fr(network.fc7(network.fc6(network.features[24:](pool4)).relu()).relu())
    score = functional.conv_transpose2d(score, network.upscore2.weight, stride=2)
    height, width = score.shape[-2:]
    score = score + network.score_pool4(pool4)[..., 5 : 5 + height, 5 : 5 + width]
    score = functional.conv_transpose2d(score, network.upscore_pool4.weight, stride=2)
    height, width = score.shape[-2:]
    score = score + network.score_pool3(pool3)[..., 9 : 9 + height, 9 : 9 + width]
    kernel = bilinear_kernel(16).expand(3, 1, 16, 16)
    expected = functional.conv_transpose2d(score, kernel, stride=8, groups=3)[..., 31 : 31 + 32, 31 : 31 + 45]
    torch.testing.assert_close(network(image)["out"], expected, rtol=1e-4, atol=1e-5)


@torch.inference_mode()
def test_at_once_scales_the_skips():
    plain = random("fcn8s:fc_channels=8")
    scaled = build("fcn8s:fc_channels=8,at_once=true", 3).eval()
    scaled.load_state_dict(plain.state_dict())
    x = torch.randn(1, 3, 64, 64)
    plain.score_pool4.weight *= 0.01
    plain.score_pool3.weight *= 0.0001
    torch.testing.assert_close(scaled(x)["out"], plain(x)["out"])


@torch.inference_mode()
def test_keeping_channels_keeps_their_logits():
    network = random("fcn8s:fc_channels=8", 4)
    x = torch.randn(1, 3, 64, 64)
    before = network(x)["out"]
    network.keep_channels([2, None, 0])
    after = network(x)["out"]
    torch.testing.assert_close(after[:, [0, 2]], before[:, [2, 0]])
    assert not after[:, 1].any()
    assert network.num_classes == 3


@pytest.mark.parametrize(
    ("architecture", "classifier", "keys", "side"),
    [
        ("fcn8s", vgg16, ("classifier.0", "classifier.3"), 7),
        ("fcn_alexnet", alexnet, ("classifier.1", "classifier.4"), 6),
    ],
)
@torch.inference_mode()
def test_imagenet_weights_with_their_fully_connected_layers(architecture, classifier, keys, side):
    with torch.device("meta"):
        shapes_of = shapes(classifier(weights=None).state_dict().items())
        network = build(architecture, 2)
    network.to_empty(device="cpu")
    published = {key: torch.zeros(shape, dtype=torch.float16) for key, shape in shapes_of.items()}
    published["features.10.weight"][1, 2, 0, 1] = 0.5
    published[f"{keys[0]}.weight"][5, 3 * side**2 + 2 * side + 4] = 1.5
    published[f"{keys[0]}.bias"][6] = 2.5
    published[f"{keys[1]}.weight"][7, 8] = 3.5
    network.load_imagenet(published)
    body, fc6, fc7 = network.features[10], network.fc6, network.fc7
    assert (body.weight[1, 2, 0, 1], body.weight.sum()) == (0.5, 0.5)
    assert (fc6.weight[5, 3, 2, 4], fc6.weight.count_nonzero()) == (1.5, 1)
    assert (fc6.bias[6], fc6.bias.sum()) == (2.5, 2.5)
    assert (fc7.weight[7, 8, 0, 0], fc7.weight.count_nonzero()) == (3.5, 1)


@pytest.mark.parametrize("architecture", ["fcn8s:fc_channels=8", "fcn_alexnet:fc_channels=8"])
def test_a_body_alone_leaves_the_rest_as_it_starts(architecture):
    network = build(architecture, 2)
    fc6 = network.fc6.weight.detach().clone()
    body = {f"features.{key}": torch.full_like(value, 0.25) for key, value in network.features.state_dict().items()}
    network.load_imagenet(body)
    assert all(bool((p == 0.25).all()) for p in network.features.parameters())
    assert torch.equal(network.fc6.weight, fc6)
    assert 0.9 < float(fc6.std()) * (fc6[0].numel() / 2) ** 0.5 < 1.1


@torch.inference_mode()
def test_googlenet_is_torchvisions_body_and_its_transformed_input():
    torch.manual_seed(0)
    theirs = googlenet(weights=None, aux_logits=False, init_weights=False, transform_input=True).eval()
    network = build("fcn_googlenet", 1000).eval()
    network.load_imagenet(theirs.state_dict())
    network.features.conv1.conv.padding = (3, 3)
    network.score_fr.weight.copy_(theirs.fc.weight[..., None, None])
    network.score_fr.bias.copy_(theirs.fc.bias)
    values = torch.randint(0, 256, (1, 3, 96, 96), dtype=torch.uint8)
    mean, std = torch.tensor([0.485, 0.456, 0.406])[:, None, None], torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    scores = network.score_fr(network.features(network.preprocess.normalise(values)))
    torch.testing.assert_close(scores.mean((2, 3)), theirs((values / 255 - mean) / std), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("architecture", EVERY)
def test_other_weights_are_refused(architecture):
    network = build(architecture, 2)
    with pytest.raises(CheckpointError, match="is missing"):
        network.load_imagenet({})
    prefix = "" if architecture == "fcn_googlenet" else "features."
    state = {prefix + key: torch.zeros(1) for key in network.features.state_dict()}
    with pytest.raises(CheckpointError, match="has shape"):
        network.load_imagenet(state)


@pytest.mark.parametrize("architecture", EVERY)
def test_backbone_and_head(architecture):
    network = build(architecture, 2)
    inside = {id(p) for p in network.backbone().parameters()}
    early = {id(p) for layer in network.early_layers() for p in layer.parameters()}
    assert early < inside
    assert {id(p) for p in network.head_parameters()} | inside == {id(p) for p in network.parameters()}


@pytest.mark.parametrize("option", ["border=valid", "fc_channels=0", "dropout=1", "dropout=-0.5", "dropout=much"])
@pytest.mark.parametrize("name", ["fcn32s", "fcn_alexnet"])
def test_impossible_options_are_refused(name, option):
    with torch.device("meta"), pytest.raises(CheckpointError, match="cannot be built"):
        build(f"{name}:{option}", 2)


def test_dropout_is_an_option():
    with torch.device("meta"):
        assert build("fcn8s:dropout=0.25,fc_channels=8", 2).dropout.p == 0.25
