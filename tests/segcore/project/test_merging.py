from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from segcore.errors import ProjectError
from segcore.journal.journal import recall
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, State
from segcore.progress import drive
from segcore.project.joining import join_classes, join_labels
from segcore.project.marks import Mark
from segcore.project.merging import NAME, MergeChoices, merge
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
    assert report.marks == 1
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
