"""Architectures of installed packages: the example of docs/extending.md, installed and used."""

import importlib
import re
import sys
import tomllib
from pathlib import Path

import pytest
import torch

import segcore
from segcore.cli import main
from segcore.errors import CheckpointError, UsageError
from segcore.labels.classes import ClassSet
from segcore.models.architecture_entries import GROUP
from segcore.models.architectures import Architecture, build, outline
from segcore.models.catalogue import model_for_training
from segcore.models.checkpoint import load_checkpoint, save_checkpoint
from segcore.progress import drive

PAGE = Path(segcore.__file__).parents[1] / "docs" / "extending.md"
CLASSES = ClassSet.from_names(["road", "sky"])

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="installed without its documents")


def example(kind):
    return re.search(rf"```{kind}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[1]


def install(folder, code, project):
    """Lay a package out as an installer does: the module, and its entry points in ``*.dist-info``."""
    settings = tomllib.loads(project)
    name, version = settings["project"]["name"], settings["project"]["version"]
    (folder / f"{name}.py").write_text(code, "utf-8")
    information = folder / f"{name}-{version}.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")
    lines = [f"{key} = {value}" for key, value in settings["project"]["entry-points"][GROUP].items()]
    (information / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines]), "utf-8")


@pytest.fixture
def site(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    sys.modules.pop("smallnet", None)
    importlib.invalidate_caches()
    outline.cache_clear()


def test_the_example_is_listed_trained_saved_and_loaded(site, tmp_path, capsys):
    code = example("python")
    assert len([line for line in code.splitlines() if line.strip()]) <= 30
    install(site, code, example("toml"))
    assert main(["models"]) == 0
    assert "smallnet" not in sys.modules  # listed without being imported
    assert "From packages of your own" in capsys.readouterr().out

    model = drive(model_for_training("smallnet:width=8", CLASSES))
    assert model.lineage == [{"source": "random weights"}]
    segmenter = model.segmenter.train()
    before = segmenter.head.weight.detach().clone()
    x = torch.randn(2, 3, 40, 48)
    loss = torch.nn.functional.cross_entropy(segmenter(x)["out"], torch.ones(2, 40, 48, dtype=torch.long))
    loss.backward()
    torch.optim.SGD(segmenter.parameters(), lr=0.1).step()
    assert not torch.equal(segmenter.head.weight, before)
    save_checkpoint(tmp_path / "small.safetensors", model)
    back = load_checkpoint(tmp_path / "small.safetensors")
    assert back.architecture == "smallnet:width=8"
    with torch.inference_mode():
        assert torch.equal(back.segmenter(x)["out"], segmenter.eval()(x)["out"])


def test_without_the_package_its_checkpoint_says_what_is_missing(site, tmp_path, monkeypatch):
    install(site, example("python"), example("toml"))
    save_checkpoint(tmp_path / "small.safetensors", drive(model_for_training("smallnet", CLASSES)))
    outline.cache_clear()
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path != str(site)])
    importlib.invalidate_caches()
    with pytest.raises(CheckpointError, match="'smallnet' is unknown") as caught:
        load_checkpoint(tmp_path / "small.safetensors")
    assert "install the package that adds it" in caught.value.remedy


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("raise RuntimeError('no licence')", "cannot be imported .no licence"),
        ("SmallNet = 3", "has no builder"),
        ("def SmallNet(num_classes): return {}", "builds a dict"),
    ],
)
def test_a_package_that_does_not_work_is_named(site, code, message):
    install(site, code, example("toml"))
    with pytest.raises(CheckpointError, match=message):
        build("smallnet", 2)


def test_our_own_names_are_not_replaced(site):
    install(site, example("python"), example("toml").replace("smallnet = ", "starter = "))
    assert Architecture("starter").builder().__module__ == "segcore.models.starter"


def test_no_weights_for_a_network_without_a_pretrained_part(site, tmp_path):
    install(site, example("python"), example("toml"))
    with pytest.raises(UsageError, match="takes no ImageNet weights"):
        drive(model_for_training("smallnet", CLASSES, weights=tmp_path / "x.pth"))
