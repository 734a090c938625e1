"""Disks that are full, read-only, or go away: the last saved state stays, and the newest comes to disk later."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.document.autosave import Autosaver
from app.document.document import Document
from app.document.loaded_image import load_image
from app.jobs.job_runner import JobRunner
from segcore.editing import Box
from segcore.errors import MaskwrightError, ProjectError
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.project.project import Project

ROOT = Path(__file__).resolve().parents[2]
SHAPE = (300, 400)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="tmpfs, limits of files")


def noise(seed: int) -> LabelMap:
    """Labels that do not compress well: a file of some 40 kB."""
    random = np.random.default_rng(seed)
    return LabelMap(random.integers(0, 3, SHAPE).astype(np.uint8), random.integers(2, 4, SHAPE).astype(np.uint8))


def make_project(folder: Path) -> Path:
    (folder / "photos").mkdir()
    for name in ("a.png", "b.png"):
        Image.fromarray(np.zeros((*SHAPE, 3), np.uint8)).save(folder / "photos" / name)
    with Project.create(folder / "p", folder / "photos", ClassSet.from_names(["x", "y", "z"])) as project:
        project.save_label_map("a.png", noise(1))
        return project.root


def same(a: LabelMap, b: LabelMap) -> bool:
    return np.array_equal(a.labels, b.labels) and np.array_equal(a.provenance, b.provenance)


def temporary(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.name.endswith((".part", ".next"))]


@pytest.fixture
def disk(tmp_path):
    """A disk of 4 MB of its own; ``disk.again("ro")`` mounts it anew. Needs root."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or not mounted("-t", "tmpfs", "-o", "size=4m", "faults", str(place)):
        pytest.skip("only root can mount a disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def mounted(*words: str) -> bool:
    return subprocess.run(["mount", *words], check=False, capture_output=True).returncode == 0


def fill(disk: Path) -> Path:
    """Leave no room at all."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return ballast


def test_a_full_disk_keeps_the_last_state_and_takes_the_newest_when_there_is_room(disk):
    root = make_project(disk)
    with Project.open(root) as project:
        ballast = fill(disk)
        for _ in range(3):
            with pytest.raises(ProjectError, match="No space left"):
                project.save_label_map("a.png", noise(2))
            assert same(project.load_label_map("a.png"), noise(1))
        with pytest.raises(ProjectError):
            project.set_setting("a", 1)
        with pytest.raises(ProjectError):
            project.set_classes(project.classes.added("more"))
        assert project.classes.names == ["x", "y", "z"]
        assert temporary(root) == []
        ballast.unlink()
        project.save_label_map("a.png", noise(2))
        assert same(project.load_label_map("a.png"), noise(2))
    with Project.open(root) as project:
        assert same(project.load_label_map("a.png"), noise(2))
        assert project.warnings == []
        assert project.settings == {}


def test_a_project_on_a_full_disk_can_be_opened_and_read(disk):
    root = make_project(disk)
    ballast = fill(disk)
    with Project.open(root) as project:
        assert same(project.load_label_map("a.png"), noise(1))
        assert project.image_ids() == ["a.png", "b.png"]
    ballast.unlink()
    with Project.open(root) as project:
        assert project.read_only == ""
        project.save_label_map("a.png", noise(2))


LIMITED = """
import resource, sys
from pathlib import Path
import numpy as np
from segcore.errors import ProjectError
from segcore.labels.label_map import LabelMap
from segcore.project.project import Project

shape = (300, 400)
random = np.random.default_rng(5)
large = LabelMap(random.integers(0, 3, shape).astype(np.uint8), random.integers(2, 4, shape).astype(np.uint8))
with Project.open(Path(sys.argv[1])) as project:
    for limit in (0, 100, 10_000, 30_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            project.save_label_map("a.png", large)
        except ProjectError as error:
            print("told:", error)
"""


def test_files_that_cannot_become_large_enough_are_told_and_the_last_state_stays(tmp_path):
    root = make_project(tmp_path)
    words = [sys.executable, "-c", LIMITED, str(root)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("told:") == 4
    with Project.open(root) as project:
        assert same(project.load_label_map("a.png"), noise(1))
        assert project.warnings == []
    assert temporary(root) == []


def test_a_disk_that_cannot_be_written_is_opened_to_be_read(disk):
    root = make_project(disk)
    assert mounted("-o", "remount,ro", str(disk))
    with Project.open(root) as project:
        assert "cannot be written" in project.read_only
        assert same(project.load_label_map("a.png"), noise(1))
        with pytest.raises(ProjectError):
            project.save_label_map("a.png", noise(2))
    assert mounted("-o", "remount,rw", str(disk))
    with Project.open(root) as project:
        assert project.read_only == ""
        project.save_label_map("a.png", noise(2))


# -- folders that go away while somebody paints -----------------------------------------------------------------------


class Desk:
    """What a window consists of, as far as labels are concerned."""

    def __init__(self, root: Path) -> None:
        self.document, self.jobs = Document(), JobRunner()
        self.autosaver = Autosaver(self.document, self.jobs)
        self.errors: list[MaskwrightError] = []
        self.autosaver.error.connect(self.errors.append)
        self.project = Project.open(root)
        self.document.set_project(self.project)
        self.document.show(load_image(self.project, "a.png"))

    def paint(self, row: int) -> None:
        recorder = self.document.begin("Brush")
        recorder.paint(Box(0, row, 400, row + 1), np.ones((1, 400), np.bool_), 2)
        self.document.commit(recorder)


@pytest.fixture
def desk(qapp, tmp_path):
    desk = Desk(make_project(tmp_path))
    yield desk
    desk.jobs.shutdown()
    desk.project.close()


def painted_rows(root: Path) -> int:
    with Project.open(root) as project:
        label_map = project.load_label_map("a.png")
    return int(((label_map.labels == 2) & (label_map.provenance == Provenance.PAINTED)).all(1).sum())


def settled(desk: Desk) -> bool:
    return not desk.jobs.busy


def test_a_project_folder_that_is_deleted_is_made_again_with_what_is_in_memory(desk, qtbot):
    root = desk.project.root
    desk.paint(3)
    qtbot.waitUntil(lambda: not desk.autosaver.pending, timeout=10_000)
    shutil.rmtree(root)
    desk.paint(4)
    qtbot.waitUntil(lambda: not desk.autosaver.pending, timeout=20_000)
    desk.project.close()
    assert painted_rows(root) >= 2


def test_a_project_folder_that_is_renamed_keeps_its_labels_and_the_newest_are_not_lost(desk, qtbot, tmp_path):
    root = desk.project.root
    desk.paint(3)
    qtbot.waitUntil(lambda: not desk.autosaver.pending, timeout=10_000)
    old = (root / "labels" / "a.png.png").read_bytes()
    root.rename(tmp_path / "elsewhere")
    desk.paint(4)
    qtbot.waitUntil(lambda: not desk.autosaver.pending, timeout=20_000)
    assert (tmp_path / "elsewhere" / "labels" / "a.png.png").read_bytes() == old
    desk.project.close()
    assert painted_rows(root) >= 2


def test_a_folder_in_whose_place_a_file_lies_is_told_and_saved_when_it_is_gone(desk, qtbot):
    root = desk.project.root
    shutil.rmtree(root)
    root.write_text("in the way")
    desk.paint(4)
    desk.autosaver.flush()
    qtbot.waitUntil(lambda: bool(desk.errors), timeout=20_000)
    assert desk.autosaver.pending
    assert root.read_text() == "in the way"
    root.unlink()
    desk.autosaver.flush()
    qtbot.waitUntil(lambda: not desk.autosaver.pending, timeout=20_000)
    desk.project.close()
    assert painted_rows(root) >= 1


def test_labels_that_become_a_link_out_of_the_project_are_not_followed(desk, qtbot, tmp_path):
    root, outside = desk.project.root, tmp_path / "outside"
    (root / "labels").rename(outside)
    (root / "labels").symlink_to(outside)
    before = (outside / "a.png.png").read_bytes()
    desk.paint(4)
    desk.autosaver.flush()
    qtbot.waitUntil(lambda: settled(desk), timeout=20_000)
    assert desk.errors
    assert desk.autosaver.pending
    assert (outside / "a.png.png").read_bytes() == before
    (root / "labels").unlink()
    desk.autosaver.flush()
    qtbot.waitUntil(lambda: not desk.autosaver.pending, timeout=20_000)
