from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import segcore.project.label_store
from segcore.errors import LabelError, ProjectError
from segcore.images.indexed_png import encode_indexed_png, read_indexed_png, read_notes
from segcore.labels.label_map import LabelMap, State
from segcore.progress import drive
from segcore.project.project import Access, Project
from tests.segcore.project.small_project import CLASSES, C, H, P, U, painted, reopened
from tests.systems import needs_links


def no_space(monkeypatch, call, after=0):
    """Let os.``call`` fail like a full disk, after so many successes."""
    real, count = getattr(os, call), [0]

    def limited(*args, **kwargs):
        count[0] += 1
        if count[0] > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*args, **kwargs)

    monkeypatch.setattr(os, call, limited)


# A save that is cut short
@pytest.mark.parametrize("replaced", [0, 1, 2, 3])
def test_a_process_that_dies_while_saving_leaves_a_pair(project, monkeypatch, replaced):
    """Killed after each step of a save: what is loaded is the old pair or the new one, never a mixture."""
    old, new = painted(1), painted(2)
    new.provenance[3], new.labels[3] = H, 0
    project.save_label_map("a.png", old)
    real, count = os.replace, [0]

    class KilledError(BaseException):
        pass

    def dying(*args):
        if count[0] == replaced:
            raise KilledError
        count[0] += 1
        real(*args)

    # A killed process cleans nothing up.
    monkeypatch.setattr(os, "unlink", lambda *_: None)
    monkeypatch.setattr(os, "replace", dying)
    monkeypatch.setattr(segcore.project.label_store.Path, "unlink", lambda *_: None)
    if replaced < 3:
        with pytest.raises(KilledError):
            project.save_label_map("a.png", new)
    else:
        project.save_label_map("a.png", new)
    monkeypatch.undo()
    with reopened(project) as again:
        found = again.load_label_map("a.png")
        expected = old if replaced < 2 else new
        assert np.array_equal(found.labels, expected.labels)
        assert np.array_equal(found.provenance, expected.provenance)
        assert again.warnings == []
        assert again.save_label_map("a.png", new) == State.IN_PROGRESS


@pytest.mark.parametrize(("call", "after"), [("fsync", 0), ("fsync", 1), ("replace", 0), ("replace", 1)])
def test_no_space_keeps_the_old_labels(project, monkeypatch, call, after):
    project.save_label_map("a.png", painted(1))
    no_space(monkeypatch, call, after)
    with pytest.raises(ProjectError, match=r"a\.png\.png") as caught:
        project.save_label_map("a.png", painted(2))
    assert "Free some space" in caught.value.remedy
    monkeypatch.undo()
    assert np.array_equal(project.load_label_map("a.png").labels, painted(1).labels)
    assert project.load_label_map("a.png").state() == State.IN_PROGRESS
    assert project.save_label_map("a.png", painted(2)) == State.IN_PROGRESS


def test_no_space_keeps_settings_and_classes(project, monkeypatch):
    project.set_setting("a", 1)
    no_space(monkeypatch, "fsync")
    with pytest.raises(ProjectError):
        project.set_setting("a", 2)
    with pytest.raises(ProjectError):
        project.set_classes(CLASSES.removed(1))
    monkeypatch.undo()
    assert project.settings == {"a": 1}
    with reopened(project) as again:
        assert again.settings == {"a": 1}
        assert again.classes == CLASSES


def test_a_failing_index_costs_no_labels(project, monkeypatch):
    import sqlite3

    def full(*_, **__):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(project.index, "update", full)
    assert project.save_label_map("a.png", painted()) == State.IN_PROGRESS
    assert "index" in project.warnings[0]
    with reopened(project) as again:
        assert again.state("a.png") == State.IN_PROGRESS


def test_labels_changed_elsewhere_count_as_predicted(project):
    project.save_label_map("a.png", painted())
    labels = np.full((4, 6), 2, np.uint8)
    labels[0] = 255
    project.labels_path("a.png").write_bytes(encode_indexed_png(labels, CLASSES.palette()))
    with reopened(project) as again:
        assert again.state("a.png") == State.PREDICTED
        found = again.load_label_map("a.png")
        assert np.array_equal(found.labels, labels)
        assert found.provenance[0].tolist() == [U] * 6
        assert found.provenance[1].tolist() == [P] * 6
        assert "outside Maskwright" in again.warnings[0]


@pytest.mark.parametrize("damage", ["missing", "garbage", "size"])
def test_a_damaged_provenance_never_makes_ground_truth(project, damage):
    project.save_label_map("a.png", painted())
    path = project.provenance_path("a.png")
    if damage == "missing":
        path.unlink()
    elif damage == "garbage":
        path.write_bytes(b"garbage")
    else:
        Image.fromarray(np.full((2, 2), C, np.uint8)).save(path)
    found = project.load_label_map("a.png")
    assert np.array_equal(found.labels, painted().labels)
    assert found.state() == State.PREDICTED
    assert project.warnings
    project.save_label_map("a.png", found)
    assert read_indexed_png(path).max() == P
    assert path.with_name("a.png.png.damaged").exists() is (damage != "missing")


def test_damaged_labels_are_kept_aside(project):
    project.save_label_map("a.png", painted())
    path = project.labels_path("a.png")
    broken = path.read_bytes()[:60]
    path.write_bytes(broken)
    for _ in range(2):  # loading changes nothing
        with pytest.raises(LabelError, match="damaged") as caught:
            project.load_label_map("a.png")
    assert str(path) in caught.value.remedy
    assert path.read_bytes() == broken
    assert project.save_label_map("a.png", painted(2)) == State.IN_PROGRESS
    assert path.with_name("a.png.png.damaged").read_bytes() == broken
    path.write_bytes(broken[:30])
    drive(project.rescan())
    assert project.state("a.png") == State.NEW
    with pytest.raises(LabelError):
        project.load_label_map("a.png")
    project.save_label_map("a.png", painted(2))
    assert path.with_name("a.png.png.damaged").read_bytes() == broken
    assert path.with_name("a.png.png.damaged-2").read_bytes() == broken[:30]
    assert np.array_equal(project.load_label_map("a.png").labels, painted(2).labels)


@pytest.mark.parametrize("left", [b"", bytes(500)], ids=["nothing", "zeros"])
def test_a_label_file_of_which_a_power_cut_left_nothing_is_told_and_written_again(project, left):
    project.save_label_map("a.png", painted())
    path = project.labels_path("a.png")
    path.write_bytes(left)
    with Project.open(project.root, Access.READ) as again:
        assert again.load_label_map("a.png").is_new()
        assert "is empty, perhaps because the power failed" in again.warnings[-1]
    project.load_label_map("a.png")
    project.save_label_map("a.png", painted(2))
    assert np.array_equal(project.load_label_map("a.png").labels, painted(2).labels)
    assert not path.with_name("a.png.png.damaged").exists()


def test_labels_that_another_program_wrote_meanwhile_are_kept(project):
    project.save_label_map("a.png", painted(1))
    path = project.labels_path("a.png")
    theirs = encode_indexed_png(np.full((4, 6), 2, np.uint8), CLASSES.palette())
    path.write_bytes(theirs)
    project.save_label_map("a.png", painted(0))
    assert path.with_name("a.png.png.changed").read_bytes() == theirs
    assert "changed by another program" in project.warnings[0]
    assert project.load_label_map("a.png").labels[0, 0] == 0
    os.utime(path, ns=(5, 5))  # touched, but the same
    project.save_label_map("a.png", painted(1))
    assert not path.with_name("a.png.png.changed-2").exists()


@needs_links
def test_a_label_folder_that_leads_out_of_the_project_is_refused(project, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (project.root / "labels").symlink_to(outside)
    with pytest.raises(ProjectError, match="outside the project"):
        project.save_label_map("a.png", painted())
    assert list(outside.iterdir()) == []
    (project.root / "labels").unlink()
    (project.root / "kept").mkdir()
    (project.root / "labels").symlink_to(project.root / "kept")
    assert project.save_label_map("a.png", painted()) == State.IN_PROGRESS


KILLED = """
import sys
from pathlib import Path
import numpy as np
from segcore.labels.label_map import LabelMap
from segcore.project.project import Project

project = Project.open(Path(sys.argv[1]))
while True:
    for value in (0, 1, 2):
        label_map = LabelMap.blank(4, 6)
        label_map.labels[: value + 1], label_map.provenance[: value + 1] = value, 2
        project.save_label_map("a.png", label_map)
        print("saved", flush=True)
"""


def test_killed_at_any_moment_it_reopens_with_a_pair(project):
    project.close()
    root = Path(segcore.project.label_store.__file__).parents[2]
    seen = set()
    for pause in (0.0, 0.003, 0.007, 0.011, 0.017, 0.023):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(project.root)], cwd=root, stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        with child.stdout:
            assert child.stdout.readline() == "saved\n"
            time.sleep(0.02 + pause)
            child.kill()
        child.wait(timeout=30)
        with Project.open(project.root) as again:
            assert again.warnings == []
            found = again.load_label_map("a.png")
            assert again.warnings == []
            if found.state() == State.NEW:
                continue
            value = int(found.labels[0, 0])
            seen.add(value)
            assert (found.human().sum(1) > 0).tolist() == [row <= value for row in range(4)]
            assert (found.labels[: value + 1] == value).all()
            assert again.state("a.png") == State.IN_PROGRESS
    assert seen


def test_images_that_an_earlier_version_called_done_are_done_only_where_a_person_said_so(project):
    filled = LabelMap(np.ones((4, 6), np.uint8), np.full((4, 6), H, np.uint8))
    kept = LabelMap(np.ones((4, 6), np.uint8), np.full((4, 6), C, np.uint8))
    kept.provenance[0] = H  # as "mark done" left it
    for name, label_map in (("a.png", filled), ("a.jpg", kept)):
        project.save_label_map(name, label_map)
        path = project.provenance_path(name)
        notes = read_notes(path.read_bytes())
        del notes["maskwright-progress"]
        path.write_bytes(
            encode_indexed_png(
                label_map.provenance,
                segcore.project.label_store.PROVENANCE_PALETTE,
                notes | {"maskwright-state": "DONE"},
            )
        )
    project.close()
    index = sqlite3.connect(project.root / "index.sqlite")
    index.execute("UPDATE images SET state = 3")
    index.execute("PRAGMA user_version = 1")
    index.commit()
    index.close()
    with Project.open(project.root) as again:
        assert (again.state("a.png"), again.state("a.jpg")) == (State.IN_PROGRESS, State.DONE)
        assert again.load_label_map("a.png").state() == State.IN_PROGRESS
        assert again.corrected_ids() == ["a.jpg", "a.png"]
