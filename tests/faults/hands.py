"""Hands: what a person's hands do in the window: strokes of any tool, keys, waiting; decided by a seed."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from itertools import pairwise
from pathlib import Path
from random import Random

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from app.window.main_window import MainWindow
from segcore.editing.brush import Point
from segcore.editing.target import EVERYWHERE

Script = Generator[Callable[[], object], None, None]
"""Yields what to wait for."""
LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
NOT_DRAWN = ("segment", "pan", "pick", "window_level")
"""Tools that need a network nobody has, or change no label."""


class Hands:
    """Those of the person at one window, with two projects."""

    def __init__(self, window: MainWindow, projects: tuple[Path, ...], random: Random) -> None:
        self._window, self._projects, self._random = window, projects, random
        self._out = projects[0].parent

    def idle(self) -> bool:
        """Whether nothing runs and everything is saved."""
        window = self._window
        return not (window.jobs.busy or window.autosaver.pending or window.training.running)

    def _tools(self) -> list[str]:
        return sorted(
            row.id.removeprefix("tool_")
            for row, _ in self._window.actions_
            if row.id.startswith("tool_") and row.id.removeprefix("tool_") not in NOT_DRAWN
        )

    def _use(self, tool: str) -> Script:
        window = self._window
        yield lambda: window.document.image is not None and not window.navigation.busy
        window.canvas.set_tool(tool)
        window.classes.choose_key(self._random.randrange(1, 4))
        yield from self._stroke()
        if self._random.random() < 0.1:
            QTest.keyClick(window.canvas, Qt.Key.Key_Escape)  # in the middle of its answer
        yield lambda: not window.document.stroke_in_progress
        QTest.keyClick(window.canvas, Qt.Key.Key_Return)
        QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
        yield from self._wait(0.03)

    def _stroke(self) -> Script:
        """Draw with the mouse, whose events come one by one."""
        canvas = self._window.canvas
        points = [self._somewhere() for _ in range(self._random.randrange(2, 5))]
        QTest.mousePress(canvas, LEFT, PLAIN, points[0])
        for start, end in pairwise(points):
            for part in (1, 2, 3, 4):
                yield lambda: True
                QTest.mouseMove(canvas, start + (end - start) * part / 4)
        yield lambda: True
        QTest.mouseRelease(canvas, LEFT, PLAIN, points[-1])

    def _somewhere(self) -> QPoint:
        image = self._window.document.image
        assert image is not None
        height, width = image.shape[:2]
        at = Point(self._random.uniform(1, width - 1), self._random.uniform(1, height - 1))
        return QPointF(self._window.canvas.transform.to_view(at)).toPoint()

    def _command(self, name: str, everywhere: bool) -> Script:
        window, commands = self._window, self._window.labels.commands
        yield lambda: window.document.image is not None and not window.navigation.busy
        commands.start(name)
        yield lambda: not window.jobs.busy
        bar = commands.bar
        if not commands.asking:
            return
        places = [n for n in range(bar.where.count()) if (bar.where.itemData(n) in EVERYWHERE) == everywhere]
        if places:
            bar.where.setCurrentIndex(self._random.choice(places))
        yield from self._wait(0.1)
        yield lambda: not window.jobs.busy

    def _cancel_jobs(self) -> None:
        for job in list(self._window.jobs._jobs.values()):
            if not job.quiet:
                job.cancel()
        for run in (self._window.class_list.everywhere._run, self._window.worklist.marking._run):
            if run is not None:
                run.cancel()

    def _open(self, path: Path) -> Script:
        window = self._window
        window.open_path(path)
        yield lambda: window.document.project is not None and window.document.project.root == path
        yield lambda: window.document.image is not None and not window.navigation.busy and self.idle()

    @staticmethod
    def _until(wanted: Callable[[], object], seconds: float) -> Callable[[], object]:
        """Return whether it is so, or was waited for long enough."""
        end = time.monotonic() + seconds
        return lambda: wanted() or time.monotonic() > end

    @staticmethod
    def _wait(seconds: float) -> Script:
        end = time.monotonic() + seconds
        yield lambda: time.monotonic() >= end
