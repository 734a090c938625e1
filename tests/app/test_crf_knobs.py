"""Sliders in ratios, exact values with their units, and what is typed beyond the slider's reach."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.panels.crf_knobs import KNOBS, TRACK, CrfKnobs
from segcore.crf import PRESETS, CrfParameters
from segcore.errors import CrfError

BY_NAME = {knob.name: knob for knob in KNOBS}


@pytest.fixture
def knobs(qtbot):
    found = CrfKnobs()
    qtbot.addWidget(found)
    found.put(CrfParameters())
    found.heard = []
    found.changed.connect(lambda: found.heard.append(found.parameters()))
    return found


def test_every_parameter_has_a_knob_with_words(knobs):
    assert set(BY_NAME) == set(vars(CrfParameters()))
    for row in knobs.rows.values():
        assert row.slider.toolTip()
        assert row.spin.toolTip() == row.slider.toolTip()
        assert row.slider.accessibleName()


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
def test_what_may_be_typed_is_what_the_energy_allows(knob):
    for value in (knob.low, knob.high):
        CrfParameters(**{knob.name: value if knob.decades else int(value)})
    for value in (knob.low - 1, knob.high + 1):
        with pytest.raises(CrfError):
            CrfParameters(**{knob.name: value})


def test_half_way_is_the_geometric_mean():
    knob = BY_NAME["theta_beta"]  # 1 to 100
    assert knob.value_at(0) == 1.0
    assert knob.value_at(TRACK // 2) == 10.0
    assert knob.value_at(TRACK) == 100.0
    assert knob.place_of(10.0) == TRACK // 2


def test_the_left_end_of_a_weight_turns_it_off():
    knob = BY_NAME["w1"]
    assert knob.value_at(0) == 0.0
    assert knob.value_at(1) == pytest.approx(0.1, rel=0.02)
    assert knob.place_of(0.0) == 0
    assert knob.place_of(0.01) == 1


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
def test_the_slider_goes_up_from_place_to_place_and_finds_its_place_again(knob):
    values = [knob.value_at(place) for place in range(TRACK + 1)]
    assert values == sorted(values)
    assert (values[0], values[-1]) == (0.0 if knob.off else knob.first, knob.last)
    for place in range(0, TRACK + 1, 25):
        value = knob.value_at(place)
        assert knob.value_at(knob.place_of(value)) == pytest.approx(value, rel=0.05)


def test_dragging_tells_each_value_and_shows_it_with_its_unit(knobs):
    row = knobs.rows["theta_beta"]
    row.slider.setValue(TRACK // 2)
    assert knobs.heard[-1].theta_beta == 10.0
    assert row.spin.text() == "10 levels"
    assert knobs.rows["theta_alpha"].spin.text() == "30 px"
    assert knobs.rows["w2"].spin.text() == "0.5"


def test_a_typed_value_moves_the_slider_and_may_lie_beyond_it(knobs):
    row = knobs.rows["theta_alpha"]
    row.spin.setValue(2000.0)
    assert knobs.parameters().theta_alpha == 2000.0
    assert row.slider.value() == TRACK
    row.spin.setValue(2.5)
    assert knobs.heard[-1].theta_alpha == 2.5
    assert row.slider.value() == row.knob.place_of(2.5)


def test_putting_tells_nobody_and_keeps_what_is_finer_than_shown(knobs):
    exact = CrfParameters(w1=1.23456789, w2=0.333333, iterations=7)
    knobs.put(exact)
    assert knobs.parameters() == exact
    assert knobs.heard == []
    assert knobs.rows["w1"].spin.text() == "1.23"


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_shown(knobs, name):
    knobs.put(PRESETS[name])
    assert knobs.parameters() == PRESETS[name]
    for row in knobs.rows.values():
        if row.value:
            assert row.knob.first <= row.value <= row.knob.last


def test_iterations_are_whole(knobs):
    knobs.rows["iterations"].slider.setValue(TRACK)
    assert knobs.parameters().iterations == 20
    assert isinstance(knobs.parameters().iterations, int)
    assert knobs.rows["iterations"].spin.text() == "20"


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
def test_scrolling_the_panel_changes_no_value_until_it_has_the_focus(qtbot, knobs):
    knobs.show()
    row = knobs.rows["w1"]
    knobs.rows["w2"].slider.setFocus()
    for widget in (row.slider, row.spin):
        wheel(widget)
    assert knobs.heard == []
    row.spin.setFocus()
    qtbot.waitUntil(row.spin.hasFocus, timeout=2000)
    wheel(row.spin)
    assert knobs.heard[-1].w1 > 1.0


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
def test_letters_are_left_to_the_shortcuts(qtbot, knobs):
    heard = []
    shortcut = QShortcut(QKeySequence("R"), knobs)
    shortcut.activated.connect(lambda: heard.append(True))
    knobs.show()
    knobs.activateWindow()
    spin = knobs.rows["w1"].spin
    spin.setFocus()
    qtbot.waitUntil(spin.hasFocus, timeout=2000)
    spin.selectAll()
    QTest.keyClicks(spin, "7")
    QTest.keyClick(spin, Qt.Key.Key_R)
    assert heard == [True]
    knobs.take_typed()
    assert knobs.parameters().w1 == 7.0
