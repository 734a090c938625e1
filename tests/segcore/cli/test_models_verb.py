import json

from segcore.cli import main
from segcore.models.architecture_entries import ARCHITECTURES
from segcore.models.catalogue_entries import CATALOGUE, weights_folder


def test_two_tables_models_to_predict_and_architectures_to_train(capsys):
    assert main(["models"]) == 0
    ready, _, trained = capsys.readouterr().out.partition("\n\n")
    assert [line.split()[0] for line in ready.splitlines()[2:]] == list(CATALOGUE)
    assert "to download" in ready
    assert [line.split()[0] for line in trained.splitlines()[2:-1]] == list(ARCHITECTURES)
    assert "vgg16 (to download)" in trained
    assert "efficientnet_lite0 (bundled)" in trained
    fcn8s = next(line for line in trained.splitlines() if line.startswith("fcn8s"))
    assert "Long 2015, arXiv:1411.4038" in fcn8s
    assert "border=same, pad100" in fcn8s
    assert "timm/NAME" in trained.splitlines()[-1]


def test_json_lists_what_is_ready_to_predict_as_ever(capsys):
    assert main(["models", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in entries] == list(CATALOGUE)
    assert {entry["where"] for entry in entries} == {"bundled", "download"}


def test_architectures_alone_and_their_weights_when_they_are_here(capsys):
    weights_folder().mkdir(parents=True)
    (weights_folder() / "vgg16-397923af.pth").write_bytes(b"")
    assert main(["models", "--architectures"]) == 0
    assert "vgg16 (here)" in capsys.readouterr().out
    assert main(["models", "--architectures", "--json"]) == 0
    entries = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert list(entries) == list(ARCHITECTURES)
    assert entries["fcn8s"]["path"] == str(weights_folder() / "vgg16-397923af.pth")
    assert (entries["pspnet"]["file"], entries["pspnet"]["where"]) == ("resnet50-0676ba61.pth", "download")
    assert entries["starter"]["where"] == "bundled"
