"""From the start of the process to the first paint of the window, on a folder of images; prints one JSON object.

    python benchmarks/startup.py FOLDER [--runs 7] [--peer PATH_TO_LABELME]

``--peer`` measures labelme too, run by run in turn, in its own environment: the path of its ``labelme`` command. Both
are driven by the same lines, which wait for the first paint event of the main window. ``image_ms`` is the time until
our canvas has painted the first image. Settings, logs and the project go to a temporary folder. The first run of each
is not counted: it warms the disk's cache, and writes the bytecode that an installed program has.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 0.7

DRIVER = r"""
import os, sys, time
binding, folder = sys.argv[1], sys.argv[2]

def now():
    return (time.clock_gettime(time.CLOCK_MONOTONIC) - float(os.environ["STARTED"])) * 1000

def watch():
    from importlib import import_module
    core, widgets = import_module(binding + ".QtCore"), import_module(binding + ".QtWidgets")
    application, paint, seen = widgets.QApplication, core.QEvent.Type.Paint if ours else core.QEvent.Paint, []

    def tell(image):
        os.write(1, f"\n{seen[0]} {image}\n".encode())
        os._exit(0)

    class Watch(core.QObject):
        def eventFilter(self, watched, event):
            if event.type() == paint:
                if not seen and isinstance(watched, widgets.QMainWindow):
                    seen.append(now())
                    if not ours:
                        tell(None)
                elif ours and type(watched).__name__ == "Canvas" and watched.document.image is not None:
                    tell(now())
            return False

    name = "exec" if ours else "exec_"
    original = getattr(application, name)

    def execute(*_):
        application.kept = Watch()
        application.instance().installEventFilter(application.kept)
        return original()

    setattr(application, name, execute if ours else staticmethod(execute))

class Hook:  # the binding is imported by the program itself, when and in the order that it likes
    def find_spec(self, name, path=None, target=None):
        if name == first:
            sys.meta_path.remove(self)
            watch()

ours = binding == "PySide6"
first = "app.window.main_window" if ours else "labelme.app"
sys.meta_path.insert(0, Hook())
sys.argv = ["app", folder]
if ours:
    from app.__main__ import main
    main([folder])
else:
    from labelme.__main__ import main
    main()
"""


def environment(home: Path) -> dict[str, str]:
    """Of a started program: settings, logs and caches in ``home``; bytecode is kept, as of an installed program."""
    names = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **{name: str(home) for name in names}, "PYTHONPATH": str(ROOT)}


def measure(python: str, binding: str, folder: Path, env: dict[str, str]) -> tuple[float, float | None]:
    started = time.clock_gettime(time.CLOCK_MONOTONIC)
    done = subprocess.run(
        [python, "-c", DRIVER, binding, str(folder)],
        env={**env, "STARTED": str(started)}, cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    lines = [line.split() for line in done.stdout.splitlines() if line.strip()]
    if not lines or len(lines[-1]) != 2:
        raise SystemExit(f"{binding}: no window\n{done.stdout}\n{done.stderr}")
    window, image = lines[-1]
    return float(window), None if image == "None" else float(image)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--peer", type=Path)
    args = parser.parse_args()
    if not os.environ.get("DISPLAY") and sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(ROOT))
    from segcore.labels.classes import ClassSet
    from segcore.project.project import Project

    with tempfile.TemporaryDirectory() as work:
        home = Path(work) / "home"
        folder = Path(work) / "images"
        home.mkdir()
        shutil.copytree(args.folder, folder)
        env = environment(home)
        Project.create(
            folder.with_name("images.maskwright"), folder, ClassSet.from_names(["background", "object"])
        ).close()
        ours, images, theirs = [], [], []
        for run in range(args.runs + 1):  # the first is not counted
            window, image = measure(sys.executable, "PySide6", folder, env)
            peer = measure(str(args.peer.parent / "python"), "PyQt5", folder, env)[0] if args.peer else None
            if run:
                ours.append(window)
                images.append(image)
                if peer is not None:
                    theirs.append(peer)
    result: dict[str, object] = {
        "benchmark": "startup",
        "runs": args.runs,
        "load": round(os.getloadavg()[0], 1),
        "window_ms": round(median(ours), 1),
        "image_ms": round(median(images), 1),
    }
    if theirs:
        ratio = median(ours) / median(theirs)
        result |= {"peer": "labelme", "peer_window_ms": round(median(theirs), 1), "ratio": round(ratio, 3)}
        result |= {"limit": LIMIT, "ok": ratio <= LIMIT}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
