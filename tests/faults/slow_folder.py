"""Slow folder: works in the real window on a project where each call to a file takes long, as on a network share.

`LD_PRELOAD=slow_shim.so SLOW_ROOT=FOLDER SLOW_MS=300 SLOW_LOG=FILE python -m tests.faults.slow_folder FOLDER`; the
folder has ``photos`` and ``p``, a project. Opens it, paints, goes to the next image, saves, exports beside it and
closes; ``SLOW_STEPS=picture,open`` does only these. The trainings, ``fine-tune`` and ``keep learning``, are done when
they are named. Prints one JSON object: how many seconds each step took, whether a
picture was seen before the image was read, which calls the window's thread made to files of the folder until the end
of the process (none is right), how many calls there were in all, and the late beats of the heart.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

PATIENCE_SECONDS = 120.0
TRAININGS = ("fine-tune", "keep learning")


class Visitor:
    """Works through the steps once the window is there, then closes it."""

    def __init__(self, folder: Path, told: dict[str, Any]) -> None:
        from PySide6.QtCore import QTimer

        self._folder, self._told = folder, told
        self._heart: Any = None
        self._steps: Iterator[Any] | None = None
        self._wanted: Any = lambda: True
        self._since = self._began = time.monotonic()
        self._timer = QTimer(interval=10)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        from PySide6.QtWidgets import QApplication

        from app.window.main_window import MainWindow

        window = next((w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()), None)
        if window is None:
            return
        try:
            if self._steps is None:
                self._told["seconds"]["window"] = round(time.monotonic() - self._began, 1)
                self._steps = self._work(window)
            if self._wanted():
                self._wanted = next(self._steps)
                self._since = time.monotonic()
            elif time.monotonic() - self._since > PATIENCE_SECONDS:
                raise TimeoutError(self._heart.phase)
        except BaseException as error:
            if not isinstance(error, StopIteration):
                self._told["error"] = repr(error)
            self._told["late"] = [asdict(each) for each in self._heart.late] if self._heart is not None else []
            self._timer.stop()
            window.close()

    def _work(self, window: Any) -> Iterator[Any]:
        from benchmarks.heart import Heart
        from tests.faults.chores import Chores

        window.banner.changed.connect(lambda: window.banner.text and self._told["banner"].append(window.banner.text))
        self._heart = heart = Heart()
        chores = Chores(window, (self._folder / "p", self._folder / "p"), Random(1))
        idle = chores.idle
        for name, steps in (
            ("picture", self._see(window)),
            ("open", iter([lambda: window.document.image is not None])),
            ("opened", iter([idle])),
            ("paint", chores._use("brush")),
            ("save", iter([idle])),
            ("next image", self._go(window)),
            ("paint again", chores._use("brush")),
            ("save again", iter([idle])),
            ("mark as done", chores.mark_done()),
            ("look for images", chores.look_for_images()),
            ("come back", self._come_back(window, idle)),
            ("export", chores.export()),
            ("fine-tune", chores.fine_tune()),
            ("keep learning", chores.keep_learning()),
        ):
            if name not in os.environ.get("SLOW_STEPS", "" if name in TRAININGS else name).split(","):
                continue
            heart.phase = name
            began = time.monotonic()
            yield from steps
            self._told["seconds"][name] = round(time.monotonic() - began, 1)
        heart.phase = "close"

    def _see(self, window: Any) -> Iterator[Any]:
        yield lambda: window.centre.coming.isVisible() or window.document.image is not None
        self._told["picture_first"] = window.document.image is None

    @staticmethod
    def _go(window: Any) -> Iterator[Any]:
        before = window.document.image_id
        window.navigation.step(1)
        yield lambda: window.document.image is not None and window.document.image_id != before

    @staticmethod
    def _come_back(window: Any, idle: Any) -> Iterator[Any]:
        """What the window does when the person returns from another program."""
        window.records.look_again()
        yield idle


def main() -> int:
    """Run it; see the file."""
    folder = Path(sys.argv[1])
    told: dict[str, Any] = {"seconds": {}, "banner": [], "late": [], "calls": []}
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["SLOW_PID"] = str(os.getpid())
    from PySide6.QtWidgets import QApplication

    from app.__main__ import main as run

    application = QApplication(["maskwright"])
    visitor = Visitor(folder, told)
    told["code"] = run([str(folder / "p")])
    del visitor, application
    log = Path(os.environ.get("SLOW_LOG", os.devnull))
    lines = [line.split("\t") for line in log.read_text().splitlines()] if log.is_file() else []
    told["calls"] = [f"{call} {path}" for _, thread, call, path in lines if thread == "window"]
    told["all_calls"] = len(lines)
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
