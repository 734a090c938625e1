from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from PIL import Image

from segcore.images.pixel_size import PixelSize
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap
from segcore.progress import drive
from segcore.project import pixel_counts
from segcore.project.pixel_counts import PixelCounts, count_pixels, counts_of

CLASSES = ClassSet.from_names(["steel", "pore"])
SIZES = dict.fromkeys(("a.png", "b.png"), PixelSize(0.5, 0.5, "µm"))
LABELS = LabelMap(
    np.array([[0, 0, 1, 255], [1, 1, 255, 255]], np.uint8), np.array([[2, 1, 3, 0], [4, 1, 3, 0]], np.uint8)
)
"""Painted or confirmed: one 0, two 1, one 255."""


def table(**pixels):
    counts = np.zeros(256, np.int64)
    for name, number in pixels.items():
        counts[int(name[1:])] = number
    return counts


def test_counts_by_hand():
    counts = counts_of(LABELS)
    np.testing.assert_array_equal(counts[0], table(_0=2, _1=3, _255=3))
    np.testing.assert_array_equal(counts[1], table(_0=1, _1=2, _255=1))


def test_totals_and_areas_by_hand():
    counts = PixelCounts(
        {"b.png": table(_0=30, _1=10, _255=60), "a.png": table(_0=60)}, {"a.png": table(_0=5)}, (), SIZES
    )
    steel, pore = counts.totals(CLASSES, only_truth=False)
    assert (steel.pixels, steel.share, steel.images) == (90, 0.9, 2)
    assert (pore.pixels, pore.share, pore.images) == (10, 0.1, 1)
    assert [total.pixels for total in counts.totals(CLASSES, only_truth=True)] == [5, 0]
    rows = list(csv.DictReader(io.StringIO(counts.csv(CLASSES, False))))
    assert [row["image"] for row in rows] == ["a.png", "a.png", "b.png", "b.png"]
    assert (rows[3]["class"], rows[3]["value"], rows[3]["pixels"]) == ("pore", "1", "10")
    assert (rows[3]["share"], rows[3]["area"], rows[3]["unit"]) == ("0.250000", "2.5", "µm²")
    assert (steel.area, steel.unit, pore.area) == (22.5, "µm", 2.5)


def test_no_area_without_a_size_or_with_two_units():
    counts = PixelCounts({"a.png": table(_0=4), "b.png": table(_0=4)}, {}, (), {"a.png": PixelSize(1, 1, "mm")})
    assert [(total.area, total.unit) for total in counts.totals(CLASSES, False)] == [(None, ""), (None, "")]
    lines = counts.csv(CLASSES, False).splitlines()
    assert lines[1::2] == ["a.png,steel,0,4,1.000000,4,mm²", "b.png,steel,0,4,1.000000,,"]


def test_sizes_are_the_persons_or_the_files(project, images):
    project.import_labels("a.png", np.ones(project.size("a.png"), np.uint8))
    assert drive(count_pixels(project)).sizes == {}
    project.set_setting("view.pixel_size", {"source": "own", "x": 0.5, "y": 0.25, "unit": "µm"})
    assert drive(count_pixels(project)).sizes == {"a.png": PixelSize(0.5, 0.25, "µm")}
    project.set_setting("view.pixel_size", {"source": "file"})
    with Image.open(images / "a.png") as image:
        image.save(images / "a.png", dpi=(254, 254))
    size = drive(count_pixels(project)).sizes["a.png"]
    assert (size.x, size.unit) == (pytest.approx(0.1, rel=1e-3), "mm")


def test_no_image_at_all():
    assert [total.share for total in PixelCounts({}, {}).totals(CLASSES, True)] == [0.0, 0.0]


def test_a_project_is_counted_and_what_did_not_change_is_not_read_again(project, monkeypatch):
    shape = project.size("a.png")
    labels = np.full(shape, 255, np.uint8)
    labels[0, :3] = 1
    project.import_labels("a.png", labels)
    counts = drive(count_pixels(project))
    assert counts.truth["a.png"][1] == 3
    assert set(counts.labelled) == {"a.png"}
    reads = []
    monkeypatch.setattr(pixel_counts, "counts_of", lambda label_map: reads.append(1) or counts_of(label_map))
    again = drive(count_pixels(project))
    np.testing.assert_array_equal(again.truth["a.png"], counts.truth["a.png"])
    assert reads == []
    labels[1, :2] = 1
    project.import_labels("a.png", labels)
    assert drive(count_pixels(project)).truth["a.png"][1] == 5
    assert reads == [1]


@pytest.mark.parametrize("content", [b"no database at all, but a text that is long enough " * 20, b""])
def test_a_damaged_cache_is_made_again(project, content):
    labels = np.ones(project.size("a.png"), np.uint8)
    project.import_labels("a.png", labels)
    (project.root / "statistics.sqlite").write_bytes(content)
    for _ in range(2):
        assert drive(count_pixels(project)).truth["a.png"][1] == labels.size


def test_labels_that_cannot_be_read_are_named(project):
    project.import_labels("a.png", np.ones(project.size("a.png"), np.uint8))
    project.labels_path("a.png").write_bytes(b"\x89PNG")
    assert drive(count_pixels(project)).failed == ("a.png",)
