from __future__ import annotations

import os

import numpy as np
import pytest

from segcore.errors import ClassesError, LabelError
from segcore.formats.png import PngWriter, read_png
from segcore.labels.classes import ClassSet, SegClass
from tests.systems import posix_only

CLASSES = ClassSet((SegClass(0, "road: left", (1, 2, 3)), SegClass(7, "Straße", (4, 5, 6))))


def holes_and_borders():
    """A ring with a hole around another class, touching the edge and a neighbour one pixel wide."""
    labels = np.full((20, 30), 255, np.uint8)
    labels[2:18, 0:16] = 0
    labels[6:12, 4:10] = 7
    labels[8, 6] = 255
    labels[2:18, 16] = 7
    return labels


def test_round_trip(tmp_path):
    ids = ["a.jpg", "a.png", "sub dir/ü.tif"]
    writer = PngWriter(tmp_path, CLASSES, ids)
    for image_id in ids:
        writer.add(image_id, holes_and_borders())
    writer.finish()
    assert (tmp_path / "labels" / "sub dir" / "ü.png").is_file()
    listed = (tmp_path / "images.txt").read_text(encoding="utf-8")
    assert listed == "a.jpg\ta.jpg\na.png\ta.png\nsub dir/ü\tsub dir/ü.tif\n"
    back = read_png(tmp_path)
    assert back.classes == CLASSES
    assert list(back.files) == ["a.jpg", "a.png", "sub dir/ü.tif"]
    for image_id in back.files:
        assert np.array_equal(back.read(image_id), holes_and_borders())


def test_exports_of_earlier_versions_can_be_read(tmp_path):
    """They kept the extension, and images.txt held the image paths alone."""
    writer = PngWriter(tmp_path, CLASSES, ["a/x.jpg", "a/x.png"])
    writer.add("a/x.jpg", holes_and_borders())
    writer.finish()
    (tmp_path / "images.txt").write_text("a/x.jpg\n")
    assert (tmp_path / "labels" / "a" / "x.jpg.png").is_file()
    assert np.array_equal(read_png(tmp_path).read("a/x.jpg"), holes_and_borders())


def test_unknown_values_are_named(tmp_path):
    writer = PngWriter(tmp_path, CLASSES, ["a.jpg"])
    writer.add("a.jpg", np.full((2, 2), 9, np.uint8))
    writer.finish()
    with pytest.raises(LabelError, match="9"):
        read_png(tmp_path).read("a.jpg")


def test_missing_lists(tmp_path):
    with pytest.raises(ClassesError, match=r"classes\.json"):
        read_png(tmp_path)
    (tmp_path / "classes.json").write_text('[{"name": "a"}]')
    with pytest.raises(LabelError, match=r"images\.txt"):
        read_png(tmp_path)


AWKWARD = [
    "a\nb.png",
    " a.png",
    "a.png ",
    '"a".png',
    "a\rb.png",
    "#a.png",
    "a\u2028b.png",
    "\u3000a.png",
    "é\u0301.png",
    "\\n",
    "a\tb.png",
    "c\td",
]


@posix_only("Windows allows none of these names")
def test_every_image_path_and_class_name_reads_back_exactly(tmp_path):
    classes = ClassSet.from_names(["a\nb", '"', "{", "#x", "a\u2028b", ":", "👨‍👩‍👧"])
    writer = PngWriter(tmp_path, classes, AWKWARD)
    for image_id in AWKWARD:
        writer.add(image_id, np.zeros((2, 2), np.uint8))
    writer.finish()
    back = read_png(tmp_path)
    assert back.classes == classes
    assert list(back.files) == AWKWARD
    assert all(back.read(image_id).shape == (2, 2) for image_id in AWKWARD)


@pytest.mark.parametrize(
    "line", ["../a", "/etc/a", "a/../../b", "a\0b", '"', '"a" b', '"\\ud800"', '"../a"', '"' + "[" * 9]
)
def test_no_list_leads_out_of_the_folder(tmp_path, line):
    PngWriter(tmp_path, CLASSES, []).finish()
    (tmp_path / "images.txt").write_bytes(f"a.jpg\n{line}\n".encode())
    with pytest.raises(LabelError, match=r"images\.txt"):
        read_png(tmp_path)


@pytest.mark.parametrize("image_id", ["../a.png", "/a.png", "a/../../a.png"])
def test_nothing_is_written_outside_the_folder(tmp_path, image_id):
    with pytest.raises(LabelError):
        PngWriter(tmp_path / "out", CLASSES, [image_id]).add(image_id, np.zeros((2, 2), np.uint8))
    assert not list(tmp_path.rglob("*.png"))


@posix_only("Windows has no such files")
def test_pipes_are_not_read(tmp_path):
    PngWriter(tmp_path, CLASSES, []).finish()
    for name in ("images.txt", "classes.json"):
        (tmp_path / name).unlink()
        os.mkfifo(tmp_path / name)
        with pytest.raises(LabelError if name == "images.txt" else ClassesError, match="ordinary"):
            read_png(tmp_path)
