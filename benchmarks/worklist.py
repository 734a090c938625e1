"""Changing the state of many images while the image list is shown; prints one JSON object.

    python benchmarks/worklist.py [--images 20000] [--changes 1000]

``list_ms`` is the time on the UI thread, from the first save that is told to the end of the repaint. ``bare_ms`` is the
bare operation in the same run: as many records replaced in a dictionary. ``recount_ms`` counts the done images after
each change, over all rows, which is what a list without kept counts does.
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

if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and sys.platform.startswith("linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtWidgets import QApplication

from app.document.autosave import Autosaver
from app.document.document import Document
from app.document.image_state import ImageState
from app.document.records import Records
from app.document.session import Session
from app.jobs.job_runner import JobRunner
from app.settings.settings import Settings
from app.worklist.image_model import Order
from app.worklist.image_panel import ImagePanel
from segcore.labels.label_map import State
from segcore.project.index import ImageRecord

LIMIT_MS = 20.0
ROUNDS = 5


def made(images: int) -> list[ImageRecord]:
    """Return records of images that nobody worked on."""
    return [ImageRecord(f"folder/{n:06}.jpg", 640, 480, State.NEW, n % 97 / 97, None, None) for n in range(images)]


def timed(work: Callable[[], None]) -> float:
    """Return how long ``work`` takes, in ms."""
    start = perf_counter()
    work()
    return (perf_counter() - start) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=20_000)
    parser.add_argument("--changes", type=int, default=1_000)
    order = parser.parse_args()
    application = QApplication([])
    document, jobs = Document(), JobRunner()
    records = Records(document, jobs)
    panel = ImagePanel(Session(document, jobs, Settings(), Autosaver(document, jobs), records))
    panel.resize(300, 800)
    panel.show()
    step = max(1, order.images // order.changes)
    changed = [f"folder/{n:06}.jpg" for n in range(0, order.images, step)][: order.changes]

    def through_the_list() -> None:
        for image_id in changed:
            records.saved(image_id, State.DONE)
        application.processEvents()

    def bare() -> None:
        for image_id in changed:
            kept[image_id] = kept[image_id]._replace(state=State.DONE)

    def recount() -> None:
        for image_id in changed[: max(1, len(changed) // 100)]:
            kept[image_id] = kept[image_id]._replace(state=State.DONE)
            sum(record.state == State.DONE for record in kept.values())

    fill: list[float] = []
    taken: dict[str, list[float]] = {"list": [], "bare": [], "recount": []}
    for _ in range(ROUNDS):
        fresh = made(order.images)
        fill.append(timed(lambda fresh=fresh: (records.take(None, []), records.take(None, fresh))))
        panel.model.set_order(Order.UNCERTAIN_FIRST)
        panel.show_current(changed[-1])
        application.processEvents()
        kept = {record.id: record for record in fresh}
        taken["bare"].append(timed(bare))
        taken["list"].append(timed(through_the_list))
        assert records.count(ImageState.DONE) == len(changed)
        assert panel.summary.text().startswith(str(len(changed)))
        kept = {record.id: record for record in fresh}
        taken["recount"].append(timed(recount) * len(changed) / max(1, len(changed) // 100))
    jobs.shutdown()
    each = {name: median(times) for name, times in taken.items()}
    print(
        json.dumps(
            {
                "images": order.images,
                "changes": len(changed),
                "fill_ms": round(median(fill), 1),
                "list_ms": round(each["list"], 2),
                "list_worst_ms": round(max(taken["list"]), 2),
                "bare_ms": round(each["bare"], 3),
                "ratio": round(each["list"] / each["bare"], 1),
                "recount_ms": round(each["recount"], 1),
                "limit_ms": LIMIT_MS,
                "within_limit": each["list"] <= LIMIT_MS,
            }
        )
    )


if __name__ == "__main__":
    main()
