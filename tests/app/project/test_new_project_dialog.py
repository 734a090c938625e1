from __future__ import annotations

import json

import pytest

from app.project.new_project_dialog import NewProjectDialog


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
