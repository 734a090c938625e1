from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QAction, QKeySequence

from app.canvas.channel_controls import ChannelControls
from app.canvas.compare_controls import CompareControls
from app.canvas.ruler_controls import RulerControls
from app.canvas.tone_controls import ToneControls
from app.canvas.view_panel import ViewPanel
from app.document.loaded_image import LoadedImage
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap


@pytest.fixture
def document(session):
    session.document.set_classes(ClassSet.from_names(["background", "road", "car"]))
    yield session.document
    session.document.clear_image()


@pytest.fixture
def panel(document, session, qtbot):
    predict = QAction("&Predict this image", document)
    predict.setShortcut(QKeySequence("F9"))
    views = [QAction("Overlay", document)]
    panel = ViewPanel(
        document,
        session.settings,
        views,
        predict,
        ToneControls(session),
        CompareControls([]),
        RulerControls(session),
        ChannelControls(session),
    )
    qtbot.addWidget(panel)
    return panel


def test_the_heatmap_follows_the_active_class(panel, document):
    seen = []
    panel.heatmap_class_changed.connect(seen.append)
    assert panel.heatmap.currentText() == "Active class"
    document.set_active_class(2)
    assert seen == [2]
    document.set_classes(document.classes.removed(2))
    assert seen[-1] == 0


def test_a_class_that_is_chosen_stays_until_it_is_gone(panel, document):
    panel.heatmap.setCurrentIndex(panel.heatmap.findText("road"))
    seen = []
    panel.heatmap_class_changed.connect(seen.append)
    document.set_active_class(2)
    document.set_classes(document.classes.changed(1, name="street"))
    assert panel.heatmap.currentText() == "street"
    assert set(seen) == {1}
    document.set_classes(document.classes.removed(1))
    assert panel.heatmap.currentText() == "Active class"
    assert seen[-1] == 2


def test_it_says_what_the_views_need_and_which_key_makes_it(panel, document):
    assert panel.note.text() == ""
    document.show(LoadedImage("a.png", np.zeros((20, 30, 3), np.uint8), LabelMap.blank(20, 30)))
    assert "“Predict this image” (F9)" in panel.note.text()
