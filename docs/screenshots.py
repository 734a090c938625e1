"""Make the screenshots of the README from the real window on the sample project.

    python docs/screenshots.py [--out docs/images] [--minutes 1.5]

The window does what a person does: predict, paint, refine, fine-tune. Without a display it is drawn offscreen. Nothing
of the person's own settings or projects is read or written.
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
FAULTS = 3
"""Strokes into the largest faults after the recorded ones."""
QUALITY = 88
"""Of WebP, 0-100: text stays sharp, at an eighth of the size of PNG."""
sys.path.insert(0, str(ROOT))
if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402


def wait(until: Callable[[], object], seconds: float = 300.0) -> None:
    """Let the window work until something holds; stop with an error when it never does."""
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            raise SystemExit("The window did not get there; run it by hand and look at its banner.")
        loop = QEventLoop()
        QTimer.singleShot(30, loop.quit)
        loop.exec()


def pause(seconds: float) -> None:
    """Let the window draw for a while."""
    end = time.monotonic() + seconds
    wait(lambda: time.monotonic() > end)


def main() -> None:
    """Drive the window through the loop and keep what it looks like."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--minutes", type=float, default=1.5)
    parser.add_argument("--live", action="store_true", help="only the picture of Live")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)

    from largest_fault import largest_fault

    from app.appearance.theme import Look
    from app.canvas.layers import View
    from app.settings.settings import Settings
    from app.window.main_window import MainWindow
    from segcore.editing.brush import Point
    from segcore.images.indexed_png import read_indexed_png
    from segcore.project.sample_project import NUCLEI, install_sample

    application = QApplication(["maskwright"])
    with tempfile.TemporaryDirectory() as work:
        root = install_sample(Path(work) / "sample")
        settings = Settings()
        settings["theme"] = "light"
        settings["train.minutes"] = args.minutes
        settings["hints.dismissed"] = ["images", "classes", "view", "model", "refine", "train"]
        look = Look(settings)
        window = MainWindow(settings, look)
        window.resize(1440, 900)
        window.show()
        document, engine = window.document, window.predictions

        def quiet() -> bool:
            return not window.jobs.busy and not window.training.running

        def shot(name: str) -> None:
            pause(0.4)
            window.grab().save(str(args.out / f"{name}.webp"), "WEBP", QUALITY)

        def stroke(fractions: list[tuple[float, float]]) -> None:
            """Paint through points given as fractions of the image."""
            height, width = document.label_map.shape
            canvas, none = window.canvas, Qt.KeyboardModifier.NoModifier
            points = [canvas.transform.to_view(Point(x * width, y * height)).toPoint() for x, y in fractions]
            QTest.mousePress(canvas, Qt.MouseButton.LeftButton, none, points[0])
            for point in points[1:]:
                QTest.mouseMove(canvas, point)
            QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, none, points[-1])

        def loop() -> None:
            """Predict, paint, refine and fine-tune on roads."""
            window.open_path(root)
            wait(lambda: document.image is not None)
            window.predictions.warm_up()
            wait(lambda: engine.active is not None)
            window.model.predict_remaining()
            wait(lambda: engine.batch is not None and engine.batch.finished and quiet())
            window.navigation.step(1)
            window.navigation.step(1)
            wait(lambda: quiet() and document.prediction is not None)
            pause(1.5)
            window.tabs.setCurrentIndex(0)
            shot("overlay")
            window.canvas.view = View.HEATMAP
            window.canvas.heatmap_class = 2
            shot("heatmap")
            window.canvas.view = View.UNCERTAINTY
            shot("uncertainty")
            window.canvas.view = View.OVERLAY
            document.set_active_class(2)
            window.canvas.options.set_radius(4)
            stroke([(0.505, 0.28), (0.494, 0.45), (0.488, 0.62), (0.478, 0.82), (0.465, 0.98)])  # along the crack
            window.tabs.setCurrentIndex(2)
            window.refine.refine()
            pause(0.5)
            wait(quiet)
            shot("refine")
            document.undo()
            document.undo()  # so that the training shown is that of the sample as everyone finds it
            window.tabs.setCurrentIndex(3)
            window.training.start()
            pause(1.0)
            wait(lambda: window.training.running)
            pause(12.0)
            shot("training")
            wait(quiet, args.minutes * 60 + 300)
            shot("trained")
            settings["theme"] = "dark"
            window.tabs.setCurrentIndex(1)
            shot("dark")

        def live() -> None:
            """Label nuclei: the recorded strokes, then the largest faults."""
            settings["theme"] = "dark"
            window.open_path(install_sample(Path(work) / "nuclei", sample=NUCLEI))
            wait(lambda: window.live.ready and document.image_id in NUCLEI.labels())
            wait(quiet)
            truth = read_indexed_png(NUCLEI.labels()[document.image_id])
            height, width = truth.shape
            recorded = json.loads((NUCLEI.source / "strokes.json").read_text("utf-8"))
            ways = [(each["class"], each["way"], each["radius"]) for each in recorded[:4]]
            for number in range(len(ways) + FAULTS):
                later = number >= len(ways)
                value, way, radius = largest_fault(document.label_map.labels, truth) if later else ways[number]
                document.set_active_class(value)
                window.canvas.options.set_radius(radius)
                stroke([(x / width, y / height) for x, y in way])
                pause(1.0)
                wait(quiet)
            shot("live")

        if not args.live:
            loop()
        live()
        window.shutdown()
        window.close()
    application.processEvents()
    print(f"Screenshots are in {args.out}.")


if __name__ == "__main__":
    main()
