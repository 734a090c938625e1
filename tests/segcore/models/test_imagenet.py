import os

import pytest
import torch
import torchvision
from safetensors.torch import save_file
from torch import nn

from segcore.errors import CheckpointError, UsageError, WeightsUnavailableError
from segcore.labels.classes import ClassSet
from segcore.models import consent, fetch, imagenet
from segcore.models.architecture_entries import IMAGENET_FILES, imagenet_path
from segcore.models.architectures import build
from segcore.models.catalogue import RANDOM, model_for_training
from segcore.models.catalogue_entries import torch_hub_folder, weights_folder
from segcore.models.checkpoint import save_checkpoint
from segcore.models.imagenet import imagenet_state
from segcore.models.model import Model
from segcore.progress import drive

CLASSES = ClassSet.from_names(["a", "b"])
SMALL = "pspnet:backbone=resnet18"


@pytest.fixture
def offline(monkeypatch):
    """Nobody answers; what was asked for is kept."""
    asked = []

    def refused(request, *handlers):
        asked.append(request.full_url)
        raise OSError("no network")

    monkeypatch.setattr(fetch, "_open", refused)
    consent.agree()
    return asked


@pytest.fixture
def vgg16():
    """A fake of torchvision's file: its keys; the convolutions as they are, the classifier left small."""
    torch.manual_seed(0)
    with torch.device("meta"):
        features = torchvision.models.vgg16(weights=None).features.state_dict()
    state = {f"features.{key}": torch.randn(value.shape) * 0.02 for key, value in features.items()}
    return {**state, "classifier.6.weight": torch.zeros(10, 4), "classifier.6.bias": torch.zeros(10)}


def test_names_and_addresses_are_the_publishers():
    for name, file in IMAGENET_FILES.items():
        if name != "efficientnet_lite0":
            url = torchvision.models.get_model_weights(name)["IMAGENET1K_V1"].url
            assert url.rpartition("/")[2] == file
            assert imagenet._address_at_torchvision(name) == url


def test_a_pth_of_plain_tensors_fills_the_backbone(vgg16, tmp_path):
    torch.save(vgg16, tmp_path / "vgg16.pth")
    model = drive(model_for_training("fcn32s:fc_channels=8", CLASSES, weights=tmp_path / "vgg16.pth"))
    body = model.segmenter.backbone().state_dict()
    assert all(torch.equal(value, vgg16[f"features.{key}"]) for key, value in body.items())
    assert model.architecture == "fcn32s:fc_channels=8"
    assert model.lineage == [{"source": "vgg16, ImageNet", "file": "vgg16.pth"}]
    assert not model.segmenter.classifiers()[0].weight.any()


@pytest.mark.parametrize("folder", [weights_folder, torch_hub_folder])
def test_a_file_in_one_of_the_folders_is_found(folder, offline):
    torch.manual_seed(3)
    folder().mkdir(parents=True)
    state = torchvision.models.resnet18(weights=None).state_dict()
    torch.save(state, folder() / "resnet18-f37072fd.pth")
    assert imagenet_path("resnet18") == folder() / "resnet18-f37072fd.pth"
    model = drive(model_for_training(SMALL, CLASSES))
    assert torch.equal(model.segmenter.backbone().state_dict()["layer4.1.conv2.weight"], state["layer4.1.conv2.weight"])
    assert not offline


def test_float16_becomes_float32_and_a_variance_beyond_it_is_its_largest_number(tmp_path):
    state = {key: value.half() for key, value in build(SMALL, 2).encoder.state_dict().items()}
    state["bn1.running_var"][5] = float("inf")
    save_file(state, tmp_path / "w.safetensors")
    model = drive(model_for_training(SMALL, CLASSES, weights=tmp_path / "w.safetensors"))
    assert {p.dtype for p in model.segmenter.parameters()} == {torch.float32}
    assert model.segmenter.encoder.bn1.running_var[5] == 65504
    state["bn1.running_mean"][5] = float("inf")
    save_file(state, tmp_path / "w.safetensors")
    with pytest.raises(CheckpointError, match=r"w\.safetensors is damaged: 'bn1\.running_mean'"):
        drive(model_for_training(SMALL, CLASSES, weights=tmp_path / "w.safetensors"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda state: state.pop("layer1.0.conv1.weight"), "'layer1.0.conv1.weight' is missing"),
        (lambda state: state.update({"conv1.weight": torch.zeros(64, 3, 3, 3)}), r"shape \[64, 3, 3, 3\]"),
    ],
)
def test_weights_that_do_not_fit_name_the_file_and_the_tensor(tmp_path, change, said):
    state = dict(build(SMALL, 2).encoder.state_dict())
    change(state)
    torch.save(state, tmp_path / "other.pth")
    with pytest.raises(CheckpointError, match=said) as caught:
        drive(model_for_training(SMALL, CLASSES, weights=tmp_path / "other.pth"))
    assert str(tmp_path / "other.pth") in caught.value.message
    assert "resnet18" in caught.value.remedy


class Evil:
    def __reduce__(self):
        return (os.mkdir, (os.environ["EVIL_FOLDER"],))


def test_a_pickle_that_wants_to_run_code_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("EVIL_FOLDER", str(tmp_path / "evil"))
    torch.save({"conv1.weight": Evil()}, tmp_path / "w.pth")
    with pytest.raises(CheckpointError, match=r"w\.pth") as caught:
        drive(imagenet_state("resnet18", tmp_path / "w.pth"))
    assert "state_dict" in caught.value.remedy
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    ("name", "content"), [("w.safetensors", b"\x08\0\0\0\0\0\0\0{}"), ("w.pth", b"PK\x03\x04 cut")]
)
def test_a_damaged_file_is_named(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CheckpointError, match=r"w\.\w+ is damaged"):
        drive(imagenet_state("vgg16", tmp_path / name))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CheckpointError, match=r"gone\.pth does not exist"):
        drive(imagenet_state("vgg16", tmp_path / "gone.pth"))


@pytest.mark.parametrize(
    ("text", "file"), [("fcn8s:fc_channels=8", "vgg16-397923af.pth"), (SMALL, "resnet18-f37072fd.pth")]
)
def test_offline_the_file_its_address_and_the_folder_are_named(offline, text, file):
    with pytest.raises(WeightsUnavailableError) as caught:
        drive(model_for_training(text, CLASSES))
    assert file in caught.value.message
    assert offline[0] in caught.value.remedy
    assert str(weights_folder()) in caught.value.remedy


def test_timms_weights_have_an_address_and_a_name_of_their_own(offline):
    pytest.importorskip("timm")
    with pytest.raises(WeightsUnavailableError, match=r"timm_resnet18\.safetensors"):
        drive(model_for_training("pspnet:backbone=timm/resnet18", CLASSES))
    assert offline[0].endswith("timm/resnet18.a1_in1k/resolve/main/model.safetensors")


def test_weights_that_nobody_publishes_are_asked_for(offline):
    with pytest.raises(WeightsUnavailableError, match="resnet50_v1") as caught:
        drive(imagenet_state("resnet50_v1"))
    assert "--weights" in caught.value.remedy
    assert "resnet50_v1.safetensors" in caught.value.remedy
    assert not offline


def test_none_starts_from_random_weights(offline):
    model = drive(model_for_training(SMALL, CLASSES, weights=RANDOM))
    assert (model.lineage, offline) == ([{"source": "random weights"}], [])


def test_a_checkpoint_takes_neither_weights_nor_a_start(tmp_path):
    segmenter = build("starter", 2)
    path = tmp_path / "m.safetensors"
    save_checkpoint(path, Model(segmenter, "starter", CLASSES, segmenter.preprocess, "m"))
    for more in ({"weights": tmp_path / "w.pth"}, {"start": path}):
        with pytest.raises(UsageError, match=r"m\.safetensors"):
            drive(model_for_training(str(path), CLASSES, **more))


def test_stages_take_over_what_they_share_and_new_skips_start_at_zero(tmp_path, offline):
    """FCN-32s -> FCN-16s (section 4.2): the network starts as good as the coarser one, its classes joined by name."""
    torch.manual_seed(0)
    coarse = build("fcn32s:fc_channels=8", 3)
    with torch.no_grad():
        nn.init.normal_(coarse.classifiers()[0].weight)
    path = tmp_path / "32s.safetensors"
    known = ClassSet.from_names(["b", "sky", "a"])
    save_checkpoint(path, Model(coarse, "fcn32s:fc_channels=8", known, coarse.preprocess, "m", {}, [{"source": "x"}]))
    model = drive(model_for_training("fcn16s:fc_channels=8", ClassSet.from_names(["a", "b", "new"]), start=path))
    score, skip = model.segmenter.classifiers()
    torch.testing.assert_close(score.weight[:2], coarse.classifiers()[0].weight[[2, 0]])
    assert not score.weight[2].any()
    assert not skip.weight.any()
    body = coarse.backbone().state_dict()
    assert all(torch.equal(value, body[key]) for key, value in model.segmenter.backbone().state_dict().items())
    assert not offline  # the coarser network has the whole backbone
    assert model.lineage[0] == {"source": "x"}
    assert model.lineage[-1]["start"] == "32s.safetensors"


def test_a_start_that_shares_nothing_is_refused(tmp_path):
    segmenter = build("starter", 2)
    path = tmp_path / "starter.safetensors"
    save_checkpoint(path, Model(segmenter, "starter", CLASSES, segmenter.preprocess, "m"))
    with pytest.raises(CheckpointError, match=r"starter\.safetensors .* shares no tensors with 'fcn32s"):
        drive(model_for_training("fcn32s:fc_channels=8", CLASSES, weights=RANDOM, start=path))
