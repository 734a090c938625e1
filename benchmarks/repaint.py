"""A change of opacity, colour, visibility or brightness, to the end of the repaint; prints one JSON object.

    python benchmarks/repaint.py [--size 8192] [--times 30] [--out FILE]

Each number is in milliseconds, median and worst, at two zooms, with one layer shown at a time and with all.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and sys.platform.startswith("linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.canvas import Canvas
from app.canvas.layers import LAYERS, View
from app.canvas.pen_options import ToolOptions
from app.document.document import Document, LoadedImage
from app.tools.toolbox import make_tools
from benchmarks.painted import picture
from segcore.images.pyramid import pyramid
from segcore.images.tone import Tone
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap

VIEWPORT = (1280, 800)
LIMIT_MS = 16.0
NAMES = ["background", "road", "car", "tree"]


def label_map(size: int) -> LabelMap:
    """Return labels in blobs of 64 pixels, an eighth of them ignored, and a band that is unlabelled."""
    rng = np.random.default_rng(0)
    blocks = rng.integers(0, 8, (size // 64 + 1, size // 64 + 1)).astype(np.uint8)
    blocks = np.where(blocks < 7, blocks % 4, 255).astype(np.uint8)
    labels = np.ascontiguousarray(np.kron(blocks, np.ones((64, 64), np.uint8))[:size, :size])
    provenance = np.full((size, size), Provenance.PAINTED, np.uint8)
    labels[: size // 8], provenance[: size // 8] = 255, Provenance.UNTOUCHED
    return LabelMap(labels, provenance)


def prediction(size: int) -> ProbabilityMap:
    """Return a smooth answer in four classes."""
    ramp = np.linspace(0, 255, size).astype(np.uint8)
    plane = np.broadcast_to(ramp, (size, size)).copy()
    probabilities = np.stack([plane, 255 - plane, plane.T.copy(), plane])
    labels = (plane // 64).astype(np.uint8)
    return ProbabilityMap(probabilities, labels, plane, np.arange(4, dtype=np.uint8), "none")


def milliseconds(change: Callable[[int], object], times: int) -> dict[str, float]:
    """Do ``change`` so many times, each until all is painted."""
    found = []
    for n in range(times + 3):
        start = perf_counter()
        change(n)
        QApplication.processEvents()
        if n >= 3:
            found.append((perf_counter() - start) * 1000)
    return {"median_ms": round(median(found), 2), "worst_ms": round(max(found), 2)}


def main() -> None:
    """Measure every change in every view."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=8192)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    application = QApplication.instance() or QApplication([])
    document = Document()
    classes = ClassSet.from_names(NAMES)
    document.set_classes(classes)
    options = ToolOptions()
    canvas = Canvas(document, make_tools(document, options), options)
    canvas.resize(*VIEWPORT)
    canvas.show()
    QTest.qWaitForWindowExposed(canvas)
    image = picture(args.size, args.size)
    document.show(LoadedImage("image", image, label_map(args.size), levels=pyramid(image)))
    document.set_prediction(prediction(args.size), accept=False)
    changes: dict[str, Callable[[int], object]] = {
        "opacity": lambda n: canvas.set_opacity(canvas.view, 0.3 + 0.01 * n),
        "colour": lambda n: document.set_classes(classes.changed(1, color=(n, 200, 255 - n))),
        "visibility": lambda n: setattr(canvas, "hidden_classes", frozenset({1} if n % 2 else ())),
        "brightness": lambda n: setattr(canvas, "tone", Tone(brightness=0.01 * (n % 50))),
    }
    report: dict[str, object] = {"size": args.size, "viewport": VIEWPORT, "limit_ms": LIMIT_MS}
    for zoom in ("fit", "full_size"):
        canvas.fit() if zoom == "fit" else canvas.zoom_to(1.0)
        for name, layers in ({view.value: {view} for view in View} | {"all layers": set(LAYERS)}).items():
            canvas.layers = layers
            canvas.tone = Tone()
            QTest.qWait(50)
            report[f"{zoom}, {name}"] = {what: milliseconds(change, args.times) for what, change in changes.items()}
    found = json.dumps(report, indent=1)
    print(found)
    if args.out is not None:
        args.out.write_text(found + "\n")
    canvas.close()
    application.processEvents()


if __name__ == "__main__":
    main()
