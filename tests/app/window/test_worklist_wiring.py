"""N goes from region to region and from image to image, in a real window over a real project."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRect, Qt

from app.document.image_state import ImageState
from app.worklist.image_model import Order
from segcore.editing.box import Box
from tests.app.window.open_window import key, wait_image
from tests.segcore.worklist.labelled_project import predicted, prediction, project_of

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
GREEN, RED, BLUE = (90, 120, 60), (200, 40, 30), (20, 20, 200)
NAMES = {"a.png": (1, GREEN), "b.png": (2, RED), "c.png": (3, BLUE)}


@pytest.fixture
def folder(tmp_path):
    with project_of(tmp_path, NAMES) as project:
        return project.root


@pytest.fixture
def ranked(qtbot, window, folder):
    """Image a has two uncertain regions, c a larger one, b none."""
    from segcore.project.project import Project

    with Project.open(folder) as project:
        two = prediction(0, (slice(5, 15), slice(5, 15)))
        other = prediction(0, (slice(40, 46), slice(60, 66)))
        for each in ("uncertainty", "probabilities"):
            array = getattr(two, each)
            array[..., 40:46, 60:66] = getattr(other, each)[..., 40:46, 60:66]
        predicted(project, "a.png", two)
        predicted(project, "b.png", prediction(0))
        predicted(project, "c.png", prediction(0, (slice(10, 30), slice(20, 40))))
    window.open_path(folder)
    wait_image(qtbot, window, "a.png")
    activate(qtbot, window)
    return window


def activate(qtbot, window):
    """Shortcuts reach the active window only."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def near(rect: QRect, box: Box) -> bool:
    found = Box(rect.left(), rect.top(), rect.left() + rect.width(), rect.top() + rect.height())
    return all(abs(a - b) <= 2 for a, b in zip(found, box, strict=True))


def outlined(qtbot, window, box):
    qtbot.waitUntil(lambda: window.canvas.outlined is not None and near(window.canvas.outlined, Box(*box)))


def test_n_goes_through_the_image_then_to_the_next_and_shift_n_back(qtbot, ranked):
    key(ranked, Qt.Key.Key_N)
    outlined(qtbot, ranked, (5, 5, 15, 15))
    assert ranked.canvas.zoom > 1
    middle = ranked.canvas.transform.to_image(QPointF(ranked.canvas.rect().center()))
    assert abs(middle.x - 10) <= 2
    assert abs(middle.y - 10) <= 2
    key(ranked, Qt.Key.Key_N)
    outlined(qtbot, ranked, (60, 40, 66, 46))
    key(ranked, Qt.Key.Key_N)
    wait_image(qtbot, ranked, "c.png")
    outlined(qtbot, ranked, (20, 10, 40, 30))
    key(ranked, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    wait_image(qtbot, ranked, "a.png")
    outlined(qtbot, ranked, (60, 40, 66, 46))
    key(ranked, Qt.Key.Key_N)
    wait_image(qtbot, ranked, "c.png")
    outlined(qtbot, ranked, (20, 10, 40, 30))


def test_the_end_is_told(qtbot, ranked):
    ranked.navigation.show("c.png")
    wait_image(qtbot, ranked, "c.png")
    for _ in range(3):
        ranked.canvas.outline(None)
        key(ranked, Qt.Key.Key_N)
        qtbot.waitUntil(lambda: ranked.canvas.outlined is not None)
    key(ranked, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: "every uncertain region" in ranked.status.currentMessage())


def test_shift_n_at_the_start_says_so(ranked):
    key(ranked, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert ranked.status.currentMessage() == "There is no earlier region."


def test_a_painted_region_is_not_shown(qtbot, ranked):
    document = ranked.document
    label_map = document.label_map
    painted = label_map.confirm()
    painted.provenance[20:] = label_map.provenance[20:]
    document.replace(painted, "Confirm the top")
    key(ranked, Qt.Key.Key_N)
    outlined(qtbot, ranked, (60, 40, 66, 46))


def test_without_predictions_it_says_what_to_do(qtbot, window, folder):
    window.open_path(folder)
    wait_image(qtbot, window, "a.png")
    activate(qtbot, window)
    key(window, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: "There is nothing to rank yet." in window.status.currentMessage())
    assert "Ctrl+Shift+P" in window.status.currentMessage()
    assert window.canvas.outlined is None


def test_the_list_is_ordered_by_what_helps_most(qtbot, ranked):
    panel = ranked.images
    panel.order.setCurrentIndex(panel.order.findData(Order.HELPS_MOST))
    qtbot.waitUntil(lambda: panel.model.row_of("c.png") == 0)
    assert [panel.model.row_of(name) for name in ("a.png", "b.png")] == [1, 2]


def test_a_new_prediction_makes_its_regions_new(qtbot, ranked):
    key(ranked, Qt.Key.Key_N)
    outlined(qtbot, ranked, (5, 5, 15, 15))
    ranked.document.set_prediction(prediction(0, (slice(5, 15), slice(5, 15))))
    ranked.canvas.outline(None)
    key(ranked, Qt.Key.Key_N)
    outlined(qtbot, ranked, (5, 5, 15, 15))


def test_nothing_is_ranked_until_it_is_wanted(qtbot, ranked):
    assert ranked.records.with_prediction(ImageState.DONE) == 0
    assert ranked.images.ranking.ranking is None
    assert not (ranked.document.project.root / "worklist.sqlite").exists()


def test_labels_of_live_adaptation_have_regions_at_their_borders(qtbot, window, folder):
    from segcore.labels.label_map import LabelMap, Provenance
    from segcore.project.project import Project
    from tests.segcore.worklist.labelled_project import SHAPE

    label_map = LabelMap.blank(*SHAPE)
    label_map.labels[:], label_map.provenance[:] = 0, Provenance.PREDICTED
    label_map.labels[20:32, 30:42] = 1
    with Project.open(folder) as project:
        project.save_label_map("a.png", label_map)
    window.open_path(folder)
    wait_image(qtbot, window, "a.png")
    activate(qtbot, window)
    key(window, Qt.Key.Key_N)
    outlined(qtbot, window, (28, 18, 44, 34))
