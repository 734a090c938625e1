from __future__ import annotations

import base64
import json
from xml.etree import ElementTree

import numpy as np
import pytest

from segcore.errors import LabelError, LabelSizeError
from segcore.formats.brush import decode_brush, encode_brush
from segcore.formats.export_options import ExportOptions
from segcore.formats.label_studio import LabelStudioWriter
from segcore.formats.open_labels import open_labels, recognised
from segcore.labels.classes import ClassSet, SegClass

CLASSES = ClassSet(
    (SegClass(0, "background", (0, 0, 0)), SegClass(7, 'Stra<ß>"e', (4, 5, 6)), SegClass(2, "b & c", (1, 2, 3)))
)
IDS = ["x.jpg", "sub dir/ü&.jpg"]
HEADER = [0, 0, 0, 8]
"""Eight values: two pixels of four channels."""


def labels(seed, shape=(15, 17)):
    return np.random.default_rng(seed).choice(np.array([0, 7, 2, 255], np.uint8), shape, p=[0.5, 0.3, 0.1, 0.1])


def test_the_encoding_by_hand():
    """00111 0010 0011 0111 1111, then 1 00 011 11111111 (four times 255) and 1 00 011 00000000 (four times 0)."""
    expected = [*HEADER, 57, 27, 252, 127, 241, 128, 0]
    assert encode_brush(np.array([[True]]), 0, 0, (1, 2)) == expected
    assert decode_brush(expected, (1, 2)).tolist() == [[True, False]]
    for wrong in (expected[:-2], expected[:3], [], [*expected[:3], 4, *expected[4:]]):
        with pytest.raises(ValueError, match=r"ends|holds|literal"):
            decode_brush(wrong, (1, 2))


def test_values_in_turn():
    bits = f"{8:032b}" + "00111" + "0010001101111111" + "0" + "00" + "111" + "1" * 32 + "0" * 32
    data = [int(bits[n : n + 8].ljust(8, "0"), 2) for n in range(0, len(bits), 8)]
    assert decode_brush(data, (1, 2)).tolist() == [[True, False]]


@pytest.mark.parametrize("seed", range(6))
def test_masks_come_back_and_label_studios_own_functions_agree(seed):
    rng = np.random.default_rng(seed)
    shape = (9, 11) if seed < 5 else (300, 200)
    whole = np.zeros(shape, bool)
    top, left = (0, 0) if seed == 0 else (2, 3)
    box = rng.random((shape[0] - top, shape[1] - left - seed)) < (0.5 if seed < 5 else 0.999)
    whole[top:, left : left + box.shape[1]] = box
    data = encode_brush(box, left, top, shape)
    assert np.array_equal(decode_brush(data, shape), whole)
    brush = pytest.importorskip("label_studio_converter.brush")
    theirs = brush.encode_rle(np.repeat(whole.ravel().astype(np.uint8) * 255, 4))
    assert theirs[: len(data)] == data, "it sometimes adds a byte"
    assert np.array_equal(brush.decode_rle(data).reshape(*shape, 4)[..., 3] > 0, whole)


@pytest.mark.parametrize("together", [False, True])
def test_every_pixel_comes_back(tmp_path, together):
    writer = LabelStudioWriter(tmp_path, CLASSES, IDS, ExportOptions(background=True, one_object_a_class=together))
    for n, image_id in enumerate(IDS):
        assert not writer.add(image_id, labels(n))
    writer.finish()
    assert recognised(tmp_path).key == recognised(tmp_path / "tasks.json").key == "labelstudio"
    found = open_labels(tmp_path)
    assert found.classes == CLASSES
    assert list(found.names()) == IDS
    for n, image_id in enumerate(IDS):
        picture = found.picture(image_id, (15, 17))
        assert not picture.problems
        assert np.array_equal(picture.pixels, labels(n))
        assert set(found.contents(image_id, (15, 17)).values) >= set(picture.values())
    config = ElementTree.parse(tmp_path / "label_config.xml").getroot()
    assert [each.get("value") for each in config.iter("Label")] == CLASSES.names
    (tmp_path / "classes.json").unlink()
    assert sorted(open_labels(tmp_path).classes.names) == sorted(CLASSES.names)


def region(kind, label="cat", **value):
    return {"type": kind, "original_width": 10, "original_height": 5, "value": {**value, kind: [label]}}


def test_tasks_of_others(tmp_path):
    result = [
        region("polygonlabels", points=[[0, 0], [20, 0], [20, 40], [0, 40]]),
        region("rectanglelabels", "dog", x=50, y=20, width=10, height=20, rotation=0),
        region("polygonlabels", points=[[0, 0], [20, 0]]),
        region("polygonlabels", points=[["x", 0], [20, 0], [1, 1]]),
        region("brushlabels", format="rle", rle=[1, 2, 3]),
        region("brushlabels", format="rle", rle=[300]),
        region("ellipselabels", x=1, y=1, radiusX=3, radiusY=3),
        {"type": "choices", "value": {"choices": []}},
        {"type": ["polygonlabels"], "value": {"points": []}},
    ]
    tasks = [
        {
            "id": 1,
            "annotations": [{"result": [3]}, {"result": result}, {"was_cancelled": True, "result": []}],
            "data": {"photo": "/data/upload/3/1a2b3c4d-my%20cat.jpg"},
        },
        {"id": 2, "annotations": [], "data": {"image": "https://host/a/new.jpg"}},
        {"id": 3, "annotations": [{"result": []}], "data": {"image": "https://host/a/empty.jpg?x=1"}},
        {"id": 4, "annotations": []},
    ]
    file = tmp_path / "project-1-at-2026.json"
    file.write_text(json.dumps(tasks))
    assert recognised(file).key == "labelstudio"
    found = open_labels(file)
    assert list(found.names()) == ["my cat.jpg", "a/empty.jpg"]
    assert found.classes.names == ["cat", "dog"]
    assert [each.place for each in found.problems] == [f"{file.name}: task 4"]
    picture = found.picture("my cat.jpg", (5, 10))
    expected = np.full((5, 10), 255)
    expected[:2, :2], expected[1, 5] = 0, 1
    assert np.array_equal(picture.pixels, expected)
    assert sorted(each.place[-1] for each in picture.problems) == list("3456789")
    with pytest.raises(LabelSizeError, match="my cat"):
        found.picture("my cat.jpg", (10, 5))
    file.write_text(json.dumps(tasks)[:300])
    with pytest.raises(LabelError, match="project-1"):
        open_labels(file)


def test_entries_of_json_min(tmp_path):
    size = {"original_width": 10, "original_height": 5}
    brush = encode_brush(np.ones((1, 2), bool), 3, 4, (5, 10))
    entries = [
        {
            "image": "/data/upload/3/1a2b3c4d-cat.jpg",
            "id": 1,
            "box": [{"x": 50, "y": 20, "width": 10, "height": 20, "rotation": 0, "rectanglelabels": ["dog"], **size}],
            "tag": [{"format": "rle", "rle": brush, "brushlabels": ["cat"], **size}],
            "kind": "day",
            "annotator": 1,
            "annotation_id": 5,
            "created_at": "2026-11-22T10:00:00Z",
        },
        {"image": "https://host/a/empty.jpg", "id": 2, "annotator": 1, "annotation_id": 6},
        {"photo": "https://host/a/new.jpg", "id": 3},
    ]
    file = tmp_path / "project-1-min.json"
    file.write_text(json.dumps(entries))
    assert recognised(file).key == "labelstudio"
    found = open_labels(file)
    assert list(found.names()) == ["cat.jpg", "a/empty.jpg"]
    assert found.classes.names == ["cat", "dog"]
    picture = found.picture("cat.jpg", (5, 10))
    expected = np.full((5, 10), 255)
    expected[1, 5], expected[4, 3:5] = 1, 0
    assert not picture.problems
    assert np.array_equal(picture.pixels, expected)
    with pytest.raises(LabelSizeError, match=r"cat\.jpg"):
        found.picture("cat.jpg", (10, 5))


def test_images_in_a_bucket_and_uploads_with_other_names(tmp_path):
    """``presign`` as Label Studio writes it: URL-safe base64; uploads are renamed by Django's `get_valid_filename`."""
    hidden = base64.urlsafe_b64encode(b"s3://bucket/day 1/street/x.jpg").decode().rstrip("=")
    addresses = [
        f"/tasks/7/presign/?fileuri={hidden}",
        "/data/upload/3/1a2b3c4d-my_cat_1.jpg",
        "/tasks/8/resolve/?fileuri=x",
        "gs://bucket/field/x.jpg",
    ]
    tasks = [
        {"id": n, "annotations": [{"result": [region("rectanglelabels", x=0, y=0, width=9, height=9)]}], "data": data}
        for n, data in enumerate({"image": address} for address in addresses)
    ]
    file = tmp_path / "export.json"
    file.write_text(json.dumps(tasks))
    found = open_labels(file)
    assert list(found.names()) == ["day 1/street/x.jpg", "my_cat_1.jpg", "field/x.jpg"]
    assert [each.place for each in found.problems] == [f"{file.name}: task 3"]
    ids = ["street/x.jpg", "field/x.jpg", "pets/my cat (1).jpg"]
    assert found.match(tmp_path, ids).names == dict(
        zip(ids, ["day 1/street/x.jpg", "field/x.jpg", "my_cat_1.jpg"], strict=True)
    )
