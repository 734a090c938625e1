"""Pages and slices as images of a project: what is listed, what old projects keep, what happens to changed files."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile
from PIL import Image

from segcore.errors import ProjectError
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, State
from segcore.progress import drive
from segcore.project.closed_edit import edit_closed, undo_closed
from segcore.project.project import Access, Project
from segcore.project.snapshot import take_snapshot

CLASSES = ClassSet.from_names(["ground", "cell"])
SLICES = ["stack.tif", "stack.tif/slice-0002", "stack.tif/slice-0003"]


def write_stack(path, count=3, size=(4, 6), **options):
    values = np.repeat(np.arange(count, dtype=np.uint8) * 20, size[0] * size[1]).reshape(count, *size)
    tifffile.imwrite(path, values, **(options or {"imagej": True, "metadata": {"axes": "ZYX"}}))


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    Image.new("RGB", (6, 4)).save(folder / "a.png")
    write_stack(folder / "stack.tif")
    return folder


@pytest.fixture
def project(tmp_path, images):
    with Project.create(tmp_path / "p.maskwright", images, CLASSES) as project:
        yield project


def labels_of(value, size=(4, 6)):
    return np.full(size, value, np.uint8)


def test_slices_are_listed_after_each_other(project, images):
    assert project.image_ids() == ["a.png", *SLICES]
    assert [record.id for record in project.records()] == project.image_ids()
    assert project.record("stack.tif").pages == 3
    assert project.image_file(SLICES[2]) == images / "stack.tif"
    assert project.size(SLICES[2]) == (4, 6)
    with pytest.raises(ProjectError):
        project.image_path("../stack.tif/slice-0002")


def test_each_has_labels_of_its_own(project):
    for value, image_id in enumerate(SLICES[:2]):
        project.import_labels(image_id, labels_of(value))
    assert project.labels_path(SLICES[1]) == project.root / "labels" / "stack.tif" / "slice-0002.png"
    assert [project.load_label_map(key).labels[0, 0] for key in SLICES] == [0, 1, 255]
    assert project.corrected_ids() == SLICES[:2]
    with Project.open(project.root, Access.READ) as reader:
        assert [reader.state(key) for key in SLICES] == [State.DONE, State.DONE, State.NEW]


def test_an_old_project_keeps_its_labels_for_the_first_page(tmp_path, images):
    """Before, ``stack.tif`` was one image, whose labels were in ``labels/stack.tif.png``."""
    (images / "stack.tif").rename(tmp_path / "stack.tif")
    Image.new("L", (6, 4)).save(images / "stack.tif")
    with Project.create(tmp_path / "p.maskwright", images, CLASSES) as project:
        project.import_labels("stack.tif", labels_of(1))
    (tmp_path / "stack.tif").replace(images / "stack.tif")
    with Project.open(tmp_path / "p.maskwright") as project:
        assert project.image_ids() == ["a.png", *SLICES]
        assert (project.load_label_map("stack.tif").labels == 1).all()


def test_labels_of_slices_that_are_gone_come_back_with_them(project, images):
    project.import_labels(SLICES[2], labels_of(1))
    write_stack(images / "stack.tif", 2)
    drive(project.rescan())
    assert project.image_ids() == ["a.png", *SLICES[:2]]
    write_stack(images / "stack.tif", 3)
    drive(project.rescan())
    assert project.image_ids() == ["a.png", *SLICES]
    assert project.state(SLICES[2]) is State.DONE
    assert (project.load_label_map(SLICES[2]).labels == 1).all()


def test_slices_of_a_file_that_cannot_be_read_stay(project, images):
    whole = (images / "stack.tif").read_bytes()
    (images / "stack.tif").write_bytes(b"II*\0 nothing")
    drive(project.rescan())
    assert project.image_ids() == ["a.png", *SLICES]
    assert all(project.look_at(key).unreadable for key in SLICES)
    (images / "stack.tif").write_bytes(whole + b" ")
    drive(project.rescan())
    assert not any(project.look_at(key).unreadable for key in SLICES)


def test_grey_pages_are_images_until_a_person_says_that_they_are_channels(project, images):
    write_stack(images / "pages.tif", 3, metadata=None, photometric="minisblack")
    drive(project.rescan())
    pages = ["pages.tif", "pages.tif/page-0002", "pages.tif/page-0003"]
    assert project.image_ids() == ["a.png", *pages, *SLICES]
    project.import_labels(pages[1], labels_of(1))
    project.set_setting("pages_are_channels", True)
    drive(project.rescan())
    assert project.image_ids() == ["a.png", "pages.tif", *SLICES], "what a file says itself stays"
    project.set_setting("pages_are_channels", False)
    drive(project.rescan())
    assert project.state(pages[1]) is State.DONE


def test_a_real_image_never_has_the_id_of_a_page(project, images):
    (images / "stack.tif").unlink()
    (images / "stack.tif").mkdir()
    Image.new("RGB", (6, 4)).save(images / "stack.tif" / "slice-0002.png")
    drive(project.rescan())
    assert project.image_ids() == ["a.png", "stack.tif/slice-0002.png"]


def test_files_are_looked_into_within_a_time_and_later(tmp_path, images):
    for n in range(4):
        write_stack(images / f"more{n}.tif")
    with Project.create(tmp_path / "p.maskwright", images, CLASSES) as project:
        root = project.root
    (root / "index.sqlite").unlink()
    with Project.open(root, seconds=0.0) as project:
        assert len(project.image_ids()) == 6 + 2, "one file is looked into at least"
        found = project.inspect(project.image_ids(), 60.0)
        assert found.more
        drive(project.rescan(0.0))
        assert len(project.image_ids()) == 1 + 5 * 3
        assert not project.inspect(project.image_ids(), 60.0).more


def test_only_tiff_files_are_looked_into(project, images, monkeypatch):
    looked = []
    monkeypatch.setattr("segcore.project.stacks.image_header", lambda path: looked.append(path) or 1 / 0)
    drive(project.rescan())
    assert looked == [], "what was looked into once is known"
    Image.new("RGB", (6, 4)).save(images / "b.png")
    drive(project.rescan())
    assert looked == []
    write_stack(images / "b.tif")
    with pytest.raises(ZeroDivisionError):
        drive(project.rescan())
    assert looked == [images / "b.tif"]


def test_undo_history_versions_marks_and_snapshots(project, tmp_path):
    def all_cells(before):
        return LabelMap(np.ones_like(before.labels), np.full_like(before.provenance, 2))

    assert edit_closed(project, SLICES[0], all_cells, "Cells") is State.IN_PROGRESS
    assert edit_closed(project, SLICES[1], all_cells, "Cells") is not None
    assert project.versions.keep(SLICES[0], "Cells", 1_000_000) is not None
    assert project.versions.keep(SLICES[1], "Cells", 1_000_000) is not None
    assert [len(project.versions.of(key)) for key in SLICES] == [1, 1, 0]
    snapshot = drive(take_snapshot(project, tmp_path / "snapshot"))
    assert [each.image_id for each in snapshot] == SLICES[:2]
    assert snapshot[1].labels.is_file()
    assert undo_closed(project, SLICES[1], "Cells") is State.NEW
    assert project.state(SLICES[0]) is State.IN_PROGRESS
