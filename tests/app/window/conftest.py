from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

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
def opened(qtbot, window, photos):
    Project.for_folder(photos, CLASSES).close()
    window.open_path(photos)
    wait_image(qtbot, window, "a.png")
    return window
