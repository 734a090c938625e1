from __future__ import annotations

import json
import tempfile
import threading
import zipfile

import numpy as np
import pytest
from PIL import Image

from segcore.errors import ClassesError, LabelError, ProjectError
from segcore.formats.open_labels import labels_near, open_labels, read_labels, recognised
from segcore.formats.png import PngWriter
from segcore.formats.voc import VocWriter
from segcore.labels.classes import ClassSet
from segcore.progress import drive

CLASSES = ClassSet.from_names(["sky", "road"])


@pytest.fixture(params=[("png", PngWriter), ("voc", VocWriter)], ids=["png", "voc"])
def exported(request, tmp_path):
    key, writer = request.param
    made = writer(tmp_path / "out", CLASSES, ["a.jpg"])
    made.add("a.jpg", np.array([[0, 1, 255]], np.uint8))
    made.finish()
    return key, tmp_path / "out"


def zipped(folder, path, top=""):
    with zipfile.ZipFile(path, "w") as archive:
        for each in folder.rglob("*"):
            if each.is_file():
                archive.write(each, top + each.relative_to(folder).as_posix())
    return path


def test_what_was_exported_is_recognised(exported):
    key, folder = exported
    assert recognised(folder).key == key
    label_set = open_labels(folder)
    assert label_set.classes == CLASSES
    name = label_set.match(folder / "images", ["a.jpg"]).names["a.jpg"]
    assert label_set.picture(name, (1, 3)).pixels.tolist() == [[0, 1, 255]]


@pytest.mark.parametrize("top", ["", "data/"])
def test_a_zip_is_read_as_its_folder_and_removed_afterwards(exported, tmp_path, top):
    path = zipped(exported[1], tmp_path / "x.zip", top)
    label_set = open_labels(path)
    assert (label_set.path, label_set.classes) == (path, CLASSES)
    place = label_set.folder
    assert place.is_dir()
    del label_set
    for thread in threading.enumerate():
        if thread.name == "delete":
            thread.join()
    assert not place.exists()


def labelme_files(folder, count):
    folder.mkdir()
    shape = {"label": "road", "shape_type": "rectangle", "points": [[0, 0], [4, 4]]}
    for number in range(count):
        image = {"imagePath": f"{number}.png", "imageHeight": 8, "imageWidth": 8, "version": "5.0"}
        (folder / f"{number}.json").write_text(json.dumps({**image, "shapes": [shape]}))
    return folder


def test_many_files_are_read_one_by_one_and_a_zip_is_unpacked_so(tmp_path):
    folder = labelme_files(tmp_path / "labelme", 5)
    steps = []
    drive(read_labels(folder), steps.append)
    assert [step.done for step in steps] == [0, *range(5)]
    assert {step.total for step in steps[1:]} == {5}
    steps.clear()
    assert drive(read_labels(zipped(folder, tmp_path / "x.zip")), steps.append).classes.names == ["road"]
    fractions = [step.fraction for step in steps]
    assert fractions == sorted(fractions)
    assert len(set(fractions)) == 10


@pytest.mark.parametrize("after", [3, 8])
def test_a_zip_whose_reading_is_cancelled_leaves_nothing(tmp_path, monkeypatch, after):
    path = zipped(labelme_files(tmp_path / "labelme", 5), tmp_path / "x.zip")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    task = read_labels(path)
    for _ in range(after):
        next(task)
    assert list((tmp_path / "temporary").iterdir())
    task.close()
    assert not list((tmp_path / "temporary").iterdir())


def test_a_zip_that_leads_out_is_refused(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../out.png", "x")
    with pytest.raises(LabelError, match=r"x\.zip"):
        open_labels(path)
    assert not (tmp_path.parent / "out.png").exists()


def test_a_zip_that_holds_more_than_its_size_can_explain_is_refused(exported, tmp_path, monkeypatch):
    monkeypatch.setattr("segcore.files.zip_limits.MAX_BYTES", 1000)
    path = zipped(exported[1], tmp_path / "x.zip")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("labels/z.png", bytes(5_000_000))
    with pytest.raises(LabelError, match=r"x\.zip holds more than its size can explain"):
        open_labels(path)


def test_classes_that_cannot_be_are_told_with_their_file(tmp_path):
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "a.txt").write_text("0 0 0 1 0 1 1\n")
    line = '[{"index": 0, "name": "a", "color": "#000000"}, {"index": 0, "name": "b", "color": "#ffffff"}]'
    (tmp_path / "data.yaml").write_text(f"names:\n  0: a\n# maskwright: {line}\n")
    with pytest.raises(ClassesError) as caught:
        open_labels(tmp_path, "yolo")
    assert str(tmp_path) in caught.value.message


def test_a_truncated_zip_is_told(exported, tmp_path):
    path = zipped(exported[1], tmp_path / "x.zip")
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(LabelError, match=r"x\.zip"):
        open_labels(path)


def test_any_folder_is_a_folder_of_label_maps_but_a_file_needs_a_format(tmp_path):
    Image.new("L", (2, 2)).save(tmp_path / "a.png")
    assert open_labels(tmp_path).names() == ["a.png"]
    with pytest.raises(LabelError, match="no format"):
        open_labels(tmp_path / "a.png")
    with pytest.raises(ProjectError, match="no format 'x'"):
        open_labels(tmp_path, "x")


def test_labels_near_the_images_are_found(tmp_path):
    images = tmp_path / "set" / "leftImg8bit" / "train"
    images.mkdir(parents=True)
    Image.new("RGB", (2, 2)).save(images / "a.jpg")
    assert labels_near(images) is None
    (images / "a.json").write_text('{"version": "5", "flags": {}, "shapes": []}')
    assert labels_near(images) == images, "labelme's files lie beside the images"
    (images / "a.json").unlink()
    (tmp_path / "set" / "gtFine").mkdir()
    assert labels_near(images) == tmp_path / "set"


def test_a_stray_file_two_folders_up_is_not_proposed(tmp_path):
    images = tmp_path / "work" / "road"
    images.mkdir(parents=True)
    Image.new("RGB", (2, 2)).save(images / "a.jpg")
    coco = '{"images": [], "annotations": [], "categories": []}'
    (tmp_path / "result.json").write_text(coco)
    assert recognised(tmp_path) is not None
    assert labels_near(images) is None
    (tmp_path / "work" / "result.json").write_text(coco)
    assert labels_near(images) == tmp_path / "work"


def test_a_folder_of_very_many_files_is_looked_at_quickly(tmp_path, monkeypatch):
    from segcore.formats import json_file

    monkeypatch.setattr(json_file, "SCANNED", 5)
    for n in range(20):
        (tmp_path / f"{n}.json").write_text("{}")
    assert len(json_file.first_files(tmp_path, ".json")) == 5
