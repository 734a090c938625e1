"""Worker: a process that does operations on request, one JSON line in, one out; `python -m tests.faults.worker`."""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from dataclasses import asdict
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

FORBIDDEN = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "socket.connect", "pty.spawn")
_noted: list[str] = []
_cage = ""


def main() -> None:
    """Serve until the pipe is closed."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    sys.excepthook = lambda *error: _noted.append("".join(traceback.format_exception(*error)))
    sys.addaudithook(_watch)
    print(json.dumps({"ready": True, "rss": _memory("VmRSS")}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(serve(json.loads(line))), file=answers, flush=True)


def warm(operation: str) -> None:
    """Load what would otherwise be counted as the first mutant's time and memory."""
    for name in (
        "app.document.loaded_image",
        "app.project.opening",
        "app.worklist.thumbnail_maker",
        "segcore.images.image",
        "tests.faults.operations",
    ):
        import_module(name)
    if operation in ("settings", "training"):
        from PySide6.QtWidgets import QApplication

        from app.window.main_window import MainWindow

        global _application
        if QApplication.instance() is None:
            _application = QApplication(["maskwright"])
            MainWindow(None, None).shutdown()
    if operation in ("model", "resume", "network"):
        import torch

        torch.set_num_threads(1)
        _predict_once()


@cache
def _predict_once() -> None:
    import numpy as np

    from segcore.models.architectures import build
    from segcore.models.model import Model
    from segcore.models.starter import PREPROCESS
    from segcore.prediction.predictor import Predictor
    from segcore.progress import drive
    from tests.faults.specimen import CLASSES, HEIGHT, WIDTH

    model = Model(build("starter", len(CLASSES)).eval(), "starter", CLASSES, PREPROCESS, "warm")
    drive(Predictor(model, "cpu").probabilities(np.zeros((HEIGHT, WIDTH, 3), np.uint8)))


def serve(order: dict[str, Any]) -> dict[str, Any]:
    """Do one operation; what went wrong, how long it took and how much memory."""
    global _cage
    from segcore.errors import MaskwrightError
    from tests.faults.operations import OPERATIONS
    from tests.faults.report import Report
    from tests.faults.specimen import breed
    from tests.faults.specimen_sets import breed_sets

    if order["operation"] == "breed":
        breed(Path(order["cage"]), order["models"])
        breed_sets(Path(order["cage"]), order["sets"])
        return {}
    warm(order["operation"])
    cage, path = Path(order["cage"]), Path(order["path"])
    os.environ.update(HOME=str(cage / "home"), TMPDIR=str(cage / "tmp"))
    import tempfile

    tempfile.tempdir = None
    os.chdir(cage / "tmp")
    _noted.clear()
    _cage = str(cage)
    report, failure = Report(), ""
    before, started = _memory("VmRSS"), os.times()
    Path("/proc/self/clear_refs").write_text("5")
    try:
        OPERATIONS[order["operation"]](cage, path, report)
    except MaskwrightError as error:
        report.tell(error)
    except BaseException as error:
        failure = "".join(traceback.format_exception(error))
    for thread in threading.enumerate():
        if thread.name == "delete":  # what was unpacked goes beside the work, see segcore.files.temporary
            thread.join(10.0)
    ended = os.times()
    _cage = ""
    os.chdir("/")
    return {
        **asdict(report),
        "failure": failure,
        "noted": list(_noted),
        "cpu": sum(ended[:4]) - sum(started[:4]),
        "memory": _memory("VmHWM") - before,
    }


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Note programs that are started, connections, and files that are written outside the cage."""
    if not _cage:
        return
    if event in FORBIDDEN:
        if event == "socket.connect" and isinstance(arguments[1], str):
            return
        _noted.append(f"{event} {str(arguments[:2])[:200]}")
    elif event == "open" and isinstance(arguments[0], str | bytes):
        flags = arguments[2]
        if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            path = os.path.abspath(os.fsdecode(arguments[0]))
            if not path.startswith((_cage, "/dev/null", "/proc/self", "/dev/shm/psm", "/tmp/.org.chromium")):
                _noted.append(f"open for writing outside the cage: {path}")


def _memory(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


if __name__ == "__main__":
    main()
