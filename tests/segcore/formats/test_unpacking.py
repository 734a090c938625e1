"""Unpacking a data set beside its zip file."""

from __future__ import annotations

import re
import shutil
import zipfile

import pytest

from segcore.errors import LabelError
from segcore.formats import unpacking
from segcore.formats.unpacking import unpack, unpack_beside
from segcore.progress import drive


def packed(path, **files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_the_data_set_is_the_one_folder_at_the_top(tmp_path):
    path = packed(tmp_path / "x.zip", **{"set/a.txt": "a", "set/b/c.txt": "c", "__MACOSX/set/._a.txt": ""})
    assert drive(unpack_beside(path, tmp_path / "new" / "x")) == tmp_path / "new" / "x" / "set"
    assert sorted(each.name for each in (tmp_path / "new" / "x").rglob("*")) == ["a.txt", "b", "c.txt", "set"]
    path = packed(tmp_path / "y.zip", **{"a.txt": "a", "b/c.txt": "c"})
    assert drive(unpack_beside(path, tmp_path / "y")) == tmp_path / "y"
    assert (tmp_path / "y" / "b" / "c.txt").read_text() == "c"


def test_to_read_the_labels_photos_are_not_unpacked(tmp_path, monkeypatch):
    path = packed(tmp_path / "x.zip", **{"images/a.JPG": "j" * 5000, "labels/a.png": "p" * 50, "b.jpeg": "j" * 5000})
    monkeypatch.setattr(unpacking, "free_bytes", lambda _: 60)
    folder, temporary = drive(unpack(path))
    assert folder == temporary
    sizes = {each.relative_to(folder).as_posix(): each.stat().st_size for each in folder.rglob("*") if each.is_file()}
    shutil.rmtree(temporary)
    assert sizes == {"images/a.JPG": 0, "labels/a.png": 50, "b.jpeg": 0}
    with pytest.raises(LabelError, match=r"needs 0\.0 GB to be unpacked"):
        drive(unpack_beside(path, tmp_path / "y"))


def test_nothing_is_replaced(tmp_path):
    (tmp_path / "x").mkdir()
    with pytest.raises(LabelError, match="exists already"):
        drive(unpack_beside(packed(tmp_path / "x.zip", a="a"), tmp_path / "x"))
    assert list((tmp_path / "x").iterdir()) == []


def test_a_damaged_file_or_a_stop_leaves_nothing(tmp_path):
    path = packed(tmp_path / "x.zip", **{"a.txt": "a" * 5000, "b.txt": "b"})
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    (tmp_path / "bad.zip").write_bytes(data)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(LabelError, match=r"bad\.zip cannot be unpacked"):
        drive(unpack_beside(tmp_path / "bad.zip", tmp_path / "y"))
    task = unpack_beside(path, tmp_path / "y")
    next(task)
    next(task)
    task.close()
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("a.txt", "a.txt/b"), "it holds 'a.txt' as a file and as a folder"),
        (("a/b.txt", "a/./b.txt"), "it holds two files of the same name"),
    ],
)
def test_two_files_in_one_place_are_refused(tmp_path, names, told):
    path = packed(tmp_path / "x.zip", **dict.fromkeys(names, ""))
    with pytest.raises(LabelError, match=re.escape(f"x.zip cannot be unpacked ({told})")):
        drive(unpack_beside(path, tmp_path / "y"))
    assert list(tmp_path.iterdir()) == [path]


def test_an_empty_name_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(""), "a")
    with pytest.raises(LabelError, match=r"x\.zip cannot be unpacked"):
        drive(unpack_beside(tmp_path / "x.zip", tmp_path / "y"))


def test_a_name_that_leads_out_is_refused(tmp_path):
    with pytest.raises(LabelError, match="relative path"):
        drive(unpack_beside(packed(tmp_path / "x.zip", **{"../a": "a"}), tmp_path / "y"))
    assert [each.name for each in tmp_path.iterdir()] == ["x.zip"]
