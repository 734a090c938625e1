"""Killed at any moment, the app reopens with all but the last second."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segcore.classes import ClassSet
from segcore.labelmap import Provenance
from segcore.project import Project

ROOT = Path(__file__).resolve().parents[2]

SITTING = """
import sys
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from app.__main__ import main
from app.main_window import MainWindow

def look():
    windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    if not windows or windows[0].document.image is None:
        return
    timer.stop()
    canvas = windows[0].canvas
    middle, left, plain = canvas.rect().center(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(canvas, left, plain, middle)
    QTest.mouseMove(canvas, middle + QPoint(40, 0))
    QTest.mouseRelease(canvas, left, plain, middle + QPoint(40, 0))
    print("painted", flush=True)

app = QApplication(["maskwright"])
timer = QTimer(interval=20)
timer.timeout.connect(look)
timer.start()
main(sys.argv[1:])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is POSIX")
def test_a_stroke_survives_the_death_of_the_app(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.fromarray(np.full((240, 320, 3), 90, np.uint8)).save(photos / "a.png")
    with Project.for_folder(photos, ClassSet.from_names(["background", "crack"])) as project:
        root = project.root
    with subprocess.Popen(
        [sys.executable, "-c", SITTING, str(photos)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as app:
        assert app.stdout is not None
        assert app.stdout.readline() == "painted\n"
        time.sleep(1.0)  # what is older than this must not be lost
        app.kill()
    with Project.open(root) as project:
        label_map = project.load_label_map("a.png")
    assert (label_map.provenance == Provenance.PAINTED).sum() > 500
