"""Record the tour of docs/tour.md: what a person sees in one round through the editor, on the sample project.

    python docs/tour.py [--out docs/images/tour]

The window is the real one, driven by mouse and keyboard events. Nothing of the person's own settings or projects is
read or written.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from pathlib import Path

from screenshots import ROOT, pause, wait

SIZE = 1180, 760
SLICES = 6


def main() -> None:
    """Go round once; each step leaves a picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "tour")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)

    from PIL import Image
    from PySide6.QtCore import QBuffer, QIODevice, Qt
    from PySide6.QtGui import QPixmap
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QWidget

    from app.appearance.theme import Look
    from app.settings.settings import Settings
    from app.window.main_window import MainWindow
    from segcore.editing.brush import Point
    from segcore.project.sample_project import install_sample

    application = QApplication(["maskwright"])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton

    def keep(picture: QPixmap, name: str) -> None:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        picture.save(buffer, "PNG")
        image = Image.open(io.BytesIO(buffer.data().data()), formats=["PNG"])
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(args.out / f"{name}.png", optimize=True)

    with tempfile.TemporaryDirectory() as work:
        settings = Settings()
        settings["theme"] = "dark"
        settings["live"] = False
        settings["hints.dismissed"] = ["images", "classes", "view", "model", "refine", "train"]
        window = MainWindow(settings, Look(settings))
        window.resize(*SIZE)
        window.show()
        document, canvas, actions = window.document, window.canvas, window.actions_

        def at(x: float, y: float):  # noqa: ANN202
            """View position of a fraction of the image."""
            height, width = document.label_map.shape
            return canvas.transform.to_view(Point(x * width, y * height)).toPoint()

        def drag(*fractions: tuple[float, float], modifier: Qt.KeyboardModifier = none, hold: bool = False) -> None:
            QTest.mousePress(canvas, left, modifier, at(*fractions[0]))
            for each in fractions[1:]:
                QTest.mouseMove(canvas, at(*each))
            if not hold:
                QTest.mouseRelease(canvas, left, modifier, at(*fractions[-1]))

        def shot(name: str, seconds: float = 0.8) -> None:
            pause(seconds)
            keep(window.grab(), name)

        def dialog(name: str) -> None:
            pause(1.0)
            for each in QApplication.topLevelWidgets():
                if each.isVisible() and isinstance(each, QWidget) and each is not window and each.width() > 300:
                    keep(each.grab(), name)
                    each.close()

        def do(name: str) -> None:
            actions[name].trigger()

        window.open_path(install_sample(Path(work) / "sample"))
        wait(lambda: document.image is not None)
        window.predictions.warm_up()
        wait(lambda: window.predictions.active is not None)
        window.model.predict_current()
        wait(lambda: document.prediction is not None)
        shot("predicted")

        document.set_active_class(2)
        do("tool_livewire")
        QTest.mouseClick(canvas, left, none, at(0.655, 0.58))
        pause(1.0)
        for step in range(12):
            QTest.mouseMove(canvas, at(0.655 + 0.001 * step, 0.58 + 0.03 * step))
            pause(0.05)
        shot("livewire")
        QTest.keyClick(canvas, Qt.Key.Key_Escape)

        document.set_active_class(1)
        do("tool_superpixel")
        QTest.mouseMove(canvas, at(0.30, 0.40))
        pause(1.5)
        drag((0.30, 0.40), (0.26, 0.45), (0.22, 0.52), hold=True)
        shot("superpixels")
        QTest.mouseRelease(canvas, left, none, at(0.22, 0.52))
        pause(0.5)
        document.undo()

        do("labels_threshold")
        shot("threshold", 1.5)
        QTest.keyClick(canvas, Qt.Key.Key_Escape)

        do("tool_confirm")
        QTest.mouseClick(canvas, left, none, at(0.55, 0.75))
        QTest.mouseMove(canvas, at(0.16, 0.92))
        shot("confirm")

        do("tool_brush")
        document.set_active_class(0)
        drag((0.12, 0.97), (0.34, 0.60))
        do("compare_swipe")
        shot("swipe", 1.2)
        do("compare_swipe")

        do("palette")
        QTest.keyClicks(QApplication.focusWidget() or window, "spec")
        shot("palette")
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
        do("history")
        dialog("history")
        do("statistics")
        pause(1.5)
        dialog("statistics")

        window.open_path(stack_of(Path(work)))
        wait(lambda: document.image_id == "stack.tif" and window.records.count() == SLICES)
        do("next")
        wait(lambda: document.image_id == "stack.tif/slice-0002")
        do("tool_window_level")
        pause(1.0)
        drag((0.40, 0.40), (0.40, 0.40))  # the first drag reads the values
        pause(2.0)
        drag((0.50, 0.40), (0.40, 0.46), (0.30, 0.50), hold=True)
        shot("slices", 1.5)
        QTest.mouseRelease(canvas, left, none, at(0.30, 0.50))
        window.autosaver.flush()
        wait(lambda: not window.jobs.busy)
        window.shutdown()
        window.close()
    application.processEvents()
    print(f"The pictures are in {args.out}.")


def stack_of(folder: Path) -> Path:
    """Write sample images as a stack of 16-bit slices, as ImageJ does; return the folder, which has a project."""
    import cv2
    import numpy as np
    import tifffile

    from segcore.images.image import read_image
    from segcore.labels.classes import ClassSet
    from segcore.project.project import Project
    from segcore.project.sample_project import NUCLEI

    sources = sorted((NUCLEI.source / "images").iterdir())[:SLICES]
    grey = [cv2.resize(read_image(path)[..., 1], (512, 512)).astype(np.uint16) for path in sources]
    images = folder / "stack"
    images.mkdir()
    tifffile.imwrite(
        images / "stack.tif",
        np.stack(grey) * 40 + 2000,
        imagej=True,
        metadata={"axes": "ZYX", "unit": "um"},
        resolution=(4, 4),
    )
    Project.for_folder(images, ClassSet.from_names(["background", "nucleus"])).close()
    return images


if __name__ == "__main__":
    main()
