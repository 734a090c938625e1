from __future__ import annotations

import gc
import threading
from typing import ClassVar

from PySide6.QtCore import QObject

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
