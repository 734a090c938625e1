"""mmsegmentation and ADE20K: folders for the parts of a data set, classes numbered without gaps."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from segcore.errors import LabelError, LabelSizeError
from segcore.formats.ade20k import Ade20kWriter
from segcore.formats.export_options import ExportOptions
from segcore.formats.mmseg import MmsegWriter
from segcore.formats.open_labels import open_labels, recognised
from segcore.labels.classes import ClassSet, SegClass

CLASSES = ClassSet((SegClass(7, "Straße", (4, 5, 6)), SegClass(0, "b c", (1, 2, 3)), SegClass(200, "x", (9, 9, 9))))
IDS = ["a b/x.jpg", "a b/x.png", "ü.jpg", "c/x.jpg"]
WRITERS = {"mmseg": MmsegWriter, "ade20k": Ade20kWriter}
PARTS = {"ü.jpg": "val", "c/x.jpg": "test"}
FIRST = {"mmseg": {7: 0, 0: 1, 200: 2, 255: 255}, "ade20k": {7: 1, 0: 2, 200: 3, 255: 0}}


def labels(seed):
    return np.random.default_rng(seed).choice(np.array([7, 0, 200, 255], np.uint8), (5, 6))


@pytest.fixture(params=list(WRITERS))
def exported(request, tmp_path):
    image = tmp_path / "x.jpg"
    Image.new("RGB", (6, 5), (200, 10, 10)).save(image)
    options = ExportOptions(copy_images=True, parts=PARTS)
    writer = WRITERS[request.param](tmp_path / "out", CLASSES, IDS, options)
    for n, each in enumerate(IDS):
        assert not writer.keep(each)
        assert not writer.add(each, labels(n), image)
    again = WRITERS[request.param](tmp_path / "out", CLASSES, IDS, options)
    assert all(again.keep(each) for each in IDS)
    again.finish()
    return request.param, tmp_path / "out"


def test_every_pixel_comes_back(exported):
    key, out = exported
    assert recognised(out).key == key
    found = open_labels(out)
    assert [(each.name, each.color) for each in found.classes] == [(each.name, each.color) for each in CLASSES]
    assert set(found.names()) == set(IDS)
    back = {each.index: CLASSES.named(each.name).index for each in found.classes} | dict.fromkeys(found.ignored)
    matches = found.match(out, IDS)
    for n, each in enumerate(IDS):
        picture = found.picture(matches.names[each], (5, 6))
        assert np.array_equal(picture.labels(back | {255: None}), labels(n))


def test_values_by_hand(exported):
    key, out = exported
    path = {"mmseg": "ann_dir/val/ü.png", "ade20k": "annotations/validation/ü.png"}[key]
    table = np.vectorize(FIRST[key].get)
    with Image.open(out / path) as image:
        assert image.mode == {"mmseg": "P", "ade20k": "L"}[key]
        assert np.array_equal(np.array(image), table(labels(2)))


def test_the_folders_pair_as_mmsegmentation_pairs_them(exported):
    """`BaseSegDataset.load_data_list`: each image below img_path with img_suffix has its seg_map_suffix twin."""
    key, out = exported
    images, maps = {"mmseg": ("img_dir", "ann_dir"), "ade20k": ("images", "annotations")}[key]
    pairs = [
        (each, out / maps / each.relative_to(out / images).with_suffix(".png")) for each in out.glob(f"{images}/**/*.*")
    ]
    assert len(pairs) == 4
    for image, label_map in pairs:
        assert image.suffix == ".png", "the images of the project have two suffixes"
        with Image.open(image) as one, Image.open(label_map) as other:
            assert one.size == other.size


def test_mmsegmentations_arguments(tmp_path):
    writer = MmsegWriter(tmp_path, CLASSES, ["x.JPG"], ExportOptions())
    writer.add("x.JPG", labels(0))
    writer.finish()
    assert json.loads((tmp_path / "dataset.json").read_text(encoding="utf-8")) == {
        "metainfo": {"classes": ["Straße", "b c", "x"], "palette": [[4, 5, 6], [1, 2, 3], [9, 9, 9]]},
        "img_suffix": ".jpg",
        "seg_map_suffix": ".png",
        "reduce_zero_label": False,
    }
    (tmp_path / "classes.json").unlink()
    assert open_labels(tmp_path).classes.names == CLASSES.names


def test_the_first_value_may_be_ignore(tmp_path):
    (tmp_path / "ann_dir").mkdir()
    Image.fromarray(np.array([[0, 1]], np.uint8)).save(tmp_path / "ann_dir" / "q.png")
    arguments = {"metainfo": {"classes": ["cat"]}, "reduce_zero_label": True}
    (tmp_path / "dataset.json").write_text(json.dumps(arguments))
    found = open_labels(tmp_path)
    assert [(each.index, each.name) for each in found.classes] == [(1, "cat")]
    assert (found.ignored, list(found.names())) == ({0}, ["q"])


def test_the_names_of_ade20k(tmp_path):
    (tmp_path / "annotations" / "validation").mkdir(parents=True)
    Image.fromarray(np.array([[0, 2]], np.uint8)).save(tmp_path / "annotations" / "validation" / "ADE_val_1.png")
    info = tmp_path / "objectInfo150.txt"
    info.write_text("Idx\tRatio\tTrain\tVal\tStuff\tName\n1\t0.1576\t11664\t1172\t1\twall \n2\t0.1\t9\t9\t1\tsky\n")
    found = open_labels(tmp_path)
    assert [(each.index, each.name) for each in found.classes] == [(1, "wall"), (2, "sky")]
    assert found.match(tmp_path, ["images/ADE_val_1.jpg"]).names == {"images/ADE_val_1.jpg": "ADE_val_1"}
    info.write_text("Idx\tName\n1\n")
    found = open_labels(tmp_path)
    assert found.classes is None
    assert "objectInfo150.txt" in found.warning


def test_damaged_files_are_named(exported):
    key, out = exported
    found = open_labels(out)
    with pytest.raises(LabelSizeError, match=r"\.png"):
        found.picture("ü.jpg", (6, 5))
    file = next(out.glob("ann*/val*/*.png"))
    file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(LabelError, match=r"ü\.png"):
        found.picture("ü.jpg", (5, 6))
    with pytest.raises(LabelError, match="no label maps"):
        open_labels(out.parent, key)
