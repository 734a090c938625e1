"""Sliders in ratios, exact values with their units, and what is typed beyond the slider's reach."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.refinement.parameter_sliders import SPECS, TRACK, ParameterSliders
from segcore.crf import PRESETS, CrfParameters
from segcore.errors import CrfError

BY_NAME = {slider.name: slider for slider in SPECS}


@pytest.fixture
def sliders(qtbot):
    found = ParameterSliders()
    qtbot.addWidget(found)
    found.put(CrfParameters())
    found.heard = []
    found.changed.connect(lambda: found.heard.append(found.parameters()))
    return found


def test_every_parameter_has_a_knob_with_words(sliders):
    assert set(BY_NAME) == set(vars(CrfParameters()))
    for row in sliders.rows.values():
        assert row.slider.toolTip()
        assert row.spin.toolTip() == row.slider.toolTip()
        assert row.slider.accessibleName()


@pytest.mark.parametrize("slider", SPECS, ids=lambda slider: slider.name)
def test_what_may_be_typed_is_what_the_energy_allows(slider):
    for value in (slider.low, slider.high):
        CrfParameters(**{slider.name: value if slider.decades else int(value)})
    for value in (slider.low - 1, slider.high + 1):
        with pytest.raises(CrfError):
            CrfParameters(**{slider.name: value})


def test_half_way_is_the_geometric_mean():
    slider = BY_NAME["theta_beta"]  # 1 to 100
    assert slider.value_at(0) == 1.0
    assert slider.value_at(TRACK // 2) == 10.0
    assert slider.value_at(TRACK) == 100.0
    assert slider.place_of(10.0) == TRACK // 2


def test_the_left_end_of_a_weight_turns_it_off():
    slider = BY_NAME["w1"]
    assert slider.value_at(0) == 0.0
    assert slider.value_at(1) == pytest.approx(0.1, rel=0.02)
    assert slider.place_of(0.0) == 0
    assert slider.place_of(0.01) == 1


@pytest.mark.parametrize("slider", SPECS, ids=lambda slider: slider.name)
def test_the_slider_goes_up_from_place_to_place_and_finds_its_place_again(slider):
    values = [slider.value_at(place) for place in range(TRACK + 1)]
    assert values == sorted(values)
    assert (values[0], values[-1]) == (0.0 if slider.off else slider.first, slider.last)
    for place in range(0, TRACK + 1, 25):
        value = slider.value_at(place)
        assert slider.value_at(slider.place_of(value)) == pytest.approx(value, rel=0.05)


def test_dragging_tells_each_value_and_shows_it_with_its_unit(sliders):
    row = sliders.rows["theta_beta"]
    row.slider.setValue(TRACK // 2)
    assert sliders.heard[-1].theta_beta == 10.0
    assert row.spin.text() == "10 levels"
    assert sliders.rows["theta_alpha"].spin.text() == "30 px"
    assert sliders.rows["w2"].spin.text() == "0.5"


def test_a_typed_value_moves_the_slider_and_may_lie_beyond_it(sliders):
    row = sliders.rows["theta_alpha"]
    row.spin.setValue(2000.0)
    assert sliders.parameters().theta_alpha == 2000.0
    assert row.slider.value() == TRACK
    row.spin.setValue(2.5)
    assert sliders.heard[-1].theta_alpha == 2.5
    assert row.slider.value() == row.spec.place_of(2.5)


def test_putting_tells_nobody_and_keeps_what_is_finer_than_shown(sliders):
    exact = CrfParameters(w1=1.23456789, w2=0.333333, iterations=7)
    sliders.put(exact)
    assert sliders.parameters() == exact
    assert sliders.heard == []
    assert sliders.rows["w1"].spin.text() == "1.23"


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_shown(sliders, name):
    sliders.put(PRESETS[name])
    assert sliders.parameters() == PRESETS[name]
    for row in sliders.rows.values():
        if row.value:
            assert row.spec.first <= row.value <= row.spec.last


def test_iterations_are_whole(sliders):
    sliders.rows["iterations"].slider.setValue(TRACK)
    assert sliders.parameters().iterations == 20
    assert isinstance(sliders.parameters().iterations, int)
    assert sliders.rows["iterations"].spin.text() == "20"


def wheel(widget):
    at = QPointF(widget.rect().center())
    up = QPoint(0, 120)
    none = Qt.MouseButton.NoButton
    event = QWheelEvent(
        at,
        widget.mapToGlobal(at),
        QPoint(),
        up,
        none,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
def test_scrolling_the_panel_changes_no_value_until_it_has_the_focus(qtbot, sliders):
    sliders.show()
    row = sliders.rows["w1"]
    sliders.rows["w2"].slider.setFocus()
    for widget in (row.slider, row.spin):
        wheel(widget)
    assert sliders.heard == []
    row.spin.setFocus()
    qtbot.waitUntil(row.spin.hasFocus)
    wheel(row.spin)
    assert sliders.heard[-1].w1 > 1.0


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
def test_letters_are_left_to_the_shortcuts(qtbot, sliders):
    heard = []
    shortcut = QShortcut(QKeySequence("R"), sliders)
    shortcut.activated.connect(lambda: heard.append(True))
    sliders.show()
    sliders.activateWindow()
    spin = sliders.rows["w1"].spin
    spin.setFocus()
    qtbot.waitUntil(spin.hasFocus)
    spin.selectAll()
    QTest.keyClicks(spin, "7")
    QTest.keyClick(spin, Qt.Key.Key_R)
    assert heard == [True]
    sliders.take_typed()
    assert sliders.parameters().w1 == 7.0
