"""One very large image in the real window; prints one JSON object.

    python benchmarks/large_image.py [--kind jpeg|tiff|plain-tiff] [--side 20000] [--runs 1]

``tiff`` has tiles in JPEG and smaller copies (a pyramid), ``plain-tiff`` strips without compression or copies.

Each run is a process of its own on a project with a small and the large image. From the key that asks for the large
one: until something of it is painted (a small picture of it), until it is painted as a whole and can be labelled; the
most memory by then and what stays, in bytes a pixel beyond the decoded image and what the window had before. Then dabs
of radius 30 in it, and steps of panning and zooming.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and sys.platform.startswith("linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
TARGETS = {"seen_ms": 3000, "bytes_a_pixel": 2.5}


def measure(folder: Path, side: int, large: str) -> dict[str, object]:
    """In a process of its own."""
    from PySide6 import QtCore, QtGui
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from app.jobs.garbage import collecting_on_ui_thread
    from app.settings.settings import Settings
    from app.window.main_window import MainWindow
    from benchmarks.painted import Painted, resident_megabytes, summary
    from segcore.hardware.memory import keep_freed_memory

    keep_freed_memory()  # as `run_window` does
    QApplication(["large"])
    peak, ended = [0.0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.05):
            peak[0] = max(peak[0], resident_megabytes())

    with collecting_on_ui_thread():
        settings = Settings()
        settings["live"] = False
        window = MainWindow(settings)
        window.resize(1280, 800)
        window.show()
        window.open_path(folder)
        document, canvas = window.document, window.canvas
        while document.image_id != "a.jpg" or window.jobs.busy:
            QTest.qWait(20)
        QTest.qWait(3000)  # PyTorch
        while window.jobs.busy:
            QTest.qWait(20)
        gc.collect()
        before = resident_megabytes()
        coming = Painted(window.centre.coming, QtCore, QtGui, QApplication)
        painted = Painted(canvas, QtCore, QtGui, QApplication)
        thread = threading.Thread(target=watch)
        thread.start()
        start = time.perf_counter()
        seen: list[float] = []
        window.navigation.show(large)
        while document.image_id != large:
            QApplication.processEvents(QtCore.QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if coming.count and not seen:
                seen.append((time.perf_counter() - start) * 1000)
        count = painted.count
        while painted.count == count:
            QApplication.processEvents()
        whole = (time.perf_counter() - start) * 1000
        while window.jobs.busy:
            QTest.qWait(20)
        ended.set()
        thread.join()
        stays = resident_megabytes()
        pixels = side * side / 1e6
        report: dict[str, object] = {
            "seen_ms": round(seen[0] if seen else whole),
            "whole_ms": round(whole),
            "peak_bytes_a_pixel": round((peak[0] - before) / pixels - 3, 2),
            "bytes_a_pixel": round((stays - before) / pixels - 3, 2),
        }
        document.set_active_class(1)
        canvas.options.set_radius(30)
        for place in ("fit", "full"):
            canvas.fit() if place == "fit" else canvas.zoom_to(1.0)
            painted.rest(1)
            painted.dabs(5)
            report[f"dab_{place}"] = summary(painted.dabs(60))
        while window.jobs.busy or window.autosaver.pending:
            QTest.qWait(20)
        QTest.qWait(500)
        report["painted_bytes_a_pixel"] = round((resident_megabytes() - before) / pixels - 3, 2)
        report["pan"] = summary([painted.until(lambda n=n: canvas.pan_by(-30, n % 7)) for n in range(60)])
        report["zoom"] = summary([painted.until(canvas.zoom_out) for _ in range(12)])
    os.write(1, ("\n" + json.dumps(report) + "\n").encode())
    os._exit(0)


def write(path: Path, image: np.ndarray, kind: str) -> None:
    """Write uint8 [H, W, 3] as an image of a kind."""
    import cv2
    import tifffile

    if kind == "jpeg":
        cv2.imwrite(str(path), image, [cv2.IMWRITE_JPEG_QUALITY, 85])
        return
    if kind == "plain-tiff":
        tifffile.imwrite(path, image, photometric="rgb")
        return
    tiled = {"photometric": "rgb", "tile": (512, 512), "compression": "jpeg", "metadata": None}
    with tifffile.TiffWriter(path, bigtiff=True) as out:
        out.write(image, subifds=5, **tiled)
        for _ in range(5):
            image = cv2.resize(image, (image.shape[1] // 2, image.shape[0] // 2), interpolation=cv2.INTER_AREA)
            out.write(image, subfiletype=1, **tiled)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=("jpeg", "tiff", "plain-tiff"), default="jpeg")
    parser.add_argument("--side", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    large = "b.jpg" if given.kind == "jpeg" else "b.tif"
    if given.measure:
        measure(given.measure, given.side, large)
    import cv2

    from benchmarks.painted import picture
    from segcore.labels.classes import ClassSet
    from segcore.project.project import Project

    with tempfile.TemporaryDirectory() as work:
        photos = Path(work) / "photos"
        photos.mkdir()
        cv2.imwrite(str(photos / "a.jpg"), picture(480, 640))
        write(photos / large, picture(given.side, given.side), given.kind)
        Project.for_folder(photos, ClassSet.from_names(["ground", "road"])).close()
        names = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
        env = {**os.environ, **{name: work for name in names}}
        command = [sys.executable, __file__, "--kind", given.kind, "--side", str(given.side)]
        command += ["--measure", str(photos)]
        found = []
        for _ in range(given.runs):
            done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)
            lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
            if not lines:
                raise SystemExit(f"it failed\n{done.stdout}\n{done.stderr}")
            found.append(json.loads(lines[-1]))
    report = {
        "benchmark": "large_image",
        "kind": given.kind,
        "side": given.side,
        "load": round(os.getloadavg()[0], 1),
        **found[-1],
    }
    for key in ("seen_ms", "whole_ms", "peak_bytes_a_pixel", "bytes_a_pixel"):
        report[key] = median(each[key] for each in found)
    print(json.dumps(report | {"targets": TARGETS}))


if __name__ == "__main__":
    main()
