"""The longest time the window could not answer, while it works; prints one JSON object.

    python benchmarks/heartbeat.py [--model NAME_OR_CHECKPOINT] [--minutes 0.3]

A timer of 5 ms runs in the real window on a copy of the sample project; the gap between two beats is recorded for each
phase: opening, loading torch, painting with saves, strokes of all classes with Live (which stays on), smart strokes,
predicting one image, smart strokes and edge refine on the prediction, live refinement, refining, predicting all images,
painting and smart strokes while it keeps learning, fine-tuning. ``ok`` judges the phases from painting on. ``idle`` is
the noise of the machine; ``worst_without_cpu_wait_ms`` leaves out the time in which the window was ready to answer but
other processes had the processor.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and sys.platform.startswith("linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from segcore.hardware.memory import keep_freed_memory  # noqa: E402
from segcore.hardware.threads import spin_briefly  # noqa: E402

LIMIT_MS = 50.0
PLAIN = Qt.KeyboardModifier.NoModifier
BEAT_MS = 5


class Heart:
    """Beats every 5 ms and remembers the longest gaps of the phase."""

    def __init__(self) -> None:
        self.gaps: dict[str, list[float]] = {}
        self.blocked: dict[str, list[float]] = {}
        self._waited = cpu_wait_ms()
        self._phase = ""
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now, waited = time.perf_counter(), cpu_wait_ms()
        gap = (now - self._last) * 1000
        self.gaps.setdefault(self._phase, []).append(gap)
        self.blocked.setdefault(self._phase, []).append(gap - (waited - self._waited))
        self._last, self._waited = now, waited

    def run(self, phase: str, begin: Callable[[], object], until: Callable[[], bool], seconds: float = 120) -> None:
        """Do ``begin`` inside the event loop, then let it run until ``until()`` is true."""
        wait(lambda: False, 0.3)
        self._phase = phase
        QTimer.singleShot(0, begin)
        wait(lambda: False, 0.1)
        if not wait(until, seconds):
            print(f"{phase}: not finished after {seconds:.0f} s", file=sys.stderr)
        self._phase = "between"


class Pen:
    """Draws one stroke after the other with a tool, an event every 8 ms, until it is lifted."""

    def __init__(self, canvas: QWidget, tool: str) -> None:
        self.strokes = 0
        self._canvas, self._tool = canvas, tool
        self._path: list[QPoint] = []
        self._timer = QTimer(interval=8)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._move)

    def start(self) -> None:
        """Take the tool."""
        self._canvas.set_tool(self._tool)
        self._timer.start()

    def lift(self) -> None:
        """End the stroke, and stop."""
        self._timer.stop()
        if self._path:
            QTest.mouseRelease(self._canvas, Qt.MouseButton.LeftButton, PLAIN, self._path[0])
        self._canvas.set_tool("brush")

    def _move(self) -> None:
        if not self._path:
            n = self.strokes
            start = self._canvas.rect().center() + QPoint(n * 37 % 240 - 200, n * 53 % 160 - 80)
            self._path = [start + QPoint(4 * k, 8 * (k % 5) + k) for k in range(30)] + [start] * 12  # the last: rest
            QTest.mousePress(self._canvas, Qt.MouseButton.LeftButton, PLAIN, start)
            return
        at = self._path.pop(0)
        if len(self._path) > 12:
            QTest.mouseMove(self._canvas, at)
        elif len(self._path) == 12:
            QTest.mouseRelease(self._canvas, Qt.MouseButton.LeftButton, PLAIN, at)
            self.strokes += 1


def cpu_wait_ms() -> float:
    """How long this thread was ready to run while others had the processor (Linux; elsewhere 0)."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e6
    except (OSError, ValueError, IndexError):
        return 0.0


def wait(until: Callable[[], bool], seconds: float) -> bool:
    """Run the event loop until it holds or the time is over."""
    end = time.monotonic() + seconds
    while not until() and time.monotonic() < end:
        loop = QEventLoop()
        QTimer.singleShot(20, loop.quit)
        loop.exec()
    return until()


def main() -> None:
    keep_freed_memory()  # as `run_window` does
    spin_briefly()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model")
    parser.add_argument("--minutes", type=float, default=0.3)
    args = parser.parse_args()
    from app.settings.settings import Settings
    from app.window.main_window import MainWindow
    from segcore.project.project import Project
    from segcore.project.sample_project import install_sample

    application = QApplication(["heartbeat"])
    errors: list[str] = []
    with tempfile.TemporaryDirectory() as work:
        root = install_sample(Path(work) / "sample")
        if args.model:
            with Project.open(root) as project:
                project.set_setting("model", args.model)
        settings = Settings()
        settings["train.minutes"] = args.minutes
        window = MainWindow(settings)
        window.resize(1280, 800)  # whatever the screen is
        window.banner.changed.connect(lambda: errors.append(window.banner.text))
        window.show()
        heart, started = Heart(), time.monotonic()
        document, engine = window.document, window.predictions
        idle = lambda: not window.jobs.busy  # noqa: E731
        heart.run("idle", lambda: None, lambda: time.monotonic() - started > 2)
        heart.run("open", lambda: window.open_path(root), lambda: document.image is not None)
        heart.run("load torch", window._load_torch, lambda: engine.active is not None and idle())

        def stroke() -> None:
            canvas, none = window.canvas, PLAIN
            at = canvas.rect().center() - QPoint(150, 100)
            QTest.mousePress(canvas, Qt.MouseButton.LeftButton, none, at)
            for n in range(30):
                QTest.mouseMove(canvas, at + QPoint(n * 10, n * 5))
            QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, none, at + QPoint(300, 150))

        painting = QTimer()
        painting.setInterval(400)
        painting.timeout.connect(stroke)
        began = time.monotonic()
        heart.run("paint and save", painting.start, lambda: time.monotonic() - began > 6)
        painting.stop()
        document.undo()
        strokes = {}

        def draw(phase: str, tool: str, seconds: float = 6) -> None:
            pen, began = Pen(window.canvas, tool), time.monotonic()
            heart.run(phase, pen.start, lambda: time.monotonic() - began > seconds)
            pen.lift()
            wait(lambda: not document.stroke_in_progress, 10)
            strokes[phase] = pen.strokes

        answers: list[object] = []
        window.live.answered.connect(answers.append)
        wait(lambda: window.live.ready and idle(), 60)
        values = cycle(int(value) for value in document.classes.indices)
        document.stroke_ended.connect(lambda _: document.set_active_class(next(values)))
        draw("live", "brush")
        draw("smart strokes", "smart")
        heart.run("predict", window.model.predict_current, lambda: document.prediction is not None and idle())
        draw("smart strokes on a prediction", "smart")
        draw("edge refine", "edge")
        window.tabs.setCurrentIndex(2)
        slider, values = window.refine.sliders.rows["theta_beta"].slider, iter(range(100_000))
        turning = QTimer(interval=16)
        turning.timeout.connect(
            lambda: slider.setValue(slider.maximum() // 4 + 7 * next(values) % (slider.maximum() // 2))
        )
        began = time.monotonic()
        heart.run("live refine", turning.start, lambda: time.monotonic() - began > 6)
        turning.stop()
        window.refine.live.drop()
        heart.run("refine", window.refine.refine, idle)
        heart.run("next image", lambda: window.navigation.step(1), idle)
        heart.run("predict all", window.model.predict_remaining, idle)
        keep = window.training.keep.keep
        heart.run("start to keep learning", lambda: keep.switch(True), lambda: keep.text.startswith("Learning"))
        learning = [] if keep.text.startswith("Learning") else [f"keep learning: {keep.text}"]
        began = time.monotonic()
        heart.run("paint while it keeps learning", painting.start, lambda: time.monotonic() - began > 6)
        painting.stop()
        draw("smart strokes while it keeps learning", "smart")
        keep.switch(False)
        errors.extend(learning)
        heart.run(
            "train", window.training.start, lambda: idle() and not window.training.running, args.minutes * 60 + 120
        )
        window.shutdown()
    worst = {phase: round(max(gaps), 1) for phase, gaps in heart.gaps.items() if phase not in ("", "between")}
    judged = {phase: gap for phase, gap in worst.items() if phase not in ("idle", "open", "load torch")}
    result = {
        "benchmark": "heartbeat",
        "limit_ms": LIMIT_MS,
        "worst_ms": worst,
        "worst_without_cpu_wait_ms": {p: round(max(heart.blocked[p]), 1) for p in worst},
        "over_limit": {p: sum(g > LIMIT_MS for g in heart.gaps[p]) for p in worst},
        "ok": max(judged.values()) <= LIMIT_MS,
        "strokes": strokes,
        "live_answers": len(answers),
        "errors": errors,
    }
    print(json.dumps(result))
    application.quit()


if __name__ == "__main__":
    main()
