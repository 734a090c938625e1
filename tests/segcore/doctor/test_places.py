import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from segcore.doctor.places import own_places, places
from tests.systems import linux_only, needs_permissions

Usage = namedtuple("Usage", "total used free")


def test_the_folders_are_those_of_this_person(user_folders):
    found = own_places()
    assert set(found) == {"settings", "log", "projects and weights", "thumbnails", "temporary files"}
    assert str(user_folders) in str(found["settings"])


def test_a_folder_that_is_not_there_yet_is_looked_for_above_and_not_made(tmp_path):
    section = places({"settings": tmp_path / "a" / "b"})
    assert section.findings == ()
    assert "free" in section.facts["settings"]
    assert list(tmp_path.iterdir()) == []


@needs_permissions
def test_a_folder_that_refuses(tmp_path):
    tmp_path.chmod(0o500)
    try:
        section = places({"project": tmp_path, "log": tmp_path})
    finally:
        tmp_path.chmod(0o700)
    assert [each.stops for each in section.findings] == [True, False]
    assert "cannot be written" in section.findings[0].message


def test_a_file_in_the_place_of_a_folder(tmp_path):
    (tmp_path / "cache").write_text("")
    [found] = places({"thumbnails": tmp_path / "cache" / "thumbs"}).findings
    assert "it is a file" in found.message
    assert not found.stops


@pytest.mark.parametrize(("free", "stops"), [(50_000_000, [True]), (1_000_000_000, [False]), (9_000_000_000, [])])
def test_little_disk(tmp_path, monkeypatch, free, stops):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, free))
    assert [each.stops for each in places({"project": tmp_path}).findings] == stops


@linux_only("/proc")
def test_the_kind_of_file_system_is_told():
    assert places({"processes": Path("/proc/self")}).facts["processes"].split(",")[1].split()[0] == "proc"
