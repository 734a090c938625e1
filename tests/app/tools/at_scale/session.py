"""Draw with every tool in the real window; print what was wrong. A process of its own, because a scale holds for one.

    QT_SCALE_FACTOR=1.5 python -m tests.app.tools.at_scale.session FOLDER 0.25 1.0 8.0

The CRF and the network of click to segment are not asked: loading them would take longer than all the rest.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from app.canvas.canvas import Canvas
from app.canvas.layers import View
from app.settings.settings import Settings
from app.tools.crf_stroke import CrfStroke
from app.tools.toolbox import RADII, TABLE
from app.window import main_window
from app.window.main_window import MainWindow
from segcore.labels.classes import ClassSet, SegClass
from segcore.labels.label_map import LabelMap, Provenance
from segcore.project.project import Project
from tests.app.tools.at_scale.gestures import (
    AWAY,
    BRIGHT,
    CAR,
    GESTURES,
    HEIGHT,
    HOLE,
    RADIUS,
    ROAD,
    SHADE,
    SQUARE,
    WIDTH,
    Sheet,
    ignore,
)
from tests.app.tools.at_scale.screen import Hand
from tests.app.tools.at_scale.touching import fingers, stylus

WINDOW = 700, 540
"""View pixels: the tools stand in one column, so the image lies where Qt can grab it at 300 %, too."""
NOT_ASKED = {"edge", "segment"}
"""Tools that change no label here, because their lane is not asked."""
KINDS = {row.name: row.kind for row in TABLE}
SECONDS = 30.0
"""To wait for an image at most."""


def filled(array: NDArray[np.uint8], box: tuple[int, int, int, int], zoom: float, value: object) -> None:
    """Fill a box that is given in view pixels."""
    left, top, right, bottom = (round(side / zoom) for side in box)
    array[top:bottom, left:right] = value


def project(folder: Path, zooms: Sequence[float]) -> Path:
    """Make a project with an image for each zoom; return the folder of its images."""
    photos = folder / "photos"
    photos.mkdir()
    labels = {}
    for zoom in zooms:
        height, width = round(HEIGHT / zoom), round(WIDTH / zoom)
        image, label_map = np.full((height, width, 3), SHADE, np.uint8), LabelMap.blank(height, width)
        filled(image, SQUARE, zoom, BRIGHT)
        filled(label_map.labels, SQUARE, zoom, 0)
        filled(label_map.provenance, SQUARE, zoom, Provenance.PREDICTED)
        filled(label_map.labels, HOLE, zoom, 255)
        filled(label_map.provenance, HOLE, zoom, Provenance.UNTOUCHED)
        Image.fromarray(image).save(photos / f"{zoom}.png", compress_level=1)
        labels[f"{zoom}.png"] = label_map
    classes = ClassSet((SegClass(0, "road", ROAD, shown=True), SegClass(1, "car", CAR)))
    with Project.for_folder(photos, classes) as made:
        for image_id, label_map in labels.items():
            made.save_label_map(image_id, label_map)
    return photos


def look_at(canvas: Canvas, zoom: float) -> None:
    """Show the middle of the image at this zoom."""
    canvas.zoom_to(zoom)
    canvas.centre_on(QPointF(canvas.image_size.width() / 2, canvas.image_size.height() / 2))


def wait_for(window: MainWindow, image_id: str) -> None:
    """Wait until this image is shown."""
    until = time.monotonic() + SECONDS
    while window.document.image_id != image_id and time.monotonic() < until:
        QApplication.processEvents()
        time.sleep(0.001)
    if window.document.image_id != image_id:
        raise TimeoutError(f"{image_id} was not opened: {window.banner.text}")


def draw(window: MainWindow, name: str, zoom: float, gesture: Callable[[Sheet], None], edits: int = 1) -> list[str]:
    """Draw with a tool, take so many edits back; return what was wrong."""
    canvas, document = window.canvas, window.document
    look_at(canvas, zoom)
    document.set_active_class(1)
    hand = Hand(canvas)
    hand.move(AWAY)
    window.actions_["tool_pick"].trigger()  # draws nothing
    before = hand.shot()
    if name in RADII:
        canvas.options.set_radius(RADIUS / zoom, name)
    window.actions_[f"tool_{name}"].trigger()
    sheet = Sheet(hand, document, canvas.tool, before)
    labels = document.label_map.labels.tobytes() + document.label_map.provenance.tobytes()
    gesture(sheet)
    made = 0
    while document.undo_name:
        document.undo()
        made += 1
    sheet.expect(f"{edits} edits, not {made}", edits == made)
    now = document.label_map.labels.tobytes() + document.label_map.provenance.tobytes()
    sheet.expect("Undo brings all back", now == labels)
    window.actions_["tool_pick"].trigger()
    hand.move(AWAY)
    look_at(canvas, zoom)
    left = sheet.shot().differing(sheet.before)
    sheet.expect(f"the screen is as it was before ({left} pixels)", left == 0)
    return sheet.wrong


def main(folder: Path, zooms: Sequence[float]) -> dict[str, dict[str, list[str]]]:
    """Return, for each tool and zoom, what was wrong."""
    application = QApplication(["maskwright"])
    settings = Settings()
    settings["live"] = settings["view.minimap"] = False
    main_window.WARM_UP_MS = 1_000_000  # torch is not needed
    window = MainWindow(settings)
    window.move(0, 0)
    window.resize(*WINDOW)
    window.show()
    window.open_path(project(folder, zooms))
    wait_for(window, f"{zooms[0]}.png")
    for dock in window.docks:
        dock.close()
    window.canvas.set_opacity(View.OVERLAY, 1.0)
    window.banner.show = lambda: None  # that click to segment has no network would move the image
    for tool in window.findChildren(CrfStroke):
        tool.queue = None
    wrong: dict[str, dict[str, list[str]]] = {name: {} for name in GESTURES}
    for zoom in zooms:
        window.navigation.show(f"{zoom}.png")
        wait_for(window, f"{zoom}.png")
        application.processEvents()
        window.canvas.setFocus()
        for name in GESTURES:
            wrong[name][str(zoom)] = draw(
                window, name, zoom, GESTURES[name], int(KINDS[name].edits and name not in NOT_ASKED)
            )
        wrong["brush"][f"{zoom} with a stylus"] = draw(window, "brush", zoom, stylus, edits=3)
        wrong["brush"][f"{zoom} with two fingers"] = draw(window, "brush", zoom, fingers, edits=0)
        window.canvas.layers = {View.OVERLAY, View.OUTLINES}
        wrong["brush"][f"{zoom} with outlines"] = draw(window, "brush", zoom, ignore)
        window.canvas.layers = {View.OVERLAY}
    window.shutdown()
    window.close()
    return wrong


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), [float(zoom) for zoom in sys.argv[2:]])))
