import subprocess
import sys
from pathlib import Path

import pytest
import torch

from segcore.errors import CheckpointError, WeightsUnavailableError
from segcore.labels.classes import ClassSet
from segcore.models import catalogue, consent, torchvision_models
from segcore.models import fetch as fetching
from segcore.models.architectures import build
from segcore.models.catalogue import load_model, model_for_training
from segcore.models.catalogue_entries import CATALOGUE, torch_hub_folder, weights_folder, where_is
from segcore.models.checkpoint import save_checkpoint
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from segcore.models.torchvision_models import TorchvisionEntry
from segcore.progress import drive


def test_refused_connection_names_file_and_folder(monkeypatch):
    monkeypatch.setattr(fetching, "PAUSES", ())
    consent.agree()
    entry = torchvision_models.TORCHVISION["fcn_resnet50"]

    class Weights:
        url = "http://127.0.0.1:1/fcn.pth"  # nothing listens on port 1

    monkeypatch.setitem(torchvision_models.TORCHVISION, "fcn_resnet50", TorchvisionEntry(entry.builder, Weights()))
    for task in (load_model("fcn_resnet50"), model_for_training("fcn_resnet50", ClassSet.from_names(["a"]))):
        with pytest.raises(WeightsUnavailableError) as caught:
            drive(task)
        assert "fcn_resnet50_coco-1167a1af.pth" in caught.value.message
        assert str(weights_folder()) in caught.value.remedy


@pytest.mark.parametrize("folder", [weights_folder, torch_hub_folder])
def test_weights_brought_by_hand_are_found(folder):
    entry = CATALOGUE["lraspp_mobilenetv3"]
    assert where_is(entry) == "download"
    folder().mkdir(parents=True)
    torch.save(build(entry.name, 21).state_dict(), folder() / entry.weights)
    assert where_is(entry) == "here"
    model = drive(load_model(entry.name))
    assert (model.architecture, model.name, model.classes.names[15]) == (entry.name, entry.name, "person")


def test_the_hub_folder_is_torchs_own(monkeypatch, tmp_path):
    assert str(torch_hub_folder()) == str(Path(torch.hub.get_dir()) / "checkpoints")
    monkeypatch.delenv("TORCH_HOME")
    assert str(torch_hub_folder()) == str(Path(torch.hub.get_dir()) / "checkpoints")


def test_an_unknown_name_lists_the_known():
    with pytest.raises(CheckpointError) as caught:
        drive(load_model("resnet9000"))
    assert "resnet9000" in caught.value.message
    assert "fcn_resnet101" in caught.value.remedy


def test_a_missing_bundled_checkpoint_is_explained(monkeypatch):
    monkeypatch.setattr(catalogue, "weights_path", lambda entry: None)
    with pytest.raises(WeightsUnavailableError, match=r"starter_roads\.safetensors"):
        drive(load_model("starter"))


def test_training_the_starter_begins_undecided_with_imagenet_weights():
    model = drive(model_for_training("starter", ClassSet.from_names(["a", "b", "c"])))
    assert (model.architecture, len(model.classes), model.segmenter.num_classes) == ("starter:multiple=32", 3, 3)
    first = next(p for p in model.segmenter.backbone().parameters())
    torch.manual_seed(0)
    random = next(p for p in build("starter", 3).backbone().parameters())
    assert first.abs().max() > 2 * random.abs().max()
    with torch.inference_mode():
        assert not model.segmenter.eval()(torch.randn(1, 3, 64, 64))["out"].any()


def test_training_from_a_checkpoint_joins_rows_by_name(tmp_path):
    segmenter = build("starter", 3)
    conv = segmenter.classifiers()[0]
    with torch.no_grad():
        for row in range(3):
            conv.weight[row] = row + 1
            conv.bias[row] = 10 * row
    classes = ClassSet.from_names(["__background__", "Road", "car"])
    source = Model(segmenter, "starter", classes, Preprocess(), "streets", {"miou": 0.1}, [{"a": 1}])
    save_checkpoint(tmp_path / "s.safetensors", source)
    wanted = ClassSet.from_names(["car", "tree", "background", "road"])
    model = drive(model_for_training(str(tmp_path / "s.safetensors"), wanted))
    conv = model.segmenter.classifiers()[0]
    assert conv.weight[:, 0, 0, 0].tolist() == [3, 0, 1, 2]
    assert conv.bias.tolist() == [20, 0, 0, 10]
    assert (model.classes, model.name, model.metrics, model.lineage) == (wanted, "streets", {}, [{"a": 1}])
    assert model.architecture == "starter"  # an old one goes on as it was


def test_entries_and_headers_need_no_torch():
    code = (
        "import sys, segcore.models.catalogue_entries, segcore.models.checkpoint_info, segcore.labels.class_mapping, "
        "segcore.cli.models, segcore.cli.predict, segcore.crf, segcore.images.tiling; "
        "sys.exit('torch' in sys.modules or 'PySide6' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
