"""Folders of transformers: the labels are the library's own, before and after fine-tuning."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional

from segcore.errors import CheckpointError, MaskwrightError
from segcore.labels.classes import ClassSet
from segcore.models.catalogue import load_model, model_for_training
from segcore.models.checkpoint import load_checkpoint, save_checkpoint
from segcore.models.cost import peak_bytes_per_pixel
from segcore.models.description import DescriptionNeededError
from segcore.prediction import Predictor, to_labels
from segcore.progress import drive
from tests.segcore.small_transformers import CLASSES, KINDS, make, prediction


def picture(height=64, width=64):
    y, x = np.mgrid[:height, :width]
    waves = [128 + 80 * np.sin(x / 7 + c) + 40 * np.cos(y / (5 + c)) for c in range(3)]
    noise = np.random.default_rng(0).normal(0, 15, (height, width, 3))
    return np.clip(np.stack(waves, -1) + noise, 0, 255).astype(np.uint8)


def labels(model, image):
    return to_labels(drive(Predictor(model, "cpu").probabilities(image)), model.classes)


def agreement(found, expected):
    return float((np.asarray(found) == np.asarray(expected)).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_labels_are_the_librarys_own_before_and_after_training(tmp_path, kind):
    folder = make(tmp_path / kind, kind)
    image = picture(*KINDS[kind].sides)
    model = drive(load_model(str(folder)))
    assert model.classes.names == CLASSES
    assert model.architecture == f"transformers:network={kind}"
    expected = prediction(folder, kind, image)
    assert len(np.unique(expected)) > 1
    assert agreement(labels(model, image), expected) >= 0.999
    save_checkpoint(tmp_path / "copy.safetensors", model)
    assert agreement(labels(load_checkpoint(tmp_path / "copy.safetensors"), image), expected) >= 0.999

    # Channels by name: one continues, one is new; then a few steps of gradient descent.
    classes = ClassSet.from_names(["tree", "lake", "road"])
    trained = drive(model_for_training(str(tmp_path / "copy.safetensors"), classes))
    segmenter = trained.segmenter.train()
    inside = {id(p) for p in segmenter.backbone().parameters()}
    assert 0 < len(inside) < len(list(segmenter.parameters()))
    x = trained.preprocess(image)
    target = torch.from_numpy((image[..., 0] > 128).astype(np.int64))[None]
    target = functional.interpolate(target[None].float(), x.shape[2:])[0].long()
    optimizer = torch.optim.SGD(segmenter.parameters(), lr=0.01)
    losses = []
    for _ in range(2):
        loss = functional.cross_entropy(segmenter(torch.cat([x, x]))["out"], torch.cat([target, target]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert np.isfinite(losses).all()
    assert all(conv.weight.grad is not None for conv in segmenter.classifiers())
    save_checkpoint(tmp_path / "trained.safetensors", trained)
    back = load_checkpoint(tmp_path / "trained.safetensors")
    segmenter.network.config.id2label = dict(enumerate(classes.names))
    segmenter.eval().network.save_pretrained(tmp_path / "given")  # its own library reads what was trained here
    (tmp_path / "given" / "preprocessor_config.json").write_bytes((folder / "preprocessor_config.json").read_bytes())
    assert agreement(labels(back, image), prediction(tmp_path / "given", kind, image)) >= 0.999


def test_an_image_of_another_size_is_resized_as_the_library_does(tmp_path):
    folder = make(tmp_path / "net", "segformer")
    image = picture(90, 120)
    found = labels(load_checkpoint(folder), image)
    assert agreement(found, prediction(folder, "segformer", image)) >= 0.97


OLD = {"do_resize": True, "resample": 2, "size": 96}


@pytest.mark.parametrize(
    ("kind", "processor", "at_least"),
    [
        ("mask2former", {**OLD, "max_size": 100, "feature_extractor_type": "MaskFormerFeatureExtractor"}, 0.98),
        ("mobilevit", {**OLD, "do_center_crop": False, "feature_extractor_type": "MobileViTFeatureExtractor"}, 0.999),
        ("segformer", {**OLD, "feature_extractor_type": "SegformerFeatureExtractor"}, 0.98),
        ("segformer", {"do_normalize": True}, 0.98),
        ("dpt", {"size": {"height": 96, "width": 96}}, 0.98),
    ],
)
def test_what_older_files_leave_out_is_as_in_the_library(tmp_path, kind, processor, at_least):
    folder = make(tmp_path / "net", kind)
    (folder / "preprocessor_config.json").write_text(json.dumps(processor), "utf-8")
    image = picture(90, 121)
    found = labels(load_checkpoint(folder), image)
    assert agreement(found, prediction(folder, kind, image)) >= at_least


def test_names_are_asked_for(tmp_path):
    folder = make(tmp_path / "net", "segformer", id2label={str(k): f"LABEL_{k}" for k in range(4)})
    with pytest.raises(DescriptionNeededError, match="class_names for its 4 classes") as caught:
        load_checkpoint(folder)
    assert str(folder / "maskwright.json") in caught.value.remedy
    (folder / "maskwright.json").write_text(json.dumps({"class_names": list("abcd")}), "utf-8")
    assert load_checkpoint(folder).classes.names == list("abcd")
    (folder / "preprocessor_config.json").unlink()
    with pytest.raises(DescriptionNeededError, match="mean and std"):
        load_checkpoint(folder)


def change(folder, file="config.json", **values):
    path = folder / file
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **values}), "utf-8")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"model_type": "gpt2"}, "'gpt2' is unknown, or labels no pixels"),
        ({"model_type": ["segformer"]}, "is unknown, or labels no pixels"),
        ({"num_channels": 1}, "images of 1 channels"),
        ({"hidden_sizes": [8, 8, 16, 24]}, "do not fit config.json"),
        ({"depths": [2, 1, 1, 1]}, "misses"),
        ({"backbone": "some/where"}, "only named"),
        ({"hidden_sizes": "wide"}, "net"),
        ({"hidden_dropout_prob": float("nan")}, "a number is NaN"),
        ({"file": "preprocessor_config.json", "size": {"height": 64, "wide": 64}}, "size must have one of"),
        ({"file": "preprocessor_config.json", "size": {"longest_edge": 64}}, "64}, which is not understood"),
    ],
)
def test_a_folder_that_does_not_fit_is_refused(tmp_path, values, message):
    folder = make(tmp_path / "net", "segformer")
    change(folder, **values)
    with pytest.raises(CheckpointError, match=message):
        load_checkpoint(folder)


def test_code_and_pickles_of_a_folder_are_left_alone(tmp_path):
    folder = make(tmp_path / "net", "segformer")
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass C: ...\n", "utf-8")
    change(folder, auto_map={"AutoConfig": "evil.C", "AutoModelForSemanticSegmentation": "evil.C"})
    assert load_checkpoint(folder).classes.names == CLASSES
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match=r"only pickled weights \(pytorch_model.bin\)"):
        load_checkpoint(folder)
    assert not (tmp_path / "ran").exists()


def test_a_folder_without_configuration(tmp_path):
    with pytest.raises(CheckpointError, match=r"without config\.json"):
        load_checkpoint(tmp_path)


def test_without_the_library_the_error_says_what_to_install(tmp_path, monkeypatch):
    import sys

    folder = make(tmp_path / "net", "segformer")
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MaskwrightError, match=r"maskwright\[transformers\]"):
        load_checkpoint(folder)


def test_a_truncated_file(tmp_path):
    folder = make(tmp_path / "net", "segformer")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match="damaged"):
        load_checkpoint(folder)


def test_pictures_are_made_for_the_processor(tmp_path):
    folder = make(tmp_path / "net", "mobilevit")
    preprocess = load_checkpoint(folder).preprocess
    image = Image.fromarray(picture(96, 80)).resize((64, 64), Image.Resampling.BICUBIC)
    assert np.array_equal(preprocess.resize(picture(96, 80)), np.asarray(image))
    assert preprocess.mean == (0, 0, 0)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind != "dpt"]
)  # whose fused layers differ: it runs as it is
def test_types_are_made_faster(tmp_path, kind):
    predictor = Predictor(drive(load_model(str(make(tmp_path / "net", kind)))), "cpu")
    drive(predictor.probabilities(picture(*KINDS[kind].sides)))
    assert not [note for note in predictor.notes if "not made faster" in note]


@pytest.mark.parametrize("kind", KINDS)
def test_small_and_odd_inputs_go_through(tmp_path, kind):
    segmenter = load_checkpoint(make(tmp_path / "net", kind)).segmenter
    for size in ((32, 32), (33, 47)):
        with torch.inference_mode():
            assert segmenter(torch.rand(1, 3, *size))["out"].shape == (1, 4, *size)
    assert peak_bytes_per_pixel(segmenter) > 12  # counted without computing: the tiles' size depends on it
