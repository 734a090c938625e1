from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from segcore.errors import LabelError, LabelSizeError
from segcore.formats.coco_panoptic import PanopticWriter
from segcore.formats.export_options import ExportOptions
from segcore.formats.open_labels import open_labels, recognised
from segcore.labels.classes import ClassSet, SegClass

CLASSES = ClassSet(
    (SegClass(0, "background", (0, 0, 0)), SegClass(7, "Straße", (4, 5, 6)), SegClass(2, "b c", (1, 2, 3)))
)
IDS = ["x.jpg", "x.png", "sub dir/ü.jpg"]


def labels(seed, shape=(35, 37)):
    return np.random.default_rng(seed).choice(np.array([0, 7, 2, 255], np.uint8), shape, p=[0.5, 0.3, 0.1, 0.1])


@pytest.mark.parametrize("together", [False, True])
def test_every_pixel_comes_back(tmp_path, together):
    options = ExportOptions(one_object_a_class=together, parts={"x.png": "val"})
    writer = PanopticWriter(tmp_path, CLASSES, IDS, options)
    for n, image_id in enumerate(IDS):
        assert not writer.add(image_id, labels(n))
    writer.finish()
    for path in (tmp_path, tmp_path / "annotations" / "panoptic_train.json"):
        assert recognised(path).key == "panoptic"
    found = open_labels(tmp_path)
    assert found.classes == CLASSES
    assert set(found.names()) == set(IDS)
    for n, image_id in enumerate(IDS):
        picture = found.picture(image_id, (35, 37))
        assert not picture.problems
        assert np.array_equal(picture.pixels, labels(n))
        assert set(found.contents(image_id, (35, 37)).values) == {0, 7, 2, 255}


def test_areas_and_boxes_as_panopticapi_checks_them(tmp_path):
    """`panopticapi.utils.rgb2id` and the rules of ``pq_compute``: ids, areas and boxes agree with the PNG file."""
    array = labels(5)
    writer = PanopticWriter(tmp_path, CLASSES, ["a.jpg"], ExportOptions())
    writer.add("a.jpg", array)
    writer.finish()
    data = json.loads((tmp_path / "annotations" / "panoptic_train.json").read_text())
    (annotation,) = data["annotations"]
    with Image.open(tmp_path / "annotations" / "panoptic_train" / annotation["file_name"]) as image:
        colors = np.array(image).astype(np.uint32)
    ids = colors[:, :, 0] + 256 * colors[:, :, 1] + 256 * 256 * colors[:, :, 2]
    assert len(annotation["segments_info"]) > 255, "more segments than one colour holds"
    assert {each["id"] for each in annotation["segments_info"]} | {0} == set(np.unique(ids).tolist())
    for each in annotation["segments_info"]:
        mask = ids == each["id"]
        assert mask.sum() == each["area"]
        rows, columns = np.nonzero(mask)
        x, y = columns.min(), rows.min()
        assert each["bbox"] == [x, y, columns.max() - x + 1, rows.max() - y + 1]
        assert (array[mask] == each["category_id"] - 1).all()
    assert ((ids == 0) == (array == 255)).all()


def test_what_is_wrong_is_named_and_the_rest_is_read(tmp_path):
    Image.fromarray(np.array([[[1, 0, 0], [2, 0, 0], [0, 1, 0], [9, 0, 0]]], np.uint8)).save(tmp_path / "a.png")
    data = {
        "categories": [{"id": 200, "name": "cat"}, {"id": 92, "name": "sky"}, {"name": "x"}],
        "images": [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "b.jpg"}],
        "annotations": [
            {
                "image_id": 1,
                "file_name": "a.png",
                "segments_info": [
                    {"id": 1, "category_id": 92},
                    {"id": 256, "category_id": 200},
                    {"id": 2, "category_id": 5},
                ],
            },
            {"image_id": 2, "file_name": "../b.png", "segments_info": []},
            {"image_id": 3, "file_name": "c.png", "segments_info": []},
        ],
    }
    file = tmp_path / "panoptic_val2017.json"
    file.write_text(json.dumps(data))
    (tmp_path / "panoptic_train.json").write_text(json.dumps(data)[:50])
    found = open_labels(tmp_path)
    assert [each.place for each in found.problems] == [
        str(tmp_path / "panoptic_train.json"),
        "panoptic_val2017.json: annotation of image 2",
        "panoptic_val2017.json: annotation of image 3",
    ]
    assert [(each.index, each.name) for each in found.classes] == [(199, "cat"), (91, "sky")]
    picture = found.picture("a.jpg", (1, 4))
    assert picture.pixels.tolist() == [[91, 255, 199, 255]]
    assert {each.place for each in picture.problems} == {
        "panoptic_val2017.json: a.jpg: segment 2",
        "a.png: segment 2",
        "a.png: segment 9",
    }
    with pytest.raises(LabelSizeError, match=r"a\.png"):
        found.picture("a.jpg", (2, 4))
    (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes()[:40])
    with pytest.raises(LabelError, match=r"a\.png"):
        found.picture("a.jpg", (1, 4))
    file.write_text("{")
    with pytest.raises(LabelError, match="panoptic_val2017"):
        open_labels(file)
