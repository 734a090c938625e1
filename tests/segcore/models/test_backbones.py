import sys

import pytest
import torch
import torchvision

from segcore.errors import CheckpointError
from segcore.models.backbones import LAYERS, STRIDES, backbone
from segcore.models.efficientnet_lite import EfficientNetLite

RESNETS = ["resnet18", "resnet34", "resnet50", "resnet50_v1", "resnet101_v1"]


@pytest.mark.parametrize("stride", [8, 16, 32])
@pytest.mark.parametrize("name", [*RESNETS, "efficientnet_lite0", "timm/convnext_atto"])
def test_strides_and_channels_are_as_promised(name, stride):
    with torch.device("meta"):
        body = backbone(name, stride)
        features = body(torch.zeros(1, 3, 64, 96))
    assert list(features) == list(body.channels) == list(LAYERS)
    for layer, expected in zip(LAYERS, STRIDES, strict=True):
        step = min(expected, stride)
        assert features[layer].shape == (1, body.channels[layer], 64 // step, 96 // step)


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "resnet50_v1"])
@pytest.mark.parametrize("size", [(32, 64), (49, 35)])
def test_a_dilated_backbone_is_the_strided_one_at_every_pixel(name, size):
    """Section 3.1 of DeepLab v1: subsampling the à-trous maps gives the strided network's."""
    torch.manual_seed(0)
    coarse = backbone(name, 32).double().eval()
    x = torch.randn(1, 3, *size, dtype=torch.float64)
    with torch.inference_mode():
        expected = coarse(x)
        for stride in (8, 16):
            dense = backbone(name, stride).double().eval()
            dense.load_state_dict(coarse.state_dict())
            for layer, theirs in dense(x).items():
                step = {"layer1": 1, "layer2": 1, "layer3": max(16 // stride, 1), "layer4": 32 // stride}[layer]
                torch.testing.assert_close(theirs[..., ::step, ::step], expected[layer], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("stride", [8, 16, 32])
def test_resnet50_is_torchvisions(stride):
    torch.manual_seed(0)
    reference = torchvision.models.resnet50(replace_stride_with_dilation=[False, stride < 32, stride < 16]).eval()
    body = backbone("resnet50", stride).eval()
    body.load_imagenet(reference.state_dict())
    x = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        pooled = body(x)["layer4"].mean((2, 3))
        torch.testing.assert_close(reference.fc(pooled), reference(x), rtol=1e-4, atol=1e-5)


def test_the_first_version_strides_in_the_1x1():
    body = backbone("resnet50_v1", 16)
    assert [body.layer2[0].conv1.stride, body.layer2[0].conv2.stride] == [(2, 2), (1, 1)]
    assert [body.layer4[0].conv1.stride, body.layer4[0].conv2.dilation] == [(1, 1), (2, 2)]
    assert backbone("resnet50", 32).layer2[0].conv2.stride == (2, 2)


@torch.inference_mode()
@pytest.mark.parametrize(("size", "first"), [(32, 1), (33, 0)])
def test_efficientnet_lite0_dilates_too(size, first):
    """TensorFlow's padding puts the strided maps of an even size on the odd pixels, of an odd size on the even ones."""
    torch.manual_seed(0)
    assert backbone("efficientnet_lite0").preprocess.mean[0] == pytest.approx(127 / 255)
    coarse, dense = EfficientNetLite(32).eval(), EfficientNetLite(16).eval()
    dense.load_state_dict(coarse.state_dict())
    x = torch.randn(1, 3, size, size)
    expected, found = coarse(x), dense(x)
    torch.testing.assert_close(found[2], expected[2], rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(found[3][..., first::2, first::2], expected[3], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["timm/resnet18", "timm/convnext_atto", "timm/mobilenetv3_small_050"])
def test_timms_weights_are_taken_by_their_own_names(name):
    import timm

    torch.manual_seed(0)
    published = timm.create_model(name.removeprefix("timm/"), pretrained=False).eval()
    body = backbone(name).eval()
    body.load_imagenet(published.state_dict())
    x = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(body(x)["layer4"], published.forward_features(x), rtol=1e-4, atol=1e-5)
    broken = dict(published.state_dict())
    broken.pop(next(iter(broken)))
    with pytest.raises(CheckpointError, match="is missing"):
        body.load_imagenet(broken)


def test_early_layers_are_the_first_of_the_backbone():
    body = backbone("resnet18")
    assert body.early_layers() == [body.conv1, body.bn1, body.layer1]
    assert sum(p.numel() for layer in body.early_layers() for p in layer.parameters()) == 9408 + 128 + 147968


@pytest.mark.parametrize("name", ["resnet18", "resnet50_v1"])
def test_weights_that_do_not_fit_are_named(name):
    body = backbone(name)
    state = dict(body.state_dict())
    state["conv1.weight"] = torch.zeros(64, 3, 3, 3)
    with pytest.raises(CheckpointError, match=r"conv1\.weight.*\[64, 3, 3, 3\]") as caught:
        body.load_imagenet(state)
    assert name in caught.value.remedy


@pytest.mark.parametrize(
    ("name", "stride", "message"),
    [
        ("resnet9000", 8, "resnet50_v1"),
        ("resnet50", 4, "8, 16 or 32"),
        ("timm/no_such_network", 32, "no_such_network"),
        ("timm/vit_tiny_patch16_224", 32, "no feature maps"),
        ("timm/swin_tiny_patch4_window7_224", 32, "no feature maps"),
        ("timm/vgg11", 8, "output stride 8"),
    ],
)
def test_what_cannot_be_built_is_said(name, stride, message):
    with pytest.raises(ValueError, match=message), torch.device("meta"):
        backbone(name, stride)


def test_timm_is_optional(monkeypatch):
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(ValueError, match="install"):
        backbone("timm/resnet18")


@torch.inference_mode()
@pytest.mark.parametrize("stride", [8, 16, 32])
def test_efficientnet_lite0_sees_an_image_with_grey_below_and_to_the_right(stride):
    """As crops of training are seen: an odd number of rows would shift the maps below."""
    encoder = backbone("efficientnet_lite0", stride).eval()
    x = torch.randn(1, 3, 45, 70)
    seen = torch.zeros(1, 3, 64, 96)
    seen[..., :45, :70] = x
    for step, small, large in zip(STRIDES, encoder(x).values(), encoder(seen).values(), strict=True):
        height, width = (-(-side // min(stride, step)) for side in (45, 70))
        assert torch.equal(small, large[..., :height, :width])
        assert small.shape[-2:] == (height, width)
