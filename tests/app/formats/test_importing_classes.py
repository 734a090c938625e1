"""Imports that add classes to the open project."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from app.formats.import_dialog import ImportDialog
from segcore.errors import ProjectError
from segcore.labels.classes import ClassSet
from segcore.project.project import Project
from segcore.project.project_file import ProjectFile

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def dialog(qtbot, window, tmp_path):
    for folder in ("photos", "masks"):
        (tmp_path / folder).mkdir()
    for value, name in enumerate(["a", "b"], 3):
        Image.new("RGB", (8, 6)).save(tmp_path / "photos" / f"{name}.jpg")
        Image.fromarray(np.full((6, 8), value, np.uint8)).save(tmp_path / "masks" / f"{name}.png")
    (tmp_path / "masks" / "classes.json").write_text('[{"index": 3, "name": "tree", "color": "#010203"}]')
    Project.for_folder(tmp_path / "photos", ClassSet.from_names(["sky", "road"])).close()
    window.open_path(tmp_path / "photos")
    qtbot.waitUntil(lambda: window.document.image_id == "a.jpg")
    window.importing.check(tmp_path / "masks")
    qtbot.waitUntil(lambda: isinstance(window.importing.dialog, ImportDialog))
    window.importing.dialog.add_button.click()
    return window.importing.dialog


def test_the_window_shows_them_and_undo_keeps_them(qtbot, window, dialog):
    with qtbot.waitSignal(window.importing.imported) as told:
        dialog.import_button.click()
    assert set(told.args[0].imported) == {"a.jpg", "b.jpg"}
    document, project = window.document, window.document.project
    assert document.classes == project.classes
    assert [(each.index, each.name) for each in document.classes][2:] == [(2, "tree"), (4, "class 4")]
    assert document.classes.named("tree").color == (1, 2, 3)
    assert (document.label_map.labels == 2).all()
    assert (project.load_label_map("b.jpg").labels == 4).all()
    document.undo()
    assert (document.label_map.labels == 255).all()
    assert document.classes == project.classes
    document.redo()
    assert (document.label_map.labels == 2).all()


def test_classes_that_cannot_be_written_stop_the_import(qtbot, window, dialog, monkeypatch):
    def full(*_):
        raise ProjectError("The disk is full.")

    monkeypatch.setattr(ProjectFile, "write", full)
    dialog.import_button.click()
    qtbot.waitUntil(lambda: "disk is full" in window.banner.text)
    assert window.document.classes.names == ["sky", "road"]
    assert (window.document.label_map.labels == 255).all()
    assert dialog.isEnabled()
    dialog.reject()


def test_a_failed_import_gives_the_list_back(qtbot, window, dialog, monkeypatch):
    def full(*_args, **_more):
        raise ProjectError("The disk is full.")

    monkeypatch.setattr(Project, "save_label_map", full)
    before = window.document.project.class_history
    dialog.import_button.click()
    qtbot.waitUntil(lambda: window.document.classes.names == ["sky", "road"] and "disk" in window.banner.text)
    assert window.document.project.classes.names == ["sky", "road"]
    assert window.document.project.class_history == before, "undo histories stay valid"
