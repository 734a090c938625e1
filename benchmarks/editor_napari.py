"""The cases of `editor.py` that napari's Labels layer has, too; run by it, in an environment with napari and psutil.

python benchmarks/editor_napari.py [--repeats 50]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import napari
import numpy as np
from napari.utils.colormaps import direct_colormap
from PIL import Image
from qtpy import QtCore, QtGui
from qtpy.QtWidgets import QApplication

from benchmarks.painted import Painted, labels_like, picture, summary

LARGE = 8192
SIZES = (1024, 4096, LARGE)


class Peer:
    """A viewer with an image and a labels layer over it."""

    def __init__(self, image: np.ndarray, labels: np.ndarray) -> None:
        self.viewer = napari.Viewer(show=True)
        self.viewer.window.resize(1280, 800)
        self.image = self.viewer.add_image(image)
        self.labels = self.viewer.add_labels(labels, opacity=0.5)
        self.labels.selected_label, self.labels.mode = 1, "paint"
        self.painted = Painted(self.viewer.window._qt_viewer.canvas.native, QtCore, QtGui, QApplication)
        self.painted.rest(1.0)

    def place(self, where: str) -> None:
        """Zoom: "fit" or "full"."""
        self.viewer.reset_view()
        if where == "full":
            self.viewer.scene.camera.zoom = 1.0
        self.painted.rest(0.5)

    def close(self) -> None:
        """End the viewer."""
        self.viewer.close()
        self.painted.turn()


def dab(repeats: int) -> dict[str, object]:
    found = {}
    for size in SIZES:
        peer = Peer(picture(size, size), np.zeros((size, size), np.uint8))
        for radius in (30, 500) if size == LARGE else (30,):
            peer.labels.brush_size = 2 * radius
            for place in ("fit", "full"):
                peer.place(place)
                peer.painted.dabs(5)
                found[f"dab_{radius}_{size}_{place}"] = summary(peer.painted.dabs(repeats))
        assert (np.asarray(peer.labels.data) == 1).any(), "the dabs painted nothing"
        peer.close()
    return found


def look(repeats: int) -> dict[str, object]:
    peer = Peer(picture(LARGE, LARGE), labels_like(LARGE, LARGE))
    opacities, shown, ends = cycle([0.3, 0.6]), cycle([False, True]), cycle([200, 240])
    first = {None: (0, 0, 0, 0), 1: (0, 1, 0, 1), 2: (0, 0, 1, 1), 3: (1, 1, 0, 1)}
    maps = cycle([direct_colormap({**first, 1: color}) for color in ((1, 0, 0, 1), (0, 1, 1, 1))])
    found = {}
    for place in ("fit", "full"):
        peer.place(place)
        for name, act in (
            ("opacity", lambda: setattr(peer.labels, "opacity", next(opacities))),
            ("color", lambda: setattr(peer.labels, "colormap", next(maps))),
            ("visibility", lambda: setattr(peer.labels, "visible", next(shown))),
            ("brightness", lambda: setattr(peer.image, "gamma", next(ends) / 200)),
        ):
            found[f"{name}_{place}"] = summary([peer.painted.until(act) for _ in range(repeats)])
    peer.close()
    return found


def undo(repeats: int) -> dict[str, object]:
    peer = Peer(picture(LARGE, LARGE), labels_like(LARGE, LARGE))
    peer.labels.brush_size = 60
    wide, high = peer.painted.widget.width(), peer.painted.widget.height()
    peer.place("fit")
    strokes, whole = [], []
    for n in range(max(5, repeats // 5)):
        peer.painted.stroke([(wide * (0.3 + 0.04 * k), high * (0.3 + 0.003 * n + 0.01 * k)) for k in range(10)])
        peer.painted.rest(0.2)
        strokes.append(peer.painted.until(peer.labels.undo))
    peer.labels.contiguous = False
    for n in range(max(3, repeats // 10)):
        peer.labels.fill((0, 0), 3 - n % 2)  # every pixel of one class
        peer.painted.rest(1.0)
        whole.append(peer.painted.until(peer.labels.undo))
    peer.close()
    return {"undo_stroke": summary(strokes), "undo_all": summary(whole)}


def next_image(repeats: int) -> dict[str, object]:
    """Image and labels read from files and put into the layers by a script: napari has no folders."""
    with tempfile.TemporaryDirectory() as work:
        for n in range(4):
            Image.fromarray(picture(1080, 1920, n)).save(f"{work}/{n}.jpg", quality=95)
        Image.fromarray(labels_like(1080, 1920)).save(f"{work}/labels.png")
        peer = Peer(picture(1080, 1920), labels_like(1080, 1920))
        files = cycle(range(4))

        def step() -> None:
            peer.image.data = np.asarray(Image.open(f"{work}/{next(files)}.jpg", formats=("JPEG",)))
            peer.labels.data = np.asarray(Image.open(f"{work}/labels.png", formats=("PNG",)))

        times = [peer.painted.until(step) for _ in range(repeats)]
        peer.close()
    return {"next_at_once": summary(times)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=50)
    repeats = parser.parse_args().repeats
    application = QApplication.instance() or QApplication([])
    times = dab(repeats) | look(repeats) | undo(repeats) | next_image(repeats)
    began = time.process_time()
    idle = Peer(picture(1080, 1920), labels_like(1080, 1920))
    idle.painted.rest(4)
    began = time.process_time()
    idle.painted.rest(10)
    used = time.process_time() - began
    idle.close()
    report = {"name": "napari", "version": napari.__version__, "screen": application.platformName(), "times": times}
    print(json.dumps(report | {"idle_cpu_percent": round(10 * used, 2)}))


if __name__ == "__main__":
    main()
