"""Live from end to end: `main`, a real window, the real network, two strokes with the mouse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from segcore.labels.classes import ClassSet
from segcore.project.project import Project

ROOT = Path(__file__).resolve().parents[3]

DRIVER = r"""
import json, sys, time
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.__main__ import main
from segcore.editing.brush import Point

application = QApplication([])
found = {"answers": []}
begun = time.monotonic()

def window():
    return next((w for w in application.topLevelWidgets() if type(w).__name__ == "MainWindow"), None)

def stroke(value, share):
    canvas = window().canvas
    window().document.set_active_class(value)
    height, width = window().document.image.shape[:2]
    start = canvas.transform.to_view(Point(width * share, height / 2)).toPoint()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(canvas, start + QPoint(10, 20))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start + QPoint(10, 20))

def steps():
    while window() is None or not window().live.ready:
        yield
    found["checked"] = window().actions_["live"].isChecked()
    window().live.answered.connect(lambda answer: found["answers"].append(answer.changed))
    for value, share in ((0, 0.2), (1, 0.8)):
        before = len(found["answers"])
        stroke(value, share)
        while len(found["answers"]) == before:
            yield
    document = window().document
    half = document.label_map.labels.shape[1] // 2
    found["left"] = float((document.label_map.labels[:, :half] == 0).mean())
    found["right"] = float((document.label_map.labels[:, half:] == 1).mean())
    found["filled"] = bool((document.label_map.labels != 255).all())
    found["message"] = window().status.currentMessage()
    found["undo"] = document.undo_name
    document.undo()
    document.undo()
    found["empty"] = bool((document.label_map.labels == 255).all())
    document.redo()
    document.redo()
    found["banner"] = window().banner.text
    found["again"] = float((document.label_map.labels[:, half:] == 1).mean())

script = steps()

def go_on():
    try:
        next(script)
    except StopIteration:
        window().close()
        timer.stop()
    if time.monotonic() - begun > 150:
        found["late"] = True
        QApplication.exit(3)

timer = QTimer(interval=20)
timer.timeout.connect(go_on)
timer.start()
code = main([sys.argv[1]])
print(json.dumps({**found, "code": code}))
"""


def test_two_strokes_in_the_window_label_the_image(tmp_path):
    rng = np.random.default_rng(0)
    photos = tmp_path / "photos"
    photos.mkdir()
    image = rng.integers(0, 40, (240, 320, 3), np.uint8)
    image[:, 160:] += 150
    for name in ("a.png", "b.png"):
        Image.fromarray(image).save(photos / name)
    with Project.for_folder(photos, ClassSet.from_names(["dark", "bright"])) as project:
        root = project.root
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(root)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        timeout=200,
        check=False,
    )
    found = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    assert found["code"] == 0, done.stderr
    assert found["checked"]
    assert len(found["answers"]) == 2
    assert found["left"] > 0.9
    assert found["right"] > 0.6
    assert found["filled"]
    assert found["again"] == found["right"]
    assert found["empty"]
    assert found["undo"] == "Brush"
    assert found["message"].startswith("Live: ")
    assert found["banner"] == ""
    assert (root / "adaptation" / "head.npz").is_file()
    with Project.open(root) as project:
        label_map = project.load_label_map("a.png")
        assert (label_map.labels[:, 160:] == 1).mean() == found["right"]
