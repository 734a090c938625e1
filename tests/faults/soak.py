"""Soak: hours of scripted work in the real window; nothing may grow, hang, stay behind or hold the window up.

    python -m tests.faults.soak [--minutes 60] [--seed 1] [--rounds N] [--only NAME,NAME] [--keep FILE]

A round does every chore of `chores` once, in an order that the seed decides; then the window rests and `ledger` counts
memory, open files, threads, processes, objects of Qt, and the undo histories on the disk. `benchmarks.heart` beats all
the while. Two projects of tiny images are made; the networks, processes and lanes are the real ones. Settings and logs
go to a temporary folder. Prints one JSON object; ends with 1 when ``wrong`` names something.

A gap of the heart over 50 ms is counted by the clock and by the processor time of the UI thread. ``ours`` are those
that were not the fault of other processes on the machine (see `benchmarks.heart`). The first `START_SECONDS` are not
judged.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from types import TracebackType
from typing import Any

START_SECONDS = 5.0
PATIENCE_SECONDS = 600.0
"""A wait that takes longer hangs. A machine that many share needs much: a training gets only what nobody else wants."""
SIZE, IMAGES, OTHER_IMAGES = (192, 144), 6, 3
"""(width, height) of the images, and how many the two projects have."""
CLASSES = ("background", "lane", "crack", "pothole")
"""Those of the bundled network."""
MEASURE = "measure"
NOT_JUDGED = (MEASURE, "sleep")
"""Phases of the heart."""
WORST = 10


@dataclass
class Told:
    """What a soak found out."""

    entries: list[Any] = field(default_factory=list)
    chores: dict[str, int] = field(default_factory=dict)
    gaps: Counter[str] = field(default_factory=Counter)
    worst: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)
    rounds: int = 0


class Sitter:
    """Does the chores in the window that `main` opens, until the time or the rounds are over; then closes it."""

    def __init__(self, projects: tuple[Path, ...], options: argparse.Namespace, told: Told) -> None:
        from PySide6.QtCore import QTimer

        self._projects, self._options, self._told = projects, options, told
        self._random = Random(options.seed)
        self._began = self._since = time.monotonic()
        self._wanted: Callable[[], object] = lambda: True
        self._steps: Iterator[Callable[[], object]] | None = None
        self._chore = "start"
        self._heart: Any = None
        self._timer = QTimer(interval=10)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        from PySide6.QtWidgets import QApplication

        from app.window.main_window import MainWindow

        window = next((w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()), None)
        if window is None:
            return
        try:
            if self._steps is None:
                self._steps = self._work(window)
            if self._wanted():
                self._wanted = next(self._steps)
                self._since = time.monotonic()
            elif time.monotonic() - self._since > PATIENCE_SECONDS:
                self._told.hangs.append(f"{self._chore}: {stuck(window)}")
                window.training.cancel()
                raise StopIteration
        except StopIteration:
            self._timer.stop()
            window.close()
        except BaseException:
            self._told.errors.append(f"{self._chore}: {traceback.format_exc()}")
            self._timer.stop()
            window.close()

    def _work(self, window: Any) -> Iterator[Callable[[], object]]:
        from benchmarks.heart import Heart
        from tests.faults.chores import NAMES, Chores
        from tests.faults.ledger import entry

        window.resize(1000, 700)
        window.banner.changed.connect(lambda: self._hear(window))
        self._note_uncaught()
        self._heart = heart = Heart()
        heart.phase = MEASURE
        chores = Chores(window, self._projects, self._random)
        names = [name for name in NAMES if not self._options.only or name in self._options.only]
        yield lambda: window.document.image is not None
        while not self._over():
            for name in self._random.sample(names, len(names)):
                if self._over():
                    break
                self._chore = heart.phase = name
                if self._options.verbose:
                    print(f"{self._seconds():7.1f} s {name}", file=sys.stderr, flush=True)
                yield from chores.script(name)
                self._told.chores[name] = self._told.chores.get(name, 0) + 1
                self._note_gaps()
            self._chore = heart.phase = "rest"
            yield from chores.rest()
            self._told.rounds += 1
            self._note_gaps()
            heart.phase = MEASURE
            heart.gaps.clear()
            self._told.entries.append(entry(self._seconds(), self._projects[0] / "journal"))
            if self._options.keep:
                Path(self._options.keep).write_text(json.dumps(result(self._told, self._seconds()), indent=1))
            yield lambda: heart.gaps.get(MEASURE)  # it has beaten since: what this took is not the window's
            self._note_gaps()

    def _hear(self, window: Any) -> None:
        if window.banner.text:
            self._told.said[f"{self._chore}: {window.banner.text}"] += 1

    def _note_uncaught(self) -> None:
        """Note what no part of the app expected; the app itself goes on showing it."""
        shows = sys.excepthook

        def note(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            self._told.errors.append(f"{self._chore}: {''.join(traceback.format_exception(kind, error, trace))}")
            shows(kind, error, trace)

        sys.excepthook = note

    def _note_gaps(self) -> None:
        from benchmarks.heart import LIMIT_MS, Fault

        heart = self._heart
        told = self._told
        for late in heart.late:
            if late.phase in NOT_JUDGED or self._seconds() < START_SECONDS:
                continue
            told.gaps["by_clock"] += 1
            told.gaps["by_cpu"] += late.cpu_ms > LIMIT_MS
            told.gaps["ours"] += late.fault != Fault.MACHINE
            if late.fault != Fault.MACHINE or late.cpu_ms > LIMIT_MS:
                told.worst.append({"at": round(self._seconds(), 1), **asdict(late)})
        told.worst = sorted(told.worst, key=lambda late: (late["cpu_ms"] <= LIMIT_MS, late["queue_ms"] - late["ms"]))[
            :WORST
        ]  # no more: it may not grow
        heart.late.clear()
        heart.gaps.clear()
        heart.blocked.clear()

    def _over(self) -> bool:
        if self._options.rounds:
            return bool(self._told.rounds >= self._options.rounds)
        return self._seconds() > self._options.minutes * 60

    def _seconds(self) -> float:
        return time.monotonic() - self._began


def stuck(window: Any) -> str:
    """Return what the window waits for, and where each thread is."""
    from benchmarks.heart import IDLE, stack
    from benchmarks.stacks import stacks

    frames = [stack(calls) for calls in stacks().values() if calls and (calls[0].file, calls[0].function) not in IDLE]
    jobs = [f"{job.lane}: {job.title}" for job in window.jobs._jobs.values()]
    keep = window.training.keep.keep
    about = f"jobs {jobs}, training {window.training.running}, unsaved {window.autosaver.pending}"
    return f"{about}, keep learning {keep.running}: {keep.text}\n" + "\n".join(frames)


def make_projects(folder: Path) -> tuple[Path, ...]:
    """Write small photos and two projects; return the folders of the projects."""
    import numpy as np
    from PIL import Image

    from segcore.labels.classes import ClassSet
    from segcore.project.project import Project

    made = []
    for name, count in (("first", IMAGES), ("second", OTHER_IMAGES)):
        photos = folder / f"{name}-photos"
        photos.mkdir()
        for number in range(count):
            pixels = np.random.default_rng(number).integers(60, 190, (9, 12, 3)).astype(np.uint8)
            Image.fromarray(pixels).resize(SIZE, Image.Resampling.BICUBIC).save(photos / f"{number:03}.png")
        Project.create(folder / f"{name}.maskwright", photos, ClassSet.from_names(CLASSES)).close()
        made.append(folder / f"{name}.maskwright")
    return tuple(made)


def result(told: Told, seconds: float) -> dict[str, Any]:
    """Return what is printed."""
    from benchmarks.heart import LIMIT_MS
    from tests.faults.ledger import findings, grown, names_of_threads, slope

    loops = [each.loop_ms for each in told.entries]
    entries, by_cpu = told.entries, told.gaps["by_cpu"]
    wrong = [*told.hangs, *told.errors, *findings(entries, IMAGES)]
    if by_cpu:
        wrong.append(f"{by_cpu} times the UI thread computed for more than {LIMIT_MS:.0f} ms")
    return {
        "seconds": round(seconds),
        "rounds": told.rounds,
        "chores": told.chores,
        "wrong": wrong,
        "said": told.said,
        "loop_ms": {each.__name__: each(loops) for each in (min, median, max)} if loops else {},
        "mb_an_hour": {name: round(slope(entries, name), 1) for name in ("rss_mb", "anonymous_mb")},
        "gaps": {
            "limit_ms": LIMIT_MS,
            **{name: told.gaps[name] for name in ("by_clock", "by_cpu", "ours")},
            "worst_ours": told.worst,
        },
        "threads": names_of_threads(),
        "more_objects": grown(entries, "objects"),
        "more_python": grown(entries, "python"),
        "entries": [
            {**asdict(e), "objects": sum(e.objects.values()), "python": sum(e.python.values())} for e in entries
        ],
    }


def main() -> int:
    """Run it; see the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=0, help="so many in place of the minutes")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[], help="names of chores")
    parser.add_argument("--keep", help="file that takes the result after each round")
    parser.add_argument("--verbose", action="store_true", help="print each chore when it begins")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    told, began = Told(), time.monotonic()
    with tempfile.TemporaryDirectory() as work:
        home = Path(work) / "home"
        home.mkdir()
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = str(home)
        projects = make_projects(Path(work))
        from PySide6.QtWidgets import QApplication

        from app.__main__ import main as run

        application = QApplication(["maskwright"])
        sitter = Sitter(projects, options, told)
        code = run([str(projects[0])])
        found = result(told, time.monotonic() - began)
        del sitter, application
    if code:
        found["wrong"].append(f"the window ended with {code}")
    left = left_behind()
    if left:
        found["wrong"].append(f"left behind: {left}")
    if options.keep:
        Path(options.keep).write_text(json.dumps(found, indent=1))
    print(json.dumps(found))
    return 1 if found["wrong"] else 0


def left_behind() -> list[str]:
    """Return lanes and processes that outlived the window; they may take a moment to go."""
    import threading

    import psutil

    end = time.monotonic() + 5
    while True:
        threads = [each.name for each in threading.enumerate() if each.name.startswith("lane-")]
        processes = [command(each) for each in psutil.Process().children(recursive=True)]
        found = threads + [each for each in processes if each and "resource_tracker" not in each]
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.05)


def command(process: Any) -> str:
    """Return the command line of a process; "" for one that has ended."""
    import psutil

    try:
        return " ".join(process.cmdline()[:5])
    except psutil.Error:
        return ""


if __name__ == "__main__":
    sys.exit(main())
