"""Files that cannot be read, files with several pages, and messages of a project that was left, in the window."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from app.document.image_state import ImageState
from app.settings.settings import Settings
from app.training.training_panel import TrainingPanel
from app.window import main_window
from app.window.main_window import MainWindow
from segcore.errors import ImageError, MaskwrightError
from segcore.labels.classes import ClassSet
from segcore.project.project import Project

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

CLASSES = ClassSet.from_names(["background", "road"])
WAIT = 5000


@pytest.fixture
def window(qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr(main_window, "WARM_UP_MS", 1_000_000)  # models are not what is tested here
    monkeypatch.setattr(TrainingPanel, "refresh", lambda self: None)  # it imports torch
    window = MainWindow(Settings(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    window.show()
    window.said = []
    window.navigation.message.connect(window.said.append)
    yield window
    window.shutdown()


def folder_of(tmp_path, name, **files):
    """Make a folder and its project; a file is a number (its grey), or bytes."""
    folder = tmp_path / name
    folder.mkdir()
    for stem, content in files.items():
        if isinstance(content, bytes):
            (folder / f"{stem}.png").write_bytes(content)
        else:
            Image.fromarray(np.full((64, 96, 3), content, np.uint8)).save(folder / f"{stem}.png")
    Project.for_folder(folder, CLASSES).close()
    return folder


def wait_image(qtbot, window, image_id):
    qtbot.waitUntil(lambda: window.document.image_id == image_id, timeout=WAIT)


def test_next_and_previous_pass_over_unreadable_images_with_one_sentence(qtbot, window, tmp_path):
    window.open_path(folder_of(tmp_path, "photos", a=10, b=b"no image", c=b"", d=40))
    wait_image(qtbot, window, "a.png")
    qtbot.waitUntil(lambda: window.records.count(ImageState.UNREADABLE) == 2, timeout=WAIT)
    window.navigation.step(1)
    wait_image(qtbot, window, "d.png")
    assert window.said == ["2 unreadable images were passed over."]
    assert window.banner.text == ""
    window.navigation.step(-1)
    wait_image(qtbot, window, "a.png")
    assert window.model.remaining_button.text() == "Predict remaining (2)"


def test_an_image_that_cannot_be_loaded_is_unreadable_and_readable_again_when_it_is_mended(qtbot, window, tmp_path):
    folder = folder_of(tmp_path, "photos", a=10, b=20)
    window.open_path(folder)
    wait_image(qtbot, window, "a.png")
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=WAIT)
    sound = (folder / "b.png").read_bytes()
    (folder / "b.png").write_bytes(sound[: sound.index(b"IDAT") + 6])
    window.navigation.show("b.png")
    qtbot.waitUntil(lambda: window.records.count(ImageState.UNREADABLE) == 1, timeout=WAIT)
    assert "b.png" in window.banner.text
    assert window.document.coming is None
    (folder / "b.png").write_bytes(sound)
    window.navigation.show("b.png")
    wait_image(qtbot, window, "b.png")
    qtbot.waitUntil(lambda: window.records.count(ImageState.UNREADABLE) == 0, timeout=WAIT)


def test_a_project_opens_with_an_image_that_can_be_read(qtbot, window, tmp_path):
    folder = folder_of(tmp_path, "photos", a=b"no image", b=20)
    with Project.for_folder(folder, CLASSES) as project:
        project.look_at("a.png")
    window.open_path(folder)
    wait_image(qtbot, window, "b.png")


def test_the_message_of_another_project_is_gone(qtbot, window, tmp_path):
    window.open_path(folder_of(tmp_path, "first", a=10))
    wait_image(qtbot, window, "a.png")
    window.navigation.error.emit(ImageError("a.png is truncated."))
    assert "truncated" in window.banner.text
    window.open_path(folder_of(tmp_path, "second", b=20))
    wait_image(qtbot, window, "b.png")
    assert window.banner.text == ""


def test_that_labels_could_not_be_saved_is_still_told_in_another_project(qtbot, window, tmp_path):
    window.open_path(folder_of(tmp_path, "first", a=10))
    wait_image(qtbot, window, "a.png")
    window.autosaver.error.emit(MaskwrightError("The labels could not be saved."))
    window.open_path(folder_of(tmp_path, "second", b=20))
    wait_image(qtbot, window, "b.png")
    assert "could not be saved" in window.banner.text
