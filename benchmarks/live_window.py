"""How long the window takes from the end of a stroke to the new labels on the screen; prints one JSON object.

    python benchmarks/live_window.py [--sizes 480x360 1920x1080] [--strokes 12] [--zoom 1]

An image of the sample project is brought to each size and opened in the real window, in a project with three classes.
Strokes are painted through mouse events, each after the answer to the one before. The times go from the release of
the button to the end of the paint event that shows the first labels (``first``: of the visible part, or a draft of it,
where the image is large) and the last ones (``all``). Also: the longest time that the event loop stood still.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and sys.platform.startswith("linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from PySide6.QtCore import QPoint, QRect, Qt, QTimer  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from app.settings.settings import Settings  # noqa: E402
from app.window.main_window import MainWindow  # noqa: E402
from benchmarks.heart import Heart, wait  # noqa: E402
from segcore.editing.brush import Point  # noqa: E402
from segcore.hardware.memory import keep_freed_memory  # noqa: E402
from segcore.hardware.threads import spin_briefly  # noqa: E402
from segcore.images.image import read_image  # noqa: E402
from segcore.labels.classes import ClassSet  # noqa: E402
from segcore.project.project import Project  # noqa: E402
from segcore.project.sample_project import install_sample  # noqa: E402

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
PAUSE_SECONDS = 0.5
"""After each answer: what it caused, such as saving, has ended."""


class Strokes:
    """Paints in the window, and notes when the answers are on the screen."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.shown: list[float] = []
        window.live.answered.connect(lambda _: QTimer.singleShot(0, self._paint_now))
        window.live.drafted.connect(self._look_at_draft)

    def _look_at_draft(self, labels: NDArray[np.uint8] | None, changed: QRect) -> None:
        if labels is not None and changed.isEmpty():
            QTimer.singleShot(0, self._paint_now)

    def _paint_now(self) -> None:
        self.window.canvas.repaint()
        self.shown.append(time.perf_counter())

    def paint(self, number: int) -> tuple[float, float] | None:
        """Paint a stroke of the next class; return the seconds until its first and last answer were shown."""
        window, canvas = self.window, self.window.canvas
        document = window.document
        document.set_active_class(number % 3)
        assert document.image is not None
        seen = canvas.visible_rect
        x, y = 0.25 + 0.04 * (number % 12), 0.15 + 0.3 * (number % 3) + 0.02 * (number // 3 % 5)
        start = canvas.transform.to_view(Point(seen.x() + seen.width() * x, seen.y() + seen.height() * y)).toPoint()
        QTest.mousePress(canvas, LEFT, PLAIN, start)
        for step in range(1, 12):
            QTest.mouseMove(canvas, start + QPoint(4 * step, step % 3))
        self.shown.clear()
        begun = time.perf_counter()
        QTest.mouseRelease(canvas, LEFT, PLAIN, start + QPoint(44, 2))
        if not wait(lambda: bool(self.shown), 20) or not wait(lambda: not window.jobs.busy, 20):
            return None
        wait(lambda: False, 0.1)
        return self.shown[0] - begun, self.shown[-1] - begun


def measure(size: tuple[int, int], strokes: int, zoom: float | None, work: Path) -> dict[str, object]:
    """Open an image of this (width, height) and paint on it."""
    with Project.open(install_sample(work / "sample")) as sample:
        image = read_image(sample.image_path(sample.image_ids()[0]))
    photos = work / f"{size[0]}x{size[1]}"
    photos.mkdir()
    for name in ("a.png", "b.png"):
        large = cv2.resize(image, size, interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(photos / name), cv2.cvtColor(large, cv2.COLOR_RGB2BGR))
        image = np.ascontiguousarray(image[:, ::-1])
    with Project.for_folder(photos, ClassSet.from_names(["sky", "trees", "road"])) as project:
        root = project.root
    window = MainWindow(Settings())
    window.resize(1600, 1000)
    window.show()
    heart = Heart()
    window.open_path(root)
    assert wait(lambda: window.document.image is not None, 30)
    idle: Callable[[], bool] = lambda: not window.jobs.busy  # noqa: E731
    window._load_torch()
    assert wait(lambda: window.live.ready, 180)
    wait(idle, 30)
    if zoom is not None:
        window.canvas.zoom_to(zoom)
    wait(lambda: False, 1)
    painting = Strokes(window)
    times: list[tuple[float, float]] = []
    heart.run("live", lambda: None, lambda: True)
    heart.phase = "live"
    for number in range(strokes):
        taken = painting.paint(number)
        if taken is not None:
            times.append(taken)
        wait(lambda: False, PAUSE_SECONDS)
    heart.phase = "between"
    window.shutdown()
    gaps = heart.gaps.get("live", [0.0])
    first, last = (1000 * np.array(times or [(np.nan, np.nan)])).T
    return {
        "first_median_ms": round(float(np.median(first)), 1),
        "first_worst_ms": round(float(first.max()), 1),
        "all_median_ms": round(float(np.median(last)), 1),
        "all_worst_ms": round(float(last.max()), 1),
        "answers": len(times),
        "worst_standstill_ms": round(max(gaps), 1),
        "ours_ms": round(heart.ours("live"), 1),
        "late": [each for each in heart.report() if each["phase"] == "live"],
        "banner": window.banner.text,
    }


def main() -> None:
    keep_freed_memory()  # as `run_window` does
    spin_briefly()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", default=["480x360", "1920x1080"])
    parser.add_argument("--strokes", type=int, default=12)
    parser.add_argument("--zoom", type=float, help="view pixels for one image pixel; without it the image is fitted")
    args = parser.parse_args()
    application = QApplication(["live_window"])
    found = {}
    for size in args.sizes:
        width, height = map(int, size.split("x"))
        with tempfile.TemporaryDirectory() as work:
            found[size] = measure((width, height), args.strokes, args.zoom, Path(work))
    print(json.dumps({"benchmark": "live window", "strokes": args.strokes, "sizes": found}))
    application.quit()


if __name__ == "__main__":
    main()
