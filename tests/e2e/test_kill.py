"""Killed at any moment, the app reopens with every stroke that was ended, and undo takes them back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.window.main_window import MainWindow
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import Provenance
from segcore.project.project import Access, Project
from segcore.project.project_places import existing_project_for
from tests.systems import posix_only

ROOT = Path(__file__).resolve().parents[2]
LEFT, PLAIN, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
PATIENCE_SECONDS = 60.0

SITTING = """
import sys
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from app.__main__ import main
from app.window.main_window import MainWindow

def look():
    windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    if not windows or windows[0].document.image is None:
        return
    timer.stop()
    canvas = windows[0].canvas
    middle, left, plain = canvas.rect().center(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for n in range(int(sys.argv[1])):
        start = middle + QPoint(0, 40 * n)
        QTest.mousePress(canvas, left, plain, start)
        QTest.mouseMove(canvas, start + QPoint(40, 0))
        QTest.mouseRelease(canvas, left, plain, start + QPoint(40, 0))
    print("painted", flush=True)

app = QApplication(["maskwright"])
timer = QTimer(interval=20)
timer.timeout.connect(look)
timer.start()
main(sys.argv[2:])
"""

pytestmark = [
    posix_only("SIGKILL is POSIX"),
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        Image.fromarray(np.full((240, 320, 3), 90, np.uint8)).save(folder / name)
    Project.for_folder(folder, ClassSet.from_names(["background", "crack"])).close()
    return folder


def paint_and_kill(photos: Path, strokes: int, when: Callable[[], bool]) -> None:
    """Kill a real window as soon as this is true after the last of its strokes was ended."""
    with subprocess.Popen(
        [sys.executable, "-c", SITTING, str(strokes), str(photos)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as app:
        assert app.stdout is not None
        assert app.stdout.readline() == "painted\n"
        until = time.monotonic() + PATIENCE_SECONDS
        while not when() and time.monotonic() < until:
            time.sleep(0.05)
        app.kill()


def saved(photos: Path) -> int:
    with Project.open(existing_project_for(photos), Access.READ) as project:
        return int((project.load_label_map("a.png").provenance == Provenance.PAINTED).sum())


def painted(window: MainWindow) -> int:
    return int((window.document.label_map.provenance == Provenance.PAINTED).sum())


def undo(window: MainWindow) -> None:
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, CONTROL)


def redo(window: MainWindow) -> None:
    QTest.keyClick(window.canvas, Qt.Key.Key_Y, CONTROL)


def test_a_stroke_is_soon_in_the_label_file(photos):
    paint_and_kill(photos, 1, when=lambda: saved(photos) > 500)
    assert saved(photos) > 500


def test_strokes_ended_just_before_the_death_are_there_and_can_be_undone(sit, photos, user_folders):
    paint_and_kill(photos, 3, when=lambda: True)
    in_file = saved(photos)  # all of it, where painting took longer than the time to the next save

    def afterwards(window: MainWindow):
        yield lambda: window.document.image_id == "a.png"
        counts = [painted(window)]
        assert ("brought them back" in window.banner.text) == (in_file < counts[0])
        for _ in range(3):
            undo(window)
            counts.append(painted(window))
        assert counts[0] > counts[1] > counts[2] > counts[3] == 0
        assert window.document.undo_name == ""
        for count in counts[2::-1]:
            redo(window)
            assert painted(window) == count
        yield lambda: not window.autosaver.pending

    sit(afterwards, str(photos))


def test_undo_and_redo_outlive_the_next_image_and_the_next_start(sit, photos, user_folders):
    counts: list[int] = []

    def first(window: MainWindow):
        yield lambda: window.document.image_id == "a.png"
        middle = window.canvas.rect().center()
        for n in range(3):
            start = middle + QPoint(0, 40 * n)
            QTest.mousePress(window.canvas, LEFT, PLAIN, start)
            QTest.mouseMove(window.canvas, start + QPoint(40, 0))
            QTest.mouseRelease(window.canvas, LEFT, PLAIN, start + QPoint(40, 0))
            counts.append(painted(window))
        undo(window)
        for key, image_id in ((Qt.Key.Key_D, "b.png"), (Qt.Key.Key_A, "a.png")):
            QTest.keyClick(window.canvas, key)
            yield lambda image_id=image_id: window.document.image_id == image_id
        assert window.banner.text == ""
        assert painted(window) == counts[1]
        redo(window)
        assert painted(window) == counts[2]
        undo(window)
        undo(window)
        assert painted(window) == counts[0]

    def second(window: MainWindow):
        yield lambda: window.document.image_id == "a.png"
        assert window.banner.text == ""
        assert painted(window) == counts[0]
        redo(window)
        redo(window)
        assert painted(window) == counts[2]
        for count in (counts[1], counts[0], 0):
            undo(window)
            assert painted(window) == count

    sit(first, str(photos))
    sit(second, str(photos))
