"""A project of very many images shows its first one before its list is read; the list is checked behind it."""

from __future__ import annotations

import pytest
from PIL import Image

from app.project import opening
from segcore.project.project import Project
from tests.app.window.open_window import CLASSES

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Three images are many here."""
    monkeypatch.setattr(opening, "MANY", 3)
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in "abc":
        Image.new("RGB", (32, 24)).save(folder / f"{name}.png")
    Project.for_folder(folder, CLASSES).close()
    return folder


def shown(qtbot, window, rows):
    qtbot.waitUntil(lambda: window.document.image is not None and window.images.model.rowCount() == rows)


def test_the_image_comes_before_the_list(qtbot, window, folder):
    told = []
    window.document.image_changed.connect(lambda: told.append((window.document.image_id, window.records.expected)))
    window.open_path(folder)
    shown(qtbot, window, 3)
    assert ("a.png", True) in told
    assert window.images.list.currentIndex().data() == "a.png"
    assert not window.records.expected
    assert window.images.empty.isHidden()


def test_so_it_does_in_a_slow_folder(qtbot, window, folder, monkeypatch):
    monkeypatch.setattr(opening, "MANY", 5000)
    monkeypatch.setattr(opening, "SLOW_SECONDS", -1.0)
    test_the_image_comes_before_the_list(qtbot, window, folder)


def test_the_empty_list_says_that_it_is_read(qtbot, window, folder):
    with Project.open(folder.with_name("photos.maskwright")) as project:
        window.records.expect(project)
        window.document.set_project(project)
        assert window.images.empty.isVisible()
        assert "Reading the list" in window.images.empty.label.text()
        with qtbot.waitSignal(window.navigation.message) as told:
            window.navigation.step(1)
        assert "still being read" in told.args[0]
        window.document.set_project(None)


def test_what_changed_since_the_last_time_follows(qtbot, window, folder):
    (folder / "b.png").unlink()
    for name in "de":
        Image.new("RGB", (32, 24)).save(folder / f"{name}.png")
    window.open_path(folder)
    shown(qtbot, window, 4)
    assert window.images.model.ids() == ["a.png", "c.png", "d.png", "e.png"]


def test_a_new_image_can_be_opened_by_its_path(qtbot, window, folder):
    Image.new("RGB", (32, 24)).save(folder / "new.png")
    window.open_path(folder / "new.png")
    shown(qtbot, window, 4)
    assert window.document.image_id == "new.png"


def test_a_folder_that_is_away_is_told(qtbot, window, folder):
    folder.rename(folder.with_name("away"))
    told = []
    window.navigation.error.connect(lambda error: told.append(str(error)))
    window.open_path(folder.with_name("photos.maskwright"))
    qtbot.waitUntil(lambda: any("cannot be read" in text for text in told) and window.images.model.rowCount() == 3)
