from __future__ import annotations

import pytest
from PIL import Image

from segcore.formats.class_lists import classes_near, read_class_list
from segcore.formats.label_source import labels_beside, labels_inside


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        ("data/images", "data/labels"),
        ("data/images/train", "data/masks/train"),
        ("VOC/JPEGImages", "VOC/SegmentationClass"),
        ("camvid/train", "camvid/trainannot"),
    ],
)
def test_the_labels_beside_the_images_are_found(tmp_path, images, labels):
    for folder in (images, labels):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    assert labels_beside(tmp_path / images) is None, "an empty folder is none"
    Image.new("L", (2, 2)).save(tmp_path / labels / "a.png")
    assert labels_beside(tmp_path / images) == tmp_path / labels


def test_the_image_folder_itself_is_none(tmp_path):
    (tmp_path / "labels").mkdir()
    Image.new("L", (2, 2)).save(tmp_path / "labels" / "a.png")
    assert labels_beside(tmp_path / "labels") is None


def test_lists_of_classes(tmp_path):
    (tmp_path / "labels").mkdir()
    assert classes_near(tmp_path / "labels") is None
    (tmp_path / "labelmap.txt").write_text("sky:1,2,3::\nroad:4,5,6::\n")
    assert classes_near(tmp_path / "labels") == tmp_path / "labelmap.txt"
    assert read_class_list(tmp_path / "labelmap.txt").names == ["sky", "road"]
    (tmp_path / "labels" / "classes.txt").write_text("a\nb\n")
    assert read_class_list(classes_near(tmp_path / "labels")).names == ["a", "b"]
    assert labels_inside(tmp_path) == tmp_path / "labels"
