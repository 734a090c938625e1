"""How long the window is held while a large area is outlined and painted; prints one JSON object.

    python benchmarks/areas.py [--sides 2048,4096,8192] [--tools rectangle,ellipse,lasso]

The tool is dragged from corner to corner of an image of this side, in 20 moves. ``move_ms`` is the slowest of these
with its repaint, ``held_ms`` the longest turn of the event loop from the release until the edit is done, ``done_ms``
the time until then.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and sys.platform.startswith("linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np  # noqa: E402
from PySide6.QtCore import QPoint, Qt  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from app.canvas.canvas import Canvas  # noqa: E402
from app.canvas.pen_options import ToolOptions  # noqa: E402
from app.document.document import Document  # noqa: E402
from app.document.loaded_image import LoadedImage  # noqa: E402
from app.tools.toolbox import RADII, make_tools  # noqa: E402
from segcore.editing.brush import Point  # noqa: E402
from segcore.labels.classes import ClassSet  # noqa: E402
from segcore.labels.label_map import LabelMap  # noqa: E402

LEFT, MOVES = Qt.MouseButton.LeftButton, 20


def milliseconds(since: float) -> float:
    """Return the time since then."""
    return 1000 * (time.perf_counter() - since)


def path_over(canvas: Canvas, side: int) -> list[QPoint]:
    """Return view positions on an arc from the upper left corner of the image to the lower right one."""
    turns = np.linspace(0.0, np.pi / 2, MOVES + 1)
    points = [Point(side * (0.02 + 0.96 * np.sin(t)), side * (0.98 - 0.96 * np.cos(t))) for t in turns]
    return [canvas.transform.to_view(point).toPoint() for point in points]


def measured(application: QApplication, canvas: Canvas, document: Document, side: int) -> dict[str, float]:
    """Draw with the tool in hand; return the times."""
    start, *path = path_over(canvas, side)
    QTest.mousePress(canvas, LEFT, pos=start)
    move = 0.0
    for to in path:
        begun = time.perf_counter()
        QTest.mouseMove(canvas, to)
        application.processEvents()
        move = max(move, milliseconds(begun))
    released = begun = time.perf_counter()
    QTest.mouseRelease(canvas, LEFT, pos=path[-1])
    held = milliseconds(begun)
    while not document.undo_name:
        begun = time.perf_counter()
        application.processEvents()
        held = max(held, milliseconds(begun))
    done, begun = milliseconds(released), time.perf_counter()
    application.processEvents()
    held = max(held, milliseconds(begun))
    return {"move_ms": round(move, 1), "held_ms": round(held, 1), "done_ms": round(done, 1)}


def main() -> None:
    """Measure each tool on each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sides", default="2048,4096,8192")
    parser.add_argument("--tools", default="rectangle,ellipse,lasso")
    args = parser.parse_args()
    application = QApplication(sys.argv[:1])
    document, options = Document(), ToolOptions(radii=RADII)
    document.set_classes(ClassSet.from_names(["background", "thing"]))
    canvas = Canvas(document, make_tools(document, options), options)
    canvas.resize(900, 700)
    canvas.show()
    results: dict[str, dict[str, float]] = {}
    for side in (int(text) for text in args.sides.split(",")):
        for tool in args.tools.split(","):
            blank = LabelMap.blank(side, side)
            document.show(LoadedImage(f"{tool}{side}", np.full((side, side, 3), 90, np.uint8), blank))
            document.set_active_class(1)
            canvas.fit()
            canvas.set_tool(tool)
            application.processEvents()
            results[f"{tool}_{side}"] = measured(application, canvas, document, side)
    document.clear_image()
    canvas.close()
    print(json.dumps({"benchmark": "areas", "load": os.getloadavg()[0], "results": results}))


if __name__ == "__main__":
    main()
