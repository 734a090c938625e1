from __future__ import annotations

import errno
import os
import stat

import pytest

from segcore.errors import ProjectError
from segcore.files.atomic import atomic_write, atomic_write_bytes, hidden_beside, move, put_aside, writing
from tests.systems import needs_links, posix_only


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
    ("number", "remedy"), [(errno.ENOSPC, "Free some space"), (errno.EACCES, "writable"), (errno.EIO, "connected")]
)
def test_writing_says_what_to_do(tmp_path, number, remedy):
    with pytest.raises(ProjectError, match=r"thing\.png") as caught, writing(tmp_path / "thing.png"):
        raise OSError(number, os.strerror(number))
    assert remedy in caught.value.remedy


def test_put_aside_never_replaces_an_earlier_file(tmp_path):
    path = tmp_path / "x.png"
    names = []
    for content in (b"one", b"two", b"three"):
        path.write_bytes(content)
        names.append(put_aside(path).name)
    assert names == ["x.png.damaged", "x.png.damaged-2", "x.png.damaged-3"]
    assert [(tmp_path / name).read_bytes() for name in names] == [b"one", b"two", b"three"]
    path.write_bytes(b"four")
    assert put_aside(path, "40x30").name == "x.png.40x30"
    with pytest.raises(FileNotFoundError):
        put_aside(path)


@needs_links
def test_put_aside_passes_over_a_link_that_leads_nowhere(tmp_path):
    (tmp_path / "x.damaged").symlink_to(tmp_path / "nothing")
    (tmp_path / "x").touch()
    assert put_aside(tmp_path / "x").name == "x.damaged-2"


@pytest.mark.parametrize("name", ["x" * 255, "ü" * 127, "x" * 248])
def test_put_aside_shortens_what_would_be_too_long(tmp_path, name):
    for number in (1, 2):
        (tmp_path / name).write_bytes(b"%d" % number)
        aside = put_aside(tmp_path / name)
        assert aside.read_bytes() == b"%d" % number
        assert ".damaged" in aside.name


def test_a_name_of_255_bytes_can_be_written_and_a_longer_one_says_by_how_much(tmp_path):
    atomic_write_bytes(tmp_path / ("x" * 251 + ".png"), b"x")
    with pytest.raises(ProjectError) as caught, writing(tmp_path / ("x" * 260)):
        atomic_write_bytes(tmp_path / ("x" * 260), b"x")
    assert "by at least 5 bytes" in caught.value.remedy
    deep = tmp_path.joinpath(*["y" * 200] * 25) / "x.png"
    with pytest.raises(ProjectError) as caught, writing(deep):
        atomic_write_bytes(deep, b"x")
    assert "shorter path" in caught.value.remedy


@posix_only("folders can be opened on POSIX only")
def test_the_folder_is_synced_after_the_rename(tmp_path, monkeypatch):
    calls, sync, replace = [], os.fsync, os.replace
    monkeypatch.setattr(
        os, "fsync", lambda number: (calls.append(stat.S_ISDIR(os.fstat(number).st_mode)), sync(number))
    )
    monkeypatch.setattr(os, "replace", lambda *names: (calls.append("replace"), replace(*names)))
    atomic_write_bytes(tmp_path / "x", b"x")
    assert calls == [False, "replace", True]


@posix_only("folders can be opened on POSIX only")
def test_a_new_folder_is_synced_in_the_one_above_it(tmp_path, monkeypatch):
    """Else a power cut takes the folder, and with it a file that was synced."""
    synced = []
    monkeypatch.setattr("segcore.files.atomic.sync_folder", synced.append)
    atomic_write_bytes(tmp_path / "labels" / "sub" / "x", b"x")
    assert synced == [tmp_path, tmp_path / "labels", tmp_path / "labels" / "sub"]
    atomic_write_bytes(tmp_path / "labels" / "sub" / "y", b"y")
    assert synced[3:] == [tmp_path / "labels" / "sub"]


@posix_only("folders can be opened on POSIX only")
def test_a_folder_that_cannot_be_synced_does_not_stop_saving(tmp_path, monkeypatch):
    sync = os.fsync

    def refuse(number):
        if stat.S_ISDIR(os.fstat(number).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        sync(number)

    monkeypatch.setattr(os, "fsync", refuse)
    atomic_write_bytes(tmp_path / "x", b"x")
    assert (tmp_path / "x").read_bytes() == b"x"


def test_the_name_of_what_is_unfinished_is_short(tmp_path):
    one, other = hidden_beside(tmp_path / ("x" * 255), "part"), hidden_beside(tmp_path / "y", "part")
    assert one != other
    assert one.parent == tmp_path
    one.touch()


def test_a_file_that_need_not_be_durable_waits_for_no_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: pytest.fail("it waits"))
    atomic_write_bytes(tmp_path / "order.json", b"new", durable=False)
    assert (tmp_path / "order.json").read_bytes() == b"new"


@pytest.mark.parametrize("other_disk", [False, True])
def test_a_file_that_is_moved_replaces_the_other_at_once(tmp_path, monkeypatch, other_disk):
    replace, renames = os.replace, []

    def rename(source, target):
        renames.append(str(source))
        if other_disk and os.path.dirname(source) != os.path.dirname(target):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        replace(source, target)

    monkeypatch.setattr(os, "replace", rename)
    source, target = tmp_path / "a" / "new", tmp_path / "b" / "old"
    for path in (source, target):
        path.parent.mkdir()
        path.write_bytes(path.name.encode())
    move(source, target)
    assert target.read_bytes() == b"new"
    assert not source.exists()
    assert os.listdir(target.parent) == ["old"]
    assert len(renames) == (2 if other_disk else 1), "on another disk a complete copy replaces the file"


def test_a_move_that_fails_leaves_both_files(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    (tmp_path / "new").write_bytes(b"new")
    (tmp_path / "old").write_bytes(b"old")
    with pytest.raises(OSError, match="denied"):
        move(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old").read_bytes() == b"old"
    assert (tmp_path / "new").read_bytes() == b"new"
