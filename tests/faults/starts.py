"""Starts the window again and again, as a person does, and counts the starts that do not end well.

    python tests/faults/starts.py [--starts 200] [--images 12] [--torch] [--limit 60] [--keep FILE]

Each start is a process of its own, ``python -m app PROJECT``, which closes its window as soon as the image, every row
of the list with its thumbnail, and the icons are shown. torch, which is loaded after that, is waited for with
``--torch`` only: it takes several times as long as all the rest. Prints one JSON object; exit code 1 when any start
ended with another code than 0. Settings, logs and the project go to a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 60.0
"""A start that takes longer is killed and counted; a machine that many share needs more."""

DRIVER = r"""
import runpy, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

run = QApplication.exec
with_torch = sys.argv[2] == "torch"

def watched(self=None):
    from app.window import main_window
    from app.window.main_window import MainWindow
    if not with_torch:
        main_window.WARM_UP_MS = 3_600_000
    window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
    timer = QTimer(window, interval=20)

    def look():
        model, thumbnails = window.images.list.model(), window.images.thumbnails
        rows = [model.index(row, 0) for row in range(model.rowCount())]
        if window.document.image is None or not rows or window.actions_["open_folder"].icon().isNull():
            return
        if with_torch and not window.status.device.text():
            return
        if all(thumbnails.get(index.data()) is not None for index in rows):
            timer.stop()
            window.close()

    timer.timeout.connect(look)
    timer.start()
    return run()

QApplication.exec = watched
sys.argv = ["maskwright", sys.argv[1]]
runpy.run_module("app", run_name="__main__", alter_sys=True)
"""


def make_project(folder: Path, images: int) -> Path:
    """Write ``images`` small JPEG files and a project for them; returns the project's folder."""
    import numpy as np
    from PIL import Image

    from segcore.labels.classes import ClassSet
    from segcore.project.project import Project

    photos = folder / "photos"
    photos.mkdir()
    for number in range(images):
        pixels = np.random.default_rng(number).integers(0, 255, (30, 40, 3)).astype(np.uint8)
        Image.fromarray(pixels).resize((640, 480)).save(photos / f"{number:03}.jpg")
    Project.create(folder / "photos.maskwright", photos, ClassSet.from_names(["background", "object"])).close()
    return folder / "photos.maskwright"


def start(project: Path, home: Path, torch: bool = False, limit: float = LIMIT_SECONDS) -> tuple[int, float, str]:
    """Start once; returns the exit code (-9: killed after ``limit`` seconds), the seconds, and what it printed."""
    names = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    env = {**os.environ, **{name: str(home) for name in names}, "PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1"}
    env.setdefault("QT_QPA_PLATFORM", "offscreen")
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(project), "torch" if torch else ""],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        process.kill()
        printed, _ = process.communicate()
    return process.returncode, time.monotonic() - began, printed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=200)
    parser.add_argument("--images", type=int, default=12)
    parser.add_argument("--torch", action="store_true")
    parser.add_argument("--limit", type=float, default=LIMIT_SECONDS, help="seconds until a start is killed")
    parser.add_argument("--keep", type=Path, help="file that takes what the failed starts printed")
    args = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    codes: Counter[int] = Counter()
    seconds: list[float] = []
    with tempfile.TemporaryDirectory() as work:
        home = Path(work) / "home"
        home.mkdir()
        project = make_project(Path(work), args.images)
        for _ in range(args.starts):
            code, took, printed = start(project, home, args.torch, args.limit)
            codes[code] += 1
            seconds.append(took)
            if code and args.keep:
                with args.keep.open("a", encoding="utf-8") as file:
                    file.write(f"--- exit code {code} after {took:.1f} s\n{printed}\n")
    failed = args.starts - codes[0]
    result = {
        "starts": args.starts,
        "crashes": failed,
        "exit_codes": {str(code): count for code, count in sorted(codes.items())},
        "median_seconds": round(median(seconds), 2),
    }
    print(json.dumps(result))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
