"""Class edits one after another, some of which cannot be written: the document shows what the project has."""

from __future__ import annotations

import errno

import pytest
from PIL import Image

from app.classes.class_editing import ClassEditing
from app.document.document import Document
from app.document.records import Records
from app.document.session import Session
from app.jobs.job_runner import JobRunner
from app.settings.settings import Settings
from segcore.errors import ProjectError
from segcore.labels.classes import ClassSet
from segcore.project.project import Project
from segcore.project.project_file import ProjectFile


class Saver:
    def flush(self):
        pass


@pytest.fixture
def project(tmp_path):
    (tmp_path / "images").mkdir()
    Image.new("RGB", (40, 32)).save(tmp_path / "images" / "a.png")
    with Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["x", "y", "z"])) as found:
        yield found


@pytest.fixture
def context(qtbot, project):
    document, jobs, settings = Document(), JobRunner(), Settings()
    document.set_project(project)
    yield Session(document, jobs, settings, Saver(), Records(document, jobs))
    jobs.shutdown()


@pytest.fixture
def editing(qtbot, context):
    found = ClassEditing(context)
    found.errors, found.reloads = [], []
    found.error.connect(found.errors.append)
    found.reload_wanted.connect(lambda: found.reloads.append(True))
    return found


@pytest.fixture
def disk(monkeypatch):
    """Return a list of what happens to the next writes of project.json: True fails like a full disk."""
    real, fails = ProjectFile.write, []

    def write(self, root):
        if fails and fails.pop(0):
            raise ProjectError("The disk is full.") from OSError(errno.ENOSPC, "No space left on device")
        real(self, root)

    monkeypatch.setattr(ProjectFile, "write", write)
    return fails


def add(editing, context, name):
    editing.change(context.document.classes.added(name))


def settle(qtbot, context):
    qtbot.waitUntil(lambda: not context.jobs.busy)


@pytest.mark.parametrize(
    ("fails", "left", "told"),
    [
        ([True, False], ["x", "y", "z", "one", "two"], 0),  # the second list has the first change in it
        ([False, True], ["x", "y", "z", "one"], 1),
        ([True, True], ["x", "y", "z"], 1),
        ([False, False], ["x", "y", "z", "one", "two"], 0),
    ],
)
def test_two_quick_edits_agree_with_the_disk(qtbot, editing, context, project, disk, fails, left, told):
    disk.extend(fails)
    add(editing, context, "one")
    add(editing, context, "two")
    assert context.document.classes.names == ["x", "y", "z", "one", "two"], "seen at once"
    settle(qtbot, context)
    assert context.document.classes.names == left
    assert project.classes.names == left
    assert len(editing.errors) == told
    with Project.open(project.root) as again:
        assert again.classes.names == left


@pytest.mark.parametrize(
    ("fails", "left"),
    [
        ([False, False], ["x", "z", "one"]),
        ([True, False], ["x", "z", "one"]),
        ([False, True], ["x", "z"]),
        ([True, True], ["x", "y", "z"]),
    ],
)
def test_a_class_added_while_another_goes_does_not_bring_it_back(qtbot, editing, context, project, disk, fails, left):
    disk.extend(fails)
    editing.remove(1)
    add(editing, context, "one")
    settle(qtbot, context)
    assert context.document.classes.names == project.classes.names == left
    assert bool(editing.reloads) == ("y" not in left)


@pytest.mark.parametrize(
    ("fails", "left"),
    [([False, False], ["x", "z", "one"]), ([True, False], ["x", "z", "one"]), ([False, True], ["x", "y", "z", "one"])],
)
def test_a_class_that_goes_after_another_was_added(qtbot, editing, context, project, disk, fails, left):
    disk.extend(fails)
    add(editing, context, "one")
    editing.remove(1)
    settle(qtbot, context)
    assert context.document.classes.names == project.classes.names == left
    assert bool(editing.reloads) == ("y" not in left)


def test_two_quick_removals_leave_one_class(qtbot, editing, context, project):
    editing.remove(0)
    editing.remove(1)
    editing.remove(2)
    settle(qtbot, context)
    assert context.document.classes.names == project.classes.names == ["z"]
    assert len(editing.errors) == 1


def test_an_edit_of_a_project_that_was_left_is_written_there(qtbot, editing, context, project, tmp_path):
    with Project.create(tmp_path / "q", tmp_path / "images", ClassSet.from_names(["other"])) as other:
        add(editing, context, "one")
        context.document.set_project(other)
        add(editing, context, "two")
        settle(qtbot, context)
        assert project.classes.names == ["x", "y", "z", "one"]
        assert other.classes.names == context.document.classes.names == ["other", "two"]
