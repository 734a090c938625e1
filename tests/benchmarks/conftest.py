"""Fixtures of the simulated person."""

from __future__ import annotations

import pytest

from benchmarks.person.desk import Desk
from segcore.labels.classes import ClassSet, SegClass


@pytest.fixture
def classes():
    return ClassSet([SegClass(0, "ground", (0, 0, 0)), SegClass(1, "thing", (255, 0, 0))])


@pytest.fixture
def desk(qapp, classes):
    desk = Desk(classes)
    yield desk
    desk.close()
