"""The undo history as a list, and versions on the disk."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.labels.label_map import LabelMap, State
from tests.app.window.open_window import wait_image

pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise)", extend=True)


@pytest.fixture
def dialog(opened):
    opened.actions_["history"].trigger()
    return opened.editing.history.dialog


def fill(window, value):
    """Label the whole image as one edit."""
    shape = window.document.label_map.shape
    full = LabelMap(np.full(shape, value, np.uint8), np.full(shape, 2, np.uint8))
    window.document.replace(full, f"All {value}")


def texts(rows):
    return [rows.item(n).text() for n in range(rows.count())]


def value(window):
    return int(window.document.label_map.labels[5, 5])


def test_a_click_goes_to_that_state_and_back(qtbot, opened, dialog):
    for n in (0, 1, 2, 1):
        fill(opened, n)
    wanted = ["Before the first edit", "1  All 0", "2  All 1", "3  All 2", "4  All 1"]
    qtbot.waitUntil(lambda: texts(dialog.edits) == wanted)
    assert dialog.edits.currentRow() == 4
    dialog.edits.setCurrentRow(1)
    qtbot.waitUntil(lambda: len(opened.document.history) == 1 and dialog._goal is None)
    assert value(opened) == 0
    assert texts(dialog.edits) == wanted, "what was taken back stays in the list"
    dialog.edits.setCurrentRow(3)
    qtbot.waitUntil(lambda: len(opened.document.history) == 3 and dialog._goal is None)
    assert value(opened) == 2
    dialog.edits.setCurrentRow(0)
    qtbot.waitUntil(lambda: len(opened.document.history) == 0 and dialog._goal is None)
    assert value(opened) == 255


def test_the_list_follows_strokes_and_images(qtbot, opened, dialog):
    fill(opened, 1)
    qtbot.waitUntil(lambda: dialog.edits.count() == 2)
    opened.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: dialog.edits.currentRow() == 0)
    opened.navigation.show("b.png")
    wait_image(qtbot, opened, "b.png")
    qtbot.waitUntil(lambda: dialog.edits.count() == 1)


def test_versions_are_kept_and_gone_back_to_undoably(qtbot, opened, dialog):
    assert "No version yet" in dialog.note.text()
    fill(opened, 1)
    opened.autosaver.flush()
    opened.navigation.show("b.png")
    wait_image(qtbot, opened, "b.png")
    opened.navigation.show("a.png")
    wait_image(qtbot, opened, "a.png")
    qtbot.waitUntil(lambda: dialog.versions.count() == 1)
    assert dialog.versions.item(0).text().endswith("All 1")
    assert dialog.note.text().startswith("1 version, ")
    fill(opened, 2)
    dialog.versions.setCurrentRow(0)
    dialog.back.click()
    qtbot.waitUntil(lambda: value(opened) == 1)
    assert opened.document.undo_name.startswith("Version of 20")
    opened.actions_["undo"].trigger()
    assert value(opened) == 2


def test_done_is_a_version_and_what_was_there_before_the_first_edit(qtbot, opened, dialog):
    project = opened.document.project
    project.import_labels("b.png", np.ones((64, 96), np.uint8))
    opened.records.saved("b.png", State.DONE)
    opened.navigation.show("b.png")
    wait_image(qtbot, opened, "b.png")
    opened.actions_["done"].trigger()  # opens it again
    fill(opened, 2)
    opened.autosaver.flush()
    qtbot.waitUntil(lambda: not opened.autosaver.pending)
    opened.actions_["done"].trigger()
    opened.autosaver.flush()
    qtbot.waitUntil(lambda: dialog.versions.count() == 2)
    newest, oldest = texts(dialog.versions)
    assert "Mark as done" in newest
    assert oldest.endswith("As it was opened")


def test_no_version_is_kept_without_a_budget(qtbot, opened, dialog):
    opened.settings["versions.megabytes"] = 0
    fill(opened, 1)
    opened.navigation.show("b.png")
    wait_image(qtbot, opened, "b.png")
    qtbot.waitUntil(lambda: not opened.jobs.busy)
    assert not (opened.document.project.root / "versions").exists()
