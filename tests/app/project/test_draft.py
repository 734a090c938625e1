from __future__ import annotations

import threading

import pytest
from PIL import Image

import app.project.ahead
import segcore.images.image
from app.document.loaded_image import Draft
from app.project.navigation import Navigation
from segcore.labels.classes import ClassSet
from segcore.project.project import Project


@pytest.fixture
def opened(session, tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("a.jpg", "b.jpg"):
        Image.new("RGB", (160, 80), (200, 30, 30)).save(photos / name)
    project = Project.for_folder(photos, ClassSet.from_names(["road", "car"]))
    session.document.set_project(project)
    yield session
    session.document.clear_image()
    session.jobs.shutdown()
    project.close()


def shown(navigation, session, qtbot, image_id):
    drafts = []
    navigation.draft_read.connect(drafts.append)
    navigation.show(image_id)
    qtbot.waitUntil(lambda: session.document.image_id == image_id and not session.jobs.busy)
    navigation.draft_read.disconnect(drafts.append)
    return drafts


def test_a_small_image_has_no_draft(opened, qtbot):
    navigation = Navigation(opened, lambda image_id, step: (None, 0))
    assert set(shown(navigation, opened, qtbot, "a.jpg")) == {None}


def test_a_large_image_has_a_draft_until_it_is_there(opened, qtbot, monkeypatch):
    monkeypatch.setattr(segcore.images.image, "DRAFT_PIXELS", 1000)
    navigation = Navigation(opened, lambda image_id, step: (None, 0))
    seen, load, found = threading.Event(), app.project.ahead.loading, []

    def slow(project, image_id):
        assert seen.wait(20)
        return (yield from load(project, image_id))

    def look(draft):
        if draft is not None:
            found.append(draft)
            seen.set()

    monkeypatch.setattr(app.project.ahead, "loading", slow)
    navigation.draft_read.connect(look)
    drafts = shown(navigation, opened, qtbot, "a.jpg")
    assert isinstance(found[0], Draft)
    assert found[0].picture.shape == (10, 20, 3)
    assert drafts[-1] is None


def test_a_large_image_is_not_read_ahead(opened, qtbot, monkeypatch):
    monkeypatch.setattr(app.project.ahead, "MOST_PIXELS", 1000)
    navigation = Navigation(opened, lambda image_id, step: ("b.jpg", 0))
    shown(navigation, opened, qtbot, "a.jpg")
    assert navigation._ahead is None
    monkeypatch.setattr(app.project.ahead, "MOST_PIXELS", 100_000)
    navigation._look_ahead()
    qtbot.waitUntil(lambda: navigation._ahead is not None)
    assert navigation._ahead.loaded.image.shape == (80, 160, 3)


def test_the_next_image_in_the_way_of_the_person_is_read_ahead(opened, qtbot):
    asked = []
    navigation = Navigation(opened, lambda image_id, step: (asked.append(step), (None, 0))[1])
    shown(navigation, opened, qtbot, "a.jpg")
    navigation.step(-2)
    shown(navigation, opened, qtbot, "b.jpg")
    assert asked == [1, -2, -1]
