"""The live panel as a person uses it, through the real main() with the real engine: drag, look, paint, drop, apply."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.window.main_window import MainWindow
from segcore.labels.label_map import Provenance

pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints", extend=True), pytest.mark.timeout(300)]

LEFT, PLAIN, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
Script = Generator[Callable[[], object], None, None]
REFINE = 2
"""The tab."""


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(window.canvas, key, modifiers)


def wait(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def test_drag_look_paint_drop_and_apply(sit, user_folders):
    def sitting(window: MainWindow) -> Script:
        document, panel, live = window.document, window.refine, window.refine.live
        steps: list[float] = []
        live.shown.connect(lambda labels, _: steps.append(live.preview.step) if labels is not None else None)

        def calm() -> bool:
            return live.preview is not None and not window.jobs.busy and not live._settled.isActive()

        yield lambda: document.image is not None and window.predictions.active is not None
        press(window, Qt.Key.Key_P, CONTROL)
        yield lambda: document.prediction is not None and not window.jobs.busy
        predicted = document.label_map.labels.copy()
        window.tabs.setCurrentIndex(REFINE)

        slider = panel.sliders.rows["w1"].slider
        for place in range(200, 341, 10):
            slider.setValue(place)
            yield wait(0.03)
        yield calm
        assert len(steps) > 2, "it follows the slider"
        assert not np.array_equal(live.preview.labels, predicted)
        assert live.preview.step == min(steps), "what is seen in the end is the finest"
        assert np.array_equal(document.label_map.labels, predicted)
        assert document.undo_name == "Accept prediction"

        window.classes.choose_key(3)
        middle = window.canvas.rect().center()
        QTest.mousePress(window.canvas, LEFT, PLAIN, middle - QPoint(40, 0))
        QTest.mouseMove(window.canvas, middle)
        QTest.mouseRelease(window.canvas, LEFT, PLAIN, middle)
        painted = document.label_map.provenance == Provenance.PAINTED
        assert painted.sum() > 200
        assert (live.preview.labels[painted] == document.active_class).all()
        yield wait(0.3)
        yield calm
        preview = live.preview.labels.copy()
        assert (preview[painted] == document.active_class).all()

        press(window, Qt.Key.Key_Escape)
        assert not live.active
        assert np.array_equal(document.label_map.labels[~painted], predicted[~painted])

        press(window, Qt.Key.Key_R)
        yield lambda: document.undo_name == "Refine borders"
        refined = document.label_map.labels
        assert (refined[painted] == document.active_class).all()
        assert (refined == preview).mean() > 0.97, "what was shown is what it does"
        assert not np.array_equal(refined, predicted)
        press(window, Qt.Key.Key_Z, CONTROL)
        assert np.array_equal(document.label_map.labels[~painted], predicted[~painted])

        slider.setValue(100)
        yield lambda: live.preview is not None
        window.tabs.setCurrentIndex(0)
        assert not live.active
        yield lambda: not window.jobs.busy and not window.autosaver.pending

    sit(sitting, "demo")
