"""A folder of very many images in the real window; prints one JSON object.

    python benchmarks/folder.py [--images 100000] [--runs 3]

The folder has hard links of 50 small files and a project, which is made before (``making_the_project_ms``). Each run is
a process of its own: from its start until the first image is painted, and the memory by then (medians), in turn with a
folder of 50 images, since other work on the machine slows both. The last process goes on: the time until the list has
all rows; the memory once everything is loaded that loads in the background (most of it is PyTorch), each step of
scrolling through the list, and the time from a changed search or filter until the list is painted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.first_painted import run_program, tell

TARGETS = {"image_ms": 1500, "memory_mb": 400}
SETTLED_SECONDS = 12.0
STEPS = 200


def now() -> int:
    """Milliseconds since this process was started."""
    return round((time.clock_gettime(time.CLOCK_MONOTONIC) - float(os.environ["STARTED"])) * 1000)


def first_image(window) -> None:
    """Go on in the process that has just painted its first image."""
    from PySide6.QtCore import QTimer

    found: dict[str, object] = {"image_ms": now(), "memory_mb": memory(), "peak_mb": memory("VmHWM")}
    listed = lambda: found.setdefault("list_ms", now()) if window.images.model.rowCount() else None  # noqa: E731
    window.images.model.modelReset.connect(listed)
    listed()
    if os.environ["GO_ON"] == "0":
        tell(found)
    QTimer.singleShot(round(SETTLED_SECONDS * 1000), lambda: go_on(window, found))


def go_on(window, found: dict[str, object]) -> None:
    """Scroll, search, filter and order."""
    from PySide6 import QtCore, QtGui
    from PySide6.QtWidgets import QApplication

    from app.document.image_state import ImageState
    from benchmarks.painted import Painted, summary

    found["memory_settled_mb"] = memory()
    panel = window.images
    painted = Painted(panel.list.viewport(), QtCore, QtGui, QApplication)
    bar = panel.list.verticalScrollBar()
    whole = [painted.until(lambda n=n: bar.setValue(bar.maximum() * n // STEPS)) for n in range(1, STEPS)]
    near = [painted.until(lambda: bar.setValue(bar.value() - 60)) for _ in range(STEPS)]
    found |= {"scroll_far": summary(whole), "scroll_near": summary(near)}
    model = panel.model
    for name, text, state in (
        ("search", "0999", None),
        ("search_nothing_left", "0999 x", None),
        ("search_cleared", "", None),
        ("filter_done", "", ImageState.DONE),
        ("filter_new", "", ImageState.NEW),
    ):
        found[name] = summary([painted.until(lambda text=text, state=state: model.set_filter(text, state))])
    painted.rest(2)
    found["memory_scrolled_mb"] = memory()
    tell(found)


def memory(what: str = "VmRSS") -> float:
    """Megabytes of this process (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1000, 1)


def run(folder: Path, home: Path, go_on: bool) -> dict[str, object]:
    started = str(time.clock_gettime(time.CLOCK_MONOTONIC))
    return run_program(folder, home, "benchmarks.folder:first_image", GO_ON=str(int(go_on)), STARTED=started)


def make_images(folder: Path, number: int) -> None:
    """Fill a folder with hard links of 50 files of 640x480 pixels."""
    import cv2

    from benchmarks.painted import picture

    sources = folder.with_name("sources")
    for place in (folder, sources):
        place.mkdir()
    for n in range(50):
        cv2.imwrite(str(sources / f"{n}.jpg"), picture(480, 640, n))
    for n in range(number):
        os.link(sources / f"{n % 50}.jpg", folder / f"{n:06d}.jpg")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from segcore.labels.classes import ClassSet
    from segcore.project.project import Project

    with tempfile.TemporaryDirectory() as work:
        folder, home = Path(work) / "images", Path(work) / "home"
        home.mkdir()
        make_images(folder, given.images)
        start = time.perf_counter()
        Project.create(Path(work) / "images.maskwright", folder, ClassSet.from_names(["background", "object"])).close()
        making = (time.perf_counter() - start) * 1000
        few = Path(work) / "few"
        few.mkdir()
        make_images(few / "images", 50)
        names = ClassSet.from_names(["background", "object"])
        Project.create(few / "images.maskwright", few / "images", names).close()
        first, others = [], []
        run(few / "images", home, False)  # writes the bytecode that an installed program has
        for _ in range(given.runs):  # in turn: other work on the machine slows both
            first.append(run(folder, home, False))
            others.append(run(few / "images", home, False))
        report = {
            "benchmark": "folder",
            "images": given.images,
            "load": round(os.getloadavg()[0], 1),
            "making_the_project_ms": round(making),
            **{key: median(each[key] for each in first) for key in ("image_ms", "memory_mb", "peak_mb")},
            "image_ms_of_50_images": median(each["image_ms"] for each in others),
            "memory_mb_of_50_images": median(each["memory_mb"] for each in others),
            **{key: value for key, value in run(folder, home, True).items() if key not in TARGETS and key != "peak_mb"},
            "targets": TARGETS,
        }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
