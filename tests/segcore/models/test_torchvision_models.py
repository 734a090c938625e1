import argparse
import json

import numpy as np
import pytest
import torch
from torchvision import models
from torchvision.models import segmentation

from segcore.errors import CheckpointError
from segcore.labels.classes import ClassSet
from segcore.models.architectures import build
from segcore.models.catalogue import model_for_training
from segcore.models.catalogue_entries import CATALOGUE, VOC_NAMES
from segcore.models.checkpoint import load_checkpoint
from segcore.models.torchvision_models import PREPROCESS, TORCHVISION
from segcore.prediction import Predictor, to_labels
from segcore.progress import drive

BUILDERS = {
    "lraspp_mobilenetv3": lambda **o: segmentation.lraspp_mobilenet_v3_large(**o),
    "deeplabv3_mobilenetv3": lambda **o: segmentation.deeplabv3_mobilenet_v3_large(aux_loss=True, **o),
    "deeplabv3_resnet50": lambda **o: segmentation.deeplabv3_resnet50(aux_loss=True, **o),
    "deeplabv3_resnet101": lambda **o: segmentation.deeplabv3_resnet101(aux_loss=True, **o),
    "fcn_resnet50": lambda **o: segmentation.fcn_resnet50(aux_loss=True, **o),
    "fcn_resnet101": lambda **o: segmentation.fcn_resnet101(aux_loss=True, **o),
}


def reference(name: str, classes: int) -> torch.nn.Module:
    return BUILDERS[name](weights=None, weights_backbone=None, num_classes=classes).eval()


def test_the_catalogue_says_what_torchvision_says():
    assert set(TORCHVISION) == set(BUILDERS) == {name for name, e in CATALOGUE.items() if e.weights}
    for name, entry in TORCHVISION.items():
        meta, listed = entry.weights.meta, CATALOGUE[name]
        assert entry.weights.url.rpartition("/")[2] == listed.weights
        assert tuple(meta["categories"]) == VOC_NAMES
        assert abs(meta["_file_size"] - listed.megabytes) < 0.06
        transforms = entry.weights.transforms()
        assert (tuple(transforms.mean), tuple(transforms.std)) == (PREPROCESS.mean, PREPROCESS.std)
        assert transforms.resize_size == [PREPROCESS.short_side]


@pytest.mark.parametrize("name", BUILDERS)
def test_keys_and_shapes_are_torchvisions_own(name):
    with torch.device("meta"):
        ours, theirs = build(name, 5).state_dict(), reference(name, 5).state_dict()
    assert {k: v.shape for k, v in ours.items()} == {k: v.shape for k, v in theirs.items()}


@pytest.mark.parametrize("name", ["lraspp_mobilenetv3", "deeplabv3_mobilenetv3", "fcn_resnet50"])
def test_a_torchvision_file_loads_and_computes_the_same(name, tmp_path):
    torch.manual_seed(0)
    theirs = reference(name, 21)
    path = tmp_path / CATALOGUE[name].weights
    torch.save(theirs.state_dict(), path)
    model = load_checkpoint(path)
    assert (model.architecture, model.classes.names, model.preprocess) == (name, list(VOC_NAMES), PREPROCESS)
    assert model.lineage == [{"source": TORCHVISION[name].weights.url}]
    x = torch.randn(1, 3, 64, 96)
    with torch.inference_mode():
        result = model.segmenter(x)
        torch.testing.assert_close(result["out"], theirs(x)["out"], rtol=0, atol=0)
    assert set(result) == {"out"}


def test_a_renamed_file_is_known_by_its_keys(tmp_path):
    state = {k: v for k, v in reference("deeplabv3_mobilenetv3", 5).state_dict().items() if "aux_" not in k}
    torch.save({"model": state}, tmp_path / "mine.pth")
    model = load_checkpoint(tmp_path / "mine.pth")
    assert (model.architecture, model.name, len(model.classes)) == ("deeplabv3_mobilenetv3", "mine", 5)
    assert model.classes.names[4] == "class 4"


def test_an_auxiliary_head_of_other_classes_is_made_anew(tmp_path):
    theirs = reference("fcn_resnet50", 21)
    theirs.classifier[4] = torch.nn.Conv2d(512, 2, 1)  # as people fine-tune it; the auxiliary head keeps 21 channels
    torch.save(theirs.state_dict(), tmp_path / "mine.pth")
    model, x = load_checkpoint(tmp_path / "mine.pth"), torch.randn(1, 3, 48, 64)
    with torch.inference_mode():
        torch.testing.assert_close(model.segmenter(x)["out"], theirs.eval()(x)["out"], rtol=0, atol=0)


@pytest.mark.parametrize("name", ["fcn_resnet50", "lraspp_mobilenetv3"])
def test_one_channel_counts_against_the_background(tmp_path, name):
    theirs = reference(name, 1)
    torch.save(theirs.state_dict(), tmp_path / "mine.pth")
    said = json.dumps({"class_names": ["crack"], "short_side": 64})
    (tmp_path / "mine.json").write_text(said, "utf-8")
    model = load_checkpoint(tmp_path / "mine.pth")
    assert model.classes.names == ["background", "crack"]
    image = np.random.default_rng(0).integers(0, 256, (64, 80, 3), np.uint8)
    with torch.inference_mode():
        expected = theirs.eval()(model.preprocess(image))["out"].sigmoid()[0, 0].numpy()
    np.testing.assert_allclose(drive(Predictor(model, "cpu").probabilities(image))[1], expected, atol=1e-3)


@pytest.mark.parametrize(
    "saved",
    [
        lambda state: {"model": state, "epoch": 3, "args": argparse.Namespace(lr=0.02, device="cpu", amp=False)},
        lambda state: {f"module.{key}": value for key, value in state.items()},
        lambda state: {"model_state_dict": {f"net.model.{key}": value for key, value in state.items()}, "loss": 0.1},
    ],
    ids=["torchvision's training script", "DataParallel", "Lightning"],
)
def test_files_of_training_scripts_are_read(tmp_path, saved):
    theirs, x = reference("lraspp_mobilenetv3", 3), torch.randn(1, 3, 48, 64)
    torch.save(saved(theirs.state_dict()), tmp_path / "mine.pth")
    model = load_checkpoint(tmp_path / "mine.pth")
    with torch.inference_mode():
        torch.testing.assert_close(model.segmenter(x)["out"], theirs.eval()(x)["out"], rtol=0, atol=0)


def test_training_mode_has_the_auxiliary_output():
    network = build("deeplabv3_mobilenetv3", 3).train()
    result = network(torch.randn(2, 3, 64, 64))
    assert {name: tuple(value.shape) for name, value in result.items()} == {
        "out": (2, 3, 64, 64),
        "aux": (2, 3, 64, 64),
    }


@pytest.mark.parametrize("name", ["lraspp_mobilenetv3", "deeplabv3_mobilenetv3"])
def test_keeping_channels_keeps_their_logits(name):
    torch.manual_seed(0)
    network = build(name, 4).eval()
    assert len(network.classifiers()) == 2
    x = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        before = network(x)["out"]
    network.keep_channels([2, None, 0])
    with torch.inference_mode():
        after = network(x)["out"]
    torch.testing.assert_close(after[:, [0, 2]], before[:, [2, 0]], rtol=1e-5, atol=1e-6)
    assert not after[:, 1].any()
    assert all(conv.weight.shape[0] == 3 for conv in network.classifiers())


def test_output_stride_16_is_torchvisions_resnet_with_one_dilated_layer():
    torch.manual_seed(0)
    ours = build("fcn_resnet50:output_stride=16", 2).eval()
    theirs = models.resnet50(weights=None, replace_stride_with_dilation=[False, False, True]).eval()
    ours.load_imagenet(theirs.state_dict())
    getter = models._utils.IntermediateLayerGetter(theirs, {"layer3": "aux", "layer4": "out"})
    x = torch.randn(1, 3, 50, 65)
    with torch.inference_mode():
        features, expected = ours.backbone()(x), getter(x)
        assert ours(x)["out"].shape == (1, 2, 50, 65)
    for name in ("aux", "out"):
        torch.testing.assert_close(features[name], expected[name], rtol=0, atol=0)


@pytest.mark.parametrize(("stride", "rates"), [(8, (12, 24, 36)), (16, (6, 12, 18))])
def test_output_stride_leaves_the_state_dict_and_halves_the_rates(stride, rates):
    with torch.device("meta"):
        network, published = build(f"deeplabv3_resnet50:output_stride={stride}", 5), reference("deeplabv3_resnet50", 5)
    ours, theirs = network.state_dict(), published.state_dict()
    assert {k: v.shape for k, v in ours.items()} == {k: v.shape for k, v in theirs.items()}
    atrous = network._modules["classifier"][0].convs[1:4]
    assert [(branch[0].dilation, branch[0].padding) for branch in atrous] == [((r, r), (r, r)) for r in rates]


@pytest.mark.parametrize("text", ["deeplabv3_resnet50:output_stride=32", "lraspp_mobilenetv3:output_stride=8"])
def test_other_output_strides_are_refused(text):
    with pytest.raises(CheckpointError):
        build(text, 2)


@pytest.mark.parametrize("name", ["lraspp_mobilenetv3", "deeplabv3_mobilenetv3"])
def test_imagenet_weights_of_mobilenet_go_to_the_backbone(name):
    published = models.mobilenet_v3_large(weights=None).state_dict()
    network = build(name, 2)
    assert network.imagenet == "mobilenet_v3_large"
    network.load_imagenet(published)
    state = network.backbone().state_dict()
    assert state
    assert all(torch.equal(value, published[f"features.{key}"]) for key, value in state.items())
    with pytest.raises(CheckpointError, match=r"'features\.0\.0\.weight' is missing"):
        network.load_imagenet(models.squeezenet1_1(weights=None).state_dict())


def test_head_and_backbone_share_nothing():
    network = build("lraspp_mobilenetv3", 2)
    inside = sum(p.numel() for p in network.backbone().parameters())
    outside = sum(p.numel() for p in network.head_parameters())
    assert inside
    assert outside
    assert inside + outside == sum(p.numel() for p in network.parameters())


def test_other_classes_are_named_by_a_file_beside_it_and_trained(tmp_path):
    torch.manual_seed(0)
    path, names = tmp_path / "mine.pth", ["soil", "crop", "weed"]
    theirs = reference("lraspp_mobilenetv3", 3)
    torch.save(theirs.state_dict(), path)
    assert load_checkpoint(path).classes.names == ["class 0", "class 1", "class 2"]
    path.with_suffix(".json").write_text(json.dumps({"class_names": names, "short_side": 64}), "utf-8")
    model = load_checkpoint(path)
    assert (model.classes.names, model.preprocess.short_side) == (names, 64)
    image = np.random.default_rng(0).integers(0, 256, (64, 80, 3), np.uint8)

    def agreement(model, network):
        found = to_labels(drive(Predictor(model, "cpu").probabilities(image)), model.classes)
        with torch.inference_mode():
            return float((found == network(model.preprocess(image))["out"].argmax(1)[0].numpy()).mean())

    assert agreement(model, theirs) >= 0.999
    trained = drive(model_for_training(str(path), ClassSet.from_names(["weed", "stone"])))
    trained.segmenter.train()(trained.preprocess(np.repeat(image, 2, 0)))["out"].square().mean().backward()
    with torch.no_grad():
        for parameter in trained.segmenter.parameters():
            parameter.sub_(1e-4 * parameter.grad)
    again = reference("lraspp_mobilenetv3", 2)
    again.load_state_dict(trained.segmenter.eval().state_dict())
    assert agreement(trained, again) >= 0.999
    path.with_suffix(".json").write_text('{"class_names": ["one"]}', "utf-8")
    with pytest.raises(CheckpointError, match="3 output channels, but 1 class names"):
        load_checkpoint(path)
