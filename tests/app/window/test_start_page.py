"""The start page: what can be opened, and the two sample projects."""

from __future__ import annotations

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from app.settings.settings import Settings
from app.window import main_window
from app.window.main_window import MainWindow
from segcore.labels.classes import ClassSet
from segcore.project.project import Project
from segcore.project.sample_project import SAMPLES


@pytest.fixture
def empty(qtbot, monkeypatch):
    monkeypatch.setattr(main_window, "WARM_UP_MS", 1_000_000)  # models are not what is tested here
    window = MainWindow(Settings())
    qtbot.addWidget(window)
    window.show()
    yield window
    window.shutdown()


def test_each_sample_has_a_card_with_its_picture(empty, qtbot):
    cards = empty.start.cards
    assert [card.text() for card in cards] == ["Roads: predict at once", "Cells: teach it in a minute"]
    qtbot.waitUntil(lambda: all(not card.icon().pixmap(8).toImage().allGray() for card in cards))
    for sample in SAMPLES.values():
        assert (sample.source / "picture.jpg").stat().st_size < 40_000


@pytest.mark.parametrize(
    ("number", "folder", "classes", "corrected", "hint"),
    [(0, "sample", 4, 4, "predict this image"), (1, "sample_nuclei", 2, 0, "Paint a nucleus")],
)
def test_a_card_opens_its_sample(empty, qtbot, user_folders, number, folder, classes, corrected, hint):
    said = []
    empty.navigation.message.connect(said.append)
    qtbot.mouseClick(empty.start.cards[number], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: empty.document.image_id is not None)
    project = empty.document.project
    assert project.root.name == folder
    assert project.root.is_relative_to(user_folders)
    assert len(project.classes) == classes
    assert len(project.corrected_ids()) == corrected
    assert not empty.start.isVisible()
    assert hint in said[0]


def test_recent_projects_are_in_the_file_menu_and_on_the_start_page(empty, qtbot, tmp_path):
    assert not empty.recent.menuAction().isEnabled()
    Image.new("RGB", (8, 6)).save(tmp_path / "a.png")
    Project.create(tmp_path / "b & c.maskwright", tmp_path, ClassSet.from_names(["x"]))
    empty.settings["recent.projects"] = [str(tmp_path / "b & c.maskwright")]
    assert empty.recent.menuAction().isEnabled()
    empty.recent.aboutToShow.emit()
    (row,) = empty.recent.actions()
    assert row.text().startswith("b && c    ")
    row.trigger()
    qtbot.waitUntil(lambda: empty.document.image_id == "a.png")
