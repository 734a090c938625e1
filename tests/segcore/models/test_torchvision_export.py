import pytest
import torch
from torchvision.models import segmentation

from segcore.errors import CheckpointError, MaskwrightError
from segcore.labels.classes import ClassSet
from segcore.models.architectures import build
from segcore.models.checkpoint import load_checkpoint
from segcore.models.model import Model
from segcore.models.torchvision_export import export_torchvision

CLASSES = ClassSet.from_names(["road", "tree", "sky"])


def model(architecture: str) -> Model:
    torch.manual_seed(0)
    segmenter = build(architecture, 3).eval()
    return Model(segmenter, architecture, CLASSES, segmenter.preprocess, "mine")


@pytest.mark.parametrize("architecture", ["lraspp_mobilenetv3", "deeplabv3_mobilenetv3"])
def test_torchvisions_own_builder_loads_it_and_so_do_we(architecture, tmp_path):
    made = model(architecture)
    written = export_torchvision(made, tmp_path / "m.pth")
    theirs = eval(written.builder, {"torchvision": __import__("torchvision")}).eval()
    theirs.load_state_dict(torch.load(tmp_path / "m.pth", weights_only=True), strict=True)
    again = load_checkpoint(tmp_path / "m.pth")
    assert (again.architecture, len(again.classes)) == (architecture, 3)
    x = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        expected = made.segmenter(x)["out"]
        torch.testing.assert_close(theirs(x)["out"], expected, rtol=0, atol=0)
        torch.testing.assert_close(again.segmenter(x)["out"], expected, rtol=0, atol=0)


def test_the_builder_is_torchvisions(tmp_path):
    written = export_torchvision(model("lraspp_mobilenetv3"), tmp_path / "m.pth")
    assert written.builder == (
        "torchvision.models.segmentation.lraspp_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=3)"
    )
    assert callable(segmentation.lraspp_mobilenet_v3_large)


def test_other_networks_are_refused_with_those_that_can(tmp_path):
    with pytest.raises(MaskwrightError, match="'starter'") as caught:
        export_torchvision(model("starter"), tmp_path / "m.pth")
    assert "fcn_resnet50" in caught.value.remedy
    assert not list(tmp_path.iterdir())


def test_weights_that_are_not_finite_are_not_written(tmp_path):
    made = model("lraspp_mobilenetv3")
    with torch.no_grad():
        made.segmenter.classifiers()[0].weight[0] = float("nan")
    with pytest.raises(CheckpointError, match="low_classifier"):
        export_torchvision(made, tmp_path / "m.pth")
    assert not list(tmp_path.iterdir())
