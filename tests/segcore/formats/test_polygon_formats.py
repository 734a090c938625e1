"""labelme and YOLO: polygons that their own readers draw with a border."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image, ImageDraw

from segcore.errors import LabelError, LabelSizeError
from segcore.formats.export_options import ExportOptions
from segcore.formats.labelme import LabelmeWriter
from segcore.formats.open_labels import open_labels, recognised
from segcore.formats.yolo import YoloWriter
from segcore.labels.classes import ClassSet, SegClass

CLASSES = ClassSet(
    (SegClass(0, "background", (0, 0, 0)), SegClass(7, "Straße", (4, 5, 6)), SegClass(2, "b c", (1, 2, 3)))
)
IDS = ["x.jpg", "x.png", "sub dir/ü.jpg"]
WRITERS = {"labelme": LabelmeWriter, "yolo": YoloWriter}


def blobs(seed, shape=(61, 83)):
    """Smooth regions with borders that touch, holes, and one-pixel specks."""
    import cv2

    rng = np.random.default_rng(seed)
    values = np.array([0, 7, 2, 255], np.uint8)
    scores = [cv2.resize(rng.random((7, 9)), shape[::-1], interpolation=cv2.INTER_CUBIC) for _ in values]
    labels = values[np.argmax(scores, 0)]
    labels[rng.integers(0, shape[0], 5), rng.integers(0, shape[1], 5)] = 7
    labels[30:40, 30:40] = 7
    labels[33:36, 33:36] = 0
    return labels


def exported(key, folder, maps, **options):
    writer = WRITERS[key](folder, CLASSES, list(maps), ExportOptions(**options))
    different = [each for name, array in maps.items() for each in writer.add(name, array)]
    writer.finish()
    return different


def iou(one, other):
    return (one & other).sum() / (one | other).sum()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("key", list(WRITERS))
def test_labels_come_back(tmp_path, key, seed):
    maps = {name: blobs(10 * seed + n) for n, name in enumerate(IDS)}
    different = exported(key, tmp_path, maps, background=True)
    assert recognised(tmp_path).key == key
    found = open_labels(tmp_path)
    assert found.classes == CLASSES
    matched = found.match(tmp_path / "images", IDS).names
    assert set(matched) == set(IDS)
    wrong = 0
    for name, array in maps.items():
        picture = found.picture(matched[name], array.shape)
        assert not picture.problems
        wrong += (picture.pixels != array).sum()
        assert set(found.contents(matched[name], array.shape).values) >= set(np.unique(array).tolist())
    assert wrong == sum(each.pixels for each in different), "the report says exactly what is different"
    assert wrong == 0 or key == "yolo"
    assert wrong < 0.001 * sum(array.size for array in maps.values())


def test_background_is_left_out(tmp_path):
    for key in WRITERS:
        array = blobs(3)
        exported(key, tmp_path / key, {"a.jpg": array})
        pixels = open_labels(tmp_path / key)
        (name,) = pixels.names()
        assert set(np.unique(pixels.picture(name, array.shape).pixels)) == {2, 7, 255}


def labelmes_own(shape, points):
    """`labelme.utils.shape_to_mask` for polygons: Pillow, with the border."""
    mask = Image.fromarray(np.zeros(shape, np.uint8))
    ImageDraw.Draw(mask).polygon(xy=[tuple(point) for point in points], outline=1, fill=1)
    return np.array(mask, bool)


def test_labelme_draws_its_polygons_exactly(tmp_path):
    array = blobs(1)
    exported("labelme", tmp_path, {"a.jpg": array}, background=True)
    data = json.loads((tmp_path / "a.json").read_text())
    assert {each["shape_type"] for each in data["shapes"]} == {"polygon", "mask"}
    for each in data["shapes"]:
        if each["shape_type"] == "polygon":
            mask = labelmes_own(array.shape, each["points"])
            assert (array[mask] == CLASSES.named(each["label"]).index).all()
    assert data["imagePath"] == "a.jpg"


@pytest.mark.parametrize("whole", [np.trunc, np.round], ids=["ultralytics", "supervision"])
def test_trainers_draw_the_polygons(tmp_path, whole):
    """OpenCV's fillPoly of whole numbers.

    `ultralytics.data.utils.polygon2mask` with downsample ratio 1 cuts decimals off, `supervision` rounds.
    """
    import cv2

    array = np.where(blobs(2, (200, 300)) == 7, 7, 0).astype(np.uint8)
    exported("yolo", tmp_path, {"a.jpg": array})
    mask = np.zeros(array.shape, np.uint8)
    for line in (tmp_path / "labels" / "train" / "a.txt").read_text().splitlines():
        number, *shares = line.split()
        assert number == "1"
        points = np.array(shares, np.float32).reshape(-1, 2) * (300, 200)
        cv2.fillPoly(mask, [whole(points).astype(np.int32)], color=1)
    assert iou(mask == 1, array == 7) >= 0.999


def test_what_is_wrong_with_yolo_is_named_and_the_rest_is_read(tmp_path):
    (tmp_path / "labels").mkdir()
    square = "0 0.1 0.1 0.6 0.1 0.6 0.6 0.1 0.6"
    lines = [square, "5 0.1 0.1 0.6 0.1 0.6 0.6", "0 0.5 0.5 0.2 0.2", "x", "1 9 9 8 8 9 8", "1 0.9 0.9 5 0.9 5 5"]
    (tmp_path / "labels" / "a.txt").write_text("\n".join(lines))
    (tmp_path / "data.yaml").write_text("train: images/train\nnc: 2\nnames: ['cat', \"dog\"]\n")
    assert recognised(tmp_path).key == "yolo"
    found = open_labels(tmp_path)
    assert found.classes.names == ["cat", "dog"]
    picture = found.picture("a", (10, 10))
    assert [each.place for each in picture.problems] == [f"a.txt: line {n}" for n in (2, 3, 4, 5)]
    assert (picture.pixels[1:7, 1:7] == 0).all()
    assert (picture.pixels[9, 9], picture.pixels[0, 0]) == (1, 255)


@pytest.mark.parametrize("text", ["names:\n  0: cat\n  1: 'big dog'\n", "names:\n- cat\n- big dog\nnc: 2\n"])
def test_other_ways_to_name_classes(tmp_path, text):
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "a.txt").write_text("0 0 0 1 0 1 1\n")
    (tmp_path / "data.yaml").write_text(text)
    assert open_labels(tmp_path, "yolo").classes.names == ["cat", "big dog"]


def shape(kind, points, label="x", **more):
    return {"label": label, "points": points, "shape_type": kind, **more}


def test_what_is_wrong_with_labelme_is_named_and_the_rest_is_read(tmp_path):
    shapes = [
        shape("rectangle", [[1, 1], [3, 2]]),
        shape("circle", [[6, 6], [6, 7]], "y"),
        shape("polygon", [[0, 0], [1, 1]]),
        shape("line", [[0, 0], [1, 1]]),
        shape("polygon", [["a", 0], [1, 1], [2, 2]]),
        shape("mask", [[0, 0], [1, 1]], mask="?"),
        shape("polygon", [[50, 50], [60, 50], [60, 60]]),
        3,
        shape("polygon", [[10**400, 0], [1, 1], [2, 2]]),
        shape("mask", [[1e999, 0], [1, 1]], mask="?"),
    ]
    data = {"version": "5", "imagePath": "..\\a.jpg", "shapes": shapes, "imageHeight": 9, "imageWidth": 8}
    (tmp_path / "a.json").write_text(json.dumps(data))
    (tmp_path / "b.json").write_text(json.dumps(data)[:70])
    assert recognised(tmp_path).key == "labelme"
    found = open_labels(tmp_path)
    assert list(found.names()) == ["a.jpg"]
    assert [each.place for each in found.problems] == [str(tmp_path / "b.json")]
    picture = found.picture("a.jpg", (9, 8))
    assert (picture.pixels[1:3, 1:4] == 0).all()
    assert picture.pixels[6, 6] == 1
    assert sorted(each.place for each in picture.problems) == [f"a.json: shape {n}" for n in (10, 3, 4, 5, 6, 7, 8, 9)]
    with pytest.raises(LabelSizeError, match="8 x 9"):
        found.picture("a.jpg", (8, 8))


def test_a_damaged_file_alone_is_named(tmp_path):
    (tmp_path / "b.json").write_text('{"version": "5", "shapes": [')
    with pytest.raises(LabelError, match=r"b\.json"):
        open_labels(tmp_path, "labelme")


def test_a_file_of_labelme_with_another_name_than_its_image_names_it(tmp_path):
    data = {"version": "5", "shapes": [shape("rectangle", [[1, 1], [3, 2]])], "imageHeight": 9, "imageWidth": 8}
    for name, image in (("0001", "../photos/IMG_7.jpg"), ("IMG_8", "IMG_9.jpg"), ("c", None)):
        (tmp_path / f"{name}.json").write_text(json.dumps(data | {"imagePath": image}))
    found = open_labels(tmp_path)
    assert sorted(found.names()) == ["0001", "IMG_8", "c"]
    ids = ["a/IMG_7.jpg", "a/IMG_8.jpg", "a/IMG_9.jpg"]
    assert found.match(tmp_path, ids).names == {"a/IMG_7.jpg": "0001", "a/IMG_8.jpg": "IMG_8"}


def test_text_files_of_yolo_in_folders_of_their_images(tmp_path):
    (tmp_path / "data.yaml").write_text("names: [road, tree]\n")
    for name in ("train/one/x", "train/two/x", "val/three/y"):
        file = tmp_path / "labels" / f"{name}.txt"
        file.parent.mkdir(parents=True)
        file.write_text("1 0 0 1 0 1 1 0 1\n")
    assert recognised(tmp_path).key == "yolo"
    found = open_labels(tmp_path)
    assert found.match(tmp_path, ["one/x.jpg", "two/x.jpg", "three/y.jpg"]).names == {
        "one/x.jpg": "train/one/x",
        "two/x.jpg": "train/two/x",
        "three/y.jpg": "val/three/y",
    }
    assert found.match(tmp_path, ["images/train/two/x.jpg"]).names == {"images/train/two/x.jpg": "train/two/x"}
