"""One brush dab on a large image, from the mouse event to the end of the repaint; prints one JSON object.

    python benchmarks/brush.py [--size 4096] [--radius 30] [--dabs 200] [--peer]

``--peer`` measures napari's labels layer too, in the same process, when it is installed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and sys.platform.startswith("linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.canvas.canvas import Canvas
from app.canvas.pen_options import ToolOptions
from app.document.document import Document, LoadedImage
from app.tools.toolbox import make_tools
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap

LIMIT_MS = 5.0
VIEWPORT = (1280, 800)


def picture(size: int) -> np.ndarray:
    """Uint8 [size, size, 3]: a smooth scene with noise."""
    rng = np.random.default_rng(0)
    ramp = np.linspace(40, 200, size, dtype=np.float32)
    image = ramp[:, None, None] * 0.5 + ramp[None, :, None] * 0.5 + rng.integers(0, 20, (size, size, 3))
    return image.astype(np.uint8)


def send(widget: QWidget, kind: QEvent.Type, position: QPointF, held: Qt.MouseButton) -> None:
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    where = widget.mapToGlobal(position)
    event = QMouseEvent(kind, position, where, button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def dab_times(widget: QWidget, dabs: int) -> list[float]:
    """Milliseconds of each dab: move there, press, repaint; the release is repainted outside the clock."""
    rng = np.random.default_rng(1)
    times = []
    for _ in range(dabs):
        at = QPointF(*(rng.uniform(0.2, 0.8, 2) * (widget.width(), widget.height())))
        start = perf_counter()
        send(widget, QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton)
        send(widget, QEvent.Type.MouseButtonPress, at, Qt.MouseButton.LeftButton)
        QApplication.processEvents()
        times.append((perf_counter() - start) * 1000)
        send(widget, QEvent.Type.MouseButtonRelease, at, Qt.MouseButton.NoButton)
        QApplication.processEvents()
    return times


def summary(times: list[float]) -> dict[str, float]:
    return {"median_ms": round(median(times), 3), "worst_ms": round(max(times), 3)}


def ours(image: np.ndarray, radius: float, dabs: int) -> dict[str, dict[str, float]]:
    document = Document()
    document.set_classes(ClassSet.from_names(["background", "thing"]))
    options = ToolOptions()
    canvas = Canvas(document, make_tools(document, options), options)
    canvas.options.set_radius(radius)
    canvas.resize(*VIEWPORT)
    canvas.show()
    QTest.qWaitForWindowExposed(canvas)
    result = {}
    for name in ("fit", "full_size"):
        document.show(LoadedImage("image", image, LabelMap.blank(*image.shape[:2])))
        document.set_active_class(1)
        if name == "full_size":
            canvas.zoom_to(1.0)
        QTest.qWait(50)
        dab_times(canvas, 5)
        result[name] = summary(dab_times(canvas, dabs))
        assert document.label_map is not None
        assert (document.label_map.labels == 1).any(), "the dabs painted nothing"
    canvas.close()
    return result


def napari_times(image: np.ndarray, radius: float, dabs: int) -> dict[str, object] | None:
    try:
        import napari
    except ImportError:
        return None
    viewer = napari.Viewer(show=True)
    viewer.window.resize(*VIEWPORT)
    viewer.add_image(image)
    layer = viewer.add_labels(np.zeros(image.shape[:2], np.uint8))
    layer.brush_size, layer.selected_label, layer.mode = 2 * radius, 1, "paint"
    canvas = viewer.window._qt_viewer.canvas.native
    result: dict[str, object] = {"name": "napari", "version": napari.__version__}
    for name in ("fit", "full_size"):
        viewer.reset_view()
        if name == "full_size":
            viewer.camera.zoom = 1.0
        QTest.qWait(300)
        dab_times(canvas, 5)
        result[name] = summary(dab_times(canvas, dabs))
    result["painted"] = bool((np.asarray(layer.data) == 1).any())
    viewer.close()
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=4096)
    parser.add_argument("--radius", type=float, default=30)
    parser.add_argument("--dabs", type=int, default=200)
    parser.add_argument("--peer", action="store_true", help="measure napari too")
    given = parser.parse_args()
    app = QApplication.instance() or QApplication([])
    image = picture(given.size)
    mine = ours(image, given.radius, given.dabs)
    peer = napari_times(image, given.radius, given.dabs) if given.peer else None
    worst_median = max(each["median_ms"] for each in mine.values())
    ratio = None
    if peer is not None:
        ratio = {k: round(mine[k]["median_ms"] / peer[k]["median_ms"], 3) for k in mine}
    report = {
        "benchmark": "brush",
        "size": given.size,
        "radius": given.radius,
        "dabs": given.dabs,
        "platform": app.platformName(),
        "maskwright": mine,
        "peer": peer,
        "ratio": ratio,
        "limit_ms": LIMIT_MS,
        "within_limit": worst_median <= LIMIT_MS,
    }
    print(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
