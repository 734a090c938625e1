"""Where a package is missing: pip, and in a standalone build, which has no pip, which installation has it."""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path

import pytest

from app.formats.export_dialog import ExportDialog
from app.refinement.engine_choice import EngineChoice
from app.settings.settings import Settings
from segcore import crf
from segcore.crf.process import require_crf
from segcore.errors import CrfError, MaskwrightError, TrainingError, WeightsUnavailableError
from segcore.formats import registry
from segcore.installation import AGAIN, to_install, with_pip
from segcore.models import imagenet, onnx_export, onnx_network, smp_network, transformers_network
from segcore.models.backbones import Timm
from segcore.progress import drive
from segcore.training.training_log import Log

ROOT = Path(__file__).parents[2]
OWNERS = ("segcore/installation.py", "segcore/doctor/packages.py")
"""The second has a test of its own, tests/segcore/doctor/test_installation.py."""


@pytest.fixture(params=[False, True], ids=["with Python", "standalone"])
def standalone(request, monkeypatch):
    if request.param:
        monkeypatch.setattr(sys, "frozen", True, raising=False)
    return request.param


@pytest.fixture
def bare(monkeypatch):
    """No package of an extra can be imported."""
    for name in (
        *("onnx", "onnxruntime", "transformers", "segmentation_models_pytorch", "timm", "pyarrow"),
        "torch.utils.tensorboard",
    ):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr("segcore.crf.process.crf_available", lambda: False)
    monkeypatch.setattr(crf, "crf_available", lambda: False)


def check(text, standalone, extra):
    if standalone:
        assert "pip" not in text
        assert "This standalone build does not have it" in text
        assert "installed with Python" in text
        assert f'the extra "{extra}"' in text
    else:
        assert f'pip install "maskwright[{extra}]"' in text
        assert "standalone" not in text


def test_errors_that_miss_a_package(standalone, bare, tmp_path):
    datasets = next(row for row in registry.FORMATS if row.package == "pyarrow")
    for extra, needs, error in (
        ("onnx", lambda: onnx_network._package("onnx"), MaskwrightError),
        ("onnx", lambda: onnx_export._package("onnx"), MaskwrightError),
        ("smp", smp_network.library, MaskwrightError),
        ("transformers", transformers_network.transformers, MaskwrightError),
        ("crf", require_crf, CrfError),
        ("timm", lambda: Timm("convnext_tiny", 32), ValueError),
        ("tensorboard", lambda: Log(tmp_path), TrainingError),
        ("datasets", lambda: datasets.reader(tmp_path), MaskwrightError),
    ):
        with pytest.raises(error) as caught:
            needs()
        check(str(caught.value), standalone, extra)


def test_weights_that_come_with_maskwright(standalone, monkeypatch):
    monkeypatch.setattr(imagenet, "imagenet_path", lambda name: None)
    with pytest.raises(WeightsUnavailableError) as caught:
        drive(imagenet.imagenet_file("efficientnet_lite0"))
    assert (caught.value.remedy == AGAIN) is standalone
    assert ("pip install --force-reinstall" in caught.value.remedy) is not standalone


def test_tooltips_of_the_window(qtbot, standalone, bare, monkeypatch, tmp_path):
    monkeypatch.setattr("segcore.formats.format.find_spec", lambda name: None)
    dialog = ExportDialog((), tmp_path)
    qtbot.addWidget(dialog)
    key = next(row.key for row in registry.FORMATS if row.package == "pyarrow")
    assert not dialog.boxes[key].isEnabled()
    check(dialog.boxes[key].toolTip(), standalone, "datasets")
    engine = EngineChoice(Settings(tmp_path / "settings.json"))
    qtbot.addWidget(engine)
    engine._check_exact()
    check(engine.combo.model().item(engine.combo.findData("exact")).toolTip(), standalone, "crf")


def test_every_extra_that_is_named_exists():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = [
        call.args[0].value
        for path in (path for package in ("app", "segcore") for path in (ROOT / package).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "to_install"
        and isinstance(call.args[0], ast.Constant)
    ]
    assert len(named) >= 9
    assert set(named) | {row.extra for row in registry.FORMATS if row.package} <= extras.keys()


def test_nobody_else_speaks_of_pip():
    for package in ("app", "segcore"):
        for path in (ROOT / package).rglob("*.py"):
            if path.relative_to(ROOT).as_posix() not in OWNERS:
                assert "pip install" not in path.read_text("utf-8"), path


def test_one_run_of_pip(standalone):
    assert ("-m pip install torch" in with_pip("install torch")) is not standalone
    check(to_install("crf", "pydensecrf2"), standalone, "crf")
