"""Clocks that are set back, and disks whose times are coarse: no label is lost or takes another meaning."""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta

import numpy as np
import psutil
import pytest

from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap
from segcore.project import label_store, label_versions
from segcore.project.label_store import now
from segcore.project.project import Project
from segcore.project.writer_lock import Holder, WriterLock
from tests.faults.desk import make_project, noise, same

LATER = "2099-05-06T07:08:09.000010+00:00"


@pytest.fixture
def clock(monkeypatch):
    """Call it with hours to set the clock by so many."""
    shift = timedelta()

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + shift

    def set_by(hours: float) -> None:
        nonlocal shift
        shift += timedelta(hours=hours)

    monkeypatch.setattr(label_store, "datetime", Clock)
    monkeypatch.setattr(label_versions, "datetime", Clock)
    return set_by


def whole(value: int) -> LabelMap:
    return LabelMap(np.full((300, 400), value, np.uint8), np.full((300, 400), 2, np.uint8))


def test_a_moment_is_after_the_one_before_it():
    assert now(LATER) == "2099-05-06T07:08:09.000011+00:00"
    assert now("2020-01-01T00:00:00.000000+00:00")[:4] == now()[:4]
    for odd in ("", "yesterday", "9999-12-31T23:59:59.999999+00:00"):
        assert now(odd)[:4] == now()[:4]


def test_labels_of_a_class_that_was_added_before_the_clock_was_set_back_stay(tmp_path, clock):
    root = make_project(tmp_path)
    with Project.open(root) as project:
        project.set_classes(ClassSet.from_names(["x", "y"]))
        project.set_classes(project.classes.added("new"))  # takes the value of "z"
        assert project.class_history.reused
        clock(-5)
        project.save_label_map("b.png", whole(2))
        assert (project.load_label_map("b.png").labels == 2).all()
        assert 2 not in project.load_label_map("a.png").labels  # that was "z"


def test_labels_of_a_removed_class_do_not_become_those_of_another_when_the_clock_was_set_back(tmp_path, clock):
    clock(5)
    root = make_project(tmp_path)
    clock(-5)
    with Project.open(root) as project:
        project.set_classes(ClassSet.from_names(["x", "y"]))
        project.set_classes(project.classes.added("new"))
        assert 2 not in project.load_label_map("a.png").labels
        project.save_label_map("b.png", whole(2))
        assert (project.load_label_map("b.png").labels == 2).all()


def test_versions_of_labels_are_in_the_order_in_which_they_were_made(tmp_path, clock, monkeypatch):
    monkeypatch.setattr("segcore.project.label_versions.MOST", 3)
    with Project.open(make_project(tmp_path)) as project:
        for number in range(5):
            project.save_label_map("a.png", noise(10 + number))
            assert project.versions.keep("a.png", f"edit {number}", 1_000_000_000) is not None
            assert project.versions.keep("a.png", "the same", 1_000_000_000) is None
            clock(-1)
        assert [version.what for version in project.versions.of("a.png")] == ["edit 4", "edit 3", "edit 2"]


def test_labels_that_another_program_wrote_are_found_by_their_content(tmp_path):
    root = make_project(tmp_path)
    path = root / "labels" / "a.png.png"
    with Project.open(root) as project:
        mine = project.load_label_map("a.png")
        before, found = path.read_bytes(), path.stat()
        theirs = bytearray(before)
        theirs[-20] ^= 1  # as long as before, in the same file, and within the two seconds that FAT tells apart
        with path.open("r+b") as file:
            file.write(theirs)
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
        project.save_label_map("a.png", mine)
        kept = [each for each in path.parent.iterdir() if each.name != "a.png.png"]
        assert [each.read_bytes() for each in kept] == [bytes(theirs)]
        assert same(project.load_label_map("a.png"), mine)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems note when a process was started")
def test_a_writer_stays_the_writer_when_the_clock_is_set(tmp_path, monkeypatch):
    lock = WriterLock(tmp_path)
    lock.acquire()
    holder = lock.holder()
    booted = psutil.boot_time()
    monkeypatch.setattr(psutil._psplatform, "boot_time", lambda: booted + 3600.0)
    assert holder.lives()
    assert Holder.this_process().same_process(holder)
    WriterLock(tmp_path).check()
    lock.release()
