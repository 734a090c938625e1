import torch
from torch import nn
from torchvision.models.segmentation.lraspp import LRASPPHead

from segcore.models.architectures import build


def test_the_head_is_torchvisions():
    """Figure 10 of the paper; ours classifies before it upsamples, which is the same since both are linear."""
    torch.manual_seed(0)
    network = build("lraspp_lite0", 3).eval()
    theirs = LRASPPHead(low_channels=40, high_channels=320, num_classes=3, inter_channels=128).eval()
    pairs = {"features": "cbr", "attention": "scale", "coarse_classifier": "high_classifier"}
    for ours, other in {**pairs, "fine_classifier": "low_classifier"}.items():
        getattr(theirs, other).load_state_dict(getattr(network, ours).state_dict())
    x = torch.randn(2, 3, 64, 96)
    with torch.inference_mode():
        maps = network.encoder(x)
        expected = theirs({"low": maps["layer2"], "high": maps["layer4"]})
        found = network(x)["out"]
        upsampled = nn.functional.interpolate(expected, (64, 96), mode="bilinear", align_corners=False)
    torch.testing.assert_close(found, upsampled, rtol=1e-4, atol=1e-5)


def test_the_coarse_map_is_at_stride_16_or_32():
    """Table 8 of the paper has both; the weights are the same."""
    dense, coarse = build("lraspp_lite0", 2), build("lraspp_lite0:output_stride=32", 2)
    x = torch.zeros(1, 3, 64, 64)
    assert dense.encoder(x)["layer4"].shape[-2:] == (4, 4)
    assert coarse.encoder(x)["layer4"].shape[-2:] == (2, 2)
    coarse.load_state_dict(dense.state_dict())


def test_inputs_are_what_the_encoder_was_trained_with():
    network = build("lraspp_lite0", 2)
    assert network.preprocess.mean == (127 / 255,) * 3
    assert build("lraspp_lite0:backbone=resnet18", 2).preprocess.mean == (0.485, 0.456, 0.406)
