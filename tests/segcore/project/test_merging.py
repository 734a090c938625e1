from __future__ import annotations

import errno
import io
import threading

import numpy as np
import pytest
from PIL import Image

from segcore.errors import ProjectError
from segcore.journal.journal import recall
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, State
from segcore.progress import drive
from segcore.project.closed_edit import undo_closed
from segcore.project.joining import join_classes, join_labels
from segcore.project.marks import Mark
from segcore.project.merge_plan import plan_merge
from segcore.project.merging import NAME, MergeChoices, MergeReport, merge
from segcore.project.other_project import open_other
from segcore.project.packing import pack
from segcore.project.project import Access, Project
from segcore.project.unpacking import unpack_project
from tests.segcore.project.small_project import CLASSES, C, H, P, U, painted

THERE = ClassSet.from_json(
    [{"index": 3, "name": "sign", "color": "#010203"}, {"index": 7, "name": "ROAD", "color": "#ffffff"}]
)


def label_map(labels, provenance):
    return LabelMap(np.array([labels], np.uint8), np.array([provenance], np.uint8))


def test_classes_are_joined_by_name():
    joined = join_classes(CLASSES, THERE)
    assert joined.classes.names == ["road", "Himmel", "tree", "sign"]
    assert joined.added == ("sign",)
    assert joined.table[[3, 7, 0]].tolist() == [3, 0, 255]
    assert joined.classes.named("sign").color == (1, 2, 3)
    assert joined.classes.named("road").color == CLASSES.named("road").color


def test_no_two_joined_classes_have_one_colour():
    joined = join_classes(ClassSet.from_names(["background", "lane", "crack"]), ClassSet.from_names(["x", "y", "z"]))
    assert len({each.color for each in joined.classes}) == 6


HERE_MAP = label_map([255, 0, 1, 1, 255, 1, 1], [U, P, H, C, U, H, P])
THERE_MAP = label_map([2, 2, 2, 2, 2, 1, 2], [H, C, H, H, P, C, P])


@pytest.mark.parametrize(
    ("replace", "labels", "provenance"),
    [(False, [2, 2, 1, 1, 2, 1, 1], [H, C, H, C, P, H, P]), (True, [2, 2, 2, 2, 2, 1, 1], [H, C, H, H, P, H, P])],
)
def test_what_a_person_painted_here_is_only_replaced_on_request(replace, labels, provenance):
    joined = join_labels(HERE_MAP, THERE_MAP, replace)
    assert joined.label_map.labels.tolist() == [labels]
    assert joined.label_map.provenance.tolist() == [provenance]
    assert joined.differing == 2


@pytest.fixture
def pictures(tmp_path):
    """Return a function that makes an image folder: names and the grey value of each."""

    def make(name, **greys):
        for image, grey in greys.items():
            path = tmp_path / name / f"{image}.png"
            path.parent.mkdir(exist_ok=True)
            Image.new("L", (6, 4), grey).save(path)
        return tmp_path / name

    return make


@pytest.fixture
def two(pictures, tmp_path):
    """Return this project with a and b, and another one with a, the same as b called c, another b, and d."""
    here = Project.create(tmp_path / "here", pictures("one", a=1, b=2), CLASSES)
    there = Project.create(tmp_path / "there", pictures("two", a=1, c=2, b=99, d=4), THERE)
    yield here, there
    here.close()
    there.close()


def test_images_are_the_same_by_content(two):
    here, there = two
    for image_id, value in (("a.png", 3), ("b.png", 7), ("c.png", 7), ("d.png", 3)):
        there.save_label_map(image_id, painted(value))
    there.marks.put({"c.png": Mark(flagged=True), "a.png": Mark(note="theirs")})
    here.marks.put({"a.png": Mark(note="mine")})
    report = drive(merge(here, there))
    assert (report.added, report.merged, report.unchanged) == (("sign",), ["a.png", "b.png"], [])
    assert [each.image_id for each in report.skipped] == ["b.png", "d.png"]
    assert (here.load_label_map("a.png").labels[:2] == 3).all()
    assert (here.load_label_map("b.png").labels[:2] == 0).all()
    assert list(report.marks) == ["b.png"]
    assert here.marks.all() == {"a.png": Mark(note="mine"), "b.png": Mark(flagged=True)}
    again = drive(merge(here, there))
    assert (again.merged, again.unchanged) == ([], ["a.png", "b.png"])


def test_a_replaced_label_can_be_taken_back(two):
    here, there = two
    here.save_label_map("a.png", painted(1))
    there.save_label_map("a.png", painted(7))
    before = here.labels_path("a.png").read_bytes()
    kept = drive(merge(here, there))
    assert (kept.merged, kept.differing) == ([], {"a.png": 12})
    assert here.labels_path("a.png").read_bytes() == before
    replaced = drive(merge(here, there, MergeChoices(replace=True)))
    assert (replaced.merged, replaced.differing) == (["a.png"], {"a.png": 12})
    found = here.load_label_map("a.png")
    assert (found.labels[:2] == 0).all()
    history = recall(here.root, "a.png", found, here.classes, here.class_history).history
    assert history.undo_name == NAME
    assert len(here.versions.of("a.png")) == 1


def test_a_packed_project_without_images_is_merged_by_path(two, tmp_path):
    here, there = two
    there.save_label_map("a.png", painted(7))
    there.save_label_map("d.png", painted(7))
    drive(pack(there, tmp_path / "t.zip"))
    with Project.open(drive(unpack_project(tmp_path / "t.zip", tmp_path / "t")).root, Access.READ) as other:
        report = drive(merge(here, other))
    assert (report.merged, [each.image_id for each in report.skipped]) == (["a.png"], ["d.png"])
    assert here.state("a.png") == State.IN_PROGRESS


def test_damaged_labels_are_skipped(two):
    here, there = two
    for image_id in ("a.png", "c.png"):
        there.save_label_map(image_id, painted(7))
    there.labels_path("a.png").write_bytes(b"\x89PNG")
    report = drive(merge(here, there))
    assert (report.merged, [each.image_id for each in report.skipped]) == (["b.png"], ["a.png"])


def test_a_project_is_not_merged_with_itself(two):
    with pytest.raises(ProjectError, match="itself"):
        drive(merge(two[0], two[0]))


def files_of(root):
    return {path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file() and "sqlite" not in path.name}


def test_a_plan_says_what_would_happen_and_changes_nothing(two):
    here, there = two
    here.save_label_map("a.png", painted(1))
    for image_id, value in (("a.png", 7), ("c.png", 3), ("d.png", 3)):
        there.save_label_map(image_id, painted(value))
    before = files_of(here.root), files_of(there.root)
    plan = drive(plan_merge(here, there))
    assert (plan.matched, plan.added, plan.labelled) == (("ROAD",), ("sign",), 2)
    assert (plan.changing, plan.differing) == (("b.png",), {"a.png": 12})
    assert plan.only_there == ("b.png", "d.png")
    assert plan.nbytes == sum((there.images / name).stat().st_size for name in plan.only_there)
    assert (files_of(here.root), files_of(there.root)) == before


def test_images_that_only_the_other_has_are_copied_with_their_labels(two):
    here, there = two
    for image_id in ("b.png", "d.png"):
        there.save_label_map(image_id, painted(3))
    there.marks.put({"d.png": Mark(flagged=True)})
    mine = files_of(here.images)
    (there.images / "d.pgw").write_text("1\n0\n0\n-1\n0\n0\n")
    same = drive(plan_merge(here, there)).same
    report = drive(merge(here, there, MergeChoices(copy_images=True), same))
    assert report.copied == {"b.png": "b-2.png", "d.png": "d.png"}  # another b.png is here already
    assert (sorted(report.merged), report.skipped, report.lacking) == (["b-2.png", "d.png"], [], 0)
    assert sorted(here.image_ids()) == ["a.png", "b-2.png", "b.png", "d.png"]
    assert (here.load_label_map("b-2.png").labels[:2] == here.classes.named("sign").index).all()
    assert here.state("b.png") == State.NEW
    assert here.marks.all() == {"d.png": Mark(flagged=True)}
    after = files_of(here.images)
    assert {path: after[path] for path in mine} == mine
    assert (here.images / "b-2.png").read_bytes() == (there.images / "b.png").read_bytes()
    assert (here.images / "d.pgw").exists()
    again = drive(merge(here, there, MergeChoices(copy_images=True)))
    assert (again.copied, again.merged) == ({}, [])


def test_a_copy_that_is_stopped_leaves_no_half_file_and_can_be_repeated(two):
    here, there = two
    there.save_label_map("d.png", painted(3))
    task = merge(here, there, MergeChoices(copy_images=True))
    for step in task:
        if step.message == "d.png" and list(here.images.glob(".*")):
            break
    task.close()
    assert not list(here.images.glob(".*"))
    assert (here.images / "b-2.png").exists()
    assert not (here.images / "d.png").exists()
    here.close()
    with Project.open(here.root) as again:
        assert drive(merge(again, there, MergeChoices(copy_images=True))).copied == {"d.png": "d.png"}


def test_images_that_were_copied_before_it_was_stopped_are_told_and_not_copied_again(two):
    here, there = two
    there.save_label_map("b.png", painted(3))
    report = MergeReport()
    task = merge(here, there, MergeChoices(copy_images=True), report=report)
    for step in task:
        if step.message == "d.png" and list(here.images.glob(".*")):
            break
    task.close()
    assert report.copied == {"b.png": "b-2.png"}
    assert "b-2.png" in here.image_ids()
    again = drive(merge(here, there, MergeChoices(copy_images=True)))
    assert again.copied == {"d.png": "d.png"}
    assert sorted(path.name for path in here.images.iterdir()) == ["a.png", "b-2.png", "b.png", "d.png"]
    assert again.merged == ["b-2.png"]


def test_an_image_is_copied_although_the_file_beside_it_cannot_be_read(two):
    here, there = two
    (there.images / "d.pgw").mkdir()
    report = drive(merge(here, there, MergeChoices(copy_images=True)))
    assert report.copied == {"b.png": "b-2.png", "d.png": "d.png"}
    assert [each.image_id for each in report.skipped] == ["d.pgw"]
    assert "folder" in report.skipped[0].reason


def test_an_image_whose_disk_fails_in_the_middle_is_not_copied(two, monkeypatch):
    from segcore.project import image_copies

    class Failing(io.BytesIO):
        def read(self, size=-1):
            raise OSError(errno.EIO, "Input/output error")

    opened = image_copies.open_regular
    monkeypatch.setattr(image_copies, "open_regular", lambda path: Failing() if path.name == "b.png" else opened(path))
    here, there = two
    report = drive(merge(here, there, MergeChoices(copy_images=True)))
    assert report.copied == {"d.png": "d.png"}
    assert report.skipped == [("b.png", "it cannot be copied (Input/output error)")]
    assert sorted(path.name for path in here.images.iterdir()) == ["a.png", "b.png", "d.png"]


def test_an_image_that_cannot_be_read_is_not_copied(two, monkeypatch):
    from segcore.project import image_copies

    def unreadable(path):
        if path.name == "d.png":
            raise PermissionError(13, "Permission denied")
        return path.open("rb")

    here, there = two
    monkeypatch.setattr(image_copies, "open_regular", unreadable)
    report = drive(merge(here, there, MergeChoices(copy_images=True)))
    assert report.skipped == [("d.png", "it cannot be copied (Permission denied)")]
    assert report.copied == {"b.png": "b-2.png"}


@pytest.mark.parametrize("stopped", [False, True])
def test_a_labelled_image_that_cannot_be_copied_is_told_once_also_when_it_is_stopped(two, monkeypatch, stopped):
    from segcore.project import image_copies

    def unreadable(path):
        if path.name == "b.png":
            raise PermissionError(13, "Permission denied")
        return path.open("rb")

    here, there = two
    there.save_label_map("b.png", painted(3))
    monkeypatch.setattr(image_copies, "open_regular", unreadable)
    report = MergeReport()
    task = merge(here, there, MergeChoices(copy_images=True), report=report)
    for step in task:
        if stopped and step.message == "d.png" and list(here.images.glob(".*")):
            break
    task.close()
    assert report.skipped == [("b.png", "it cannot be copied (Permission denied)")]


def test_nothing_is_copied_onto_a_disk_that_is_too_full(two, monkeypatch):
    from segcore.project import image_copies

    here, there = two
    monkeypatch.setattr(image_copies, "free_bytes", lambda folder: 10)
    with pytest.raises(ProjectError, match="are free"):
        drive(merge(here, there, MergeChoices(copy_images=True)))
    assert len(list(here.images.iterdir())) == 2


def test_labels_of_an_image_that_had_none_can_be_taken_back_too(two):
    here, there = two
    there.save_label_map("c.png", painted(7))
    drive(merge(here, there, MergeChoices(name="Merge projects A")))
    assert undo_closed(here, "b.png", "Merge projects A") is State.NEW


def test_the_other_project_may_be_named_by_its_images_or_packed(two, tmp_path, pictures):
    _, there = two
    drive(pack(there, tmp_path / "t.zip"))
    with drive(open_other(tmp_path / "t.zip")) as other:
        unpacked = other.project.root
        assert unpacked.is_dir()
    assert not unpacked.exists()
    Project.for_folder(pictures("three", e=5), THERE).close()
    with drive(open_other(tmp_path / "three")) as other:
        assert other.project.image_ids() == ["e.png"]
    with pytest.raises(ProjectError, match="holds no project"):
        drive(open_other(tmp_path))


def test_what_was_unpacked_goes_also_when_nobody_closed_it(two, tmp_path):
    """A person cancels in the moment in which it is open, or the window ends meanwhile."""
    drive(pack(two[1], tmp_path / "t.zip"))
    other = drive(open_other(tmp_path / "t.zip"))
    project = other.project
    assert project.root.is_dir()
    del other
    for thread in threading.enumerate():
        if thread.name == "delete":
            thread.join()
    assert not project.root.parent.exists()
    project.close()
