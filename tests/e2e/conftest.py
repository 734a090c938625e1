from __future__ import annotations

import time
from collections.abc import Callable, Generator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.__main__ import main
from app.window.main_window import MainWindow

Script = Generator[Callable[[], object], None, None]
SECONDS = 240.0
"""That a person waits for a whole script, at most."""


class Person:
    """Sits in front of the window: a script that waits, looks and acts while the real event loop runs."""

    def __init__(self, script: Callable[[MainWindow], Script]) -> None:
        self._script = script
        self._steps: Script | None = None
        self._wanted: Callable[[], object] = lambda: True
        self._deadline = time.monotonic() + SECONDS
        self.error: BaseException | None = None
        self._timer = QTimer(interval=10)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()]
        if not windows:
            return
        window = windows[0]
        try:
            if time.monotonic() > self._deadline:
                raise AssertionError(f"waited too long; the banner says: {window.banner.text}")
            if self._steps is None:
                window.resize(1280, 800)  # the screen offscreen is smaller, and a stroke is drawn in pixels of the view
                self._steps = self._script(window)
            if self._wanted():
                self._wanted = next(self._steps)
        except StopIteration:
            self._timer.stop()
            window.close()
        except BaseException as error:
            self.error = error
            self._timer.stop()
            window.close()


@pytest.fixture
def sit(qapp):
    """Return ``sit(script, *arguments)``: run main() with these arguments and a person who follows the script.

    A script takes the window and yields what to wait for; when it ends the window is closed.
    """

    def sit(script: Callable[[MainWindow], Script], *arguments: str) -> None:
        person = Person(script)
        code = main(list(arguments))
        if person.error is not None:
            raise person.error
        assert code == 0

    return sit
