from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from app.project.new_project_dialog import NewProjectDialog
from segcore.labels.classes import ClassSet


@pytest.fixture
def dialog(qtbot, tmp_path):
    found = NewProjectDialog(tmp_path, tmp_path / "p")
    qtbot.addWidget(found)
    return found


def test_one_name_a_line(dialog):
    dialog.names.setPlainText("background\n road, wet \n\ncar\n")
    assert dialog.classes().names == ["background", "road, wet", "car"]


def test_a_single_line_may_list_them(dialog):
    dialog.names.setPlainText("asphalt, crack,hole,")
    assert dialog.classes().names == ["asphalt", "crack", "hole"]


def test_a_file_beside_the_images_is_taken_as_it_is(qtbot, tmp_path):
    classes = [{"index": 7, "name": "a, b", "color": "#102030"}]
    (tmp_path / "classes.json").write_text(json.dumps(classes))
    dialog = NewProjectDialog(tmp_path, tmp_path / "p")
    qtbot.addWidget(dialog)
    assert [(c.index, c.name, c.color) for c in dialog.classes()] == [(7, "a, b", (16, 32, 48))]


def test_a_damaged_file_beside_the_images_leaves_the_default(qtbot, tmp_path):
    (tmp_path / "classes.json").write_text("{bad")
    dialog = NewProjectDialog(tmp_path, tmp_path / "p")
    qtbot.addWidget(dialog)
    assert dialog.classes().names == ["background", "object"]


def test_enter_keeps_the_example(dialog, qtbot):
    qtbot.keyClick(dialog.names, Qt.Key.Key_Return)
    qtbot.keyClicks(dialog.names, "road")
    assert dialog.classes().names == ["background", "object", "road"]


def test_what_is_typed_first_takes_the_place_of_the_example(dialog, qtbot):
    qtbot.keyClicks(dialog.names, "road")
    assert dialog.classes().names == ["background", "road"]


def test_a_labels_folder_does_not_replace_names_that_were_typed(dialog, tmp_path):
    (tmp_path / "masks").mkdir()
    (tmp_path / "masks" / "classes.txt").write_text("a\nb\n")
    dialog.names.setPlainText("road\ncar\n")
    dialog._take_labels(str(tmp_path / "masks"))
    assert dialog.classes().names == ["road", "car"]
    dialog.names.setPlainText("background\n")
    dialog._take_labels(str(tmp_path / "masks"))
    assert dialog.classes().names == ["a", "b"]


def test_what_may_be_left_out_is_called_so_once(qtbot, tmp_path):
    dialog = NewProjectDialog(tmp_path, tmp_path / "p")
    qtbot.addWidget(dialog)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    texts += [edit.placeholderText() for edit in dialog.findChildren(QLineEdit)]
    assert sum("optional" in text for text in texts) == 1


def test_the_classes_of_the_labels_are_proposed(qtbot, tmp_path):
    found = ClassSet.from_names(["background", "cell"])
    dialog = NewProjectDialog(tmp_path, tmp_path / "p", None, tmp_path / "coco.json")
    qtbot.addWidget(dialog)
    assert dialog.labels.text() == str(tmp_path / "coco.json")
    dialog.propose(None)
    assert dialog.classes().names == ["background", "object"]
    dialog.propose(found)
    assert dialog.classes() == found
    assert "from coco.json" in [label.text() for label in dialog.findChildren(QLabel)]


def test_names_that_were_written_stay_when_classes_are_proposed(qtbot, tmp_path):
    dialog = NewProjectDialog(tmp_path, tmp_path / "p", None, tmp_path / "coco.json")
    qtbot.addWidget(dialog)
    dialog.names.setPlainText("road\n")
    dialog.propose(ClassSet.from_names(["cell"]))
    assert dialog.classes().names == ["road"]
