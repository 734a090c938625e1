"""The file of the open image is replaced by another picture, or deleted, by another program."""

from __future__ import annotations

import os

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from app.project import image_watch
from segcore.editing import Box
from segcore.project.project import Access, Project
from tests.app.window.open_window import drag, key, wait_image
from tests.systems import linux_only

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
    linux_only("Windows does not tell when a file was changed"),
]


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(image_watch, "LOOK_MS", 50)


def replace(path, shape=(64, 96), grey=200):
    """Put another picture in its place as `cp -p` does: in the same file, with the same time."""
    before = path.stat()
    Image.fromarray(np.full((*shape, 3), grey, np.uint8)).save(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def saved(qtbot, window):
    qtbot.waitUntil(lambda: not window.autosaver.pending)
    qtbot.waitUntil(lambda: not window.jobs.busy)


def said(qtbot, window, text):
    notice = window.opening.watch.notice
    qtbot.waitUntil(lambda: not notice.isHidden() and text in notice.label.text())


def labels_of(photos, image_id="a.png"):
    with Project.open(photos.with_name("photos.maskwright"), Access.READ) as project:
        return project.load_labels(image_id)


def test_a_picture_of_the_same_size_is_told_read_again_and_its_labels_wait_for_a_word(qtbot, opened, photos):
    drag(opened)
    painted = opened.document.label_map.labels.copy()
    saved(qtbot, opened)
    before = labels_of(photos)
    replace(photos / "a.png")
    said(qtbot, opened, "replaced by another picture while it was open")
    assert not opened.opening.watch.fit_button.isVisible()
    assert opened.document.image[0, 0, 0] == 0, "the earlier picture is still shown"
    opened.opening.watch.reload_button.click()
    said(qtbot, opened, "replaced by another picture after it was labelled")
    assert opened.document.image[0, 0, 0] == 200
    assert (opened.document.label_map.labels == painted).all()
    assert labels_of(photos).picture == before.picture != ""
    opened.navigation.step(1)
    wait_image(qtbot, opened, "b.png")
    assert opened.opening.watch.notice.isHidden()
    opened.navigation.step(-1)
    said(qtbot, opened, "replaced by another picture after it was labelled")
    opened.opening.watch.fit_button.click()
    assert opened.opening.watch.notice.isHidden()
    saved(qtbot, opened)
    now = labels_of(photos)
    assert now.picture not in ("", before.picture)
    assert (now.label_map.labels == painted).all()
    opened.navigation.step(1)
    wait_image(qtbot, opened, "b.png")
    opened.navigation.step(-1)
    wait_image(qtbot, opened, "a.png")
    assert opened.opening.watch.notice.isHidden()


def test_labels_that_are_painted_after_the_replacement_still_belong_to_the_picture_that_was_seen(qtbot, opened, photos):
    replace(photos / "a.png")
    drag(opened)
    said(qtbot, opened, "while it was open")
    saved(qtbot, opened)
    opened.navigation.step(1)
    wait_image(qtbot, opened, "b.png")
    opened.navigation.step(-1)
    said(qtbot, opened, "after it was labelled")


def test_corrections_alone_do_not_say_that_the_labels_fit_but_done_does(qtbot, opened, photos):
    drag(opened)
    saved(qtbot, opened)
    before = labels_of(photos).picture
    replace(photos / "a.png")
    opened.navigation.reload()
    said(qtbot, opened, "after it was labelled")
    opened.document.begin("Correct", erases=True).paint(Box(0, 0, 9, 9), np.ones((9, 9), np.bool_), 1)
    opened.document.settle()
    saved(qtbot, opened)
    assert labels_of(photos).picture == before
    assert not opened.opening.watch.notice.isHidden()
    assert opened.document.mark_done()
    qtbot.waitUntil(opened.opening.watch.notice.isHidden)
    saved(qtbot, opened)
    assert labels_of(photos).picture not in ("", before)


def test_labels_of_another_size_are_kept_and_come_back_with_their_picture(qtbot, opened, photos):
    original = (photos / "a.png").read_bytes()
    drag(opened)
    painted = opened.document.label_map.labels.copy()
    saved(qtbot, opened)
    opened.said = []
    opened.navigation.message.connect(opened.said.append)
    replace(photos / "a.png", (50, 70))
    said(qtbot, opened, "while it was open")
    opened.opening.watch.reload_button.click()
    qtbot.waitUntil(lambda: "come back when the image has their size" in opened.banner.text)
    assert opened.document.label_map.shape == (50, 70)
    assert (opened.document.label_map.labels == 255).all()
    assert not any("Undo begins here" in text for text in opened.said), "the history is of the other size"
    drag(opened)
    saved(qtbot, opened)
    assert (photos.with_name("photos.maskwright") / "labels" / "a.png.png.96x64").is_file()
    (photos / "a.png").write_bytes(original)
    said(qtbot, opened, "while it was open")
    opened.opening.watch.reload_button.click()
    qtbot.waitUntil(lambda: opened.document.label_map is not None and opened.document.label_map.shape == (64, 96))
    assert (opened.document.label_map.labels == painted).all()
    assert opened.opening.watch.notice.isHidden(), "they are of this picture"


def test_a_copy_and_a_file_that_comes_back_are_nothing_to_tell(qtbot, opened, photos):
    picture = opened.document.picture
    content = (photos / "a.png").read_bytes()
    (photos / "a.png").write_bytes(content)
    qtbot.waitUntil(lambda: opened.document.picture != picture)
    assert opened.document.picture.pixels == picture.pixels
    assert opened.opening.watch.notice.isHidden()
    (photos / "a.png").rename(photos / "a.away")
    said(qtbot, opened, "deleted or moved by another program")
    drag(opened)
    saved(qtbot, opened)
    (photos / "a.away").rename(photos / "a.png")
    qtbot.waitUntil(opened.opening.watch.notice.isHidden)
    assert not (labels_of(photos).label_map.labels == 255).all()
    assert opened.banner.text == ""


def test_a_file_that_cannot_be_read_any_more_is_told_and_mended(qtbot, opened, photos):
    content = (photos / "a.png").read_bytes()
    (photos / "a.png").write_bytes(content[:40])
    said(qtbot, opened, "cannot be read now")
    opened.opening.watch.notice.withdraw()
    qtbot.wait(200)
    assert opened.opening.watch.notice.isHidden(), "told once"
    (photos / "a.png").write_bytes(content)
    qtbot.waitUntil(lambda: opened.opening.watch._last.key == -1)
    assert opened.opening.watch.notice.isHidden()


def test_thumbnails_of_replaced_files_are_made_anew(qtbot, opened, photos):
    thumbnails = opened.images.thumbnails

    def colour(image_id):
        pixmap = thumbnails.get(image_id)
        return None if pixmap is None else pixmap.toImage().pixelColor(5, 5).red()

    qtbot.waitUntil(lambda: (colour("a.png"), colour("b.png")) == (0, 40))
    replace(photos / "a.png")
    qtbot.waitUntil(lambda: colour("a.png") == 200)
    replace(photos / "b.png")
    opened.navigation.rescan()
    qtbot.waitUntil(lambda: colour("b.png") == 200)
    replace(photos / "c.png")
    key(opened, Qt.Key.Key_D)
    wait_image(qtbot, opened, "b.png")
    opened.navigation.show("c.png")
    qtbot.waitUntil(lambda: colour("c.png") == 200)
