"""The switch "Keep learning", with real processes on small images."""

from __future__ import annotations

import json
import os
import signal
import sys

import psutil
import pytest

from app.document.loaded_image import load_image
from app.training.keep_folder import KeepFolder
from app.training.keep_run import KeepOrder
from app.training.training_run import TrainingOrder
from segcore.models.checkpoint_info import read_checkpoint_info
from segcore.progress import Progress
from tests.segcore.training.painted_project import correct, painted_project
from tests.systems import posix_only


@pytest.fixture
def project(tmp_path):
    with painted_project(tmp_path, 6, 4) as found:
        yield found


def lives(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def learning(desk):
    return desk.keep.text.startswith("Learning from")


def test_it_learns_while_the_switch_is_on_and_its_state_stays(desk, project):
    desk.open(project)
    desk.panel.keep.switch.box.click()
    assert desk.settings["train.keep"] is True
    desk.wait(lambda: learning(desk))
    pid = desk.keep.pid
    desk.panel.keep.switch.box.click()
    desk.wait(lambda: not lives(pid))
    assert desk.keep.text == ""
    assert desk.errors == []
    assert read_checkpoint_info(KeepFolder(project.root).path / "state.safetensors").lineage[-1]["continual"] is True
    assert project.checkpoints() == []


def test_a_process_that_is_asked_to_stop_says_nothing_more(desk, project):
    desk.open(project)
    desk.keep.switch(True)
    desk.wait(lambda: learning(desk))
    run = desk.keep._run
    desk.keep.switch(False)
    run.progressed.emit(Progress(1, 2, "Validating"), "")
    run.progressed.emit(Progress(1, 2, "Validating"), "better")
    assert desk.keep.text == ""
    assert desk.keep.verdict != "better"


def test_switched_off_and_on_at_once_there_are_never_two_processes(desk, project):
    desk.open(project)
    desk.keep.switch(True)
    desk.wait(lambda: learning(desk))
    pid = desk.keep.pid
    desk.keep.switch(False)
    desk.keep.switch(True)
    desk.wait(lambda: desk.keep.pid not in (0, pid))
    assert not lives(pid), "two processes would write one state"
    desk.wait(lambda: learning(desk))
    assert desk.errors == []


def test_it_goes_with_the_project_and_with_the_window(desk, project, qtbot):
    desk.settings["train.keep"] = True
    desk.open(project)
    desk.wait(lambda: learning(desk))
    pid = desk.keep.pid
    desk.document.set_project(None)
    assert not desk.keep.running
    desk.wait(lambda: not lives(pid))
    desk.open(project)
    desk.wait(lambda: learning(desk))
    again = desk.keep.pid
    desk.panel.shutdown()
    assert not lives(again)


def test_a_candidate_of_few_images_waits_for_the_person(desk, project):
    desk.open(project)
    desk.keep.switch(True)
    switch = desk.panel.keep.switch
    desk.wait(lambda: desk.keep.candidate is not None)
    assert not switch.offer.isHidden()
    desk.wait(lambda: "Too few held-out images" in switch.score.text())
    assert project.checkpoints() == [], "no version that nobody wants"
    assert desk.panel.result.isHidden()
    switch.offer.click()
    desk.wait(lambda: not desk.panel.result.isHidden())
    assert [info.path.name for info in project.checkpoints()] == ["version-001.safetensors"]
    assert desk.predictions.model_key == "starter"


@posix_only("SIGKILL")
def test_a_process_that_is_killed_is_told_and_can_be_started_again(desk, project):
    desk.open(project)
    desk.keep.switch(True)
    desk.wait(lambda: learning(desk))
    os.kill(desk.keep.pid, signal.SIGKILL)
    desk.wait(lambda: bool(desk.errors))
    assert "out of memory" in desk.errors[0].message
    assert not desk.keep.on
    assert "Stopped by an error" in desk.panel.keep.switch.status.text()
    desk.panel.keep.switch.box.click()
    desk.wait(lambda: learning(desk))
    assert len(desk.errors) == 1


def test_images_that_are_done_later_are_learned_from(desk, project):
    desk.open(project)
    desk.keep._soon.setInterval(10)
    desk.keep.switch(True)
    desk.wait(lambda: learning(desk))
    assert desk.keep.text == "Learning from 2 images"
    correct(project, 4)
    correct(project, 5)
    for number in (4, 5):
        desk.records.read_again(f"{number:02d}.png")
    control = KeepFolder(project.root).control
    desk.wait(lambda: json.loads(control.read_text())["changes"] >= 1)
    desk.wait(lambda: desk.keep.text == "Learning from 4 images", seconds=40)


def test_it_waits_while_a_fine_tuning_runs(desk, project, monkeypatch):
    monkeypatch.setattr(TrainingOrder, "arguments", lambda self: ["-c", "import time; time.sleep(60)"])
    desk.open(project)
    desk.keep.switch(True)
    desk.wait(lambda: learning(desk))
    pid = desk.keep.pid
    desk.panel.start()
    desk.wait(lambda: desk.keep.text == "Paused: a fine-tuning runs")
    desk.panel.cancel()
    desk.wait(lambda: learning(desk))
    assert desk.keep.pid == pid


def test_the_open_image_and_pinned_ones_are_shown_and_a_state_can_be_kept(desk, project):
    desk.open(project)
    panel, box = desk.panel, desk.panel.keep
    desk.area.show()
    for image_id in ("04.png", "05.png"):
        desk.document.show(load_image(project, image_id))
        if image_id == "04.png":
            box.strip.pin.click()
    assert list(box.watched.paths()) == ["05.png", "04.png"]
    desk.keep.switch(True)
    desk.wait(lambda: box.strip.slider.maximum() >= 1 and box.strip.pictures.names == ["05.png", "04.png"])
    box.strip.slider.setValue(0)
    desk.wait(lambda: box.strip.caption.text().startswith(f"Step {box.strip._steps[0]}:"))
    box.strip.keep_button.click()
    desk.wait(lambda: not panel.result.isHidden())
    (info,) = project.checkpoints()
    assert info.lineage[-1]["steps"] == info.lineage[-1]["best_step"]
    box.strip.pin.click()
    assert box.watched.pinned == ["04.png", "05.png"]


def test_it_starts_with_the_first_corrected_image(desk, tmp_path):
    with painted_project(tmp_path, 2, 0) as project:
        desk.settings["train.keep"] = True
        desk.open(project)
        assert desk.keep.text == "Starts with the first corrected image."
        assert not desk.keep.running
        correct(project, 0)
        desk.records.read_again("00.png")
        desk.wait(lambda: desk.keep.running)


def test_a_process_that_cannot_start_is_told(desk, project, monkeypatch):
    desk.open(project)
    monkeypatch.setattr(sys, "executable", str(project.root / "no python"))
    desk.keep.switch(True)
    desk.wait(lambda: bool(desk.errors))
    assert "cannot start" in desk.errors[0].message
    assert not desk.keep.on


def test_the_command_is_the_documented_one(tmp_path):
    folder = KeepFolder(tmp_path)
    assert KeepOrder(folder, "starter", 7, "cpu").arguments() == [
        *("-m", "segcore", "keep-learning", str(tmp_path), "--attached", "--model", "starter"),
        *("--folder", str(tmp_path / "training" / "keep-learning")),
        *("--control", str(tmp_path / "training" / "keep-learning" / "control.json")),
        *("--seed", "7", "--device", "cpu", "--validate-every", "60", "--candidate-every", "300"),
        *("--priority", "idle"),
    ]
