from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from segcore.errors import LabelError
from segcore.labels.label_map import LabelMap, Provenance
from segcore.project.label_versions import MOST
from segcore.project.project import Project
from tests.segcore.project.small_project import painted

PLENTY = 10_000_000


def save(project, value):
    """Save labels that are all of this value, and painted."""
    blank = painted()
    project.save_label_map("a.png", LabelMap(np.full_like(blank.labels, value), np.full_like(blank.provenance, 2)))


def values(project):
    return [
        int(project.versions.load("a.png", version, project.classes, project.class_history).labels[0, 0])
        for version in project.versions.of("a.png")
    ]


def test_a_version_is_what_was_on_the_disk(project):
    assert project.versions.keep("a.png", "nothing", PLENTY) is None, "there are no labels yet"
    first = painted()
    project.save_label_map("a.png", first)
    kept = project.versions.keep("a.png", "Brush ×3", PLENTY)
    save(project, 1)
    project.versions.keep("a.png", "Fill", PLENTY)
    newest, oldest = project.versions.of("a.png")
    assert (newest.what, oldest.what) == ("Fill", "Brush ×3")
    assert oldest == kept
    assert oldest.time < newest.time
    found = project.versions.load("a.png", oldest, project.classes, project.class_history)
    np.testing.assert_array_equal(found.labels, first.labels)
    np.testing.assert_array_equal(found.provenance, first.provenance)


def test_the_part_of_a_killed_process_is_swept_up_and_lies_in_no_folder_of_an_image(project, monkeypatch):
    save(project, 1)
    replace, root = os.replace, project.root

    def killed(source, target):
        """What is there when the process is killed at this moment."""
        left.append(Path(source).relative_to(root))
        Path(root, left[-1].parent, ".abcd_123.part").write_bytes(b"half")
        replace(source, target)

    left: list[Path] = []
    monkeypatch.setattr(os, "replace", killed)
    project.versions.keep("a.png", "Brush", PLENTY)
    monkeypatch.undo()
    assert {path.parent for path in left} == {Path("versions")}
    project.close()
    with Project.open(root) as again:
        assert list(root.rglob("*.part")) == []
        assert len(again.versions.of("a.png")) == 1


def test_the_same_labels_are_kept_once(project):
    save(project, 1)
    assert project.versions.keep("a.png", "Brush", PLENTY) is not None
    save(project, 1)
    assert project.versions.keep("a.png", "Brush", PLENTY) is None


def test_labels_that_were_confirmed_meanwhile_are_another_version(project):
    blank = painted()
    predicted = LabelMap(np.ones_like(blank.labels), np.full_like(blank.provenance, Provenance.PREDICTED))
    project.save_label_map("a.png", predicted)
    project.versions.keep("a.png", "As it was opened", PLENTY)
    project.save_label_map("a.png", predicted.confirm())
    assert project.versions.keep("a.png", "Mark as done", PLENTY) is not None
    newest = project.versions.of("a.png")[0]
    found = project.versions.load("a.png", newest, project.classes, project.class_history)
    assert (found.provenance == Provenance.CONFIRMED).all()


def test_an_image_has_so_many_versions(project):
    for n in range(MOST + 3):
        save(project, n % 2)
        project.versions.keep("a.png", str(n), PLENTY)
    assert [version.what for version in project.versions.of("a.png")] == [str(n) for n in range(MOST + 2, 2, -1)]
    folder = project.root / "versions" / "a.png"
    assert len(list(folder.iterdir())) == 3 * MOST


def test_the_oldest_go_when_the_budget_is_spent(project):
    save(project, 0)
    size = project.versions.keep("a.png", "0", PLENTY).nbytes
    for n in range(1, 8):
        save(project, n % 2)
        project.versions.keep("a.png", str(n), round(4.5 * size))
    left = project.versions.of("a.png")
    assert sum(version.nbytes for version in left) <= 4.5 * size
    assert left[0].what == "7"
    assert 2 <= len(left) <= 4
    assert values(project) == [int(version.what) % 2 for version in left]


def test_no_budget_keeps_nothing(project):
    save(project, 1)
    assert project.versions.keep("a.png", "Brush", 0) is None
    assert not (project.root / "versions").exists()


def test_a_damaged_version_says_so_and_one_without_facts_is_not_listed(project):
    save(project, 1)
    version = project.versions.keep("a.png", "Brush", PLENTY)
    folder = project.root / "versions" / "a.png"
    (folder / f"{version.stem}.labels.png").write_bytes(b"\x89PNG no")
    with pytest.raises(LabelError, match="cannot be read"):
        project.versions.load("a.png", version, project.classes, project.class_history)
    (folder / f"{version.stem}.json").write_text(json.dumps({"time": 3, "what": "", "crc": ""}))
    assert project.versions.of("a.png") == []


def test_pixels_of_a_class_that_is_gone_are_unlabelled(project):
    save(project, 1)
    version = project.versions.keep("a.png", "Brush", PLENTY)
    project.set_classes(project.classes.removed(1))
    assert values(project) == [255]
    assert version.what == "Brush"
