"""What a person waits for while editing, in the real window; prints one JSON object.

    python benchmarks/editor.py [--cases dab,look,undo,next,idle,memory] [--repeats 50] [--peer PYTHON_WITH_NAPARI]

Every time is from the event to the end of the repaint: dabs of the brush, another look of an 8192x8192 image, undo,
the next image. Then the CPU use of an idle window, and the memory after many random edits. Live is off: it computes
in lanes of its own, see `heartbeat.py`. ``--peer`` does what is comparable with napari's Labels layer under the same
screen (`editor_napari.py`): the path of a Python that has napari.

``worst_computed_ms`` is the worst without what other processes and threads took: on a shared machine ``worst_ms`` says
more about these.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and sys.platform.startswith("linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from PySide6 import QtCore, QtGui  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from benchmarks.painted import Painted, labels_like, picture, resident_megabytes, summary  # noqa: E402

LARGE = 8192
SIZES = (1024, 4096, LARGE)
CASES = ("dab", "look", "undo", "next", "idle", "memory")
LOOK_SECONDS = 0.7
"""So long a person looks at an image, at least, before going on: the next one is read meanwhile."""
IDLE_SECONDS = 10.0
EDITS = 10_000
TARGETS = {
    "dab": "2 ms median, 8 ms worst",
    "dab_500": 10.0,
    "look": 16.0,
    "undo_stroke": 10.0,
    "undo_all": 100.0,
    "next": 80.0,
    "idle": "no CPU use",
    "memory": 50.0,
}


class Desk:
    """The real window on a folder of images, Live off."""

    def __init__(self, folder: Path, images: list[np.ndarray], labelled: bool = False) -> None:
        from app.settings.settings import Settings
        from app.window.main_window import MainWindow
        from segcore.labels.classes import ClassSet
        from segcore.labels.label_map import LabelMap
        from segcore.project.project import Project

        photos = folder / "photos"
        photos.mkdir(parents=True)
        for n, image in enumerate(images):
            cv2.imwrite(str(photos / f"{n:03d}.jpg"), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        with Project.for_folder(photos, ClassSet.from_names(["ground", "road", "car", "tree"])) as project:
            root = project.root
            for n, image in enumerate(images if labelled else ()):
                labels = labels_like(*image.shape[:2])
                project.save_label_map(f"{n:03d}.jpg", LabelMap(labels, np.ones_like(labels)))
        settings = Settings()
        settings["live"] = False
        self.window = MainWindow(settings)
        self.window.resize(1280, 800)
        self.window.show()
        self.document, self.canvas = self.window.document, self.window.canvas
        self.painted = Painted(self.canvas, QtCore, QtGui, QApplication)
        QTest.qWaitForWindowExposed(self.window)
        self.window.activateWindow()  # a key is heard by the window in front only
        QTest.qWaitForWindowActive(self.window)
        self.window.open_path(root)
        self.wait(lambda: self.document.image is not None)
        self.rest()

    def wait(self, what) -> None:
        """Let the event loop run until this is true."""
        until = time.monotonic() + 120
        while not what():
            QTest.qWait(5)
            if time.monotonic() > until:
                raise SystemExit("waited too long")

    def rest(self) -> None:
        """Until nothing is changed, saved, compressed or loaded any more."""
        self.painted.rest(0.3)
        self.wait(lambda: not self.document.between_states)
        self.wait(lambda: not self.window.jobs.busy and not self.document._idle.isActive())
        self.painted.rest(0.3)

    def time(self, act, repeats: int) -> dict[str, float]:
        """Act so often; return the summary."""
        return summary([self.painted.until(act) for _ in range(repeats)])

    def close(self) -> None:
        """End the window."""
        self.window.shutdown()
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QtCore.QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()


def dab(work: Path, repeats: int) -> dict[str, object]:
    found: dict[str, object] = {}
    for size in SIZES:
        desk = Desk(work / f"dab{size}", [picture(size, size)])
        desk.document.set_active_class(1)
        for radius in (30, 500) if size == LARGE else (30,):
            desk.canvas.options.set_radius(radius)
            for place in ("fit", "full"):
                desk.canvas.fit() if place == "fit" else desk.canvas.zoom_to(1.0)
                desk.rest()
                desk.painted.dabs(5)
                found[f"dab_{radius}_{size}_{place}"] = summary(desk.painted.dabs(4 * repeats))
                assert desk.document.label_map is not None
                assert (desk.document.label_map.labels == 1).any(), "the dabs painted nothing"
        desk.close()
    return found


def look(work: Path, repeats: int) -> dict[str, object]:
    """Opacity, colour and visibility of a class, brightness."""
    from app.canvas.layers import View
    from segcore.images.tone import Tone
    from segcore.labels.classes import ClassSet

    desk = Desk(work / "look", [picture(LARGE, LARGE)], labelled=True)
    canvas, document = desk.canvas, desk.document
    assert document.classes is not None
    colors = cycle([(200, 30, 30), (30, 30, 200)])
    opacities, hidden = cycle([0.3, 0.6]), cycle([frozenset({1}), frozenset()])
    tones = cycle([Tone(brightness=n / 20) for n in range(1, 8)])

    def color() -> None:
        first, *others = document.classes
        document.set_classes(ClassSet([replace(first, color=next(colors)), *others]))

    found: dict[str, object] = {}
    for place in ("fit", "full"):
        canvas.fit() if place == "fit" else canvas.zoom_to(1.0)
        desk.rest()
        for name, act in (
            ("opacity", lambda: canvas.set_opacity(View.OVERLAY, next(opacities))),
            ("color", color),
            ("visibility", lambda: setattr(canvas, "hidden_classes", next(hidden))),
            ("brightness", lambda: setattr(canvas, "tone", next(tones))),
        ):
            found[f"{name}_{place}"] = desk.time(act, repeats)
        canvas.tone = Tone()
    desk.close()
    return found


def undo(work: Path, repeats: int) -> dict[str, object]:
    """Of a stroke across the view and of an edit of every pixel."""
    desk = Desk(work / "undo", [picture(LARGE, LARGE)], labelled=True)
    document, painted, canvas = desk.document, desk.painted, desk.canvas
    wide, high = canvas.width(), canvas.height()
    strokes, whole, again = [], [], []
    document.set_active_class(2)
    for n in range(repeats):
        painted.stroke([(wide * (0.3 + 0.04 * k), high * (0.3 + 0.003 * (n % 50) + 0.01 * k)) for k in range(10)])
        desk.painted.rest(0.05)
        strokes.append(painted.until(document.undo))
    for _ in range(max(3, repeats // 10)):
        document.mark_done()
        desk.rest()  # it is compressed and in the journal by now
        whole.append(painted.until(document.undo, document.undone))
        again.append(painted.until(document.redo, document.redone))
    desk.close()
    return {"undo_stroke": summary(strokes), "undo_all": summary(whole), "redo_all": summary(again)}


def next_image(work: Path, repeats: int) -> dict[str, object]:
    """Key to painted screen, 1920x1080 with labels; after a look, and as quickly as the window answers."""
    count = 12
    desk = Desk(work / "next", [picture(1080, 1920, n) for n in range(count)], labelled=True)
    found = {}
    for name, seconds in (("next", LOOK_SECONDS), ("next_at_once", 0.0)):
        times, way = [], QtCore.Qt.Key.Key_D
        for n in range(repeats):
            desk.painted.rest(seconds)
            if n % (count - 2) == 0 and n:
                way = QtCore.Qt.Key.Key_A if way == QtCore.Qt.Key.Key_D else QtCore.Qt.Key.Key_D
            press = partial(QTest.keyClick, desk.canvas, way)
            times.append(desk.painted.until(press, desk.document.image_changed))
        found[name] = summary(times)
        desk.rest()
        while desk.document.image_id != "000.jpg":
            before = desk.document.image_id
            desk.window.navigation.step(-1)
            desk.wait(lambda: desk.document.image_id not in (None, before))  # noqa: B023
    desk.close()
    return found


def idle(work: Path, _repeats: int) -> dict[str, object]:
    """CPU seconds of the whole process in so many seconds of an open, labelled image."""
    desk = Desk(work / "idle", [picture(1080, 1920)], labelled=True)
    desk.painted.rest(4)
    before = time.process_time()
    desk.painted.rest(IDLE_SECONDS)
    used = time.process_time() - before
    desk.close()
    return {"idle_cpu_percent": round(100 * used / IDLE_SECONDS, 2)}


def memory(work: Path, _repeats: int) -> dict[str, object]:
    """Growth from random edits: strokes of the brush, fills and polygons of all classes, each an undo step."""
    desk = Desk(work / "memory", [picture(1080, 1920)], labelled=True)
    rng, painted, document = np.random.default_rng(7), desk.painted, desk.document
    wide, high = desk.canvas.width(), desk.canvas.height()

    def place() -> tuple[float, float]:
        return float(rng.uniform(0.05, 0.95) * wide), float(rng.uniform(0.05, 0.95) * high)

    def edit() -> None:
        document.set_active_class(int(rng.integers(0, 4)))
        desk.canvas.options.set_radius(float(rng.uniform(2, 40)))
        start = place()
        painted.mouse("MouseMove", start)
        painted.mouse("MouseButtonPress", start, held=True)
        for _ in range(3):
            start = start[0] + float(rng.normal(0, 15)), start[1] + float(rng.normal(0, 15))
            painted.mouse("MouseMove", start, held=True)
        painted.mouse("MouseButtonRelease", start)

    grown, last = {}, 0
    for _ in range(200):
        edit()
        painted.turn()
    desk.rest()
    before = resident_megabytes()
    for number in (EDITS // 4, EDITS // 2, EDITS):
        for _ in range(number - last):
            edit()
            painted.turn()
        last = number
        desk.rest()
        grown[number] = round(resident_megabytes() - before, 1)
    history = document.history
    report = {"memory_growth_mb": grown, "undo_steps": len(history), "undo_mb": round(history.nbytes / 1e6, 1)}
    desk.close()
    return report


def peer(python: Path, repeats: int) -> dict[str, object]:
    command = [str(python), str(ROOT / "benchmarks" / "editor_napari.py"), "--repeats", str(repeats)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        raise SystemExit(f"the peer failed\n{done.stdout}\n{done.stderr}")
    return json.loads(lines[-1])


def main() -> None:
    from segcore.hardware.memory import keep_freed_memory
    from segcore.hardware.threads import spin_briefly

    keep_freed_memory()  # as `run_window` does
    spin_briefly()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", default=",".join(CASES))
    parser.add_argument("--repeats", type=int, default=50)
    parser.add_argument("--peer", type=Path)
    given = parser.parse_args()
    application = QApplication(["editor"])
    from app.jobs.garbage import collecting_on_ui_thread

    runs = {"dab": dab, "look": look, "undo": undo, "next": next_image, "idle": idle, "memory": memory}
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as work, collecting_on_ui_thread():
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = work
        for case in given.cases.split(","):
            found |= runs[case](Path(work), given.repeats)
    report: dict[str, object] = {
        "benchmark": "editor",
        "screen": application.platformName(),
        "load": round(os.getloadavg()[0], 1),
        "maskwright": found,
    }
    if given.peer:
        theirs = peer(given.peer, given.repeats)
        report["peer"] = theirs
        report["times_of_peer"] = {
            key: round(value["median_ms"] / found[key]["median_ms"], 1)
            for key, value in theirs["times"].items()
            if key in found
        }
    print(json.dumps(report | {"targets": TARGETS}))


if __name__ == "__main__":
    main()
