from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QColor, QKeySequence, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.canvas import Canvas
from app.canvas.layers import View
from app.canvas.legend import Scale
from app.canvas.pen_options import ToolOptions
from app.document.document import Document
from app.document.loaded_image import LoadedImage
from app.tools.toolbox import make_tools
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap
from segcore.labels.probability_map import ProbabilityMap


@pytest.fixture
def document(qapp):
    document = Document()
    document.set_classes(ClassSet.from_names(["background", "road"]))
    yield document
    document.clear_image()


@pytest.fixture
def canvas(document, qtbot):
    options = ToolOptions()
    canvas = Canvas(document, make_tools(document, options), options)
    qtbot.addWidget(canvas)
    canvas.resize(900, 600)
    canvas.show()
    qtbot.waitExposed(canvas)
    document.show(LoadedImage("a.png", np.full((200, 300, 3), 100, np.uint8), LabelMap.blank(200, 300)))
    return canvas


def predict(document, indices=(0, 1)) -> None:
    labels = np.zeros(document.label_map.shape, np.uint8)
    probabilities = np.stack([np.full_like(labels, 255) for _ in indices])
    found = ProbabilityMap(probabilities, labels, np.zeros_like(labels), np.array(indices, np.uint8), "m")
    document.set_prediction(found, accept=False)


def point_at(canvas, place: QPoint) -> None:
    at = QPointF(place)
    none = Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(canvas, QMouseEvent(QEvent.Type.MouseMove, at, canvas.mapToGlobal(at), *none))


def texts(canvas) -> list[str]:
    return canvas.legend.texts() if canvas.legend.isVisible() else []


def test_each_view_of_a_prediction_says_what_its_colours_are(canvas, document):
    predict(document)
    canvas.view = View.HEATMAP
    canvas.heatmap_class = 1
    assert texts(canvas) == ["Probability of road", "0", "1"]
    document.set_classes(document.classes.changed(1, name="street"))
    assert texts(canvas) == ["Probability of street", "0", "1"]
    canvas.view = View.UNCERTAINTY
    assert texts(canvas)[1:] == ["certain", "uncertain"]
    canvas.view = View.CHANGES
    assert texts(canvas) == [
        "Your label differs from the prediction",
        "It differs: unlabelled or a hidden class",
        "Same as the prediction (dimmed)",
        "Ignore",
    ]
    for view in (View.OVERLAY, View.OUTLINES, View.IMAGE):
        canvas.view = view
        assert texts(canvas) == []


def test_there_is_none_without_a_prediction(canvas, document):
    canvas.view = View.UNCERTAINTY
    assert texts(canvas) == []
    predict(document)
    assert texts(canvas) != []
    document.show(LoadedImage("b.png", np.zeros((200, 300, 3), np.uint8), LabelMap.blank(200, 300)))
    assert texts(canvas) == []


def test_nor_in_a_heatmap_of_a_class_that_the_prediction_does_not_have(canvas, document):
    predict(document, (0,))
    canvas.view = View.HEATMAP
    canvas.heatmap_class = 1
    assert texts(canvas) == []
    assert "older than the class “road”" in canvas._missing()
    canvas.heatmap_class = 0
    assert canvas._missing() == ""


def test_it_lets_clicks_through(canvas, document):
    predict(document)
    canvas.view = View.CHANGES
    at = canvas.legend.geometry().center()
    assert canvas.childAt(at) is None
    canvas.zoom_to(8.0)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    point = canvas.transform.to_image(QPointF(at))
    assert document.label_at(int(point.x), int(point.y)) == document.active_class


def test_it_makes_way_for_the_pointer(canvas, document):
    predict(document)
    canvas.view = View.UNCERTAINTY
    home = canvas.legend.geometry()
    for at in (home.center(), QPoint(canvas.width() - 20, home.center().y()), home.center()):
        point_at(canvas, at)
        assert not canvas.legend.geometry().contains(at)
        assert canvas.rect().contains(canvas.legend.geometry())
    point_at(canvas, QPoint(450, 50))
    assert canvas.legend.geometry() == home


def test_it_stays_in_the_canvas_and_goes_when_there_is_no_room(canvas, document):
    predict(document)
    canvas.view = View.UNCERTAINTY
    canvas.resize(700, 500)
    assert canvas.rect().contains(canvas.legend.geometry())
    canvas.resize(200, 150)
    assert not canvas.legend.isVisible()
    canvas.resize(700, 500)
    assert canvas.legend.isVisible()


def test_a_colour_bar_runs_from_its_low_to_its_high_end(canvas, document):
    predict(document)
    canvas.view = View.HEATMAP
    assert isinstance(canvas.legend.content[0], Scale)
    picture = canvas.legend.grab().toImage()
    row = [QColor(picture.pixel(QPoint(x, 30))) for x in (12, picture.width() - 13)]
    assert row[0].lightness() + 60 < row[1].lightness()
    assert row[1].green() > 200


def test_a_view_without_a_prediction_names_the_action_that_makes_one(canvas, document):
    assert canvas._missing() == ""
    canvas.view = View.HEATMAP
    assert canvas._missing() == "There is no prediction of this image yet."
    predict_action = QAction("&Predict this image")
    predict_action.setShortcut(QKeySequence("Ctrl+P"))
    canvas.predict_action = predict_action
    assert canvas._missing().endswith("Choose “Predict this image” (Ctrl+P).")
    predict_action.setShortcut(QKeySequence("F9"))
    assert "(F9)" in canvas._missing()
    predict_action.setEnabled(False)
    assert "Choose" not in canvas._missing()
    predict(document)
    assert canvas._missing() == ""
