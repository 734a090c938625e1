"""A quota that ends in the middle of a save, and disks without locks."""

from __future__ import annotations

import errno
import os

import pytest

from segcore.errors import ProjectBusyError, ProjectError
from segcore.project.project import Project
from segcore.project.writer_lock import MUTEX, NAME, WriterLock
from tests.faults.desk import make_project, noise, same
from tests.segcore.project.test_writer_lock import write_holder
from tests.systems import posix_only

STEPS = ("write", "fsync", "replace")


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("step", STEPS)
def test_a_quota_that_ends_at_any_step_of_a_save_leaves_the_old_or_the_new_labels(tmp_path, monkeypatch, step, number):
    root = make_project(tmp_path)
    with Project.open(root) as project:
        project.load_label_map("a.png")
        with monkeypatch.context() as patch:
            _end_quota(patch, step, number)
            try:
                project.save_label_map("a.png", noise(2))
                told = ""
            except ProjectError as error:
                told = str(error)
        assert not told or ("quota" in told and "Free some space" in told)
        found = project.load_label_map("a.png")
        assert same(found, noise(1)) or same(found, noise(2))
        project.save_label_map("a.png", noise(3))
    with Project.open(root) as project:
        assert same(project.load_label_map("a.png"), noise(3))
        assert project.warnings == []
    assert not [path for path in root.rglob("*") if path.name.endswith((".part", ".next", ".damaged", ".changed"))]


def _end_quota(patch: pytest.MonkeyPatch, step: str, number: int) -> None:
    """Let the quota end at the ``number``-th call of a step."""
    calls = iter(range(1000))

    def ended() -> None:
        if next(calls) >= number:
            raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    if step == "write":
        opened = os.fdopen

        def fdopen(*args, **kwargs):
            file = opened(*args, **kwargs)
            return _Full(file, ended) if "w" in args[1:2] or "wb" in args[1:2] else file

        patch.setattr("segcore.files.atomic.os.fdopen", fdopen)
        return
    real = getattr(os, step)

    def refused(*args, **kwargs):
        ended()
        return real(*args, **kwargs)

    patch.setattr(f"segcore.files.atomic.os.{step}", refused)


class _Full:
    """A file of which ``ended`` decides whether more fits."""

    def __init__(self, file, ended) -> None:
        self._file, self._ended = file, ended

    def write(self, data) -> int:
        self._file.write(data[: len(data) // 2])
        self._ended()
        return self._file.write(data[len(data) // 2 :])

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self._file.close()

    def __getattr__(self, name):
        return getattr(self._file, name)


@pytest.fixture(params=["ENOLCK", "EOPNOTSUPP"])
def no_locks(request, monkeypatch):
    """A disk whose answer to flock is that it has no locks."""
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_):
        raise OSError(getattr(errno, request.param), "no locks")

    monkeypatch.setattr(fcntl, "flock", refuse)


@posix_only("filelock uses no flock there")
def test_without_locks_writer_json_alone_keeps_to_one_writer(tmp_path, no_locks):
    root = make_project(tmp_path)
    with Project.open(root) as project:
        assert project.read_only == ""
        project.save_label_map("a.png", noise(2))
        write_holder(root, pid=os.getpid() + 1, host="another-machine")
        with pytest.raises(ProjectBusyError, match="another-machine"):
            project.save_label_map("a.png", noise(3))
        assert "another-machine" in project.read_only
        with pytest.raises(ProjectBusyError):
            Project.open(root)
        project.take_over()
        project.save_label_map("a.png", noise(3))
    assert not (root / NAME).exists()
    with Project.open(root) as project:
        assert same(project.load_label_map("a.png"), noise(3))


@posix_only("filelock uses no flock there")
def test_of_two_that_become_the_writer_in_the_same_moment_the_later_one_is(tmp_path, no_locks, monkeypatch):
    lock, write = WriterLock(tmp_path), WriterLock._write

    def overtaken(self, count=True):
        write(self, count)
        write_holder(tmp_path, pid=os.getpid() + 1, host="another-machine")

    monkeypatch.setattr(WriterLock, "_write", overtaken)
    with pytest.raises(ProjectBusyError, match="another-machine"):
        lock.acquire()
    assert (tmp_path / MUTEX).exists()
    lock.release()
    assert "another-machine" in (tmp_path / NAME).read_text()
