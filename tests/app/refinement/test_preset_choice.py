"""Names for parameters: each with a tip, the person's own values without a name."""

import pytest
from PySide6.QtCore import Qt

from app.refinement.preset_choice import PresetChoice
from segcore.crf import PRESETS, CrfParameters


@pytest.fixture
def presets(qtbot):
    found = PresetChoice()
    found.offer(None)
    qtbot.addWidget(found)
    return found


def test_every_preset_has_a_title_and_a_tip(presets):
    combo = presets.combo
    assert [combo.itemData(n) for n in range(combo.count())] == list(PRESETS)
    for n in range(combo.count()):
        assert combo.itemText(n)[0].isupper()
        assert len(combo.itemData(n, Qt.ItemDataRole.ToolTipRole)) > 20


def test_choosing_tells_the_parameters(qtbot, presets):
    index = presets.combo.findData("deeplab")
    with qtbot.waitSignal(presets.chosen, timeout=1000) as heard:
        presets.combo.activated.emit(index)
    assert heard.args == [PRESETS["deeplab"]]


def test_it_names_what_is_set(presets):
    presets.show_for(PRESETS["strong"])
    assert presets.combo.currentData() == "strong"
    presets.show_for(CrfParameters(w1=1.5))
    assert presets.combo.currentIndex() == -1
    assert "own" in presets.combo.placeholderText()


def test_what_was_learned_has_a_place_even_when_it_equals_a_preset(presets):
    presets.offer(PRESETS["strong"])
    presets.show_for(PRESETS["strong"])
    assert presets.combo.currentData() == "learned"
    presets.offer(None)
    assert presets.combo.findData("learned") == -1
