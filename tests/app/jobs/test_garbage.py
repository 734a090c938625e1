from __future__ import annotations

import gc
import threading
from typing import ClassVar

from PySide6.QtCore import QObject

from app.jobs import garbage
from app.jobs.garbage import INTERVAL_MS, collecting_on_ui_thread


class Node(QObject):
    """Garbage that only the cyclic collector finds, and that tells which thread found it."""

    found_by: ClassVar[list[str]] = []

    def __init__(self) -> None:
        super().__init__()
        self.me = self

    def __del__(self) -> None:
        Node.found_by.append(threading.current_thread().name)


def allocate() -> None:
    keep = [[n] for n in range(200_000)]
    del keep


def test_only_the_ui_thread_collects(qtbot):
    Node.found_by.clear()
    gc.enable()
    with collecting_on_ui_thread():
        Node()
        lane = threading.Thread(target=allocate, name="lane")
        lane.start()
        lane.join()
        assert Node.found_by == []
        kept = [[n] for n in range(2000)]  # enough new objects that a collection is due
        qtbot.waitUntil(lambda: Node.found_by == ["MainThread"], timeout=5 * INTERVAL_MS)
        assert kept
    assert gc.isenabled()


def test_what_an_import_brings_is_frozen_instead_of_looked_at(qtbot, monkeypatch):
    monkeypatch.setattr(garbage, "MOST_YOUNG", 100)
    collected = []
    monkeypatch.setattr(gc, "collect", lambda *which: collected.append(which))
    gc.unfreeze()
    with garbage.collecting_on_ui_thread():
        monkeypatch.setattr(gc, "get_count", lambda: (1001, 0, 0))
        garbage._Collector()._collect()
        assert collected == []
        assert gc.get_freeze_count() > 0
