"""The audit in a real window, with the real frozen network, over a project with one broken label."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from segcore.editing.paint_policy import PaintPolicy
from segcore.project.project import Project
from tests.app.window.open_window import CLASSES, wait_image
from tests.segcore.worklist.striped_project import BROKEN, striped_project

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def audited(qtbot, window, tmp_path):
    window.open_path(striped_project(tmp_path / "striped"))
    wait_image(qtbot, window, "0.png")
    window.actions_["audit"].trigger()
    qtbot.waitUntil(lambda: window.worklist.auditing.dialog is not None, timeout=60000)
    return window


def the_row(window):
    row = window.worklist.auditing.dialog.rows[0]
    assert (row.issue.image_id, row.issue.value, row.issue.suggestion) == ("2.png", 0, 1)
    return row


def test_accepting_paints_the_suggestion_as_one_undo_step(qtbot, audited):
    dialog = audited.worklist.auditing.dialog
    count = len(dialog.rows)
    qtbot.mouseClick(the_row(audited).accept_button, Qt.MouseButton.LeftButton)
    wait_image(qtbot, audited, "2.png")
    document = audited.document
    qtbot.waitUntil(lambda: document.undo_name == "Accept suggestion")
    assert (document.label_map.labels[BROKEN] == 1).mean() > 0.9
    assert audited.canvas.outlined is not None
    assert len(dialog.rows) == count - 1
    document.undo()
    assert (document.label_map.labels[BROKEN] == 0).all()


def test_accepted_suggestions_of_two_images_are_both_painted(qtbot, audited):
    auditing = audited.worklist.auditing
    first = the_row(audited).issue
    second = replace(first, image_id="3.png", value=1, suggestion=0)
    auditing.dialog.accepted_issue.emit(first)
    auditing.dialog.accepted_issue.emit(second)  # before the first image is there
    project = audited.document.project
    qtbot.waitUntil(lambda: not auditing._accepted)
    audited.autosaver.flush()
    qtbot.waitUntil(lambda: not audited.jobs.busy)
    assert (project.load_label_map("2.png").labels[BROKEN] == 1).mean() > 0.9
    assert (project.load_label_map("3.png").labels[BROKEN] == 0).mean() > 0.9


def test_a_second_audit_takes_the_place_of_the_list(qtbot, audited):
    auditing = audited.worklist.auditing
    before = auditing.dialog
    audited.actions_["audit"].trigger()
    qtbot.waitUntil(lambda: auditing.dialog is not before, timeout=60000)
    qtbot.wait(100)  # the old list is deleted
    assert auditing.dialog is not None
    assert auditing.dialog.isVisible()


def test_a_kept_label_is_remembered_in_the_project(qtbot, audited):
    row = the_row(audited)
    qtbot.mouseClick(row.keep_button, Qt.MouseButton.LeftButton)
    project = audited.document.project
    qtbot.waitUntil(lambda: len(project.settings.get("audit_kept", [])) == 1)
    assert project.settings["audit_kept"][0]["image"] == "2.png"


def test_show_opens_the_image_at_the_place_and_changes_nothing(qtbot, audited):
    before = len(audited.worklist.auditing.dialog.rows)
    qtbot.mouseClick(the_row(audited).show_button, Qt.MouseButton.LeftButton)
    wait_image(qtbot, audited, "2.png")
    qtbot.waitUntil(lambda: audited.canvas.outlined is not None)
    outlined = audited.canvas.outlined
    assert abs(outlined.center().x() - 96) <= 6
    assert abs(outlined.center().y() - 48) <= 6
    assert audited.document.undo_name == ""
    assert len(audited.worklist.auditing.dialog.rows) == before


def test_a_suggestion_for_an_earlier_picture_is_not_accepted(qtbot, audited):
    row = the_row(audited)
    audited.navigation.show("2.png")
    wait_image(qtbot, audited, "2.png")
    audited.document.replaced = True
    before = audited.document.label_map.labels.copy()
    qtbot.mouseClick(row.accept_button, Qt.MouseButton.LeftButton)
    assert audited.status.currentMessage() == "The image is another picture now; nothing was changed."
    assert (audited.document.label_map.labels == before).all()


def test_a_label_that_was_mended_meanwhile_is_left_alone(qtbot, audited):
    row = the_row(audited)
    audited.navigation.show("2.png")
    wait_image(qtbot, audited, "2.png")
    label_map = audited.document.label_map.confirm()
    label_map.labels[:] = 1
    audited.document.replace(label_map, "Mend")
    qtbot.mouseClick(row.accept_button, Qt.MouseButton.LeftButton)
    assert audited.status.currentMessage() == "This label was changed already."
    assert audited.document.undo_name == "Mend"


def test_protected_classes_stay(qtbot, audited):
    row = the_row(audited)
    audited.navigation.show("2.png")
    wait_image(qtbot, audited, "2.png")
    audited.document.set_policy(PaintPolicy(frozenset({1})))
    qtbot.mouseClick(row.accept_button, Qt.MouseButton.LeftButton)
    assert "protects this class" in audited.status.currentMessage()
    assert (audited.document.label_map.labels[BROKEN] == 0).all()


def test_another_project_closes_the_list(qtbot, audited, photos):
    Project.for_folder(photos, CLASSES).close()
    audited.open_path(photos)
    wait_image(qtbot, audited, "a.png")
    qtbot.waitUntil(lambda: audited.worklist.auditing.dialog is None)


def test_too_few_corrected_images_are_told(qtbot, opened):
    opened.actions_["audit"].trigger()
    qtbot.waitUntil(lambda: "two corrected images" in opened.banner.text)
    assert opened.worklist.auditing.dialog is None
    assert np.all(opened.document.label_map.labels == 255)
