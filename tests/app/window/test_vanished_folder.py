"""The folder of the project and its images goes away under the window, and comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.document import autosave
from app.project import navigation
from segcore.project.project import Access, Project
from tests.app.window.open_window import drag, key, wait_image
from tests.systems import linux_only

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
    linux_only("an open folder cannot be renamed there"),
]


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(autosave, "RETRY_MS", 50)
    monkeypatch.setattr(navigation, "RETRY_MS", 50)


def test_the_window_says_so_goes_on_and_saves_by_itself(qtbot, opened, photos):
    folders = [photos, photos.with_name("photos.maskwright")]
    for folder in folders:
        folder.rename(f"{folder}.away")
    drag(opened)
    painted = opened.document.label_map.labels.copy()
    qtbot.waitUntil(lambda: "is gone or empty" in opened.banner.text)
    assert "kept in memory" in opened.banner.text
    opened.navigation.show("b.png")  # the key D would pass over it
    qtbot.waitUntil(lambda: "no longer there" in opened.banner.text)
    for folder in folders:
        assert not folder.exists()
        Path(f"{folder}.away").rename(folder)
    wait_image(qtbot, opened, "b.png")  # nobody clicked
    qtbot.waitUntil(lambda: not opened.autosaver.pending)
    assert opened.banner.text == ""
    assert not opened.records.of("b.png").unreadable
    key(opened, Qt.Key.Key_A)
    wait_image(qtbot, opened, "a.png")
    assert (opened.document.label_map.labels == painted).all()
    assert not (painted == 255).all()
    with Project.open(folders[1], Access.READ) as again:
        assert (again.load_label_map("a.png").labels == painted).all()
