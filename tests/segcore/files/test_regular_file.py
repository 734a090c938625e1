from __future__ import annotations

import os
import socket

import pytest

from segcore.files.regular_file import open_regular, read_regular
from tests.systems import posix_only

pytestmark = pytest.mark.timeout(20)


def test_an_ordinary_file_and_a_link_to_one(tmp_path):
    (tmp_path / "ü").write_bytes(b"content")
    assert read_regular(tmp_path / "ü") == b"content"
    with open_regular(tmp_path / "ü") as file:
        assert file.read(3) == b"con"


@posix_only("Windows has no such files")
def test_links_to_ordinary_files_are_followed(tmp_path):
    (tmp_path / "file").write_bytes(b"content")
    (tmp_path / "link").symlink_to("file")
    assert read_regular(tmp_path / "link") == b"content"


@posix_only("Windows has no such files")
@pytest.mark.parametrize("kind", ["fifo", "device", "link to a device", "socket", "folder", "link to itself"])
def test_nothing_else_is_opened(tmp_path, kind):
    path = tmp_path / "x.png"
    with socket.socket(socket.AF_UNIX) as one:
        if kind == "fifo":
            os.mkfifo(path)
        elif kind == "device":
            path = type(path)("/dev/zero")
        elif kind == "link to a device":
            path.symlink_to("/dev/zero")
        elif kind == "socket":
            here = os.getcwd()
            os.chdir(tmp_path)  # the path of a socket is short
            one.bind("x.png")
            os.chdir(here)
        elif kind == "folder":
            path.mkdir()
        else:
            path.symlink_to(path)
        with pytest.raises(OSError, match=r"ordinary|folder|symbolic links"):
            open_regular(path)
        with pytest.raises(OSError, match=r"ordinary|folder|symbolic links"):
            read_regular(path)


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b", "x" * 5000, "none"])
def test_odd_names_are_an_os_error(tmp_path, name):
    with pytest.raises(OSError, match=r".*"):
        read_regular(tmp_path / name)


def test_a_large_file_is_not_read(tmp_path):
    (tmp_path / "x").write_bytes(bytes(100))
    assert len(read_regular(tmp_path / "x", 100)) == 100
    with pytest.raises(OSError, match="larger than"):
        read_regular(tmp_path / "x", 99)
