"""A stack is replaced, while one of its slices is open and labelled, by one with other slices."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile

from app.project import image_watch
from segcore.project.project import Project
from tests.app.window.open_window import CLASSES, drag, wait_image

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
SLICE = "s.tif/slice-0004"


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(image_watch, "LOOK_MS", 50)


def stack(path, slices, seed, axes="ZYX"):
    pixels = np.random.default_rng(seed).integers(0, 255, (slices, 64, 96), np.uint8)
    tifffile.imwrite(path, pixels, metadata={"axes": axes})


@pytest.fixture
def labelled(qtbot, window, tmp_path):
    """The window with slice 4 of 5 open and painted on."""
    (tmp_path / "photos").mkdir()
    stack(tmp_path / "photos" / "s.tif", 5, 0)
    Project.for_folder(tmp_path / "photos", CLASSES).close()
    window.open_path(tmp_path / "photos")
    wait_image(qtbot, window, "s.tif")
    window.navigation.show(SLICE)
    wait_image(qtbot, window, SLICE)
    drag(window)
    qtbot.waitUntil(lambda: not window.autosaver.pending)
    return window


@pytest.mark.parametrize(("slices", "axes", "left"), [(2, "ZYX", 2), (1, "ZYX", 1), (5, "CYX", 1)])
def test_a_slice_that_is_gone_keeps_its_labels_and_comes_back(qtbot, labelled, tmp_path, slices, axes, left):
    painted = labelled.document.label_map.labels.copy()
    stack(tmp_path / "photos" / "s.tif", slices, 1, axes)
    notice = labelled.opening.watch.notice
    qtbot.waitUntil(lambda: not notice.isHidden() and "cannot be read now" in notice.label.text())
    drag(labelled)
    qtbot.waitUntil(lambda: not labelled.autosaver.pending)
    labelled.navigation.rescan()
    qtbot.waitUntil(lambda: len(labelled.records.ids()) == left)
    assert f"{SLICE} has labels and is no longer there" in labelled.banner.text
    labelled.navigation.show("s.tif")
    wait_image(qtbot, labelled, "s.tif")
    assert (labelled.document.label_map.labels == 255).all()
    stack(tmp_path / "photos" / "s.tif", 5, 0)
    labelled.navigation.rescan()
    qtbot.waitUntil(lambda: SLICE in labelled.records.ids())
    labelled.navigation.show(SLICE)
    wait_image(qtbot, labelled, SLICE)
    assert (labelled.document.label_map.labels[painted != 255] == painted[painted != 255]).all()
    assert notice.isHidden(), "they are of this picture"


def test_only_slices_that_are_other_pictures_are_told(qtbot, labelled, tmp_path):
    pixels = tifffile.imread(tmp_path / "photos" / "s.tif")
    pixels = np.concatenate([pixels, pixels])
    pixels[0] = 7
    tifffile.imwrite(tmp_path / "photos" / "s.tif", pixels, metadata={"axes": "ZYX"})
    picture = labelled.document.picture
    qtbot.waitUntil(lambda: labelled.document.picture != picture)
    assert labelled.opening.watch.notice.isHidden(), "slice 4 is the same"
    labelled.navigation.rescan()
    qtbot.waitUntil(lambda: len(labelled.records.ids()) == 10)
