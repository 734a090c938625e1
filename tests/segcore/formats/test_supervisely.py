from __future__ import annotations

import base64
import json
import zlib

import cv2
import numpy as np
import pytest

from segcore.errors import LabelError, LabelSizeError
from segcore.formats.export_options import ExportOptions
from segcore.formats.open_labels import open_labels, recognised
from segcore.formats.supervisely import SuperviselyWriter, bitmap_text
from segcore.labels.classes import ClassSet, SegClass

CLASSES = ClassSet(
    (SegClass(0, "background", (0, 0, 0)), SegClass(1, "Straße  x", (4, 5, 6)), SegClass(2, "b c", (1, 2, 3)))
)
IDS = ["x.jpg", "x.png", "sub dir/ü.jpg"]


def labels(seed, shape=(15, 17)):
    return np.random.default_rng(seed).choice(np.array([0, 1, 2, 255], np.uint8), shape, p=[0.5, 0.3, 0.1, 0.1])


def sdk_mask(text):
    """`Bitmap.base64_2_data` of supervisely's SDK."""
    picture = cv2.imdecode(np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8), cv2.IMREAD_UNCHANGED)
    return picture[:, :, 3].astype(bool) if picture.ndim == 3 and picture.shape[2] >= 4 else picture.astype(bool)


def sdk_text(mask):
    """`Bitmap.data_2_base64` of supervisely's SDK, with an alpha channel as its web editor writes it."""
    data = cv2.imencode(".png", np.dstack([mask * 255] * 4).astype(np.uint8))[1].tobytes()
    return base64.b64encode(zlib.compress(data)).decode()


@pytest.mark.parametrize("together", [False, True])
def test_every_pixel_comes_back(tmp_path, together):
    options = ExportOptions(background=True, one_object_a_class=together, parts={"x.png": "val"})
    writer = SuperviselyWriter(tmp_path, CLASSES, IDS, options)
    for n, image_id in enumerate(IDS):
        assert not writer.keep(image_id)
        assert not writer.add(image_id, labels(n))
    again = SuperviselyWriter(tmp_path, CLASSES, IDS, options)
    assert all(again.keep(each) for each in IDS)
    again.finish()
    assert recognised(tmp_path).key == "supervisely"
    found = open_labels(tmp_path)
    assert found.classes == CLASSES
    assert set(found.names()) == set(IDS)
    for n, image_id in enumerate(IDS):
        picture = found.picture(image_id, (15, 17))
        assert not picture.problems
        assert np.array_equal(picture.pixels, labels(n))
    data = json.loads((tmp_path / "val" / "ann" / "x.png.png.json").read_text())
    assert data["size"] == {"height": 15, "width": 17}
    drawn = np.full((15, 17), 255)
    for each in data["objects"]:
        mask, (left, top) = sdk_mask(each["bitmap"]["data"]), each["bitmap"]["origin"]
        drawn[top : top + mask.shape[0], left : left + mask.shape[1]][mask] = CLASSES.named(each["classTitle"]).index
    assert np.array_equal(drawn, labels(1))


def thing(kind, title="cat", **more):
    return {"classTitle": title, "geometryType": kind, **more}


def points(*exterior, interior=()):
    return {"exterior": exterior, "interior": interior}


def test_projects_of_others(tmp_path):
    (tmp_path / "meta.json").write_text(json.dumps({"classes": [{"title": "cat", "color": "#FF0000"}], "tags": []}))
    mask = np.array([[True, False], [True, True]])
    objects = [
        thing("rectangle", points=points([1, 1], [3, 2])),
        thing("polygon", points=points([5, 0], [9, 0], [9, 4], [5, 4], interior=[[[7, 2], [7, 2], [7, 2]]])),
        thing("bitmap", bitmap={"data": sdk_text(mask), "origin": [0, 4]}),
        thing("point", points=points([0, 0])),
        thing("polygon", points=points([0, 0], [3, 3])),
        thing("polygon", points=points([0, 0], [3, "x"], [3, 3])),
        thing("bitmap", bitmap={"data": bitmap_text(mask)[:20], "origin": [0, 4]}),
        thing("bitmap", bitmap={"data": bitmap_text(mask), "origin": [50, 4]}),
        thing("bitmap", bitmap={"data": bitmap_text(np.ones((9, 9), bool)), "origin": [0, 0]}),
        thing("rectangle", "dog", points=points([1, 1], [3, 2])),
        7,
    ]
    file = tmp_path / "ds0" / "ann" / "a.jpg.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"size": {"height": 6, "width": 10}, "objects": objects}))
    found = open_labels(tmp_path)
    picture = found.picture("a.jpg", (6, 10))
    expected = np.full((6, 10), 255)
    expected[1:3, 1:4] = expected[:5, 5:] = 0
    expected[2, 7] = 255
    expected[4:6, :2][mask] = 0
    assert np.array_equal(picture.pixels, expected)
    assert sorted(each.place for each in picture.problems) == sorted(f"a.jpg.json: object {n}" for n in range(4, 12))
    with pytest.raises(LabelSizeError, match="10 x 6"):
        found.picture("a.jpg", (10, 6))
    file.write_text(file.read_text()[:99])
    with pytest.raises(LabelError, match=r"a\.jpg\.json"):
        found.picture("a.jpg", (6, 10))
    (tmp_path / "meta.json").write_text('{"classes": [')
    with pytest.raises(LabelError, match=r"meta\.json"):
        open_labels(tmp_path)


def test_datasets_in_datasets(tmp_path):
    (tmp_path / "meta.json").write_text(json.dumps({"classes": [{"title": "cat", "color": "#FF0000"}], "tags": []}))
    entry = {"size": {"height": 2, "width": 3}, "objects": [thing("rectangle", points=points([0, 0], [1, 1]))]}
    for folder in ("ds/ann", "ds/datasets/night/ann", "day/datasets/dawn/ann"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "x.jpg.json").write_text(json.dumps(entry))
    (tmp_path / "day/datasets/dawn/ann/y.jpg.json").write_text(json.dumps(entry))
    found = open_labels(tmp_path)
    images = ["ds/img/x.jpg", "ds/datasets/night/img/x.jpg", "day/datasets/dawn/img/x.jpg"]
    assert sorted(found.names()) == sorted([*images, "y.jpg"])
    ids = [*images, "day/datasets/dawn/img/y.jpg"]
    assert found.match(tmp_path, ids).names == dict(zip(ids, [*images, "y.jpg"], strict=True))
    assert found.picture(images[1], (2, 3)).pixels.tolist() == [[0, 0, 255], [0, 0, 255]]
