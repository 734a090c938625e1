"""What the project knows of its image files: which cannot be read, until when, and how many pages they have."""

from __future__ import annotations

import os

import pytest
from PIL import Image

from segcore.errors import ImageError
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.project.project import Access, Project


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
