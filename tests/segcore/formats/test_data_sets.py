"""Data sets of other programs: their images, and the classes that a project for them has."""

from __future__ import annotations

import json
import shutil
import zipfile

import numpy as np
import pytest
from PIL import Image

from segcore.formats import registry
from segcore.formats.data_sets import classes_of, images_inside, images_of_file, is_labels
from segcore.formats.export import export_project
from segcore.formats.export_options import ExportOptions
from segcore.formats.open_labels import labels_near
from segcore.images.list_images import list_images
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.project.project import Project

CLASSES = ClassSet.from_names(["background", "cell", "wall"])
APART = [
    row.key for row in registry.FORMATS if row.writer and row.images_folder and row.labels_folder != row.images_folder
]


@pytest.fixture
def data_set(tmp_path):
    (tmp_path / "images" / "a").mkdir(parents=True)
    for name in ("x.jpg", "a/y.jpg"):
        Image.new("RGB", (9, 6)).save(tmp_path / "images" / name)

    def make(key):
        with Project.create(tmp_path / "p", tmp_path / "images", CLASSES) as project:
            for name in project.image_ids():
                project.import_labels(name, np.arange(54, dtype=np.uint8).reshape(6, 9) // 18)
            drive(export_project(project, [key], tmp_path / "set", ExportOptions(copy_images=True)))
        return tmp_path / "set"

    return make


@pytest.mark.parametrize("key", [key for key in APART if key != "nnunetnifti"])
def test_label_maps_are_not_images(data_set, key):
    """Whoever opens VOC's tree gets its photos, and the labels of the whole tree for them."""
    folder = data_set(key)
    images = images_inside(folder)
    assert len(list(list_images(images))) == 2
    if images != folder:
        assert labels_near(images) == folder


def test_folders_that_are_no_data_set_stay_as_they_are(tmp_path):
    assert images_inside(tmp_path) == tmp_path
    (tmp_path / "JPEGImages").mkdir()
    (tmp_path / "SegmentationClass").mkdir()
    assert images_inside(tmp_path) == tmp_path, "there are no images in it"


def test_images_of_a_file(data_set, tmp_path):
    folder = data_set("coco")
    file = folder / "annotations" / "instances_train.json"
    assert is_labels(file)
    assert drive(images_of_file(file)) == folder / "images"
    (folder / "images").rename(folder / "train2017")
    assert drive(images_of_file(file)) == folder
    (folder / "train2017").rename(tmp_path / "elsewhere")
    assert drive(images_of_file(file)) is None
    (tmp_path / "x.json").write_text("{}")
    assert drive(images_of_file(tmp_path / "x.json")) is None
    assert not is_labels(tmp_path / "x.json")


def zipped(folder, path):
    with zipfile.ZipFile(path, "w") as archive:
        for each in sorted(folder.rglob("*")):
            archive.write(each, each.relative_to(folder).as_posix())
    return path


WITH_IMAGES = [row.key for row in registry.FORMATS if row.writer and row.images_folder is not None]


@pytest.mark.parametrize("key", [key for key in WITH_IMAGES if key not in ("nnunetnifti", "hf")])
def test_a_zip_file_with_its_images(data_set, tmp_path, key):
    (tmp_path / "far").mkdir()
    path = zipped(data_set(key), tmp_path / "far" / "packed.zip")
    assert drive(images_of_file(path)) == path
    beside = tmp_path / "images" / "packed.zip"
    shutil.copy(path, beside)
    assert drive(images_of_file(beside)) == tmp_path / "images"


@pytest.mark.parametrize("key", APART)
def test_label_maps_in_a_zip_file_are_not_images(data_set, tmp_path, key):
    folder = data_set(key)
    shutil.rmtree(folder / registry.format_named(key).images_folder)
    (tmp_path / "far").mkdir()
    assert drive(images_of_file(zipped(folder, tmp_path / "far" / "labels.zip"))) is None


def test_classes_of_a_data_set(data_set, tmp_path):
    folder = data_set("coco")
    found = drive(classes_of(folder))
    assert [(each.index, each.name) for each in found] == [(0, "background"), (1, "cell"), (2, "wall")]
    assert found.classes[1].color == CLASSES.classes[1].color
    file = folder / "annotations" / "instances_train.json"
    file.write_text(json.dumps({"images": [], "annotations": [], "categories": 5}))
    assert drive(classes_of(file)) is None
    assert drive(classes_of(tmp_path / "nowhere")) is None
