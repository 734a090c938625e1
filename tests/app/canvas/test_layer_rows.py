from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from app.canvas.layer_rows import SETTINGS, LayerRows
from app.canvas.layers import LAYERS, OPACITIES, View
from app.canvas.legend import Key, Scale
from app.settings.settings import TABLE, Settings
from segcore.labels.classes import ClassSet
from segcore.labels.probability_map import ProbabilityMap
from tests.app.canvas.spy_canvas import centre_of, show


@pytest.fixture
def rows(qtbot):
    rows = LayerRows(Settings())
    qtbot.addWidget(rows)
    return rows


def predict(document, share=0) -> None:
    labels = np.zeros(document.label_map.shape, np.uint8)
    planes = np.stack([np.full_like(labels, 255 - share), np.full_like(labels, share)])
    found = ProbabilityMap(planes, labels, np.full_like(labels, 255), np.array([0, 1], np.uint8), "m")
    document.set_prediction(found, accept=False)


def color_at(canvas, x, y):
    canvas.tool.hover(None)
    color = QColor(canvas.grab().toImage().pixel(canvas.transform.to_view(centre_of(x, y)).toPoint()))
    return color.red(), color.green(), color.blue()


def test_every_layer_has_a_row_and_a_setting_with_the_same_default(rows):
    assert set(SETTINGS) == set(LAYERS) == set(rows.boxes)
    assert {layer: TABLE[key].default for layer, key in SETTINGS.items()} == OPACITIES


def test_a_row_asks_for_its_layer_and_keeps_its_opacity(rows, qtbot):
    rows.show_layers(frozenset({View.OVERLAY}))
    assert rows.sliders[View.OVERLAY].isEnabled()
    assert not rows.sliders[View.HEATMAP].isEnabled()
    with qtbot.waitSignal(rows.layer_wanted) as wanted:
        rows.boxes[View.HEATMAP].click()
    assert wanted.args == [View.HEATMAP, True]
    with qtbot.waitSignal(rows.opacity_changed) as changed:
        rows.sliders[View.HEATMAP].setValue(30)
    assert changed.args == [View.HEATMAP, 0.3]
    assert rows._settings["view.opacity.heatmap"] == 0.3
    assert rows._settings["view.opacity"] == 0.5


def test_two_layers_mix_by_their_opacities(canvas, document):
    """Heatmap at 1 (value 255: fde725) under labels (red) at 0.5; by hand (253 + 255) / 2, 231 / 2, 37 / 2."""
    show(document)
    predict(document, share=255)
    document.label_map.labels[:] = 0
    canvas.heatmap_class = 1
    canvas.layers = frozenset({View.HEATMAP, View.OVERLAY})
    canvas.set_opacity(View.HEATMAP, 1.0)
    canvas.set_opacity(View.OVERLAY, 0.5)
    assert np.abs(np.subtract(color_at(canvas, 50, 50), (254, 115, 18))).max() <= 2
    canvas.set_opacity(View.OVERLAY, 0.0)
    assert color_at(canvas, 50, 50) == (253, 231, 37)
    canvas.set_opacity(View.HEATMAP, 0.0)
    assert color_at(canvas, 50, 50) == (100, 100, 100)


def test_a_layer_comes_to_the_others_and_a_view_is_alone(canvas, document, qtbot):
    show(document)
    seen = []
    canvas.layers_changed.connect(seen.append)
    canvas.show_layer(View.OUTLINES, True)
    assert canvas.layers == {View.OVERLAY, View.OUTLINES}
    assert canvas.view is View.OUTLINES
    canvas.view = View.HEATMAP
    assert canvas.layers == {View.HEATMAP}
    canvas.view = View.IMAGE
    assert canvas.layers == frozenset()
    assert canvas.view is View.IMAGE
    assert len(seen) == 3


def test_the_legend_has_a_part_for_each_layer_and_the_classes_on_request(canvas, document):
    canvas.resize(800, 600)
    show(document)
    predict(document)
    canvas.layers = frozenset({View.HEATMAP, View.UNCERTAINTY, View.OVERLAY})
    assert [item.title for item in canvas.legend.content if isinstance(item, Scale)] == [
        "Prediction",
        "Probability of red",
    ]
    assert canvas.legend.isVisible()
    canvas.legend_of_classes = True
    keys = [item for item in canvas.legend.content if isinstance(item, Key)]
    assert [key.text for key in keys] == ["red", "blue", "Ignore"]
    assert keys[-1].hatched
    canvas.hidden_classes = frozenset({0, 255})
    assert [item.text for item in canvas.legend.content if isinstance(item, Key)] == ["blue"]
    document.set_classes(ClassSet.from_names([f"c{n}" for n in range(20)]))
    assert "7 more classes" in canvas.legend.texts()
    assert canvas.rect().contains(canvas.legend.geometry())
