"""When torch is loaded in the background."""

import numpy as np
from PIL import Image

from app import main_window
from app.main_window import MainWindow
from app.settings import Settings
from segcore.classes import ClassSet
from segcore.editing import Box
from segcore.project import Project


def test_what_is_painted_is_saved_first(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(main_window, "WARM_UP_MS", 1_000)
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.fromarray(np.full((64, 96, 3), 90, np.uint8)).save(photos / "a.png")
    Project.for_folder(photos, ClassSet.from_names(["background", "crack"])).close()
    window = MainWindow(Settings(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    unsaved = []
    monkeypatch.setattr(window.engine, "warm_up", lambda: unsaved.append(window.autosaver.pending))
    window.show()
    window.open_path(photos)
    qtbot.waitUntil(lambda: window.document.image_id == "a.png", timeout=5000)
    qtbot.waitUntil(lambda: len(unsaved) > 0, timeout=5000)
    unsaved.clear()
    recorder = window.document.begin("Paint")
    recorder.paint(Box(0, 0, 8, 8), np.ones((8, 8), np.bool_), 1)
    window.document.commit(recorder)
    assert window.autosaver.pending
    window._load_torch()
    assert unsaved == []
    qtbot.waitUntil(lambda: len(unsaved) > 0, timeout=5000)
    assert unsaved == [False]
    window.shutdown()
