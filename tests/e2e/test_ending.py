"""However the app is ended, what was painted is saved, and the process ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.document.rescue import ended_folder, rescued_below
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import Provenance
from segcore.project.project import Project
from tests.systems import posix_only

pytestmark = posix_only("signals and FIFOs are POSIX")

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 100.0
"""Within which the process has to end: a few are enough, unless the machine is very busy with other things."""

SITTING = """
import sys
from pathlib import Path
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from app.__main__ import main
from app.window.main_window import MainWindow

how, folder = sys.argv[1:]

def look():
    windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    if not windows or windows[0].document.image is None:
        return
    timer.stop()
    window = windows[0]
    window._warm_up.stop()  # no model is needed here
    if how == "full disk":
        (window.document.project.root / "labels").write_text("in the way")
    if how == "fifo":
        window.jobs.submit("io", (Path(folder).parent / "fifo").read_bytes)
    canvas = window.canvas
    middle, left, plain = canvas.rect().center(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(canvas, left, plain, middle)
    QTest.mouseMove(canvas, middle + QPoint(40, 0))
    QTest.mouseRelease(canvas, left, plain, middle + QPoint(40, 0))
    print("painted", flush=True)
    if how == "fifo":
        window.close()

app = QApplication(["maskwright"])
timer = QTimer(interval=20)
timer.timeout.connect(look)
timer.start()
sys.exit(main([folder]))
"""


@pytest.fixture
def photos(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.fromarray(np.full((240, 320, 3), 90, np.uint8)).save(photos / "a.png")
    Project.for_folder(photos, ClassSet.from_names(["background", "crack"])).close()
    return photos


@pytest.fixture
def sitting(photos):
    started = []

    def sit(how: str) -> subprocess.Popen[str]:
        """Start the app in a process of its own, and return once its person has painted."""
        process = subprocess.Popen(
            [sys.executable, "-c", SITTING, how, str(photos)],
            cwd=ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "painted\n", (process.wait(SECONDS), process.stderr.read())
        return process

    yield sit
    for process in started:
        process.kill()
        process.communicate()


def painted_pixels(root: Path) -> int:
    with Project.open(root) as project:
        return int((project.load_label_map("a.png").provenance == Provenance.PAINTED).sum())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_process_that_is_told_to_end_saves_first(sitting, photos, number):
    process = sitting("idle")
    process.send_signal(number)
    assert process.wait(SECONDS) == 0, process.stderr.read()
    assert painted_pixels(photos.parent / "photos.maskwright") > 500


def test_labels_that_cannot_be_saved_then_are_put_where_the_next_start_finds_them(sitting):
    process = sitting("full disk")
    process.send_signal(signal.SIGTERM)
    assert process.wait(SECONDS) == 0, process.stderr.read()
    (folder,) = rescued_below(ended_folder())
    assert (np.asarray(Image.open(folder / "provenance" / "a.png.png")) == Provenance.PAINTED).sum() > 500


def test_a_read_that_never_ends_keeps_neither_strokes_from_the_disk_nor_the_window_open(sitting, photos):
    os.mkfifo(photos.parent / "fifo")
    process = sitting("fifo")
    assert process.wait(SECONDS) == 0, process.stderr.read()
    assert painted_pixels(photos.parent / "photos.maskwright") > 500
