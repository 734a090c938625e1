"""A project folder that was copied while it was open."""

from __future__ import annotations

import shutil

import pytest

from segcore.labels.label_map import Provenance
from segcore.project.project import Project
from tests.app.window.conftest import opened as opened
from tests.app.window.conftest import photos as photos
from tests.app.window.open_window import drag

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_labels_of_another_moment_than_their_undo_history_are_told_calmly(qtbot, opened, tmp_path):
    root = opened.document.project.root
    drag(opened)
    opened.autosaver.flush()
    qtbot.waitUntil(lambda: not opened.autosaver.pending and not opened.jobs.busy)
    qtbot.waitUntil((root / "journal" / "a.png.journal").exists)
    copy = tmp_path / "copy"
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns("writer*", "index*"))
    with Project.open(copy) as project:
        labels = project.load_label_map("a.png")
        labels.labels[:5], labels.provenance[:5] = 2, Provenance.PAINTED
        project.save_label_map("a.png", labels)
    opened.open_path(copy)
    qtbot.waitUntil(lambda: opened.document.project.root == copy and opened.document.image_id == "a.png")
    assert opened.banner.text == ""
    assert opened.status.currentMessage().startswith("Undo begins here: the labels of a.png")
