"""The full ADE20K data set: numbers of classes in two channels, objects in the third."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from segcore.errors import LabelError, LabelSizeError
from segcore.formats import ade20k_text_set
from segcore.formats.ade20k_full import Ade20kFullWriter
from segcore.formats.export_options import ExportOptions
from segcore.formats.open_labels import open_labels, recognised
from segcore.labels.classes import ClassSet, SegClass

CLASSES = ClassSet((SegClass(0, "wall", (1, 2, 3)), SegClass(7, "Tür", (4, 5, 6))))
LABELS = np.array([[0, 7, 0], [0, 255, 7]], np.uint8)


def theirs(folder, stem, numbers, objects, encoding="utf-8"):
    """Write the two files of an image as ADE20K has them; the number of its class for each pixel."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = np.array(numbers)
    colors = np.stack([numbers // 256 * 10, numbers % 256, np.arange(numbers.size).reshape(numbers.shape)], 2)
    Image.fromarray(colors.astype(np.uint8)).save(folder / f"{stem}_seg.png")
    entries = [
        {"id": n, "name_ndx": number, "name": name, "parts": {"part_level": level}}
        for n, (number, name, level) in enumerate(objects)
    ]
    text = json.dumps({"annotation": {"filename": f"{stem}.jpg", "object": entries}}, ensure_ascii=False)
    (folder / f"{stem}.json").write_bytes(text.encode(encoding))


def test_the_files_by_hand(tmp_path):
    writer = Ade20kFullWriter(tmp_path, CLASSES, ["x.jpg"], ExportOptions())
    assert not writer.add("x.jpg", LABELS)
    folder = tmp_path / "images" / "ADE" / "training"
    with Image.open(folder / "x_seg.png") as image:
        found = np.array(image).tolist()
    assert found == [[[0, 1, 1], [0, 2, 3], [0, 1, 2]], [[0, 1, 1], [0, 0, 0], [0, 2, 4]]]
    objects = json.loads((folder / "x.json").read_text())["annotation"]["object"]
    assert [(each["id"], each["name_ndx"], each["name"]) for each in objects] == [
        (1, 1, "wall"),
        (2, 1, "wall"),
        (3, 2, "Tür"),
        (4, 2, "Tür"),
    ]
    assert objects[0]["polygon"] == {"x": [0, 1, 1, 0], "y": [0, 0, 2, 2]} or len(objects[0]["polygon"]["x"]) == 4


def test_what_is_written_comes_back(tmp_path):
    ids = ["x.jpg", "a b/x.jpg"]
    writer = Ade20kFullWriter(tmp_path, CLASSES, ids, ExportOptions())
    for image_id in ids:
        writer.add(image_id, LABELS)
    writer.finish()
    assert recognised(tmp_path).key == "ade20kfull"
    found = open_labels(tmp_path)
    assert found.classes.names == ["wall", "Tür"]
    names = found.match(tmp_path / "images", ids).names
    assert set(names) == set(ids)
    back = found.picture(names["a b/x.jpg"], (2, 3)).labels({0: 0, 1: 7, 255: None})
    assert np.array_equal(back, LABELS)


def test_files_of_ade20k(tmp_path):
    street = tmp_path / "images" / "ADE" / "training" / "urban" / "street"
    theirs(street, "a", [[2978, 0], [401, 600]], [(2978, "wall", 0), (401, "Café", 0), (600, "leg", 1)], "latin-1")
    theirs(street, "b", [[2978]], [])
    (street / "b.json").write_text("{")
    assert recognised(tmp_path).key == "ade20kfull"
    found = open_labels(tmp_path)
    assert found.classes.names == ["Café", "wall"]
    assert [each.place for each in found.problems] == [str(street / "b.json")]
    assert list(found.names()) == ["images/ADE/training/urban/street/a", "images/ADE/training/urban/street/b"]
    picture = found.picture(found.names()[0], (2, 2))
    assert picture.pixels.tolist() == [[1, 255], [0, 255]]
    assert [each.place for each in picture.problems] == ["a_seg.png: class 600"]
    with pytest.raises(LabelSizeError, match=r"a_seg\.png"):
        found.picture(found.names()[0], (1, 2))
    (street / "b_seg.png").write_bytes(b"x")
    with pytest.raises(LabelError, match=r"b_seg\.png"):
        found.picture(found.names()[1], (1, 1))


def test_the_classes_in_most_images_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(ade20k_text_set, "_MOST", 1)
    theirs(tmp_path, "a", [[5, 6]], [(5, "floor", 0), (6, "sky", 0)])
    theirs(tmp_path, "b", [[6, 6]], [(6, "sky", 0)])
    found = open_labels(tmp_path)
    assert found.classes.names == ["sky"]
    assert "1 classes are left out" in found.problems[0].reason
    picture = found.picture("a", (1, 2))
    assert picture.pixels.tolist() == [[255, 0]]
    assert not picture.problems


def test_a_folder_without_names_is_told(tmp_path):
    theirs(tmp_path, "a", [[5]], [])
    with pytest.raises(LabelError, match="no class"):
        open_labels(tmp_path, "ade20kfull")
