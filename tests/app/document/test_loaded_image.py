from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from app.document.loaded_image import load_image
from segcore.editing import Box, Recorder
from segcore.errors import ImageError
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap
from segcore.project.project import Access, Project
from tests.segcore.project.small_project import prediction

CLASSES = ClassSet.from_names(["road", "car"])


@pytest.fixture
def project(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.new("RGB", (6, 4), (1, 2, 3)).save(photos / "a.png")
    with Project.for_folder(photos, CLASSES) as project:
        yield project


def paint(project: Project, box: Box, value: int = 1) -> LabelMap:
    """Paint as the window does, and die before the labels are saved."""
    found = load_image(project, "a.png")
    label_map = LabelMap(found.label_map.labels.copy(), found.label_map.provenance.copy())
    recorder = Recorder(label_map, "Brush")
    recorder.paint(box, np.ones((box.height, box.width), np.bool_), value)
    found.journal.edit(recorder.finish())
    found.journal.write()
    return label_map


def files(project: Project) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in project.root.rglob("*") if p.is_file() and "sqlite" not in p.name}


@pytest.mark.parametrize("damage", ["no png", "of another size", "of no class"])
def test_a_bad_label_map_is_a_warning_each_time_and_the_image_opens(project, damage):
    project.save_label_map("a.png", LabelMap.blank(4, 6))
    path, prediction = project.labels_path("a.png"), project.prediction_path("a.png")
    if damage == "no png":
        path.write_bytes(b"no png")
    else:
        Image.fromarray(np.full((3, 3) if damage == "of another size" else (4, 6), 9, np.uint8)).save(path)
    prediction.parent.mkdir(exist_ok=True)
    prediction.write_bytes(b"no npz")
    before = files(project)
    for _ in range(2):
        found = load_image(project, "a.png")
        assert found.image.shape == (4, 6, 3)
        assert found.label_map.shape == (4, 6)
        assert (found.label_map.labels == 255).all()
        assert "a.png.png" in found.warning
        assert "a.png.npz" in found.warning
        assert not found.is_newer
    assert files(project) == before


def test_what_was_painted_before_the_app_died_is_there_and_can_be_undone(project):
    painted = paint(project, Box(1, 1, 3, 3))
    before = files(project)
    found = load_image(project, "a.png")
    assert found.is_newer
    assert "brought them back" in found.warning
    assert np.array_equal(found.label_map.labels, painted.labels)
    assert files(project) == before
    project.save_label_map("a.png", found.label_map)
    again = load_image(project, "a.png")
    assert (again.is_newer, again.warning, again.history.undo_name) == (False, "", "Brush")


def test_a_damaged_label_map_is_made_again_from_its_whole_history(project):
    painted = paint(project, Box(1, 1, 3, 3))
    project.save_label_map("a.png", painted)
    project.labels_path("a.png").write_bytes(b"no png")
    found = load_image(project, "a.png")
    assert np.array_equal(found.label_map.labels, painted.labels)
    assert np.array_equal(found.label_map.provenance, painted.provenance)
    assert found.is_newer
    assert "made again from the undo history" in found.warning
    project.save_label_map("a.png", found.label_map)
    assert project.labels_path("a.png").with_name("a.png.png.damaged").read_bytes() == b"no png"
    assert load_image(project, "a.png").warning == ""


def test_undo_never_brings_back_pixels_of_a_class_that_was_removed(project):
    project.save_label_map("a.png", paint(project, Box(1, 1, 3, 3), 1))
    over = paint(project, Box(0, 0, 6, 4), 0)
    project.save_label_map("a.png", over)
    assert len(load_image(project, "a.png").history) == 2
    project.set_classes(CLASSES.removed(1))
    found = load_image(project, "a.png")
    assert np.array_equal(found.label_map.labels, over.labels)
    assert len(found.history) == 0
    project.set_classes(CLASSES)
    assert len(load_image(project, "a.png").history) == 2, "the class is there again"


def test_who_only_reads_gets_the_files_and_no_journal(project):
    paint(project, Box(1, 1, 3, 3))
    with Project.open(project.root, access=Access.READ) as reader:
        found = load_image(reader, "a.png")
    assert (found.label_map.labels == 255).all()
    assert (found.journal, found.history, found.is_newer) == (None, None, False)


def test_no_labels_are_made_for_an_image_that_is_too_large_to_read(project, monkeypatch):
    made = []
    monkeypatch.setattr(LabelMap, "blank", lambda *shape: made.append(shape))
    monkeypatch.setattr("segcore.images.image.MAX_PIXELS", 23)  # it has 6 x 4 pixels
    with pytest.raises(ImageError, match="megapixels"):
        load_image(project, "a.png")
    assert made == []


def test_the_prediction_of_another_picture_is_not_shown_and_the_person_is_told(project):
    path = project.image_path("a.png")
    found = load_image(project, "a.png")
    project.save_prediction("a.png", prediction(shape=(4, 6)), found.picture)
    again = load_image(project, "a.png")
    assert (again.prediction is None, again.warning, again.picture) == (False, "", found.picture)
    Image.new("RGB", (6, 4), (9, 9, 9)).save(path)
    replaced = load_image(project, "a.png")
    assert replaced.prediction is None
    assert "of another picture" in replaced.warning
    assert "Predict this image again" in replaced.warning
    assert replaced.picture.pixels != found.picture.pixels


def test_an_image_that_breaks_while_it_is_read_keeps_nobody_waiting(project, monkeypatch):
    found = load_image(project, "a.png")
    project.save_prediction("a.png", prediction(shape=(4, 6)), found.picture)

    def broken(_path):
        raise ImageError("a.png is truncated.")
        yield

    monkeypatch.setattr("segcore.images.image.reading", broken)
    with pytest.raises(ImageError, match="truncated"):
        load_image(project, "a.png")
