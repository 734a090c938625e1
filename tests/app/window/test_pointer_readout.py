from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.canvas.canvas import Canvas
from app.canvas.channel_mix import ChannelMix, RawLevels
from app.canvas.pen_options import ToolOptions
from app.document.document import Document
from app.document.loaded_image import LoadedImage
from app.tools.toolbox import make_tools
from app.window.pointer_readout import PointerReadout
from app.window.status_bar import StatusBar
from segcore.editing.brush import Point
from segcore.images.channels import ShownChannel
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap


@pytest.fixture
def document(qapp):
    document = Document()
    document.set_classes(ClassSet.from_names(["road", "car"]))
    yield document
    document.clear_image()


@pytest.fixture
def canvas(document, qtbot):
    options = ToolOptions()
    canvas = Canvas(document, make_tools(document, options), options)
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.show()
    return canvas


@pytest.fixture
def status(document, canvas, qtbot):
    status = StatusBar()
    qtbot.addWidget(status)
    status.readout = PointerReadout(document, canvas, status)
    return status


def show(document, image_id, value, provenance=Provenance.PAINTED):
    labels = np.full((100, 100), value, np.uint8)
    label_map = LabelMap(labels, np.full_like(labels, provenance))
    document.show(LoadedImage(image_id, np.zeros((100, 100, 3), np.uint8), label_map))


def point_at(canvas, x, y):
    at = canvas.transform.to_view(Point(x + 0.5, y + 0.5))
    none = Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(canvas, QMouseEvent(QEvent.Type.MouseMove, at, canvas.mapToGlobal(at), *none))


def facts(status):
    status.readout.show_now()
    return status.place.text(), status.under.text(), status.predicted.text()


def color(status):
    status.readout.show_now()
    return status.color.text()


def prediction(labels, share=222):
    probabilities = np.stack([np.where(labels == c, share, 255 - share).astype(np.uint8) for c in (0, 1)])
    return ProbabilityMap(probabilities, labels, np.zeros_like(labels), np.array([0, 1], np.uint8), "m")


def test_class_and_provenance_under_the_pointer(document, canvas, status):
    show(document, "a.png", 1)
    point_at(canvas, 3, 4)
    assert facts(status) == ("3, 4", "car, painted", "")
    document.replace(document.label_map.confirm(), "Mark as done")
    assert facts(status)[1] == "car, painted, confirmed"


def test_many_changes_are_told_once_a_moment_later(document, canvas, status, qtbot, monkeypatch):
    show(document, "a.png", 1)
    told = []
    monkeypatch.setattr(status, "show_pointer", lambda *facts: told.append(facts[:2]))
    for x in range(5):
        point_at(canvas, x, 4)
    assert told == []
    qtbot.waitUntil(lambda: told == [(4, 4)])


def test_another_image_under_a_resting_pointer_is_read_anew(document, canvas, status):
    show(document, "a.png", 1)
    point_at(canvas, 3, 4)
    show(document, "b.png", 0, Provenance.CONFIRMED)
    assert facts(status) == ("3, 4", "road, confirmed", "")
    document.clear_image()
    assert facts(status) == ("", "", "")


def test_nothing_is_told_while_the_pointer_is_outside(document, canvas, status):
    show(document, "a.png", 1)
    point_at(canvas, 3, 4)
    point_at(canvas, -20, 4)
    assert facts(status) == ("", "", "")
    show(document, "b.png", 0)
    document.labels_changed.emit(canvas.rect())
    assert facts(status) == ("", "", "")


def test_the_prediction_is_told_with_its_probability(document, canvas, status):
    show(document, "a.png", 255, Provenance.UNTOUCHED)
    point_at(canvas, 3, 4)
    assert facts(status)[1:] == ("unlabelled", "")
    document.set_prediction(prediction(np.full((100, 100), 1, np.uint8)), accept=False)
    assert facts(status)[1:] == ("unlabelled", "Model: car 0.87")
    document.accept_prediction()
    assert facts(status)[1:] == ("car, predicted", "Model: car 0.87")
    document.set_prediction(prediction(np.full((100, 100), 255, np.uint8)), accept=False)
    assert facts(status)[2] == "Model: none of the classes"
    show(document, "b.png", 0)
    assert facts(status)[2] == ""


def test_the_colour_of_the_image_and_ignore_are_told(document, canvas, status):
    show(document, "a.png", 255)
    document.image[:] = (1, 20, 255)
    point_at(canvas, 3, 4)
    assert color(status) == "RGB 1 20 255"
    assert facts(status)[1] == "Ignore, painted"
    document.image[:] = 7
    point_at(canvas, 4, 4)
    assert color(status) == "Grey 7"
    point_at(canvas, -20, 4)
    assert color(status) == ""


def test_stored_values_are_told_while_channels_are_shown(document, canvas, status):
    show(document, "a.png", 0)
    point_at(canvas, 3, 4)
    raw = RawLevels.of(np.full((100, 100, 2), 1234, np.uint16), 1)
    canvas.show_channels(ChannelMix(raw, [ShownChannel(), ShownChannel()]))
    assert color(status) == "Stored 1234 1234"
    canvas.show_channels(None)
    assert color(status) == "Grey 0"


def test_a_long_name_is_shortened(document, canvas, status):
    document.set_classes(ClassSet.from_names(["i" * 200]))
    show(document, "a.png", 0)
    point_at(canvas, 3, 4)
    assert facts(status)[1] == f"{'i' * 17}…, painted"


def test_zoom_is_a_percentage(document, canvas, status):
    show(document, "a.png", 0)
    canvas.zoom_to(1.234)
    assert status.zoom.text() == "123 %"
