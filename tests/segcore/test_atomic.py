from __future__ import annotations

import errno
import os

import pytest

from segcore.atomic import atomic_write, atomic_write_bytes, put_aside, writing
from segcore.errors import ProjectError


def test_writes_and_makes_folders(tmp_path):
    path = tmp_path / "a" / "b" / "file.txt"
    atomic_write_bytes(path, b"one")
    atomic_write_bytes(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(path.parent) == ["file.txt"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_keeps_the_old_file(tmp_path, monkeypatch, call):
    path = tmp_path / "file.txt"
    path.write_bytes(b"old")

    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(OSError, match="No space"):
        atomic_write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file.txt"]


def test_an_error_in_the_body_keeps_the_old_file(tmp_path):
    path = tmp_path / "file.txt"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), atomic_write(path) as file:  # noqa: PT012
        file.write(b"half")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file.txt"]


def test_long_and_non_ascii_names(tmp_path):
    path = tmp_path / ("ü" * 120 + ".png")
    atomic_write_bytes(path, b"x")
    assert path.read_bytes() == b"x"


@pytest.mark.parametrize(
    ("number", "remedy"), [(errno.ENOSPC, "Free some space"), (errno.EACCES, "writeable"), (errno.EIO, "connected")]
)
def test_writing_says_what_to_do(tmp_path, number, remedy):
    with pytest.raises(ProjectError, match=r"thing\.png") as caught, writing(tmp_path / "thing.png"):
        raise OSError(number, os.strerror(number))
    assert remedy in caught.value.remedy


def test_a_damaged_file_is_put_aside_under_a_name_of_its_own(tmp_path):
    path = tmp_path / "a.png"
    kept = []
    for content in ("one", "two", "three"):
        path.write_text(content)
        kept.append(put_aside(path))
    assert [each.name for each in kept] == ["a.png.damaged", "a.png.damaged-2", "a.png.damaged-3"]
    assert [each.read_text() for each in kept] == ["one", "two", "three"]
    assert put_aside(tmp_path / "gone").name == "gone.damaged"
