from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from app.classes.class_locks import PROJECT_KEY, ClassLocks
from segcore.editing import PaintPolicy
from segcore.labels.classes import ClassSet
from segcore.project.project import Project

CLASSES = ClassSet.from_names(["background", "road", "car"])


@pytest.fixture
def folder(tmp_path):
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / "a.png")
    Project.for_folder(tmp_path, CLASSES).close()
    return tmp_path


def opened(session, folder):
    project = Project.for_folder(folder, CLASSES)
    session.document.set_project(project)
    return project


def stored(qtbot, session, project, expected):
    qtbot.waitUntil(lambda: not session.jobs.busy)
    assert project.settings.get(PROJECT_KEY) == expected


def test_the_project_keeps_the_locks(qtbot, session, folder):
    locks = ClassLocks(session)
    project, document = opened(session, folder), session.document
    document.set_policy(document.policy.with_lock(1, True))
    document.set_policy(document.policy.with_lock(2, True))
    document.set_policy(document.policy.with_lock(1, False))
    stored(qtbot, session, project, [2])
    document.set_project(None)
    project.close()
    assert document.policy == PaintPolicy()
    again = opened(session, folder)
    assert document.policy.locked == {2}
    document.set_policy(document.policy.with_lock(2, False))
    stored(qtbot, session, again, None)
    again.close()
    del locks


def test_a_lock_that_is_opened_at_once_is_not_written_after_all(qtbot, session, folder):
    locks = ClassLocks(session)
    project, document = opened(session, folder), session.document
    document.set_policy(document.policy.with_lock(1, True))
    document.set_policy(document.policy.with_lock(1, False))
    stored(qtbot, session, project, None)
    project.close()
    del locks


@pytest.mark.parametrize("junk", ["road", {"1": 2}, [7, -1, 1.5, True, "1", None, [2]], 3])
def test_what_is_no_class_in_the_file_is_left_out(session, folder, junk):
    with Project.for_folder(folder, CLASSES) as project:
        project.set_setting(PROJECT_KEY, junk)
    locks = ClassLocks(session)
    project = opened(session, folder)
    assert session.document.policy == PaintPolicy()
    project.close()
    del locks


def test_a_class_that_is_removed_is_not_locked_any_more(session, folder):
    locks = ClassLocks(session)
    project, document = opened(session, folder), session.document
    document.set_policy(document.policy.with_lock(1, True))
    document.set_classes(CLASSES.removed(1))
    document.set_classes(CLASSES.removed(1).added("tree"))
    assert document.policy.locked == frozenset()
    document.set_project(None)
    project.close()
    del locks
