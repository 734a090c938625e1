"""How long a fine-tuning takes, and that it can be stopped with its best state, or with one that a person chose."""

from __future__ import annotations

import pytest

from app.document.loaded_image import load_image
from app.settings.settings import Settings
from app.training.durations import COFFEE, MINUTE, OVERNIGHT, Durations
from app.training.training_options import TrainingOptions
from segcore.training.watched_states import StateFolder
from tests.segcore.training.painted_project import painted_project


@pytest.fixture
def project(tmp_path):
    with painted_project(tmp_path, 5, 4) as found:
        yield found


def test_the_list_has_a_minute_a_coffee_a_night_and_any_other_time(qtbot):
    settings = Settings()
    box, options = Durations(settings), TrainingOptions(settings)
    for widget in (box, options):
        qtbot.addWidget(widget)
    rows = [(box.itemText(row), box.itemData(row)) for row in range(box.count())]
    assert rows == [
        ("1 minute", MINUTE),
        ("Coffee (10 minutes)", COFFEE),
        ("Overnight (8 hours)", OVERNIGHT),
    ]
    assert box.currentData() == MINUTE
    box.setCurrentIndex(2)
    box.activated.emit(2)
    assert settings["train.minutes"] == 480.0
    assert options.minutes.value() == 480.0
    options.minutes.setValue(25.0)
    assert box.currentText() == "25 minutes"
    assert box.count() == 4
    box.activated.emit(0)
    assert box.count() == 3, "the other time is not offered any more"


def test_stopped_with_the_best_so_far_it_has_a_result(desk, project):
    desk.settings["train.minutes"] = OVERNIGHT
    desk.open(project)
    desk.panel.start()
    desk.wait(lambda: desk.panel.finish_button.isEnabled())
    desk.panel.finish_button.click()
    assert not desk.panel.finish_button.isEnabled()
    desk.wait(lambda: not desk.panel.running)
    assert desk.errors == []
    assert [info.path.name for info in project.checkpoints()] == ["version-001.safetensors"]
    desk.wait(lambda: not desk.panel.result.isHidden())


def test_stopped_with_a_chosen_state_that_state_is_the_version(desk, project):
    desk.settings["train.minutes"] = 1.0
    desk.open(project)
    desk.area.show()
    desk.document.show(load_image(project, "04.png"))
    desk.panel.start()
    desk.wait(lambda: desk.panel.running and desk.panel._run is not None)
    states = StateFolder(desk.panel._run.folder.states)
    strip = desk.panel.keep.strip
    desk.wait(lambda: strip.pictures.names == ["04.png"] and not strip.keep_button.isHidden())
    assert strip.keep_button.text() == "Stop and keep this state"
    chosen = strip._shown
    assert chosen in states.steps()
    strip.keep_button.click()
    desk.wait(lambda: not desk.panel.running)
    (info,) = project.checkpoints()
    assert info.lineage[-1]["best_step"] == chosen


def test_stopped_and_discarded_it_leaves_nothing(desk, project):
    desk.settings["train.minutes"] = OVERNIGHT
    desk.open(project)
    desk.panel.start()
    desk.wait(lambda: desk.panel.finish_button.isEnabled())
    assert desk.panel.bar.button.text() == "Stop and discard"
    desk.panel.bar.button.click()
    desk.wait(lambda: not desk.panel.running)
    assert project.checkpoints() == []
    assert not (project.root / "training").exists()
