"""The clock is set back or forward: a laptop's is corrected by the network, another system keeps local time in it."""

from __future__ import annotations

import platform
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap
from segcore.project import label_store, label_versions
from segcore.project.label_versions import MOST
from segcore.project.writer_lock import Holder
from tests.segcore.project.small_project import painted

PLENTY = 10_000_000
BEFORE = ClassSet.from_names(["background", "lane", "crack"])
AFTER = ClassSet.from_names(["background", "lane", "pothole"])
"""The value 2 goes to another class."""


@pytest.fixture
def clock(monkeypatch):
    """Return ``clock(hours)``, which sets the clock so far from the true time."""
    wrong = [timedelta()]

    class Clock(datetime):
        @classmethod
        def now(cls, zone=None):
            return datetime.now(zone) + wrong[0]

    monkeypatch.setattr(label_store, "datetime", Clock)
    monkeypatch.setattr(label_versions, "datetime", Clock)
    return lambda hours: wrong.__setitem__(0, timedelta(hours=hours))


def save(project, value):
    blank = painted()
    project.save_label_map("a.png", LabelMap(np.full_like(blank.labels, value), np.full_like(blank.provenance, 2)))


def label(project):
    return int(project.load_labels("a.png").label_map.labels[0, 0])


def without_two(classes):
    return ClassSet.from_names(classes.names[:2])


@pytest.mark.parametrize("hours", [-5, 0, 5])
def test_labels_of_a_class_that_took_over_a_value_stay_when_the_clock_is_set(project, clock, hours):
    for classes in (BEFORE, without_two(BEFORE), AFTER):
        project.set_classes(classes)
    clock(hours)
    save(project, 2)
    assert label(project) == 2


@pytest.mark.parametrize("hours", [-5, 0, 5])
def test_labels_of_the_class_before_stay_gone_when_the_clock_is_set(project, clock, hours):
    project.set_classes(BEFORE)
    save(project, 2)
    provenance = project.root / "provenance" / "a.png.png"
    assert provenance.stat().st_mtime >= datetime.now(UTC).timestamp() - 60
    clock(hours)
    for classes in (without_two(BEFORE), AFTER):
        project.set_classes(classes)
    assert label(project) == 255


def test_a_version_comes_after_the_one_before_although_the_clock_was_set_back(project, clock):
    for n in range(MOST + 3):
        clock(-n)
        save(project, n % 2)
        project.versions.keep("a.png", str(n), PLENTY)
    assert [version.what for version in project.versions.of("a.png")] == [str(n) for n in range(MOST + 2, 2, -1)]


def test_a_writer_is_the_same_process_after_the_clock_was_set():
    me = Holder.this_process()
    later = replace(me, started=me.started + 3600)
    assert me.lives()
    if platform.system() == "Linux":
        assert later.lives()
        assert later.same_process(me)
        assert not replace(me, birth="another boot/1").lives()
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:  # of a later tick
            assert not replace(me, pid=other.pid).lives()
            other.communicate(b"\n")
    assert not replace(later, birth="").lives(), "written by an earlier version"
