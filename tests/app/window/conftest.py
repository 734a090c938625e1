from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from app.settings.settings import Settings
from app.window import main_window
from app.window.main_window import MainWindow
from segcore.project.project import Project
from tests.app.window.open_window import CLASSES, wait_image


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    (folder / "süd").mkdir(parents=True)
    for n, name in enumerate(["a.png", "b.png", "c.png", "süd/d.png"]):
        Image.fromarray(np.full((64, 96, 3), 40 * n, np.uint8)).save(folder / name)
    return folder


@pytest.fixture
def settings(tmp_path):
    settings = Settings(tmp_path / "settings.json")
    settings["hints.dismissed"] = []
    return settings


@pytest.fixture
def window(qtbot, settings, monkeypatch):
    monkeypatch.setattr(main_window, "WARM_UP_MS", 1_000_000)  # models are not what is tested here
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.shutdown()


@pytest.fixture
def opened(qtbot, window, photos):
    Project.for_folder(photos, CLASSES).close()
    window.open_path(photos)
    wait_image(qtbot, window, "a.png")
    return window
