from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from app.project.pack_dialog import PackDialog
from segcore.formats.export import export_project
from segcore.formats.export_options import ExportOptions
from segcore.formats.open_labels import labels_near
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import drive
from segcore.project.project import Project

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def opened(qtbot, window, tmp_path):
    """Return a window with a project of two images, one labelled."""
    (tmp_path / "photos").mkdir()
    for name in ("a.png", "b.png"):
        Image.new("RGB", (32, 24)).save(tmp_path / "photos" / name)
    with Project.for_folder(tmp_path / "photos", ClassSet.from_names(["sky", "road"])) as project:
        project.save_label_map(
            "a.png", LabelMap(np.ones((24, 32), np.uint8), np.full((24, 32), Provenance.PAINTED, np.uint8))
        )
    window.open_path(tmp_path / "photos")
    qtbot.waitUntil(lambda: window.document.image_id == "a.png")
    return window


def packed(qtbot, window, images):
    dialog = window.opening.packing.ask()
    dialog.images.setChecked(images)
    dialog.pack_button.click()
    notice = window.opening.packing.notice
    qtbot.waitUntil(lambda: not notice.isHidden())
    assert "Label maps: 1" in notice.label.text()
    return window.document.project.root.parent / "photos.maskwright.zip"


def drop(window, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    plain = Qt.KeyboardModifier.NoModifier
    left = Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, plain))


def test_a_dropped_packed_project_is_unpacked_and_opened(qtbot, opened, tmp_path):
    path = packed(qtbot, opened, images=True)
    drop(opened, path)
    question = opened.opening.unpacking.question
    qtbot.waitUntil(lambda: not question.isHidden())
    assert "photos-2.maskwright" in question.label.text()
    question.answers[0].click()
    root = tmp_path / "photos-2.maskwright"
    qtbot.waitUntil(lambda: opened.document.project.root == root and opened.document.image_id == "a.png")
    assert opened.document.project.images == root / "images"
    assert (opened.document.label_map.labels == 1).all()
    assert opened.opening.unpacking.images_question.isHidden()


def test_a_dropped_zip_of_another_tool_is_unpacked_and_its_folder_opened(qtbot, window, tmp_path, monkeypatch):
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (32, 24)).save(tmp_path / "photos" / "a.jpg")
    with Project.create(tmp_path / "p", tmp_path / "photos", ClassSet.from_names(["sky", "road"])) as project:
        project.import_labels("a.jpg", np.ones((24, 32), np.uint8))
        drive(export_project(project, ["cvat"], tmp_path / "set", ExportOptions(copy_images=True)))
    path = Path(shutil.make_archive(str(tmp_path / "far" / "task"), "zip", tmp_path / "set"))
    asked = []
    window.navigation.classes_wanted.disconnect()
    window.navigation.classes_wanted.connect(asked.append)
    drop(window, path)
    question = window.opening.unpacking.question
    qtbot.waitUntil(lambda: not question.isHidden())
    assert str(path.with_suffix("")) in question.label.text()
    question.answers[0].click()
    qtbot.waitUntil(lambda: bool(asked))
    assert asked[0].folder == path.with_suffix("")
    assert labels_near(asked[0].folder) == path.with_suffix("")


def test_missing_images_are_asked_for(qtbot, opened, tmp_path):
    path = packed(qtbot, opened, images=False)
    shutil.move(tmp_path / "photos", tmp_path / "moved")
    opened.open_path(path)
    unpacking = opened.opening.unpacking
    qtbot.waitUntil(lambda: not unpacking.question.isHidden())
    unpacking.question.answers[0].click()
    qtbot.waitUntil(lambda: not unpacking.images_question.isHidden())
    assert "2 of 2 images" in unpacking.images_question.label.text()
    unpacking.use_images(opened.document.project, tmp_path / "moved")
    qtbot.waitUntil(lambda: opened.document.image_id == "a.png" and opened.document.project.image_ids() != [])
    assert (opened.document.label_map.labels == 1).all()


def test_the_dialog_completes_the_name_and_warns_before_it_replaces(qtbot, tmp_path):
    (tmp_path / "p.zip").touch()
    dialog = PackDialog(tmp_path / "q")
    qtbot.addWidget(dialog)
    assert dialog.order().path == tmp_path / "q.zip"
    assert not dialog.order().choices.images
    assert dialog.note.text() == ""
    dialog.path.setText(str(tmp_path / "p.zip"))
    assert "replaced" in dialog.note.text()
    dialog.path.setText(" ")
    assert not dialog.pack_button.isEnabled()
