"""Image files that another program replaced: by another picture of the same or of another size, or by a copy."""

from __future__ import annotations

import os
import shutil

import numpy as np
import pytest
from PIL import Image

from segcore.errors import LabelError, LabelSizeError
from segcore.files.stamp import Stamp
from segcore.images.image import read_image
from segcore.images.picture import Picture
from segcore.labels.probability_map import save_prediction
from segcore.progress import drive
from segcore.project.closed_edit import edit_closed
from segcore.project.configuration import PAGES_ARE_CHANNELS
from segcore.project.project import Access, Project
from segcore.worklist.image_facts import read_certainty
from segcore.worklist.ranking import rank
from segcore.worklist.uncertainty_map import Source
from tests.segcore.project.small_project import CLASSES, painted, prediction
from tests.systems import linux_only

SHAPE = (8, 12)


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    for number, name in enumerate(("a.bmp", "b.bmp")):
        draw(folder / name, number)
    return folder


@pytest.fixture
def project(images, tmp_path):
    with Project.create(tmp_path / "project", images, CLASSES) as project:
        yield project


def draw(path, seed, shape=SHAPE):
    """Write a picture of noise; all of one shape have the same size of file."""
    Image.fromarray(np.random.default_rng(seed).integers(0, 255, (*shape, 3), np.uint8)).save(path)


def replace(path, seed=99, shape=SHAPE):
    """Put another picture in its place as `cp -p` does: in the same file, with the same time."""
    before = path.stat()
    draw(path, seed, shape)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def files(project):
    found = (path for path in project.root.rglob("*") if path.is_file() and not path.name.endswith("-shm"))
    return {path: path.read_bytes() for path in found}


def predict(project, image_id="a.bmp"):
    path = project.image_path(image_id)
    stamp = Stamp.of(path)
    project.save_prediction(image_id, prediction(shape=SHAPE), Picture.of(stamp, read_image(path)))


def test_a_prediction_is_loaded_while_the_file_is_the_same_or_a_copy(project, images):
    predict(project)
    assert project.load_prediction("a.bmp").model == "m"
    shutil.copy(images / "a.bmp", images / "copy")
    os.replace(images / "copy", images / "a.bmp")
    os.utime(images / "a.bmp", (1, 1))
    assert project.load_prediction("a.bmp").model == "m"
    assert read_certainty(project, "a.bmp", SHAPE) is not None
    Image.open(images / "a.bmp").save(images / "a.bmp", dpi=(300, 300))  # only what is beside the pixels
    assert project.load_prediction("a.bmp").model == "m"


@linux_only("Windows does not tell when a file was changed")
def test_a_prediction_of_another_picture_of_the_same_size_is_never_loaded(project, images):
    predict(project)
    replace(images / "a.bmp")
    with pytest.raises(LabelError, match=r"a\.bmp is of another picture: the image file was replaced"):
        project.load_prediction("a.bmp")
    assert read_certainty(project, "a.bmp", SHAPE) is None
    record = project.record("a.bmp")
    assert (record.uncertainty, record.predicted_at) == (None, None)
    replace(images / "a.bmp", 0)
    assert project.load_prediction("a.bmp").model == "m", "the old picture is back"
    assert project.record("a.bmp").predicted_at is not None


def test_a_prediction_of_another_size_is_not_called_damaged(project, images):
    predict(project)
    replace(images / "a.bmp", 99, (8, 13))
    with pytest.raises(LabelSizeError, match=r"measures 12 x 8, its image 13 x 8"):
        project.load_prediction("a.bmp", project.size("a.bmp"))
    assert project.record("a.bmp").predicted_at is None


def test_who_has_read_the_image_decides_by_its_pixels(project):
    predict(project)
    shown = read_image(project.image_path("b.bmp"))
    pixels = Picture.of(Stamp(), shown).pixels
    with pytest.raises(LabelError, match="another picture"):
        project.predictions.load("a.bmp", project.classes, pixels=lambda: pixels)


def test_a_prediction_of_an_earlier_version_is_loaded(project, images):
    path = project.prediction_path("a.bmp")
    path.parent.mkdir()
    for picture in (None, "other", [1, 2], ["a", "b"], [1, ""]):
        save_prediction(path, prediction(shape=SHAPE), picture)
        assert project.load_prediction("a.bmp").model == "m"


def test_a_reader_changes_nothing(project, images):
    predict(project)
    replace(images / "a.bmp")
    before = files(project)
    with Project.open(project.root, Access.READ) as reader, pytest.raises(LabelError):
        reader.load_prediction("a.bmp")
    assert files(project) == before


def test_a_prediction_stays_when_the_image_is_gone(project, images):
    predict(project)
    (images / "a.bmp").unlink()
    assert project.load_prediction("a.bmp") is not None


@pytest.mark.parametrize("shape", [SHAPE, (9, 12)])
@linux_only("Windows does not tell when a file was changed")
def test_a_scan_notices_what_has_the_old_time(project, images, shape):
    predict(project)
    drive(project.rescan())
    project.inspect(project.image_ids(), 60.0)
    before = rank(project)
    facts = drive(before).facts["a.bmp"]
    assert (facts.source, facts.pixels) == (Source.PREDICTION, 96)
    replace(images / "a.bmp", 99, shape)
    assert drive(project.rescan()).changed == ("a.bmp",)
    assert (project.record("a.bmp").height, project.record("a.bmp").width) == shape
    facts = drive(rank(project)).facts["a.bmp"]
    assert (facts.source, facts.pixels) == (Source.NOTHING, shape[0] * shape[1])


@linux_only("Windows does not tell when a file was changed")
def test_the_size_is_measured_again_although_the_time_is_the_same(project, images):
    assert project.size("a.bmp") == SHAPE
    replace(images / "a.bmp", 99, (12, 8))
    assert project.size("a.bmp") == (12, 8)


def test_labels_name_the_picture_that_they_were_made_on_until_somebody_sees_another(project):
    project.save_label_map("a.bmp", painted(shape=SHAPE), picture="8x12-0123abcd")
    project.close()
    with Project.open(project.root) as again:
        stored = again.load_labels("a.bmp")
        assert (stored.picture, stored.as_stored) == ("8x12-0123abcd", True)
        edit_closed(again, "a.bmp", lambda each: each.accept(np.full(SHAPE, 2, np.uint8)), "Accept prediction")
        assert again.load_labels("a.bmp").picture == "8x12-0123abcd", "who did not see the image does not know"
        again.save_label_map("a.bmp", painted(2, SHAPE), picture="8x12-00000000")
        again.save_label_map("a.bmp", painted(1, SHAPE))
        assert again.load_labels("a.bmp").picture == "8x12-00000000"
        again.save_label_map("a.bmp", painted(2, SHAPE), picture="")
        assert again.load_labels("a.bmp").picture == ""


def test_an_inspection_tells_once_which_files_were_replaced(project, images):
    assert project.inspect(project.image_ids(), 60.0).replaced == ()
    replace(images / "a.bmp", 99, (12, 8))
    assert project.size("a.bmp") == (12, 8)
    assert project.inspect(project.image_ids(), 60.0).replaced == ("a.bmp",)
    assert project.inspect(project.image_ids(), 60.0).replaced == ()


def test_labelled_images_that_are_gone_are_told_once_and_channels_are_not_gone(project, images):
    pages = [Image.new("L", (12, 8), grey) for grey in range(3)]
    pages[0].save(images / "s.tif", save_all=True, append_images=pages[1:])
    drive(project.rescan())
    for image_id in ("a.bmp", "s.tif", "s.tif/page-0003"):
        project.save_label_map(image_id, painted(shape=SHAPE))
    project.set_setting(PAGES_ARE_CHANNELS, True)
    drive(project.rescan())
    assert "s.tif/page-0003" not in project.image_ids()
    assert project.warnings == []
    project.set_setting(PAGES_ARE_CHANNELS, None)
    drive(project.rescan())
    pages[0].save(images / "s.tif", save_all=True, append_images=pages[1:2])
    (images / "a.bmp").unlink()
    (images / "b.bmp").unlink()
    for _ in range(2):
        drive(project.rescan())
    assert len(project.warnings) == 1
    assert project.warnings[0].startswith("2 images that have labels are no longer there, the first is a.bmp.")
    pages[0].save(images / "s.tif", save_all=True, append_images=pages[1:])
    drive(project.rescan())
    assert (project.load_label_map("s.tif/page-0003").labels[:2] == 1).all()
