"""Disks that are full, read-only, or go away: the last saved state stays, and the newest comes to disk later."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from segcore.errors import ProjectError
from segcore.project.project import Project
from tests.faults.desk import make_project, noise, same
from tests.systems import linux_only

ROOT = Path(__file__).resolve().parents[2]

pytestmark = linux_only("tmpfs, limits of files")


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
