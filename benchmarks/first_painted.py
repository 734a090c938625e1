"""The real program in a process of its own, until it has painted its first image; then a function goes on in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

_DRIVER = """
import sys
from importlib import import_module
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
module, name = sys.argv[2].split(":")
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and type(watched).__name__ == "Canvas":
            if watched.document.image is not None:
                QApplication.instance().removeEventFilter(self)
                getattr(import_module(module), name)(watched.window())
        return False
watch = Watch()
original = QApplication.exec
def execute(*_):
    QApplication.instance().installEventFilter(watch)
    return original()
QApplication.exec = execute
from app.__main__ import main
main([sys.argv[1]])
"""


def run_program(folder: Path, home: Path, then: str, **variables: str) -> dict[str, object]:
    """Open ``folder`` and call ``then`` ("module:function") with the window; return what that gave to `tell`."""
    from benchmarks.startup import environment

    command = [sys.executable, "-c", _DRIVER, str(folder), then]
    env = environment(home) | variables
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise SystemExit(f"no result\n{done.stdout}\n{done.stderr}")
    return json.loads(lines[-1])


def tell(found: dict[str, object]) -> None:
    """End the process; `run_program` returns ``found``."""
    os.write(1, ("\n" + json.dumps(found) + "\n").encode())
    os._exit(0)
