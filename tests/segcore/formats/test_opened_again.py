"""An export with copies of its images is opened where it lies: each copy finds its own labels."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile
from PIL import Image

from segcore.formats import registry
from segcore.formats.data_sets import classes_of, images_inside
from segcore.formats.export import export_project
from segcore.formats.export_options import ExportOptions
from segcore.formats.import_labels import ImportChoices, import_labels
from segcore.formats.import_plan import plan_import
from segcore.formats.nifti_stacks import write_stacks
from segcore.formats.open_labels import labels_near
from segcore.images.image import read_image
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.project.project import Project

NAMES = ("y.png", "a b/x.png", "c/x.png", "ü z.jpg", "s/s.tif")
"""Images in folders, of one stem, with letters and spaces, one that EXIF turns; the last is a stack of two slices."""
SHAPE = 16, 24
WITHOUT_COPIES = {"png", "geotiff", "ometiff", "numpy", "hf"}
KEYS = [row.key for row in registry.FORMATS if row.writer is not None and row.key not in WITHOUT_COPIES]


@pytest.fixture
def project(tmp_path):
    """A project whose image number k is as bright as 40 k, and has the class k everywhere."""
    for number, name in enumerate(NAMES):
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("tif"):
            tifffile.imwrite(path, np.stack([np.full(SHAPE, 40 * each, np.uint8) for each in (number, number + 1)]))
        else:
            turned, stored = Image.Exif(), SHAPE if name.endswith("jpg") else SHAPE[::-1]
            turned[0x0112] = 6 if name.endswith("jpg") else 1  # a quarter to the right, as telephones write it
            Image.new("L", stored, 40 * number).convert("RGB").save(path, exif=turned)
    classes = ClassSet.from_names([f"c{number}" for number in range(len(NAMES) + 1)])
    with Project.create(tmp_path / "p", tmp_path / "photos", classes) as found:
        drive(found.rescan())
        assert len(found.image_ids()) == len(NAMES) + 1
        for image_id in found.image_ids():
            found.import_labels(image_id, np.full(SHAPE, bright(found, image_id), np.uint8))
        yield found


def bright(project, image_id):
    """The number of an image, by its brightness."""
    return round(read_image(project.image_path(image_id)).mean() / 40)


@pytest.mark.parametrize("key", KEYS)
def test_each_copy_has_its_labels(tmp_path, project, key):
    folder = tmp_path / "set"
    drive(export_project(project, [key], folder, ExportOptions(copy_images=True, background=True)))
    if key == "nnunetnifti":
        drive(write_stacks(folder))
    images = images_inside(folder)
    for file in (each for each in images.rglob("*") if each.suffix in (".jpg", ".png")):
        with Image.open(file) as copy:
            assert copy.size == SHAPE[::-1], "its pixels are upright, as its label map"
    assert labels_near(images) == folder, "its labels are offered"
    classes = drive(classes_of(folder))
    with Project.create(tmp_path / "again", images, classes) as again:
        drive(again.rescan())
        assert len(again.image_ids()) == len(project.image_ids())
        plan = drive(plan_import(again, folder))
        drive(import_labels(again, plan, ImportChoices(plan.mapping())))
        names = {each.index: each.name for each in again.classes}
        for image_id in again.image_ids():
            found = {names.get(value) for value in np.unique(again.load_label_map(image_id).labels)}
            assert found == {f"c{bright(again, image_id)}"}, image_id
