from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from segcore.formats.coco_stuff import CocoStuffWriter
from segcore.formats.export_options import ExportOptions
from segcore.formats.open_labels import open_labels, recognised
from segcore.labels.classes import ClassSet, SegClass

CLASSES = ClassSet(
    (SegClass(0, "background", (0, 0, 0)), SegClass(7, "Straße", (4, 5, 6)), SegClass(2, "b", (1, 2, 3)))
)


def labels(seed):
    return np.random.default_rng(seed).choice(np.array([0, 7, 2, 255], np.uint8), (11, 17))


@pytest.fixture
def out(tmp_path):
    maps = {"a.jpg": labels(0), "sub dir/ü.png": labels(1)}
    writer = CocoStuffWriter(tmp_path, CLASSES, list(maps), ExportOptions(tolerance=3.0))
    assert not [each for name, array in maps.items() for each in writer.add(name, array)], "every pixel is in the file"
    writer.finish()
    return tmp_path


def test_every_pixel_comes_back(out):
    assert recognised(out).key == "cocostuff"
    found = open_labels(out)
    assert found.classes == CLASSES
    for seed, name in enumerate(["a.jpg", "sub dir/ü.png"]):
        assert np.array_equal(found.picture(name, (11, 17)).pixels, labels(seed))


def test_a_class_of_an_image_is_one_annotation(out):
    entries = json.loads((out / "annotations" / "stuff_train.json").read_text())["annotations"]
    assert sorted((each["image_id"], each["category_id"]) for each in entries) == [
        (n, c) for n in (1, 2) for c in (1, 3, 8)
    ]
    assert [each["area"] for each in entries if each["category_id"] == 8] == [(labels(n) == 7).sum() for n in (0, 1)]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_pycocotools_sees_the_same(out, capsys):
    coco = pytest.importorskip("pycocotools.coco").COCO(str(out / "annotations" / "stuff_train.json"))
    for number in (1, 2):
        seen = np.full((11, 17), 255, np.uint8)
        for each in coco.loadAnns(coco.getAnnIds(imgIds=number)):
            seen[coco.annToMask(each) == 1] = each["category_id"] - 1
        assert np.array_equal(seen, labels(number - 1))


def test_pixel_maps_hold_the_ids_of_categories(out):
    with Image.open(out / "annotations" / "stuff_train_pixelmaps" / "sub dir" / "ü.png") as image:
        assert image.mode == "P"
        assert np.array_equal(np.array(image), np.where(labels(1) == 255, 0, labels(1) + 1))
        assert image.getpalette()[:3] == [0, 0, 0]
        assert image.getpalette()[3 * 8 : 3 * 8 + 3] == [4, 5, 6]


@pytest.mark.parametrize("named", [True, False])
def test_pixel_maps_alone_are_read(out, tmp_path, named):
    """As in COCO's own download of pixel maps: a folder, and a JSON file that may have no annotation."""
    place = tmp_path / "alone" / "annotations"
    shutil.copytree(out / "annotations" / "stuff_train_pixelmaps", place / "stuff_train_pixelmaps")
    if named:
        data = json.loads((out / "annotations" / "stuff_train.json").read_text()) | {"images": [], "annotations": []}
        (place / "stuff_train.json").write_text(json.dumps(data))
    assert recognised(place.parent).key == "cocostuff"
    found = open_labels(place.parent)
    assert found.ignored == {0}
    picture = found.picture("a", (11, 17))
    assert np.array_equal(picture.labels({0: None, 1: 0, 8: 7, 3: 2}), labels(0))
    if named:
        assert [(each.index, each.name, each.color) for each in found.classes] == [
            (each.index + 1, each.name, each.color) for each in CLASSES
        ]
    assert recognised(place / "stuff_train_pixelmaps").key == "cocostuff"


def test_a_category_whose_id_no_number_can_hold_is_told(out, tmp_path):
    folder = tmp_path / "stuff_train_pixelmaps"
    shutil.copytree(out / "annotations" / folder.name, folder)
    (tmp_path / "stuff_train.json").write_text('{"categories": [{"id": 1e999, "name": "a"}]}')
    assert "stuff_train.json names no categories" in open_labels(folder).warning
