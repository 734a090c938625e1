"""Checkpoints that somebody changed, or made to do harm: refused before they cost anything."""

import json
import socket
import time

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from segcore.errors import CheckpointError
from segcore.labels.classes import ClassSet
from segcore.models.architectures import BUILDERS, MOST_WEIGHTS, Architecture, build, outline
from segcore.models.checkpoint import load_checkpoint, save_checkpoint
from segcore.models.model import Model
from segcore.models.preprocess import MAX_PIXELS, Preprocess
from segcore.training.peak import peak_memory

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A small network, for it is not its weights that matter here."""
    path = tmp_path_factory.mktemp("models") / "m.safetensors"
    classes = ClassSet.from_names(["road", "crack"])
    save_checkpoint(path, Model(build("starter", 2), "starter", classes, Preprocess(), "caf\udce9", {}, [{"a": 1}]))
    return path


@pytest.fixture
def offline(monkeypatch):
    """Any use of a socket fails the test."""

    def refuse(*args, **kwargs):
        raise AssertionError("the network was asked")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def changed(source, path, **header):
    """Write a copy without a checksum whose header says something else."""
    with safe_open(source, "pt") as file:
        data = json.loads(file.metadata()["maskwright"])
    save_file(load_file(source), path, {"maskwright": json.dumps({**data, **header})})
    return path


def refused(path) -> str:
    began, memory = time.monotonic(), peak_memory(CPU)
    with pytest.raises(CheckpointError) as caught:
        load_checkpoint(path)
    assert time.monotonic() - began < 60
    assert peak_memory(CPU) - memory < 500_000_000
    assert path.name in str(caught.value)
    return str(caught.value)


def test_a_flipped_bit_is_found(saved, tmp_path):
    assert load_checkpoint(saved).name == "caf?"  # a name of a file that is no text does not lose a training
    data = bytearray(saved.read_bytes())
    for place in (len(data) - 5, len(data) // 2):
        flipped = data.copy()
        flipped[place] ^= 1
        path = tmp_path / "flipped.safetensors"
        path.write_bytes(flipped)
        assert "checksum" in refused(path)


def test_checkpoints_from_before_the_checksum_are_read(saved, tmp_path):
    old = changed(saved, tmp_path / "old.safetensors")
    ours, theirs = (load_checkpoint(path).segmenter.state_dict() for path in (saved, old))
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mean": [float("nan")] * 3, "std": [0.5] * 3},
        {"mean": [0.5] * 3, "std": [float("nan")] * 3},
        {"mean": [0.5] * 3, "std": [float("inf")] * 3},
        {"mean": [10**400] * 3, "std": [0.5] * 3},
        {"mean": [1e30] * 3, "std": [0.5] * 3},
        {"mean": [0.5] * 3, "std": [1e-30] * 3},
        {"mean": [0.5] * 3, "std": [0.0] * 3},
        {"mean": [0.5] * 3, "std": [-0.5] * 3},
        {"mean": [0.5] * 2, "std": [0.5] * 3},
        {"mean": "abc", "std": [0.5] * 3},
        {"mean": [True] * 3, "std": [0.5] * 3},
        {"mean": ["0.5"] * 3, "std": [0.5] * 3},
        {"mean": [[0.5]] * 3, "std": [0.5] * 3},
        {"mean": [0.5] * 3},
        *(
            {"mean": [0.5] * 3, "std": [0.5] * 3, "short_side": side}
            for side in (10**9, 0, -1, 7, 8193, 0.5, "520", True)
        ),
    ],
    ids=lambda wrong: json.dumps(wrong)[:50],
)
def test_preprocessing_that_no_network_could_use_is_refused(wrong):
    with pytest.raises(CheckpointError, match="preprocessing"):
        Preprocess.from_json(wrong)


def test_preprocessing_is_refused_with_the_name_of_the_file(saved, tmp_path):
    wrong = {"mean": [0.5] * 3, "std": [0.5] * 3, "short_side": 10**9}
    assert "short side" in refused(changed(saved, tmp_path / "m.safetensors", preprocess=wrong))


@pytest.mark.parametrize("size", [(100, 100), (30, 4000), (1, 4000), (1080, 1920), (32, 32)])
def test_no_image_is_enlarged_beyond_memory(size):
    height, width = Preprocess(short_side=8192).size_for(*size)
    assert height * width <= 1.01 * max(MAX_PIXELS, size[0] * size[1])
    published = Preprocess(short_side=520).size_for(375, 500)
    assert published == (520, 693)


@pytest.mark.parametrize(
    "text",
    [
        "pspnet:backbone=timm/hf-hub:someone/network",
        "pspnet:backbone=timm/hf_hub:someone/network",
        "pspnet:backbone=timm/local-dir:/tmp",
        "pspnet:backbone=timm/https://example.org/network",
        "pspnet:backbone=timm//network",
        "pspnet:backbone=timm/../network",
        "pspnet:backbone=timm/timm/resnet18",
        "pspnet:backbone=timm/",
        "fcn8s:fc_channels=60000",
        "fcn8s:fc_channels=99999999",
        "fcn8s:fc_channels=" + "9" * 300,
        "starter:depth=3",
        "x" * 1_000_000,
    ],
    ids=lambda text: text[:45],
)
def test_an_architecture_in_a_checkpoint_costs_nothing_before_it_fits(saved, tmp_path, offline, text):
    refused(changed(saved, tmp_path / "m.safetensors", architecture=text))


@pytest.mark.parametrize("name", BUILDERS)
def test_no_network_is_asked_for_weights(offline, name):
    outline(name, 3)


@pytest.mark.parametrize("backbone", ["timm/resnet18.a1_in1k", "resnet18", "efficientnet_lite0"])
def test_no_backbone_asks_for_weights(offline, backbone):
    assert build(f"lraspp_lite0:backbone={backbone}", 2).num_classes == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("fcn8s:fc_channels=--5", "whole number"),
        ("fcn8s:fc_channels=²", "whole number"),
        ("fcn8s:fc_channels=٣", "whole number"),
        ("fcn8s:fc_channels=-5", "1 to 65536"),
        ("fcn8s:fc_channels=0", "1 to 65536"),
        ("fcn8s:fc_channels=99999999", "1 to 65536"),
        ("fcn8s:fc_channels=30000", f"at most {MOST_WEIGHTS // 10**6} million"),
        ("fcn8s:fc_channels=true", "whole number"),
        ("fcn8s:fc_channels", "not an option"),
        ("fcn8s:dropout=nan", "dropout"),
        ("fcn8s:dropout=1e400", "dropout"),
        ("fcn8s:dropout=²", "cannot be built"),
        ("fcn8s:at_once=1", "true or false"),
        ("pspnet:output_stride=-8", "8 or 16"),
        ("pspnet:output_stride=999999999", "8 or 16"),
        ("pspnet:backbone=3", "a name"),
        ("pspnet:backbone=", "the backbone '' is unknown"),
        ("pspnet:" + "a" * 10**6, "1000007 characters"),
        ("starter:depth=3", "Its options are: multiple"),
        ("perceptron", "'perceptron' is unknown"),
        ("", "'' is unknown"),
    ],
    ids=lambda text: text[:30],
)
def test_options_that_cannot_be_are_refused_before_anything_is_built(text, why):
    memory = peak_memory(CPU)
    with pytest.raises(CheckpointError) as caught:
        build(text, 2)
    assert why in str(caught.value)
    assert peak_memory(CPU) - memory < 500_000_000


@pytest.mark.parametrize("classes", [-1, 0, 10**6])
def test_classes_that_no_label_map_holds_are_refused(classes):
    with pytest.raises(CheckpointError, match="classes"):
        build("starter", classes)


def test_measuring_a_network_draws_no_random_numbers():
    torch.manual_seed(3)
    wanted = torch.rand(3)
    torch.manual_seed(3)
    outline("lraspp_lite0:output_stride=32", 7)
    assert torch.equal(torch.rand(3), wanted)
    assert str(Architecture.parse("lraspp_lite0:output_stride=32")) == "lraspp_lite0:output_stride=32"


def test_numbers_of_another_type_are_refused(saved, tmp_path):
    tensors = load_file(saved)
    key = next(key for key, value in tensors.items() if value.is_floating_point())
    with safe_open(saved, "pt") as file:
        metadata = {"maskwright": file.metadata()["maskwright"]}
    save_file({**tensors, key: tensors[key].to(torch.int32)}, tmp_path / "m.safetensors", metadata)
    assert "int32" in refused(tmp_path / "m.safetensors")


def test_counters_of_another_type_are_harmless(saved, tmp_path):
    """Who halves a whole state dict halves BatchNorm's counters, too."""
    with safe_open(saved, "pt") as file:
        metadata = {"maskwright": file.metadata()["maskwright"]}
    save_file({key: value.half() for key, value in load_file(saved).items()}, tmp_path / "m.safetensors", metadata)
    assert load_checkpoint(tmp_path / "m.safetensors").name == "caf?"
