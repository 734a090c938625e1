from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from segcore.images.list_images import list_images
from tests.systems import needs_links, posix_only


def test_list_images(tmp_path):
    for name in ("b.JPG", "a.png", "note.txt", ".hidden.png", "sub/ü.tif", "sub/deep/c.webp", "x.maskwright/d.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert list(list_images(tmp_path)) == ["a.png", "b.JPG", "sub/ü.tif", "sub/deep/c.webp"]
    with pytest.raises(OSError, match="none"):
        list(list_images(tmp_path / "none"))


def test_ade20ks_label_maps_are_no_images(tmp_path):
    for name in (
        *("new/a.jpg", "new/a.json", "new/a_seg.png", "new/a_parts_1.png", "new/a/instance_000_a.png"),
        *("old/b.jpg", "old/b_atr.txt", "old/b_seg.png", "old/b_parts_12.png"),
        *("own/c_seg.png", "own/c.jpg", "own/d_seg.json", "own/d_seg.png", "own/c/e.png", "own/c_parts.png"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    mine = ["own/c.jpg", "own/c_parts.png", "own/c_seg.png", "own/d_seg.png", "own/c/e.png"]
    assert list(list_images(tmp_path)) == ["new/a.jpg", "old/b.jpg", *mine]


@needs_links
def test_a_link_to_an_ancestor_ends(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.png").touch()
    os.symlink(tmp_path, tmp_path / "a" / "up")
    assert list(list_images(tmp_path)) == ["a/x.png"]


@posix_only("Windows has no such files")
def test_a_linked_folder_is_listed_once_and_under_its_own_place_first(tmp_path):
    inside, outside = tmp_path / "images", tmp_path / "elsewhere"
    for folder in (inside / "z", inside / ".store" / "s", inside / "p.maskwright" / "q", outside / "sub"):
        folder.mkdir(parents=True)
        (folder / "x.png").touch()
    for name, target in (
        ("a", inside / "z"), ("b", outside), ("c", outside / "sub"), ("d", outside / ".." / "elsewhere"),
        ("e", inside / ".store" / "s"), ("f", inside / "p.maskwright" / "q"), ("g", tmp_path), ("h", tmp_path / "none"),
    ):  # fmt: skip
        (inside / name).symlink_to(target)
    assert list(list_images(inside)) == ["b/sub/x.png", "e/x.png", "f/x.png", "z/x.png"]


@posix_only("Windows has no such files")
def test_very_deep_trees(tmp_path):
    here = os.getcwd()
    try:
        os.chdir(tmp_path)
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
        Path("deepest.png").touch()
        os.chdir(tmp_path)
        (tmp_path / "d" / "x.png").touch()
        assert next(list_images(tmp_path)) == "d/x.png"
        assert sum(1 for _ in list_images(tmp_path)) == 2
    finally:
        os.chdir(here)
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=False)


def test_many_entries_are_listed_quickly(tmp_path):
    for number in range(20_000):
        os.close(os.open(tmp_path / f"{number:05}.png", os.O_CREAT | os.O_WRONLY))
    before = time.thread_time()
    assert len(list(list_images(tmp_path))) == 20_000
    assert time.thread_time() - before < 2.0
