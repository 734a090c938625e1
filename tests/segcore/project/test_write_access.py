from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import segcore.project.label_store
from segcore.errors import ProjectBusyError, ProjectError
from segcore.files.stamp import Stamp
from segcore.labels.label_map import LabelMap, State
from segcore.project.project import Access, Project
from segcore.project.writer_lock import Holder
from tests.segcore.project.small_project import CLASSES, painted, prediction, reopened
from tests.systems import needs_permissions

# One writer
BUSY = """
import sys
from pathlib import Path
from segcore.project.project import Access, Project

with Project.open(Path(sys.argv[1]), Access.READ) as project:
    before = {path: path.stat().st_mtime_ns for path in project.root.rglob("*") if path.is_file()}
    print("reading", flush=True)
    torn = 0
    for _ in range(int(sys.argv[2])):
        found = project.load_labels("a.png")
        labels, provenance = found.label_map.labels, found.label_map.provenance
        value = int(labels[0, 0])
        torn += bool(found.warning) or not (labels[: value + 1] == value).all() or provenance[value, 0] != 2
        torn += (provenance > 0).sum() != 6 * (value + 1)
    print(torn, flush=True)
"""


def staircase(value):
    label_map = LabelMap.blank(4, 6)
    label_map.labels[: value + 1], label_map.provenance[: value + 1] = value, 2
    return label_map


def test_a_reader_beside_a_writer_sees_pairs_and_disturbs_nothing(project):
    project.save_label_map("a.png", staircase(0))
    root = Path(segcore.project.label_store.__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", BUSY, str(project.root), "40"], cwd=root, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
        saves = 0
        while reader.poll() is None:
            project.save_label_map("a.png", staircase(saves % 3))
            saves += 1
        assert reader.stdout.readline() == "0\n"  # torn pairs
    assert saves > 1
    assert project.warnings == []


def test_a_reader_writes_nothing(project, images):
    project.save_label_map("a.png", painted(1))
    project.save_prediction("a.jpg", prediction())
    Image.new("RGB", (6, 4)).save(images / "new.png")
    project.index.update("a.png", state=0, label_stamp="")

    def files():
        found = [path for path in project.root.rglob("*") if path.is_file() and path.suffix != ".sqlite-shm"]
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in found}

    before = files()
    with Project.open(project.root, Access.READ) as reader:
        assert "new.png" in reader.image_ids()
        assert reader.corrected_ids() == ["a.png"]
        assert reader.size("a.png") == (4, 6)
        assert reader.load_prediction("a.jpg") is not None
        assert "opened read-only" in reader.read_only
        for write in (
            lambda: reader.save_label_map("a.png", painted(2)),
            lambda: reader.set_setting("a", 1),
            lambda: reader.set_classes(CLASSES.removed(1)),
            lambda: reader.save_prediction("a.png", prediction()),
            lambda: reader.import_labels("a.png", np.zeros((4, 6), np.uint8)),
            reader.new_checkpoint_path,
        ):
            with pytest.raises(ProjectBusyError) as caught:
                write()
            assert f"process {os.getpid()}" in caught.value.holder
    assert files() == before


def test_a_cut_short_save_is_read_by_a_reader_and_finished_by_the_writer(project):
    project.save_label_map("a.png", painted(1))
    final = project.provenance_path("a.png")
    following = final.with_name(final.name + ".next")
    final.rename(following)
    stray = final.with_name("b.png.png.next")
    shutil.copy(following, stray)
    with Project.open(project.root, Access.READ) as reader:
        assert reader.load_label_map("a.png").state() == State.IN_PROGRESS
        assert following.exists()
    with reopened(project) as again:
        assert again.load_label_map("a.png").state() == State.IN_PROGRESS
    assert final.exists()
    assert not following.exists()
    assert not stray.exists()


def test_the_second_process_is_told_who_writes_and_may_take_over(project):
    project.save_label_map("a.png", painted(1))
    project.close()
    script = """
import sys
from pathlib import Path
from segcore.project.project import Project
project = Project.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
try:
    project.set_setting("a", 1)
except Exception as error:
    print(type(error).__name__, bool(project.read_only), flush=True)
"""
    root = Path(segcore.project.label_store.__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", script, str(project.root)],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "open\n"
        with pytest.raises(ProjectBusyError) as caught:
            Project.open(project.root)
        assert f"process {first.pid} of" in caught.value.holder
        with Project.open(project.root, Access.READ) as second:
            assert second.holder == caught.value.holder
            second.take_over()
            assert second.read_only == ""
            second.save_label_map("a.png", painted(2))
            assert first.stdin is not None
            first.stdin.write("\n")
            first.stdin.flush()
            assert first.stdout.readline() == "ProjectBusyError True\n"
            assert second.load_label_map("a.png").labels[0, 0] == 2


@needs_permissions
def test_a_folder_that_cannot_be_written_opens_read_only(project):
    project.save_label_map("a.png", painted(1))
    project.close()
    project.root.chmod(0o555)
    try:
        with Project.open(project.root) as again:
            assert "cannot be written" in again.read_only
            assert again.load_label_map("a.png").state() == State.IN_PROGRESS
    finally:
        project.root.chmod(0o755)


# What an index may do
def test_a_wrong_size_in_the_index_puts_nothing_aside(project, images):
    project.save_label_map("a.png", painted(1))
    project.index.update("a.png", width=5, height=3, image_stamp=Stamp.of(images / "a.png").key)
    assert project.size("a.png") == (3, 5)
    assert np.array_equal(project.load_label_map("a.png").labels, painted(1).labels)
    assert project.size("a.png") == (4, 6)
    assert sorted(path.name for path in (project.root / "labels").iterdir()) == ["a.png.png"]


@pytest.mark.parametrize("image_id", ["/etc/x", "../x", "a/../../x", "", "a//b", "a\0b", "./a", "x" * 256])
def test_an_id_that_leads_out_of_the_project_is_refused(project, image_id):
    for use in (project.image_path, project.labels_path, project.provenance_path, project.prediction_path):
        with pytest.raises(ProjectError, match="not the path of an image"):
            use(image_id)
    with pytest.raises(ProjectError, match="not the path of an image"):
        project.save_label_map(image_id, painted())


def test_files_of_killed_processes_are_swept_on_open(project):
    project.save_label_map("sub dir/ü.png", painted(1))
    parts = [
        project.root / ".abcd_123.part",
        project.root / "labels" / "sub dir" / ".12345678.part",
        project.root / "provenance" / ".aaaaaaaa.part",
        project.root / "reports" / ".aaaaaaaa.part",
    ]
    others = [project.root / ".hidden.part", project.root / "labels" / "sub dir" / "notes.part"]
    keep_learning = project.root / "training" / "keep-learning"
    for folder in (project.root / "checkpoints", project.root / "reports", keep_learning / "states"):
        folder.mkdir(parents=True)
    old, young = (project.root / "checkpoints" / f".{name}.part" for name in ("oooooooo", "yyyyyyyy"))
    beside = [keep_learning / ".oooooooo.part", keep_learning / "states" / ".oooooooo.part"]
    snapshot = project.root / "checkpoints" / "version-001.safetensors.snapshot"
    snapshot.mkdir()
    for path in (*parts, *others, *beside, old, young, snapshot / "owner.json"):
        path.write_bytes(b"x")
    for path in (*beside, old):
        os.utime(path, (1, 1))
    with reopened(project):
        assert not any(path.exists() for path in (*parts, *beside, old, snapshot))
        assert all(path.exists() for path in (*others, young))


def test_a_save_asks_once_who_writes_the_project(project, monkeypatch):
    asked = []
    read = Holder.read
    monkeypatch.setattr(Holder, "read", lambda path: asked.append(path) or read(path))
    project.save_label_map("a.png", staircase(0))
    assert len(asked) == 1
    asked.clear()
    project.save_label_map("a.png", staircase(1))
    assert len(asked) == 1, "again after the first, not only once in its life"
