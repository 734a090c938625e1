from __future__ import annotations

import threading

import pytest
from PIL import Image

from app.project import first_picture as room
from app.project import opening
from app.project.first_picture import first_picture, left_at
from segcore.errors import ProjectError
from segcore.project.project import Project
from tests.app.window.open_window import CLASSES, wait_image

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def root(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in "ab":
        Image.new("RGB", (96, 64), (200, 30, 30)).save(photos / f"{name}.png")
    with Project.for_folder(photos, CLASSES) as project:
        return project.root


@pytest.fixture
def slow(monkeypatch):
    """Opening waits for this event."""
    go_on, find = threading.Event(), opening.find

    def wait(path):
        assert go_on.wait(20)
        return find(path)

    monkeypatch.setattr(opening, "find", wait)
    monkeypatch.setattr(room, "WAIT_MS", 0)
    yield go_on
    go_on.set()


def test_the_project_is_known_by_its_folder_its_file_or_its_images(root, tmp_path):
    left = {str(root): "b.png"}
    for path in (root, root / "project.json", tmp_path / "photos"):
        assert left_at(path, left) == (root, "b.png")
    assert left_at(tmp_path / "other", left) is None


def test_a_large_picture_is_made_smaller(root, monkeypatch):
    draft = first_picture(root, "b.png")
    assert draft is not None
    assert draft.picture.shape == (64, 96, 3)
    monkeypatch.setattr("segcore.images.pyramid.SMALLEST", 16)
    monkeypatch.setattr(room, "SIDE", 50)
    draft = first_picture(root, "b.png")
    assert draft is not None
    assert draft.picture.shape == (32, 48, 3)


@pytest.mark.parametrize("image_id", ["gone.png", "../b.png", ""])
def test_what_cannot_be_read_has_none(root, image_id):
    assert first_picture(root, image_id) is None


def test_the_image_that_was_left_is_seen_while_the_project_is_opened(qtbot, window, root, slow):
    window.settings["recent.images"] = {str(root): "b.png"}
    seen = []
    window.navigation.draft_read.connect(lambda draft: seen.append(draft and draft.image_id))
    window.open_path(root)
    qtbot.waitUntil(window.centre.coming.isVisible)
    assert window.document.project is None
    assert not window.start.isVisible()
    seen.clear()
    slow.set()
    wait_image(qtbot, window, "b.png")
    assert "b.png" in seen, "it stays until the image itself is there"
    assert window.centre.coming.isHidden()
    window.navigation.show("a.png")
    wait_image(qtbot, window, "a.png")
    window.navigation.show("b.png")
    assert window.centre.coming.isHidden(), "once is enough"


def test_it_goes_when_the_project_cannot_be_opened(qtbot, window, root, slow, monkeypatch):
    def refuse(path):
        assert slow.wait(20)
        raise ProjectError("The folder is away.", "Connect it.")

    monkeypatch.setattr(opening, "find", refuse)
    window.settings["recent.images"] = {str(root): "b.png"}
    window.open_path(root)
    qtbot.waitUntil(window.centre.coming.isVisible)
    slow.set()
    qtbot.waitUntil(lambda: window.banner.text != "")
    assert window.centre.coming.isHidden()
    assert window.start.isVisible()


def test_what_is_open_is_not_covered(qtbot, window, root, slow):
    window.settings["recent.images"] = {str(root): "b.png"}
    slow.set()
    window.open_path(root)
    wait_image(qtbot, window, "b.png")
    slow.clear()
    window.open_path(root)
    qtbot.wait(50)
    assert window.centre.coming.isHidden()
    slow.set()
    qtbot.waitUntil(lambda: not window.navigation.busy)
