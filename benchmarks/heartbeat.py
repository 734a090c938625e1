"""The longest time the window could not answer, while it works; prints one JSON object.

    python benchmarks/heartbeat.py [--model NAME_OR_CHECKPOINT] [--minutes 0.3] [--size 1920x1080] [--images 200]

A timer of 5 ms runs in the real window on a copy of the sample project, whose images are brought to a size and repeated
(mirrored) up to a number; the gap between two beats is recorded for each phase: opening, loading torch, painting with
saves, strokes of all classes with Live (which stays on), going from image to image, smart strokes, the first
prediction, undo, done and reopened, smart strokes and edge refine on the prediction, live refinement, refining,
predicting all images, then with Keep learning: painting, strokes with Live, smart strokes, going from image to image;
fine-tuning.

``ok`` judges the phases from painting on. ``idle`` is the noise of the machine. ``late`` are the longest beats over
50 ms with what the window did (see `benchmarks/heart.py`): a beat is the machine's fault when the UI thread, or the
thread that it waited for, was ready to run but other processes had the processor. ``ours_ms`` and ``ours_ok`` leave out
those.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and sys.platform.startswith("linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from PySide6.QtCore import QPoint, Qt, QTimer  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from benchmarks.heart import LIMIT_MS, Heart, wait  # noqa: E402
from segcore.hardware.memory import keep_freed_memory  # noqa: E402
from segcore.hardware.threads import spin_briefly  # noqa: E402
from segcore.images.image import read_image  # noqa: E402
from segcore.labels.label_map import LabelMap, State  # noqa: E402
from segcore.project.project import Project  # noqa: E402
from segcore.project.sample_project import install_sample  # noqa: E402

PLAIN = Qt.KeyboardModifier.NoModifier
NOT_JUDGED = ("", "between", "idle", "open", "load torch")
CORRECTED = 6
"""Images of the project that are done at the start, so that there is something to learn from."""


class Pen:
    """Draws one stroke after the other with a tool, an event every 8 ms, until it is lifted; rests between them."""

    def __init__(self, canvas: QWidget, tool: str, rest: int = 12) -> None:
        self.strokes = 0
        self._canvas, self._tool, self._rest = canvas, tool, rest
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
            self._path = [start + QPoint(4 * k, 8 * (k % 5) + k) for k in range(30)] + [start] * self._rest
            QTest.mousePress(self._canvas, Qt.MouseButton.LeftButton, PLAIN, start)
            return
        at = self._path.pop(0)
        if len(self._path) > self._rest:
            QTest.mouseMove(self._canvas, at)
        elif len(self._path) == self._rest:
            QTest.mouseRelease(self._canvas, Qt.MouseButton.LeftButton, PLAIN, at)
            self.strokes += 1


def made(work: Path, size: tuple[int, int] | None, count: int | None) -> Path:
    """Make a project of the sample's images, brought to this (width, height) and number; return its folder."""
    root = install_sample(work / "sample")
    if size is None and count is None:
        return root
    photos = work / "photos"
    photos.mkdir()
    with Project.open(root) as sample:
        ids = sample.image_ids()
        first = read_image(sample.image_path(ids[0]))
        width, height = size or (first.shape[1], first.shape[0])
        for number in range(count or len(ids)):
            image = read_image(sample.image_path(ids[number % len(ids)]))[:, :: -1 if number // len(ids) % 2 else 1]
            large = cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC)
            cv2.imwrite(str(photos / f"{number:05d}.jpg"), cv2.cvtColor(large, cv2.COLOR_RGB2BGR))
        with Project.for_folder(photos, sample.classes) as project:
            labelled = sample.corrected_ids()
            for image_id in [f"{ids.index(each):05d}.jpg" for each in labelled][:CORRECTED]:
                if image_id not in project.image_ids():
                    continue
                small = sample.load_label_map(ids[int(Path(image_id).stem)])
                parts = (
                    cv2.resize(each, (width, height), interpolation=cv2.INTER_NEAREST)
                    for each in (small.labels, small.provenance)
                )
                project.save_label_map(image_id, LabelMap(*map(np.ascontiguousarray, parts)))
            return project.root


def main() -> None:
    keep_freed_memory()  # as `run_window` does
    spin_briefly()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model")
    parser.add_argument("--minutes", type=float, default=0.3, help="of fine-tuning; 0: none")
    parser.add_argument("--size", help="of the images, such as 1920x1080; without it that of the sample")
    parser.add_argument("--images", type=int, help="in the project; without it those of the sample")
    args = parser.parse_args()
    size = tuple(int(side) for side in args.size.split("x")) if args.size else None
    application = QApplication(["heartbeat"])
    from app.jobs.garbage import collecting_on_ui_thread

    with tempfile.TemporaryDirectory() as work, collecting_on_ui_thread():
        root = made(Path(work), size, args.images)
        if args.model:
            with Project.open(root) as project:
                project.set_setting("model", args.model)
        print(json.dumps(measured(root, args.minutes)))
    application.quit()


def measured(root: Path, minutes: float) -> dict[str, object]:
    """Work in the window on a project; return what was measured."""
    from app.settings.settings import Settings
    from app.window.main_window import MainWindow

    errors: list[str] = []
    settings = Settings()
    if minutes > 0:
        settings["train.minutes"] = minutes
    window = MainWindow(settings)
    window.resize(1280, 800)  # whatever the screen is
    window.banner.changed.connect(lambda: errors.append(window.banner.text))
    window.show()
    heart, started = Heart(), time.monotonic()
    document, engine, live = window.document, window.predictions, window.live
    idle = lambda: not window.jobs.busy  # noqa: E731
    heart.run("idle", lambda: None, lambda: time.monotonic() - started > 2)
    heart.run("open", lambda: window.open_path(root), lambda: document.image is not None)
    heart.run("load torch", window._load_torch, lambda: engine.active is not None and idle())

    def stroke() -> None:
        canvas = window.canvas
        at = canvas.rect().center() - QPoint(150, 100)
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, PLAIN, at)
        for n in range(30):
            QTest.mouseMove(canvas, at + QPoint(n * 10, n * 5))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, PLAIN, at + QPoint(300, 150))

    painting = QTimer(interval=400)
    painting.timeout.connect(stroke)

    def paint(phase: str) -> None:
        began = time.monotonic()
        heart.run(phase, painting.start, lambda: time.monotonic() - began > 6)
        painting.stop()

    strokes: dict[str, int] = {}

    def draw(phase: str, tool: str, seconds: float = 6, rest: int = 12) -> None:
        pen, began = Pen(window.canvas, tool, rest), time.monotonic()
        heart.run(phase, pen.start, lambda: time.monotonic() - began > seconds)
        pen.lift()
        wait(lambda: not document.stroke_in_progress, 10)
        strokes[phase] = pen.strokes

    def walk(phase: str, steps: int = 6) -> None:
        for step in range(steps):
            before = document.image_id
            way = 1 if step < steps - 2 else -1
            heart.run(phase, lambda: window.navigation.step(way), lambda: document.image_id not in (None, before))  # noqa: B023
            heart.run(phase, lambda: None, lambda: (live.ready or not live.on) and not document.stroke_in_progress, 20)

    answers: list[object] = []
    live.answered.connect(answers.append)
    counted: dict[str, int] = {}

    def draw_live(phase: str) -> None:
        before = len(answers)
        draw(phase, "brush", seconds=10, rest=60)
        counted[phase] = len(answers) - before

    paint("paint and save")
    document.undo()
    wait(lambda: live.ready and idle(), 60)
    values = cycle(int(value) for value in document.classes.indices)
    document.stroke_ended.connect(lambda _: document.set_active_class(next(values)))
    draw_live("live")
    walk("open images")
    draw("smart strokes", "smart")
    heart.run("predict", window.model.predict_current, lambda: document.prediction is not None and idle())
    for name, step in (
        ("undo a prediction", document.undo),
        ("redo a prediction", document.redo),
        ("mark as done", document.mark_done),
        ("reopen", document.reopen),
    ):
        heart.run(name, step, idle)
    draw("smart strokes on a prediction", "smart")
    draw("edge refine", "edge")
    window.tabs.setCurrentIndex(2)
    slider, turns = window.refine.sliders.rows["theta_beta"].slider, iter(range(100_000))
    turning = QTimer(interval=16)
    turning.timeout.connect(lambda: slider.setValue(slider.maximum() // 4 + 7 * next(turns) % (slider.maximum() // 2)))
    began = time.monotonic()
    heart.run("live refine", turning.start, lambda: time.monotonic() - began > 6)
    turning.stop()
    window.refine.live.drop()
    heart.run("refine", window.refine.refine, idle)
    heart.run("next image", lambda: window.navigation.step(1), idle)
    while document.label_map is not None and document.label_map.state() >= State.DONE:
        heart.run("next image", lambda: window.navigation.step(1), lambda: document.image is not None and idle())
    if len(document.project.image_ids()) <= 20:
        heart.run("predict all", window.model.predict_remaining, idle)
    keep = window.training.keep.keep
    heart.run("start to keep learning", lambda: keep.switch(True), lambda: keep.text.startswith("Learning"))
    learning = [] if keep.text.startswith("Learning") else [f"keep learning: {keep.text}"]
    paint("paint while it keeps learning")
    draw_live("live while it keeps learning")
    draw("smart strokes while it keeps learning", "smart")
    walk("open images while it keeps learning")
    keep.switch(False)
    errors.extend(learning)
    if minutes > 0:
        done = lambda: idle() and not window.training.running  # noqa: E731
        heart.run("train", window.training.start, done, minutes * 60 + 120)
    window.shutdown()
    return result(heart) | {"strokes": strokes, "live_answers": counted, "errors": errors}


def result(heart: Heart) -> dict[str, object]:
    """Return what the heart found."""
    worst = {phase: round(max(gaps), 1) for phase, gaps in heart.gaps.items() if phase not in ("", "between")}
    ours = {phase: round(heart.ours(phase), 1) for phase in worst}
    return {
        "benchmark": "heartbeat",
        "limit_ms": LIMIT_MS,
        "worst_ms": worst,
        "ours_ms": ours,
        "over_limit": {phase: sum(gap > LIMIT_MS for gap in heart.gaps[phase]) for phase in worst},
        "ok": max(gap for phase, gap in worst.items() if phase not in NOT_JUDGED) <= LIMIT_MS,
        "ours_ok": max(gap for phase, gap in ours.items() if phase not in NOT_JUDGED) <= LIMIT_MS,
        "late": heart.report(),
    }


if __name__ == "__main__":
    main()
