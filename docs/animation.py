"""Record the animation of the README: half a minute of the loop on the sample project Cells.

    python docs/animation.py [--out docs/images/loop.webp] [--frames FOLDER]

The window is the real one, driven by mouse events; the strokes are those of the simulated person
(resources/sample/nuclei/strokes.json). Waiting times of the training are shortened, nothing else is. Nothing of the
person's own settings or projects is read or written.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from largest_fault import largest_fault
from screenshots import ROOT, wait

SIZE = 1120, 660
PANELS = 160, 235
"""Widths in pixels of the list of images, and of classes and tabs."""
QUALITY = 62
MINUTES = 1.0
"""Of training."""


def main() -> None:
    """Go once round the loop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "loop.webp")
    parser.add_argument("--frames", type=Path, help="a folder for all frames as PNG files")
    args = parser.parse_args()

    from film import Film
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtWidgets import QApplication, QScrollArea, QToolButton

    from app.appearance.theme import Look
    from app.formats.export_dialog import ExportDialog
    from app.settings.settings import Settings
    from app.window.main_window import MainWindow
    from segcore.editing.brush import Point
    from segcore.images.indexed_png import read_indexed_png
    from segcore.project.sample_project import NUCLEI, install_sample

    application = QApplication(["maskwright"])
    with tempfile.TemporaryDirectory(prefix="maskwright-") as work:
        settings = Settings()
        settings["theme"] = "light"
        settings["train.minutes"] = MINUTES
        settings["hints.dismissed"] = ["images", "classes", "view", "model", "refine", "train"]
        window = MainWindow(settings, Look(settings))
        window.resize(*SIZE)
        window.show()
        document, canvas, actions = window.document, window.canvas, window.actions_

        def done_button() -> QToolButton:
            buttons = window.tools.findChildren(QToolButton)
            return next(each for each in buttons if each.defaultAction() is actions["done_next"])

        def quiet() -> bool:
            return not window.jobs.busy and not window.autosaver.pending

        def at(x: float, y: float) -> QPoint:
            return canvas.transform.to_view(Point(x, y)).toPoint()

        def paint(value: int, way: list[tuple[float, float]], radius: float) -> None:
            if value != document.active_class:
                tree = window.classes.tree
                film.click(tree.viewport(), tree.visualItemRect(tree.topLevelItem(value)).center() - QPoint(40, 0))
            canvas.options.set_radius(radius)
            film.stroke(canvas, [at(*each) for each in way])
            wait(quiet)
            film.rest(600)

        def paint_largest_fault() -> None:
            truth = read_indexed_png(NUCLEI.labels()[document.image_id])
            paint(*largest_fault(document.label_map.labels, truth))

        window.open_path(install_sample(Path(work) / "cells", sample=NUCLEI))
        wait(lambda: window.live.ready and document.image_id in NUCLEI.labels() and quiet())
        window.tabs.setCurrentIndex(3)
        beside = [window.docks[0], window.docks[1]]
        window.resizeDocks(beside, list(PANELS), Qt.Orientation.Horizontal)
        film = Film(window)
        strokes = json.loads((NUCLEI.source / "strokes.json").read_text("utf-8"))

        film.text = "Open a folder of images: nuclei, which no model here knows"
        film.rest(1500)
        texts = ["Live is on: paint a stroke of background …", "… and one of nucleus: the image is labelled"]
        for stroke in strokes[:4]:
            film.text = texts.pop(0) if texts else "Each further stroke corrects more than itself"
            paint(stroke["class"], stroke["way"], stroke["radius"])
        for _ in range(3):
            paint_largest_fault()
        film.text = "Done: the next image begins with a suggestion"
        first = document.image_id
        film.click(done_button())
        wait(lambda: document.image_id != first and quiet())
        film.rest(1500, 1.0)
        film.text = "Correct the largest fault"
        paint_largest_fault()
        film.text = "Done, and fine-tune a network on both images"
        film.click(done_button())
        wait(quiet)
        film.rest(300, 0.8)
        film.click(window.training.button)
        wait(lambda: window.training.running)
        film.watch_until(lambda: not window.training.running, 12, 250)
        film.text = "The new version, and its scores"
        film.rest(1500, 1.0)
        film.text = "Export in any of the formats"
        wait(quiet)
        actions["export"].trigger()
        film.rest(900, 0.6)
        dialog = window.findChild(ExportDialog)
        dialog.out.setText(str(Path(work) / "cells-export"))
        dialog.findChild(QScrollArea).ensureWidgetVisible(dialog.boxes["coco"])
        film.rest(300)
        film.click(dialog.boxes["coco"], QPoint(10, dialog.boxes["coco"].height() // 2))
        film.click(dialog.export_button)
        wait(window.exporting.notice.isVisible)
        film.rest(2500, 0.6)
        if args.frames:
            film.save_frames(args.frames)
        film.save(args.out, QUALITY)
        wait(quiet)
        window.shutdown()
        window.close()
    application.processEvents()
    print(f"{args.out}: {film.seconds:.0f} s, {args.out.stat().st_size / 1e6:.1f} MB.")


if __name__ == "__main__":
    main()
