from __future__ import annotations

import sys

import pytest

from segcore.errors import ProjectError
from segcore.files.inside import check_stays_inside, inside
from tests.systems import needs_links


@pytest.mark.parametrize("name", ["a.png", "sub dir/ü.tif", "..a/b..", "a/./b", "-x", "#x", " "])
def test_names_below_a_folder(tmp_path, name):
    assert inside(tmp_path, name) == tmp_path / name


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/../../x", "/etc/passwd", "//x", "a\0b", "a\ud800b"])
def test_names_that_lead_out(tmp_path, name):
    with pytest.raises(ValueError, match=r".*"):
        inside(tmp_path, name)


@pytest.mark.skipif(sys.platform != "win32", reason="drives and backslashes count on Windows only")
@pytest.mark.parametrize("name", ["C:x", "C:\\x", "..\\x", "a\\..\\..\\x"])
def test_names_that_lead_out_on_windows(tmp_path, name):
    with pytest.raises(ValueError, match=r".*"):
        inside(tmp_path, name)


@needs_links
def test_links_may_stay_inside_and_not_lead_out(tmp_path):
    root, outside = tmp_path / "p", tmp_path / "elsewhere"
    (root / "kept").mkdir(parents=True)
    outside.mkdir()
    check_stays_inside(root, root / "labels" / "sub" / "x.png")  # nothing of it is there yet
    (root / "labels").symlink_to("kept")
    check_stays_inside(root, root / "labels" / "x.png")
    (root / "provenance").symlink_to(outside)
    for path in (root / "provenance" / "x.png", root / "provenance" / "sub" / "x.png"):
        with pytest.raises(ProjectError, match="outside the project") as caught:
            check_stays_inside(root, path)
        assert caught.value.remedy
    (tmp_path / "way").symlink_to(root)
    check_stays_inside(tmp_path / "way", tmp_path / "way" / "labels" / "x.png")  # the project may lie behind a link
    (tmp_path / "p2").mkdir()
    (root / "predictions").symlink_to(tmp_path / "p2")  # a name that begins like the project's
    with pytest.raises(ProjectError):
        check_stays_inside(root, root / "predictions" / "x.npz")
