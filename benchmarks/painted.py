"""Painted: how long a widget takes from an event to the end of its repaint; no Qt binding, no app is named here.

Works with any widget of qtpy's or PySide6's binding, so that two programs are driven by the same lines.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

PATIENCE_SECONDS = 60.0


class Painted:
    """Watches a widget being painted, and sends it events of the mouse.

    Parameters
    ----------
    widget : QWidget
        What is painted and gets the events.
    core, gui, application : modules QtCore and QtGui of the binding, and its QApplication
    """

    def __init__(self, widget: Any, core: Any, gui: Any, application: Any) -> None:
        self.widget, self._core, self._gui, self._app = widget, core, gui, application
        self.count = 0
        outer = self

        class Watch(core.QObject):
            def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802
                if event.type() == core.QEvent.Type.Paint:
                    outer.count += 1
                return False

        self._watch = Watch()
        widget.installEventFilter(self._watch)

    def turn(self) -> None:
        """Do what is waiting in the event loop."""
        self._app.processEvents()

    def rest(self, seconds: float) -> None:
        """Let the event loop run."""
        loop = self._core.QEventLoop()
        self._core.QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def until(self, act: Callable[[], object], signal: Any = None) -> tuple[float, float]:
        """Act; wait until painted, after this signal if one is given. Returns ms: by the clock, of this thread."""
        start, cpu = time.perf_counter(), time.thread_time()
        seen = [self.count] if signal is None else []

        def look(*_: object) -> None:
            seen.append(self.count)

        if signal is not None:
            signal.connect(look)
        act()
        while not seen or self.count == seen[-1]:
            self.turn()
            if time.perf_counter() - start > PATIENCE_SECONDS:
                raise RuntimeError("nothing was painted")
        times = (time.perf_counter() - start) * 1000, (time.thread_time() - cpu) * 1000
        if signal is not None:
            signal.disconnect(look)
        return times

    def mouse(self, kind: str, at: tuple[float, float], held: bool = False) -> None:
        """Send MouseMove, MouseButtonPress or MouseButtonRelease."""
        qt, event = self._core.Qt, self._core.QEvent.Type
        none, left = qt.MouseButton.NoButton, qt.MouseButton.LeftButton
        position = self._core.QPointF(*at)
        where = self.widget.mapToGlobal(position.toPoint())
        button = none if kind == "MouseMove" else left
        sent = self._gui.QMouseEvent(
            getattr(event, kind), position, self._core.QPointF(where), button, left if held else none,
            qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        self._app.sendEvent(self.widget, sent)

    def dabs(self, number: int, seed: int = 1) -> list[tuple[float, float]]:
        """Move there and press, until it is repainted; the release is repainted outside the clock. Return the times."""
        rng, times = np.random.default_rng(seed), []
        for _ in range(number):
            at = tuple(rng.uniform(0.2, 0.8, 2) * (self.widget.width(), self.widget.height()))

            def dab(at: tuple[float, float] = at) -> None:
                self.mouse("MouseMove", at)
                self.mouse("MouseButtonPress", at, held=True)

            times.append(self.until(dab))
            self.mouse("MouseButtonRelease", at)
            self.turn()
        return times

    def stroke(self, points: list[tuple[float, float]]) -> None:
        """Draw with the left button, one repaint a point."""
        self.mouse("MouseButtonPress", points[0], held=True)
        for point in points[1:]:
            self.until(lambda point=point: self.mouse("MouseMove", point, held=True))
        self.mouse("MouseButtonRelease", points[-1])
        self.turn()


def summary(times: list[tuple[float, float]]) -> dict[str, float]:
    """Milliseconds: median and worst by the clock, and the worst that the thread itself computed."""
    clock, cpu = zip(*times, strict=True)
    return {
        "median_ms": round(median(clock), 2),
        "worst_ms": round(max(clock), 2),
        "worst_computed_ms": round(max(cpu), 2),
        "repeats": len(times),
    }


def picture(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Uint8 [height, width, 3]: a smooth scene with noise."""
    rng = np.random.default_rng(seed)
    tall, wide = np.linspace(20, 100, height, dtype=np.float32), np.linspace(20, 100, width, dtype=np.float32)
    image = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, 1024):  # in parts, or a large one needs ten times its memory
        part = image[top : top + 1024]
        noise = rng.integers(0, 20, part.shape, np.uint8)
        part[...] = (tall[top : top + 1024, None, None] + wide[None, :, None]).astype(np.uint8) + noise
    return image


def labels_like(height: int, width: int) -> np.ndarray:
    """Uint8 [height, width]: four classes in waves, as a prediction looks."""
    down, across = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None]
    wave = np.sin(down / 97) + np.sin(across / 61)
    return ((wave > -1).astype(np.uint8) + (wave > 0) + (wave > 1)).astype(np.uint8)


def resident_megabytes() -> float:
    """Memory of this process."""
    import psutil

    return psutil.Process().memory_info().rss / 1e6
