"""What Live has learned is saved without holding up the labels."""

from __future__ import annotations

import threading

import pytest

from segcore.adaptation import project_head
from segcore.project.project_places import head_path
from tests.app.adaptation.live_desk import LEFT, SKY


@pytest.fixture
def slow_disk(monkeypatch):
    """The head's file is written only when the event is set."""
    save, gate = project_head.save_project_head, threading.Event()

    def slowly(project, head):
        assert gate.wait(20)
        save(project, head)

    monkeypatch.setattr(project_head, "save_project_head", slowly)
    yield gate
    gate.set()


def test_labels_are_saved_while_the_head_still_is(desk, slow_disk):
    desk.paint(LEFT, SKY)
    desk.live._leave_image()
    desk.live._close()
    saved = []
    desk.autosaver.saved.connect(lambda *_: saved.append(True))
    desk.autosaver.flush()
    desk.wait(lambda: saved)
    assert not head_path(desk.project.root).exists()
    slow_disk.set()
    desk.wait(lambda: head_path(desk.project.root).exists())


def test_the_end_waits_for_the_head(desk, slow_disk):
    desk.paint(LEFT, SKY)
    threading.Timer(0.1, slow_disk.set).start()
    desk.close()
    assert head_path(desk.project.root).is_file()
