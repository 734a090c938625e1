"""Thumbnails of a folder opened for the first and the second time, in the real window; prints one JSON object.

    python benchmarks/thumbnails.py [--images 200] [--size 4000x3000] [--runs 3]

The folder has hard links of 20 JPEG files of this size. Each run is two starts of the program, with an empty cache and
with the one that the first start has left: the time from the first painted image until every row that is seen has its
thumbnail, then a page further down the list until it has all its thumbnails (the median of 5 pages; the first start
sees the same pages).
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

PAGES = 5


def look(window) -> None:
    """Go on in the process that has just painted its first image."""
    from PySide6.QtCore import QTimer

    QTimer.singleShot(0, lambda: _look(window))


def _look(window) -> None:
    seen = _until_seen(window)
    pages = []
    bar = window.images.list.verticalScrollBar()
    for _ in range(PAGES):
        bar.setValue(bar.value() + bar.pageStep())
        pages.append(_until_seen(window))
    window.close()
    tell({"first_rows_ms": seen, "page_ms": median(pages)})


def _until_seen(window) -> float:
    """Milliseconds until all rows that are seen have their thumbnails."""
    from PySide6.QtWidgets import QApplication

    view, kept = window.images.list, window.images.thumbnails.get
    start = time.perf_counter()
    while True:
        QApplication.processEvents()
        top, bottom = view.rowAt(0), view.rowAt(view.viewport().height() - 1)
        if top >= 0 and all(kept(view.model().index(row, 0).data()) is not None for row in range(top, bottom + 1)):
            return round((time.perf_counter() - start) * 1000, 1)
        if time.perf_counter() - start > 60:
            raise SystemExit("no thumbnails")


def make_images(folder: Path, number: int, width: int, height: int) -> None:
    """Fill a folder with hard links of 20 files."""
    import cv2

    from benchmarks.painted import picture

    sources = folder.with_name("sources")
    for place in (folder, sources):
        place.mkdir()
    for n in range(number):
        if n < 20:
            cv2.imwrite(str(sources / f"{n}.jpg"), picture(height, width, n))
        os.link(sources / f"{n % 20}.jpg", folder / f"{n:06d}.jpg")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--size", default="4000x3000")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from segcore.labels.classes import ClassSet
    from segcore.project.project import Project

    width, height = map(int, given.size.split("x"))
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "images"
        make_images(folder, given.images, width, height)
        Project.create(Path(work) / "images.maskwright", folder, ClassSet.from_names(["background", "object"])).close()
        first, second = [], []
        for number in range(given.runs + 1):
            home = Path(work) / f"home{number}"
            home.mkdir()
            starts = [run_program(folder, home, "benchmarks.thumbnails:look") for _ in range(2)]
            if number:  # the first warms the disk's cache and writes the bytecode
                first.append(starts[0])
                second.append(starts[1])
            size = sum(file.stat().st_size for file in home.rglob("thumbnails.sqlite*"))
    report: dict[str, object] = {
        "benchmark": "thumbnails", "images": given.images, "size": given.size, "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    for name, found in (("first", first), ("second", second)):
        report[name] = {key: median(each[key] for each in found) for key in found[0]}
    print(json.dumps(report | {"cache_kb": round(size / 1000)}))


if __name__ == "__main__":
    main()
