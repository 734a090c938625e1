"""The rules of docs/architecture.md, "Who may know whom", in interpreters of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import segcore

ROOT = Path(segcore.__file__).parent
WITH_TORCH = (
    "segcore.adaptation.features",
    "segcore.adaptation.network_in_use",
    "segcore.crf.fast",
    "segcore.crf.permutohedral",
    "segcore.crf.coarse_grid",
    "segcore.crf.smoothing",
    "segcore.hardware.device",
    "segcore.models",
    "segcore.prediction",
    "segcore.report",
    "segcore.training",
)
WITHOUT_TORCH = ("segcore.models.catalogue_entries", "segcore.models.checkpoint_info")
QT = ("PySide6", "shiboken6", "qtpy", "qtawesome", "app")

SCRIPT = """
import importlib, json, sys
found = {}
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
    for other in json.loads(sys.argv[2]):
        if other in sys.modules:
            found.setdefault(other, name)
print(json.dumps(found))
"""


def modules() -> list[str]:
    names = []
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def first_to_import(names: list[str], others: tuple[str, ...]) -> dict[str, str]:
    """Which of ``others`` got imported, and the first module that did it."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(names), json.dumps(others)],
        cwd=ROOT.parent,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def may_know_torch(name: str) -> bool:
    return name not in WITHOUT_TORCH and any(name == top or name.startswith(f"{top}.") for top in WITH_TORCH)


def test_torch_stays_where_it_belongs_and_decoders_wait_for_a_file():
    names = [name for name in modules() if not may_know_torch(name)]
    assert len(names) > 30
    assert {"segcore.project.project", "segcore.cli", "segcore.cli.train", "segcore.crf"} <= set(names)
    assert first_to_import(names, ("torch", "torchvision", "tifffile", "imagecodecs", *QT)) == {}


def test_no_module_of_the_engine_knows_qt():
    assert first_to_import(modules(), QT) == {}


def test_help_does_not_wait_for_torch():
    code = "from segcore.cli import main; assert main(['--help']) == 0; import sys; assert 'torch' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT.parent, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    for verb in ("demo", "new", "predict", "train", "evaluate", "export", "models"):
        assert f"\n    {verb} " in done.stdout
