"""Sitting: somebody works without a pause until the process is killed; `python -m tests.faults.sitting`.

At every change it prints a line: the moment, the image, and a checksum of its labels and provenance. The one that
kills it compares them with what is on the disk. Without a window it drives `Document`, `Autosaver` and the lanes as
the window does; a warm process forks one such sitting for each line that it reads.
"""

from __future__ import annotations

import json
import os
import sys
import time
import zlib
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QTimer

from app.document.autosave import Autosaver
from app.document.document import Document
from app.document.journaling import Journaling
from app.document.records import Records
from app.document.session import Session
from app.jobs.job_runner import JobRunner
from app.project.navigation import Navigation
from app.settings.settings import Settings
from segcore.editing import Box
from segcore.labels.label_map import LabelMap
from segcore.labels.probability_map import ProbabilityMap

if TYPE_CHECKING:
    pass

EVERY_MS = 15


def checksum(label_map: LabelMap) -> str:
    """Labels and provenance in eight digits."""
    return f"{zlib.crc32(label_map.provenance, zlib.crc32(label_map.labels)):08x}"


class Diary:
    """Tells on a pipe what happens, each line at once."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def write(self, **line: Any) -> None:
        """Write one line."""
        os.write(self._pipe, (json.dumps({"t": time.monotonic(), **line}) + "\n").encode())


class Worker(QObject):
    """Paints, undoes, accepts predictions, goes to other images, saves; decides by a seed."""

    def __init__(self, session: Session, navigation: Navigation, diary: Diary, seed: int) -> None:
        super().__init__()
        self._session, self._document, self._navigation = session, session.document, navigation
        self._diary = diary
        self._random = Random(seed)
        self._arriving = True
        self._left: dict[str, str] = {}
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._act)
        session.autosaver.error.connect(lambda error: diary.write(error=str(error)))
        navigation.error.connect(self._hear)
        self._document.image_changed.connect(self._arrive)
        self._document.labels_changed.connect(self.note)  # before it is written anywhere, in pieces of a stroke, too

    def begin(self) -> None:
        """Go on until the end."""
        self._timer.start()

    def _act(self) -> None:
        document = self._document
        if document.label_map is None or document.image_id is None:
            return
        if self._arriving:
            self._arriving = False
            left, found = self._left.get(document.image_id), checksum(document.label_map)
            if left not in (None, found):
                self._diary.write(error=f"{document.image_id} was {left} when it was left, and is {found} now")
            self.note()
        chance = self._random.random()
        if chance < 0.70:
            self._paint()
        elif chance < 0.80 and document.undo_name:
            document.undo()
        elif chance < 0.85 and document.redo_name:
            document.redo()
        elif chance < 0.88:
            self._accept()
        elif chance < 0.91:
            self._session.autosaver.flush()
        elif chance < 0.92:
            document.mark_done()
        elif chance < 0.95:
            self._go()

    def note(self, *_: object) -> None:
        """Tell what the labels are now."""
        document = self._document
        if document.image_id is not None and document.label_map is not None:
            self._left[document.image_id] = checksum(document.label_map)
            self._diary.write(image=document.image_id, crc=self._left[document.image_id])

    def _paint(self) -> None:
        document, random = self._document, self._random
        assert document.label_map is not None
        height, width = document.label_map.shape
        recorder = document.begin("Brush")
        for _ in range(random.choice((1, 3, 10))):
            left, top = random.randrange(width - 9), random.randrange(height - 9)
            box = Box(
                left, top, min(width, left + random.randrange(9, 200)), min(height, top + random.randrange(9, 99))
            )
            recorder.paint(box, np.ones((box.height, box.width), np.bool_), random.randrange(3))
        document.commit(recorder)

    def _accept(self) -> None:
        document = self._document
        assert document.label_map is not None
        assert document.project is not None
        labels = np.full(document.label_map.shape, self._random.randrange(3), np.uint8)
        probabilities = np.stack([labels, labels, labels])
        found = ProbabilityMap(probabilities, labels, labels, document.project.classes.indices, "starter")
        document.set_prediction(found)
        self._session.jobs.submit("io", lambda: document.project.save_prediction(document.image_id, found), quiet=True)

    def _go(self) -> None:
        assert self._document.project is not None
        self._navigation.show(self._random.choice(self._document.project.image_ids()))

    def _arrive(self) -> None:
        self._arriving = True

    def _hear(self, error: object) -> None:
        if "brought them back" not in str(error) or self._document.image_id in self._left:
            self._diary.write(error=str(error))


def sit(root: Path, seed: int, diary: Diary) -> None:
    """Work on a project without a window."""
    application = QCoreApplication(["sitting"])
    document, jobs = Document(), JobRunner()
    autosaver = Autosaver(document, jobs)
    journaling = Journaling(document, jobs, autosaver)
    journaling.error.connect(lambda error: diary.write(error=str(error)))
    session = Session(document, jobs, Settings(), autosaver, Records(document, jobs))

    def neighbour(image_id: str | None, step: int) -> tuple[str | None, int]:
        ids = document.project.image_ids() if document.project is not None else []
        at = ids.index(image_id) + step if image_id in ids else -1
        return (ids[at] if 0 <= at < len(ids) else None), 0

    navigation = Navigation(session, neighbour)
    worker = Worker(session, navigation, diary, seed)
    navigation.open_path(root)
    worker.begin()
    application.exec()


def sit_at_window(path: Path, seed: int, diary: Diary) -> None:
    """Work in the real window, from its first image on."""
    from PySide6.QtWidgets import QApplication

    from app.__main__ import main
    from app.window.main_window import MainWindow

    application = QApplication(["maskwright"])
    workers: list[Worker] = []

    def look() -> None:
        windows = [w for w in application.topLevelWidgets() if isinstance(w, MainWindow)]
        if windows and windows[0].document.image is not None:
            timer.stop()
            window = windows[0]
            workers.append(Worker(window.session, window.navigation, diary, seed))
            workers[0].begin()

    timer = QTimer(interval=20)
    timer.timeout.connect(look)
    timer.start()
    main([str(path)])


def serve() -> None:
    """Fork a sitting for each line ``{"root", "seed"}`` of the input; answer with its process number."""
    import app.project.opening
    from segcore.images.pyramid import pyramid

    assert app.project.opening
    cv2.setNumThreads(0)
    pyramid(np.zeros((64, 64, 3), np.uint8))
    diary_pipe = int(sys.argv[1])
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            sit(Path(order["root"]), order["seed"], Diary(diary_pipe))
            os._exit(3)
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        serve()
    else:
        sit_at_window(Path(sys.argv[2]), int(sys.argv[3]), Diary(int(sys.argv[1])))
