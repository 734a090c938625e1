"""Lanes and Qt: PySide6 makes its classes when they are first named, and only the UI thread may do that."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segcore.labels.classes import ClassSet
from segcore.project.project import Project

ROOT = Path(__file__).resolve().parents[3]
QT = ("PySide6", "shiboken6", "qtpy", "qtawesome", "superqt")

DRIVER = r"""
import builtins, json, sys, threading
from pathlib import Path

from PySide6.QtWidgets import QApplication
from app.jobs.job_runner import JobRunner
from app.window.main_window import MainWindow
from app.settings.settings import Settings

QT = tuple(sys.argv[2].split(","))
CALLS = ("emit", "translate")
found, lanes = set(), set()

def is_qt(name):
    return isinstance(name, str) and name.split(".")[0].lower() in {word.lower() for word in QT} | {"shiboken"}

def is_lane():
    return threading.current_thread() is not threading.main_thread()

original = builtins.__import__
def watched(name, globals=None, locals=None, fromlist=(), level=0):
    if is_lane() and level == 0 and is_qt(name):
        caller = sys._getframe(1)
        found.add(f"import {name} in {caller.f_code.co_filename}:{caller.f_lineno}")
    return original(name, globals, locals, fromlist, level)
builtins.__import__ = watched

def profile(frame, event, what):
    if event == "c_call" and what.__name__ not in CALLS:
        if is_qt(type(getattr(what, "__self__", None)).__module__) or is_qt(what.__module__):
            found.add(f"call of {what!r} in {frame.f_code.co_filename}:{frame.f_lineno}")
threading.setprofile(profile)

submit = JobRunner.submit
def submitted(self, lane, start, *args, **kwargs):
    def run():
        lanes.add(lane)
        result = start()
        if is_qt(type(result).__module__):
            found.add(f"{start!r} returned {result!r}")
        return result
    return submit(self, lane, run, *args, **kwargs)
JobRunner.submit = submitted

application = QApplication([])
settings = Path(sys.argv[1]).with_name("settings.json")
window = MainWindow(Settings(settings))
window._opening = lambda: window.open_path(Path(sys.argv[1]))
window.show()

def until(what):
    for _ in range(4000):
        application.processEvents()
        if what():
            return
        threading.Event().wait(0.005)
    raise SystemExit(f"not reached in 20 s: {what}")

def has_icons():
    return not window.actions_["open_folder"].icon().isNull()

until(lambda: window.document.image is not None and has_icons())
model = window.images.list.model()
until(lambda: all(window.images.thumbnails.get(model.index(row, 0).data()) for row in range(model.rowCount())))
for goal in ("1.png", "2.png"):
    window.navigation.step(1)
    until(lambda: window.document.image_id == goal)
window.shutdown()
print(json.dumps({"found": sorted(found), "lanes": sorted(lanes)}))
"""


@pytest.fixture
def project(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in range(6):
        Image.fromarray(np.full((48, 64, 3), 40 * number, np.uint8)).save(photos / f"{number}.png")
    Project.create(tmp_path / "photos.maskwright", photos, ClassSet.from_names(["background", "road"])).close()
    return tmp_path / "photos.maskwright"


def test_no_lane_imports_qt_calls_it_or_returns_its_objects(project):
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(project), ",".join(QT)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["found"] == []
    assert {"io", "thumbs"} <= set(told["lanes"])


def test_qt_is_imported_at_the_top_of_a_module_only():
    """What a function imports may run on a lane; ``__main__`` alone asks for Qt when it knows that it needs it."""
    late = []
    for path in sorted((ROOT / "app").rglob("*.py")):
        if path.name == "__main__.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                late += [f"{path.relative_to(ROOT)}:{line}" for line in _qt_imports(node)]
    assert late == []


def test_nothing_imports_the_packages_that_name_every_class():
    for path in sorted((ROOT / "app").rglob("*.py")):
        named = {name.split(".")[0] for name in _imported(ast.parse(path.read_text(encoding="utf-8")))}
        assert not named & {"qtpy", "qtawesome", "superqt"}, path


def _qt_imports(tree: ast.AST) -> list[int]:
    return [line for name, line in _imported(tree).items() if name.split(".")[0] in QT]


def _imported(tree: ast.AST) -> dict[str, int]:
    """Names of the modules that the code imports, with a line of each."""
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update((each.name, node.lineno) for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found[node.module] = node.lineno
    return found
