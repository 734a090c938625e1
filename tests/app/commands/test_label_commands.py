"""The menu Labels in the real window, by mouse and keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.commands.command_table import TABLE
from segcore.editing.brush import Point
from segcore.editing.paint_policy import PaintPolicy
from segcore.editing.target import Where
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap
from segcore.project.project import Project
from tests.app.window.conftest import opened as opened
from tests.app.window.conftest import photos as photos
from tests.app.window.open_window import key, wait_image

# The offscreen platform says this whenever a window or dialog is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

SHAPE = (64, 96)
BOXES = ((slice(10, 20), slice(10, 20)), (slice(40, 44), slice(60, 64)))


@pytest.fixture
def window(opened):
    """Two pieces of class 1, of 100 and 16 pixels, on class 0, all predicted."""
    labels = np.zeros(SHAPE, np.uint8)
    for box in BOXES:
        labels[box] = 1
    opened.document.replace(LabelMap(labels, np.full(SHAPE, Provenance.PREDICTED, np.uint8)), "Begin")
    opened.document.set_active_class(1)
    return opened


def start(qtbot, window, name, where=None, **chosen):
    window.actions_[f"labels_{name}"].trigger()
    bar = window.labels.commands.bar
    if where is not None:
        bar.where.setCurrentIndex(bar.where.findData(where))
    for each, value in chosen.items():
        widget = getattr(bar, each)
        widget.setValue(value) if each == "number" else widget.setCurrentIndex(widget.findData(value))
    computed(qtbot, window)
    return bar


def computed(qtbot, window):
    qtbot.waitUntil(lambda: window.labels.commands._shown is not None)


def click(window, x, y):
    at = window.canvas.transform.to_view(Point(x + 0.5, y + 0.5)).toPoint()
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def ones(window) -> int:
    return int((window.document.label_map.labels == 1).sum())


def test_a_class_grows_after_it_was_shown_and_undo_takes_it_back(qtbot, window):
    bar = start(qtbot, window, "grow", Where.CLASS, number=2)
    assert ones(window) == 116
    assert bar.says.text() == "120 pixels change"
    assert (window.canvas._layers.preview == 1).sum() == 236
    QTest.keyClick(bar.number, Qt.Key.Key_Return)
    assert ones(window) == 236
    assert bar.isHidden()
    assert window.canvas._layers.preview is None
    assert window.status.currentMessage() == "Grow: 120 pixels changed"
    assert (window.document.label_map.provenance == Provenance.PAINTED).sum() == 120
    assert window.document.undo_name == "Grow"
    window.actions_["undo"].trigger()
    assert ones(window) == 116


def test_another_number_shows_something_else(qtbot, window):
    bar = start(qtbot, window, "grow", Where.CLASS, number=1)
    assert bar.says.text() == "56 pixels change"
    bar.number.setValue(2)
    qtbot.waitUntil(lambda: bar.says.text() == "120 pixels change")
    bar.cancelled.emit()
    assert start(qtbot, window, "grow").number.value() == 2


def test_a_click_chooses_the_piece_and_paints_nothing(qtbot, window):
    bar = start(qtbot, window, "clear", Where.PIECE)
    click(window, 61, 41)
    computed(qtbot, window)
    assert bar.says.text() == "16 pixels change"
    assert ones(window) == 116
    key(window, Qt.Key.Key_Return)
    assert ones(window) == 100
    assert (window.document.label_map.provenance[BOXES[1]] == Provenance.UNTOUCHED).all()
    click(window, 61, 41)
    assert window.document.undo_name == "Brush"


def test_escape_drops_it(qtbot, window):
    bar = start(qtbot, window, "clear", Where.IMAGE)
    key(window, Qt.Key.Key_Escape)
    assert bar.isHidden()
    assert window.canvas._layers.preview is None
    assert ones(window) == 116
    key(window, Qt.Key.Key_Return)
    assert ones(window) == 116


def test_a_class_takes_the_place_of_another(qtbot, window):
    start(qtbot, window, "replace", old=1, new=2)
    window.labels.commands.apply()
    assert (window.document.label_map.labels == 2).sum() == 116


def test_on_a_large_image_it_stays_on_the_screen_until_all_is_written(qtbot, window, monkeypatch):
    start(qtbot, window, "replace", old=1, new=2)
    monkeypatch.setattr("app.document.pieces.PIECE", 1)
    window.labels.commands.apply()
    assert window.document.between_states
    assert (window.canvas._layers.preview == 2).sum() == 116
    qtbot.waitUntil(lambda: not window.document.between_states)
    assert window.canvas._layers.preview is None
    assert (window.document.label_map.labels == 2).sum() == 116


def test_protected_classes_stay_and_the_preview_says_so_at_once(qtbot, window):
    bar = start(qtbot, window, "replace", old=1, new=2)
    window.document.set_policy(PaintPolicy(frozenset({0})))
    qtbot.waitUntil(lambda: bar.says.text() == "Nothing changes")
    assert not bar.apply_button.isEnabled()


def test_unlabelled_pixels_become_the_active_class(qtbot, window):
    window.document.label_map.labels[:5] = 255
    bar = start(qtbot, window, "unlabelled")
    assert bar.new.currentText() == "road"
    bar.apply_button.click()
    assert ones(window) == 116 + 5 * 96


def test_what_is_painted_meanwhile_counts(qtbot, window):
    bar = start(qtbot, window, "clear", Where.CLASS)
    click(window, 80, 10)  # with the brush
    qtbot.waitUntil(lambda: bar.says.text() == f"{ones(window)} pixels change")
    assert ones(window) > 116
    bar.apply_button.click()
    assert ones(window) == 0


def test_enter_before_it_is_computed_applies_it_then(qtbot, window):
    window.actions_["labels_clear"].trigger()
    key(window, Qt.Key.Key_Return)
    assert ones(window) == 116
    qtbot.waitUntil(lambda: ones(window) == 0)


def test_back_to_the_prediction_needs_one(qtbot, window):
    window.actions_["labels_to_prediction"].trigger()
    assert window.status.currentMessage() == "There is no prediction of this image yet: predict it first."
    probabilities = np.zeros((3, *SHAPE), np.uint8)
    probabilities[2] = 255
    values = window.document.classes.indices
    predicted = ProbabilityMap(probabilities, np.full(SHAPE, 2, np.uint8), np.zeros(SHAPE, np.uint8), values, "m")
    window.document.set_prediction(predicted, accept=False)
    start(qtbot, window, "to_prediction").apply_button.click()
    assert (window.document.label_map.labels == 2).all()


def test_a_bias_is_slid_and_the_second_best_class_is_clicked(qtbot, window):
    values = window.document.classes.indices
    probabilities = np.zeros((3, *SHAPE), np.uint8)
    probabilities[0], probabilities[2] = 140, 110
    predicted = ProbabilityMap(probabilities, np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint8), values, "m")
    window.document.set_prediction(predicted)
    bar = start(qtbot, window, "shift", new=2)
    assert bar.slider.isVisible()
    assert bar.says.text() == "Nothing changes"
    bar.slider.setValue(30)
    assert bar.number.value() == 30
    qtbot.waitUntil(lambda: bar.says.text() == "6,144 pixels change")
    bar.apply_button.click()
    assert (window.document.label_map.labels == 2).all()
    assert (window.document.label_map.provenance == Provenance.PREDICTED).all()
    bar = start(qtbot, window, "second_best")
    assert bar.slider.isHidden()
    click(window, 20, 20)
    computed(qtbot, window)
    bar.apply_button.click()
    assert (window.document.label_map.labels == 0).all()


def test_labels_come_from_the_image_before(qtbot, window):
    window.actions_["labels_copy_previous"].trigger()
    assert window.status.currentMessage() == "There is no image before this one."
    window.navigation.show("b.png")
    wait_image(qtbot, window, "b.png")
    window.actions_["labels_copy_previous"].trigger()
    computed(qtbot, window)
    window.labels.commands.apply()
    assert ones(window) == 116
    assert (window.document.label_map.provenance == Provenance.PREDICTED).all()


def test_the_image_before_is_the_one_above_in_the_list(qtbot, window):
    window.autosaver.flush()
    window.images.search.setText("c.")
    qtbot.waitUntil(lambda: window.images.model.rowCount() == 1)
    window.navigation.show("c.png")
    wait_image(qtbot, window, "c.png")
    window.actions_["labels_copy_previous"].trigger()
    assert window.status.currentMessage() == "There is no image before this one."


def test_an_image_of_another_size_and_one_without_labels_are_told(qtbot, window, photos):
    window.navigation.show("c.png")
    wait_image(qtbot, window, "c.png")
    window.actions_["labels_copy_previous"].trigger()
    qtbot.waitUntil(lambda: window.status.currentMessage() == "“b.png” has no labels yet.")
    assert not window.labels.commands.asking


def test_confirmed_pixels_are_truth(qtbot, window):
    start(qtbot, window, "confirm", Where.CLASS).apply_button.click()
    label_map = window.document.label_map
    assert (label_map.human() == (label_map.labels == 1)).all()
    qtbot.waitUntil(lambda: window.status.saved.text() == "Saved")
    with Project.open(window.document.project.root.with_name("photos.maskwright"), access=read_only()) as again:
        assert (again.load_label_map("a.png").provenance == label_map.provenance).all()


def read_only():
    from segcore.project.project import Access

    return Access.READ


def test_another_image_or_command_ends_it(qtbot, window):
    bar = start(qtbot, window, "clear")
    assert start(qtbot, window, "remove_specks", number=20).says.text() == "16 pixels change"
    window.navigation.show("b.png")
    wait_image(qtbot, window, "b.png")
    assert bar.isHidden()
    assert not window.labels.commands.asking


def test_a_threshold_begins_where_dark_and_bright_part_and_follows_the_histogram(qtbot, window):
    image = window.document.image
    image[:] = 30
    image[:, 60:] = 200
    image[:8, 60:, 1] = 250  # greener, and a little brighter
    bar = start(qtbot, window, "threshold")
    assert bar.levels.isVisible()
    assert bar.says.text() == "2,304 pixels change", "64 * 36; 16 of the class already are now painted, too"
    assert 30 < bar.levels.low.value() <= 200
    assert bar.levels.high.value() == 255
    bar.levels.channel.setCurrentIndex(2)
    qtbot.waitUntil(lambda: window.labels.commands._shown is not None)
    bar.levels.low.setValue(230)
    qtbot.waitUntil(lambda: bar.says.text() == f"{8 * 36} pixels change")
    bar.apply_button.click()
    assert ones(window) == 116 + 8 * 36
    assert window.document.undo_name == "Threshold"


def test_the_histogram_is_of_the_piece(qtbot, window):
    window.document.image[BOXES[0]] = 90
    bar = start(qtbot, window, "threshold", Where.PIECE, new=2)
    click(window, 15, 15)
    computed(qtbot, window)
    histogram = bar.levels.histogram
    assert histogram._counts[90] == 100
    assert histogram._counts.sum() == 100
    assert (bar.levels.low.value(), bar.levels.high.value()) == (91, 255)
    bar.levels.low.setValue(60)
    qtbot.waitUntil(lambda: bar.says.text() == "100 pixels change")


def test_every_command_can_be_asked_for_and_cancelled(qtbot, window):
    for row in TABLE:
        if not row.given:
            bar = start(qtbot, window, row.name)
            assert bar.isVisible()
            assert (bar.number.isVisible(), bar.old.isVisible()) == (row.number is not None, row.old)
            key(window, Qt.Key.Key_Escape)
    assert ones(window) == 116


def test_the_class_to_replace_is_the_one_under_the_pointer(qtbot, window):
    canvas, at = window.canvas, window.canvas.transform.to_view(Point(15.5, 15.5)).toPoint()
    window.document.set_active_class(2)
    QTest.mouseMove(canvas, at)
    assert start(qtbot, window, "replace").old.currentText() == "road"
    window.document.set_active_class(1)
    assert start(qtbot, window, "replace").old.currentText() == "background"


def test_a_letter_typed_into_its_number_is_a_shortcut(qtbot, window):
    bar = start(qtbot, window, "grow")
    qtbot.waitUntil(bar.number.hasFocus)
    QTest.keyClick(bar.number, Qt.Key.Key_F)
    assert window.actions_["tool_fill"].isChecked()
    QTest.keyClick(bar.number, Qt.Key.Key_D)
    wait_image(qtbot, window, "b.png")
    assert not bar.isVisible()


def test_it_has_room_beside_a_comparison(qtbot, window):
    window.resize(1024, 640)
    window.actions_["compare_side"].trigger()
    bar = start(qtbot, window, "threshold")
    assert bar.width() >= bar.sizeHint().width()
    assert not bar.visibleRegion().isEmpty()
    for each in (bar.title, bar.says, bar.apply_button):
        assert each.width() >= each.sizeHint().width()
