"""How long typing in the command palette holds the window, and when the rows are there.

    python benchmarks/palette.py [--images 100000] [--query d7pl073]

A palette over a project of so many images, one letter after another; each waits for its rows. Offscreen.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QMainWindow


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--query", default="d7pl073")
    args = parser.parse_args()

    from app.document.document import Document
    from app.document.records import Records
    from app.jobs.job_runner import JobRunner
    from app.settings.settings import Settings
    from app.window.actions import Actions
    from app.window.command_palette import CommandPalette
    from segcore.labels.label_map import State
    from segcore.project.index import ImageRecord

    application = QApplication([])
    window, document, jobs = QMainWindow(), Document(), JobRunner()
    records = Records(document, jobs)
    records.take(
        None,
        [
            ImageRecord(f"day {n // 1000}/plate_{n:06d}.tif", None, None, State.NEW, None, None, None)
            for n in range(args.images)
        ],
    )
    palette = CommandPalette(Actions(window, Settings()), document, records, window)
    window.show()
    palette.open()
    held, shown = [], []
    for letter in args.query:
        palette.field.setText(palette.field.text() + letter)
        begin = time.perf_counter()
        palette.look()
        held.append(time.perf_counter() - begin)
        while palette._search is not None:
            turn = time.perf_counter()
            application.processEvents()
            held.append(time.perf_counter() - turn)
        shown.append(time.perf_counter() - begin)
    print(
        json.dumps(
            {
                "images": args.images,
                "letters": len(args.query),
                "rows_ms_median": round(1000 * statistics.median(shown), 1),
                "rows_ms_worst": round(1000 * max(shown), 1),
                "held_ms_worst": round(1000 * max(held), 1),
            }
        )
    )
    jobs.shutdown()


if __name__ == "__main__":
    main()
