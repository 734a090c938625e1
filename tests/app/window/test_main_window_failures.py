from __future__ import annotations

import shutil
import threading

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QToolButton

from app.settings.settings import Settings
from app.window.unsaved_dialog import UnsavedDialog
from segcore.errors import ImageError
from segcore.labels.label_map import State
from segcore.project.project import Project
from tests.app.window.open_window import CLASSES, drag, key, wait_image

# The offscreen platform says this whenever a window or dialog is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_one_goes_on_from_an_image_that_cannot_be_read(qtbot, opened, photos):
    (photos / "b.png").write_bytes(b"")
    key(opened, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: "b.png" in opened.banner.text)
    assert opened.images.list.currentIndex().row() == 1
    key(opened, Qt.Key.Key_D)
    wait_image(qtbot, opened, "c.png")
    assert opened.banner.text == ""


def test_the_image_folder_disappears(qtbot, opened, photos):
    shutil.rmtree(photos)
    key(opened, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: "no longer there" in opened.banner.text)
    assert opened.isVisible()
    opened.actions_["rescan"].trigger()
    qtbot.waitUntil(lambda: not opened.jobs.busy)
    assert opened.images.model.rowCount() == 4


def test_the_banner_says_what_and_what_to_do(window):
    window.banner.show_error(ImageError("a.png is empty.", "Copy it again."))
    assert window.banner.text == "a.png is empty. Copy it again."
    window.banner.show_error(ZeroDivisionError("oops"))
    assert "did not expect" in window.banner.text
    assert "oops" not in window.banner.text, "the log has it"
    assert "Help menu" in window.banner.text
    window.banner.show_error(MemoryError())
    assert window.banner.text.startswith("There is not enough memory")
    window.banner.show_error(PermissionError(13, "Permission denied", "/there/a.png"))
    assert window.banner.text == "/there/a.png: Permission denied"
    window.banner._close.click()
    assert window.banner.text == ""


def test_closing_waits_for_the_last_save(qtbot, opened, photos):
    drag(opened)
    opened.close()
    qtbot.waitUntil(lambda: opened._ended)
    with Project.open(photos.parent / "photos.maskwright") as again:
        assert again.state("a.png") is State.IN_PROGRESS


def test_labels_that_another_program_wrote_under_the_window_are_kept_and_told(qtbot, opened, photos):
    drag(opened)
    opened.autosaver.flush()
    qtbot.waitUntil(lambda: not opened.autosaver.pending)
    path = photos.parent / "photos.maskwright" / "labels" / "a.png.png"
    with Image.open(path) as image:
        theirs = Image.fromarray(np.asarray(image) * 0)
    theirs.save(path)
    opened.document.undo()
    opened.autosaver.flush()
    qtbot.waitUntil(lambda: "changed by another program" in opened.banner.text)
    assert path.with_name("a.png.png.changed").is_file()
    opened.navigation.show("b.png")
    wait_image(qtbot, opened, "b.png")
    assert opened.banner.text == "", "it is about another image"


@pytest.mark.parametrize("other_trouble", [False, True])
def test_what_was_odd_about_an_image_goes_with_it(qtbot, opened, photos, other_trouble):
    opened.navigation.warn("a.png was changed by another program.")
    assert "another program" in opened.banner.text
    if other_trouble:
        opened.banner.show_error("The disk is full.")
    opened.navigation.show("b.png")
    wait_image(qtbot, opened, "b.png")
    assert opened.banner.text == ("The disk is full." if other_trouble else "")


def test_what_is_odd_about_the_image_that_is_left_is_seen_at_the_next_one(qtbot, opened):
    opened.navigation.show("b.png")
    opened.navigation.warn("a.png was changed by another program.")  # a load waits for the last save
    wait_image(qtbot, opened, "b.png")
    assert "another program" in opened.banner.text
    opened.navigation.show("c.png")
    wait_image(qtbot, opened, "c.png")
    assert opened.banner.text == ""


def test_crf_values_that_cannot_be_used_are_told(qtbot, window, photos):
    with Project.for_folder(photos, CLASSES) as project:
        project.set_setting("crf", {"w1": 10**400})
    window.open_path(photos)
    qtbot.waitUntil(lambda: "CRF parameters are not used" in window.banner.text)


def test_labels_that_cannot_be_saved_can_be_saved_elsewhere_and_closing_asks(qtbot, opened, photos, tmp_path):
    elsewhere = opened.actions_["save_elsewhere"]
    assert not elsewhere.isEnabled()
    labels = photos.parent / "photos.maskwright" / "labels"
    labels.write_text("in the way")
    drag(opened)
    qtbot.waitUntil(lambda: opened.autosaver.failing and elsewhere.isEnabled())
    painted = opened.document.label_map.labels.copy()
    opened.navigation.step(1)
    wait_image(qtbot, opened, "b.png")
    assert opened.status.saved.text() != "Saved"
    opened.navigation.step(-1)
    wait_image(qtbot, opened, "a.png")
    assert np.array_equal(opened.document.label_map.labels, painted), "memory is newer than the file"
    elsewhere.trigger()
    assert isinstance(opened.leaving.dialog, QFileDialog)
    opened.leaving.dialog.reject()
    opened.close()
    qtbot.waitUntil(lambda: isinstance(opened.leaving.dialog, UnsavedDialog))
    assert opened.isVisible()
    labels.unlink()
    opened.leaving.dialog.again_button.click()
    qtbot.waitUntil(lambda: opened._ended)
    with Project.open(photos.parent / "photos.maskwright") as again:
        assert np.array_equal(again.load_label_map("a.png").labels, painted)


def test_a_disk_lane_that_hangs_keeps_no_change_of_the_person_from_the_files(qtbot, opened, photos, settings):
    reading, release = threading.Event(), threading.Event()
    opened.jobs.submit("io", lambda: (reading.set(), release.wait(20)))
    assert reading.wait(5)
    opened.classes.add("tree")
    opened.document.set_active_class(int(opened.document.classes.indices[-1]))
    drag(opened)
    settings["view.opacity"] = 0.25
    threading.Timer(0.5, release.set).start()  # the process would end without it, but a test leaves no thread
    opened.shutdown()
    assert Settings(settings.path)["view.opacity"] == 0.25
    with Project.open(photos.parent / "photos.maskwright") as again:
        assert again.classes.names[-1] == "tree"
        assert (again.load_label_map("a.png").labels == again.classes.indices[-1]).any()


def test_a_damaged_project_file_is_told(qtbot, window, photos):
    with Project.for_folder(photos, CLASSES) as project:
        project.set_classes(CLASSES.added("tree"))
        root = project.root
    (root / "project.json").write_text("garbage")
    window.open_path(photos)
    wait_image(qtbot, window, "a.png")
    assert "project.json" in window.banner.text


@pytest.mark.parametrize("width", [700, 900, 1024, 1280])
def test_nothing_is_cut_off_in_a_narrow_window(qtbot, opened, width):
    opened.resize(width, 700)
    tools = opened.tools
    qtbot.waitUntil(lambda: tools.width() == width)
    # Until the icons have come the buttons show their names, which are wider.
    icons = [opened.actions_[name] for name in ("undo", "redo", "live", "zoom_in", "next", "done_next")]
    qtbot.waitUntil(lambda: not any(each.icon().isNull() for each in icons) and not tools._again.isActive())
    qtbot.waitUntil(lambda: tools.sizeHint().width() <= width)
    # Qt shows and hides a bar's widgets when it lays the bar out, a turn later.
    qtbot.waitUntil(lambda: tools.more.isVisible() == bool({*tools.left_out} - {"size_label", "size_slider"}))
    assert tools.more.isVisible() or width > 700
    assert not tools.left_out or width < 1280
    shown = [button for button in tools.findChildren(QToolButton) if button.isVisible() and button.defaultAction()]
    qtbot.waitUntil(lambda: all(button.geometry().right() <= width for button in shown))
    assert {"undo", "done_next"} <= {button.defaultAction().objectName() for button in shown}
    assert opened.actions_["zoom_in"].isVisible(), "its shortcut and its menu stay"
    for n in range(opened.tabs.count()):
        area = opened.tabs.widget(n)
        assert area.width() >= area.widget().minimumSizeHint().width()
