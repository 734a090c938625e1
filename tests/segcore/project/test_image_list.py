"""What the project knows of its image files: which cannot be read, until when, and how many pages they have."""

from __future__ import annotations

import os

import numpy as np
import pytest
from PIL import Image

from segcore.errors import ImageError
from segcore.images.list_images import list_images
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, State
from segcore.progress import drive
from segcore.project import label_files
from segcore.project.project import Access, Project
from segcore.project.rescan import in_folder_order


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        Image.new("RGB", (6, 4)).save(folder / name)
    (folder / "bad.png").write_bytes(b"no image at all")
    return folder


@pytest.fixture
def project(images, tmp_path):
    with Project.create(tmp_path / "project", images, ClassSet.from_names(["road"])) as project:
        yield project


def mend(path):
    """Write a sound image; the time of change certainly differs."""
    Image.new("RGB", (8, 5)).save(path)
    os.utime(path, ns=(1, 1))


def test_a_file_with_no_header_is_unreadable(project):
    assert project.record("bad.png").unreadable == "", "not tried yet"
    found = project.inspect(project.image_ids(), 60.0)
    assert found.left == []
    assert {record.id: bool(record.unreadable) for record in found.changed} == {
        "a.png": False,
        "b.png": False,
        "bad.png": True,
    }
    assert "bad.png cannot be read" in project.record("bad.png").unreadable
    assert project.record("a.png").width == 6
    assert project.inspect(project.image_ids(), 60.0).changed == [], "nothing is new"


def test_inspection_ends_in_time_and_says_what_is_left(project):
    assert project.inspect(project.image_ids(), 0.0).left == ["b.png", "bad.png"]


def test_it_is_readable_again_when_the_file_changes(project, images):
    project.look_at("bad.png")
    drive(project.rescan())
    assert project.record("bad.png").unreadable
    mend(images / "bad.png")
    drive(project.rescan())
    assert project.record("bad.png").unreadable == ""
    record = project.look_at("bad.png")
    assert (record.unreadable, record.width, record.height) == ("", 8, 5)


def test_a_folder_that_is_away_makes_no_image_unreadable(project, images):
    images.rename(images.with_name("away"))
    drive(project.rescan())
    assert project.inspect(project.image_ids(), 60.0).changed == []
    assert [record.unreadable for record in project.records()] == ["", "", ""]


def test_damaged_pixels_stay_unreadable_with_a_sound_header(project, images):
    project.note_unreadable("a.png", ImageError("a.png is truncated."))
    assert project.size("a.png") == (4, 6), "its header can be read"
    drive(project.rescan())
    assert project.record("a.png").unreadable == "a.png is truncated."
    assert project.look_at("a.png", readable=True).unreadable == ""
    project.note_unreadable("a.png", ImageError("a.png is truncated."))
    mend(images / "a.png")
    assert project.look_at("a.png").unreadable == ""


def test_a_missing_file_is_readable_when_it_is_back(project, images):
    (images / "a.png").rename(images / "a.away")
    assert "no longer there" in project.look_at("a.png").unreadable
    (images / "a.away").rename(images / "a.png")
    assert project.look_at("a.png").unreadable == ""


@pytest.mark.parametrize("cause", [PermissionError(13, "Permission denied"), MemoryError()])
def test_what_is_not_the_fault_of_the_file_is_tried_again(project, cause):
    error = ImageError("a.png cannot be read.")
    error.__cause__ = cause
    assert project.note_unreadable("a.png", error).unreadable
    drive(project.rescan())
    assert project.record("a.png").unreadable == ""


def test_it_is_remembered_and_known_to_a_reader(project):
    project.look_at("bad.png")
    with Project.open(project.root, Access.READ) as reader:
        assert reader.record("bad.png").unreadable
    project.close()
    with Project.open(project.root) as again:
        assert again.record("bad.png").unreadable


def test_pages_of_a_tiff(project, images):
    pages = [Image.new("L", (6, 4), n) for n in range(3)]
    pages[0].save(images / "stack.tif", save_all=True, append_images=pages[1:])
    drive(project.rescan())
    assert project.look_at("stack.tif").pages == 3
    assert project.look_at("a.png").pages == 1


def test_the_list_of_the_last_time_is_taken_over_and_checked_later(project, images):
    project.close()
    Image.new("RGB", (6, 4)).save(images / "new.png")
    (images / "b.png").unlink()
    with Project.open(project.root, kept_from=3) as again:
        assert again.image_ids() == ["a.png", "b.png", "bad.png"]
        found = drive(again.rescan())
        assert (found.added, found.removed, found.changed) == (("new.png",), ("b.png",), ())
        assert again.image_ids() == ["a.png", "bad.png", "new.png"]
        note = again.save_label_map("a.png", LabelMap(np.ones((4, 6), np.uint8), np.full((4, 6), 2, np.uint8)))
        assert note is State.IN_PROGRESS
        again.labels_path("a.png").unlink()
        again.provenance_path("a.png").unlink()
        assert drive(again.rescan()).changed == ("a.png",)


def test_a_shorter_list_is_read_from_the_folder(project, images):
    project.close()
    (images / "b.png").unlink()
    with Project.open(project.root, kept_from=4) as again:
        assert again.image_ids() == ["a.png", "bad.png"]


def test_a_damaged_index_is_no_list(project):
    project.close()
    (project.root / "index.sqlite").write_bytes(b"no database")
    with Project.open(project.root, kept_from=1) as again:
        assert again.image_ids() == ["a.png", "b.png", "bad.png"]


def test_kept_ids_are_in_the_order_of_the_folder(tmp_path):
    names = [
        "b.png",
        "a.png",
        "a/z.png",
        "a-b/y.png",
        "a/b/x.png",
        "a/b c/x.png",
        "a.d/1.png",
        "é/ü.png",
        "a/A.png",
        "Z.png",
    ]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (6, 4)).save(tmp_path / name)
    assert in_folder_order(sorted(names)) == list(list_images(tmp_path))


def test_a_save_while_the_folder_is_scanned_stays_in_the_index(project):
    """The window saves strokes while a rescan that takes minutes on a network disk goes on."""
    saved = LabelMap.blank(4, 6)
    saved.labels[:], saved.provenance[:] = 0, 2
    for image_id in ("a.png", "b.png"):
        project.save_label_map(image_id, LabelMap.blank(4, 6))
        project.index.update(image_id, label_stamp="changed")
    rescan = project.rescan()
    while next(rescan).message != "b.png":  # the labels of a.png were read
        pass
    project.save_label_map("a.png", saved)
    project.look_at("b.png")
    written = project.record("a.png"), project.record("b.png")
    drive(rescan)
    assert (project.record("a.png"), project.record("b.png")) == written
    assert project.corrected_ids() == ["a.png"]
    assert drive(project.rescan()).changed == (), "nothing was torn"


def test_looking_at_the_labels_of_a_slow_folder_can_be_cancelled(tmp_path, monkeypatch):
    monkeypatch.setattr(label_files, "STEP_SECONDS", -1.0)
    for name in "ab":
        (tmp_path / f"{name}.png").write_bytes(b"x")
    task = label_files.reading_times(tmp_path, ".png")
    assert next(task).total == 0
    assert set(drive(label_files.reading_times(tmp_path, ".png"))) == {"a", "b"}
    task.close()
