"""Which engine refines, and whether every prediction is refined."""

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QShowEvent

from app.refinement.engine_choice import EngineChoice
from app.settings.settings import Settings


@pytest.fixture
def settings(qapp):
    return Settings()


def made(qtbot, settings):
    found = EngineChoice(settings)
    qtbot.addWidget(found)
    return found


def choose(engine, name):
    index = engine.combo.findData(name)
    engine.combo.setCurrentIndex(index)
    engine.combo.activated.emit(index)


def test_the_choice_is_kept_and_told(qtbot, settings):
    engine = made(qtbot, settings)
    assert engine.combo.currentData() == "auto"
    with qtbot.waitSignal(engine.changed, timeout=1000):
        choose(engine, "fast")
    assert settings["refine.engine"] == "fast"
    assert made(qtbot, settings).combo.currentData() == "fast"


def test_refining_every_prediction_uses_the_same_engine(qtbot, settings):
    engine = made(qtbot, settings)
    assert not engine.batch.isChecked()
    engine.batch.setChecked(True)
    assert settings["predict.crf"] == "auto"
    choose(engine, "fast")
    assert settings["predict.crf"] == "fast"
    assert made(qtbot, settings).batch.isChecked()
    engine.batch.setChecked(False)
    assert settings["predict.crf"] == "none"
    choose(engine, "auto")
    assert settings["predict.crf"] == "none"


def test_the_exact_engine_says_why_it_cannot_be_chosen(qtbot, settings, monkeypatch):
    monkeypatch.setattr("segcore.crf.crf_available", lambda: False)
    engine = made(qtbot, settings)
    QCoreApplication.sendEvent(engine, QShowEvent())
    index = engine.combo.findData("exact")
    assert not engine.combo.model().index(index, 0).flags() & Qt.ItemFlag.ItemIsEnabled
    assert "pydensecrf2" in engine.combo.itemData(index, Qt.ItemDataRole.ToolTipRole)
    assert "not installed" in engine.combo.itemText(index)


def test_the_exact_engine_can_be_chosen_where_it_is(qtbot, settings, monkeypatch):
    monkeypatch.setattr("segcore.crf.crf_available", lambda: True)
    engine = made(qtbot, settings)
    QCoreApplication.sendEvent(engine, QShowEvent())
    index = engine.combo.findData("exact")
    assert engine.combo.model().index(index, 0).flags() & Qt.ItemFlag.ItemIsEnabled
    choose(engine, "exact")
    assert settings["refine.engine"] == "exact"
