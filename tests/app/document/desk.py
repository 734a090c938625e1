"""Desk: a document with an autosaver and a project that fails, waits or hangs when it is told to."""

from __future__ import annotations

import threading
import time

import numpy as np

from app.document import autosave
from app.document.autosave import Autosaver
from app.document.document import Document, LoadedImage
from app.jobs.job_runner import JobRunner
from segcore.editing import Box
from segcore.errors import ProjectError
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance

FULL = ProjectError("No space left.", "Make room.")


NEVER = 10_000_000


SOON = 20


class FakeProject:
    """Keeps what is saved in memory; ``gate`` makes the disk slow, ``broken`` and ``outcomes`` make it fail."""

    def __init__(self, root):
        self.root = root
        self.classes = ClassSet.from_names(["road", "car"])
        self.warnings: list[str] = []
        self.saves: list[tuple[str, int]] = []
        self.tries = 0
        self.times: list[float] = []
        self.threads: set[str] = set()
        self.broken: Exception | None = None
        self.outcomes: list[Exception | None] = []
        self.closed: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    def save_label_map(self, image_id, label_map, picture=None):
        self.tries += 1
        self.gate.wait(5)
        self.threads.add(threading.current_thread().name)
        error = self.outcomes.pop(0) if self.outcomes else self.broken
        if error is not None:
            raise error.with_traceback(None)
        self.saves.append((image_id, pixels(label_map)))
        self.times.append(time.monotonic())
        return label_map.state()

    def close(self):
        self.closed.append(threading.current_thread().name)


class Desk:
    """A document, its autosaver and everything that the autosaver says; timers run only where a test wants them."""

    def __init__(self, monkeypatch, root, quiet=NEVER, latest=NEVER, retry=NEVER):
        for name, value in (("QUIET_MS", quiet), ("LATEST_MS", latest), ("RETRY_MS", retry)):
            monkeypatch.setattr(autosave, name, value)
        self.document, self.jobs, self.project = Document(), JobRunner(), FakeProject(root)
        self.autosaver = Autosaver(self.document, self.jobs)
        self.said: list[tuple[str, object]] = []
        self.autosaver.saved.connect(lambda image_id, state: self.said.append(("saved", image_id)))
        self.autosaver.error.connect(lambda error: self.said.append(("error", error)))
        self.autosaver.mended.connect(lambda error: self.said.append(("mended", error)))
        self.autosaver.rested.connect(lambda: self.said.append(("rested", self.autosaver.pending)))
        self.document.set_project(self.project)
        self.document.show(blank("a.png"))

    def paint(self, row: int, count: int = 4) -> None:
        """Paint ``count`` pixels of this row, as one stroke."""
        recorder = self.document.begin("Brush")
        recorder.paint(Box(0, row, count, row + 1), np.ones((1, count), np.bool_), 1)
        self.document.commit(recorder)

    def fail_once(self, qtbot) -> None:
        """Paint; the disk is full when that is saved."""
        self.project.outcomes = [FULL]
        self.paint(0)
        self.autosaver.flush()
        idle(qtbot, self)

    def open(self, loaded: LoadedImage) -> None:
        """Show it as the window does."""
        newer = self.autosaver.newer(self.document.project, loaded)
        self.document.show(loaded)
        if newer is not None:
            self.document.replace(newer, "Restore unsaved edits")

    @property
    def shown(self) -> int:
        return pixels(self.document.label_map)

    def heard(self, what: str) -> list[object]:
        return [value for name, value in self.said if name == what]


def pixels(label_map: LabelMap) -> int:
    assert ((label_map.labels != 255) == (label_map.provenance == Provenance.PAINTED)).all()
    return int((label_map.labels != 255).sum())


def blank(image_id: str, size: int = 64) -> LoadedImage:
    return LoadedImage(image_id, np.zeros((size, size, 3), np.uint8), LabelMap.blank(size, size))


def idle(qtbot, desk) -> None:
    qtbot.waitUntil(lambda: not desk.jobs.busy)
