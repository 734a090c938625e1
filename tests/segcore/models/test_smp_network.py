"""Folders of segmentation_models.pytorch: the labels are the library's own, before and after fine-tuning."""

import json

import numpy as np
import pytest
import torch
from torch.nn import functional

from segcore.errors import CheckpointError, MaskwrightError
from segcore.labels.classes import ClassSet
from segcore.models.catalogue import load_model, model_for_training
from segcore.models.checkpoint import load_checkpoint, save_checkpoint
from segcore.models.description import DescriptionNeededError
from segcore.prediction import PredictOptions, Predictor, to_labels
from segcore.progress import drive
from tests.segcore.norm_statistics import with_statistics

CLASSES = ["tree", "road", "sky"]
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
NETWORKS = {
    "Unet": {"encoder_depth": 3, "decoder_channels": (16, 8, 8)},
    "FPN": {"decoder_pyramid_channels": 16, "decoder_segmentation_channels": 32},
    "DeepLabV3Plus": {"decoder_channels": 16},
}


SMALL = {"encoder_depth": 2, "decoder_fusion_channels": 16, "decoder_intermediate_channels": (8, 8)}


def make(folder, name="Unet", classes=3, describe=True, **config):
    import segmentation_models_pytorch as smp

    torch.manual_seed(0)
    network = getattr(smp, name)("mobilenet_v2", encoder_weights=None, classes=classes, **NETWORKS[name]).eval()
    torch.nn.init.normal_(network.segmentation_head[0].weight)
    with_statistics(network, torch.randn(2, 3, 64, 96)).save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    if config:
        path = folder / "config.json"
        path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **config}), "utf-8")
    if describe:
        said = {"class_names": CLASSES, "mean": MEAN, "std": STD}
        (folder / "maskwright.json").write_text(json.dumps(said), "utf-8")
    return folder


def picture():
    return np.random.default_rng(0).integers(0, 256, (64, 96, 3), np.uint8)


@torch.no_grad()
def scores(network, image):
    x = ((image / 255 - np.array(MEAN)) / np.array(STD)).transpose(2, 0, 1)[None].astype(np.float32)
    return network.eval()(torch.from_numpy(x))[0]


def prediction(folder, image):
    import segmentation_models_pytorch as smp

    return scores(smp.from_pretrained(str(folder), local_files_only=True), image).argmax(0).numpy()


def labels(model, image, prepare=False):
    options = PredictOptions(prepare=prepare)  # preparing takes seconds, and is tested once
    return to_labels(drive(Predictor(model, "cpu", options).probabilities(image)), model.classes)


@pytest.mark.parametrize("name", NETWORKS)
def test_labels_are_the_librarys_own_before_and_after_training(tmp_path, name):
    folder, image = make(tmp_path / "net", name), picture()
    model = drive(load_model(str(folder)))
    expected = prediction(folder, image)
    assert len(np.unique(expected)) > 1
    assert (labels(model, image, prepare=name == "DeepLabV3Plus") == expected).mean() >= 0.999
    save_checkpoint(tmp_path / "copy.safetensors", model)

    trained = drive(model_for_training(str(tmp_path / "copy.safetensors"), ClassSet.from_names(["sky", "lake"])))
    segmenter = trained.segmenter.train()
    x = torch.cat([trained.preprocess(image)] * 2)
    loss = functional.cross_entropy(segmenter(x)["out"], torch.zeros(2, 64, 96, dtype=torch.long))
    loss.backward()
    assert all(conv.weight.grad.any() for conv in segmenter.classifiers())
    with torch.no_grad():
        for parameter in segmenter.parameters():
            if parameter.grad is not None:  # the encoder's last stages are not used by a short one
                parameter.sub_(1e-4 * parameter.grad)
    save_checkpoint(tmp_path / "trained.safetensors", trained)
    back = load_checkpoint(tmp_path / "trained.safetensors")
    assert (labels(back, image) == scores(segmenter.network, image).argmax(0).numpy()).mean() >= 0.999


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Segformer", {"encoder_name": "mit_b0", "decoder_segmentation_channels": 16}),
        ("DPT", {"encoder_name": "tu-test_vit", **SMALL}),
        ("DPT", {"encoder_name": "tu-test_vit", "dynamic_img_size": True, **SMALL}),
    ],
)
def test_transformers_of_the_library_open(tmp_path, name, arguments):
    import segmentation_models_pytorch as smp

    torch.manual_seed(0)
    network = getattr(smp, name)(**arguments, encoder_weights=None, classes=3).eval()
    network.save_pretrained(tmp_path)
    (tmp_path / "maskwright.json").write_text(json.dumps({"class_names": CLASSES, "mean": MEAN, "std": STD}), "utf-8")
    model = load_checkpoint(tmp_path)
    (head,) = model.segmenter.classifiers()
    assert head.out_channels == 3
    assert labels(model, picture()).shape == (64, 96), "a ViT takes one size only"
    x = torch.randn(1, 3, 160, 160)
    with torch.inference_mode():
        torch.testing.assert_close(model.segmenter(x)["out"], network(x), atol=1e-5, rtol=1e-5)


def test_one_class_counts_against_the_background(tmp_path):
    folder, image = make(tmp_path / "net", classes=1, describe=False), picture()
    with pytest.raises(DescriptionNeededError, match="class_names, mean and std for its 1 classes"):
        load_checkpoint(folder)
    said = {"class_names": ["crack"], "mean": MEAN, "std": STD}
    (folder / "maskwright.json").write_text(json.dumps(said), "utf-8")
    model = load_checkpoint(folder)
    assert model.classes.names == ["background", "crack"]
    import segmentation_models_pytorch as smp

    expected = scores(smp.from_pretrained(str(folder), local_files_only=True), image)[0].numpy() > 0
    assert (labels(model, image) == expected).mean() >= 0.999


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"_model_class": "Transformer"}, "'Transformer' is unknown"),
        ({"in_channels": 4}, "images of 4 channels"),
        ({"encoder_name": "tu-hf-hub:some/where"}, "is an address"),
        ({"encoder_name": "nowhere"}, "cannot be built"),
        ({"checkpoint_path": "/tmp/x"}, "no argument 'checkpoint_path'"),
        ({"encoder_name": "resnet18"}, "does not fit"),
        ({"classes": 5}, "5 output channels, but 3 class names"),
    ],
)
def test_a_folder_that_does_not_fit_is_refused(tmp_path, values, message):
    with pytest.raises(CheckpointError, match=message):
        load_checkpoint(make(tmp_path / "net", **values))


def test_pickled_weights_are_not_opened(tmp_path):
    folder = make(tmp_path / "net")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match=r"no model\.safetensors"):
        load_checkpoint(folder)


def test_without_the_library_the_error_says_what_to_install(tmp_path, monkeypatch):
    import sys

    folder = make(tmp_path / "net")
    monkeypatch.setitem(sys.modules, "segmentation_models_pytorch", None)
    with pytest.raises(MaskwrightError, match=r"maskwright\[smp\]"):
        load_checkpoint(folder)
