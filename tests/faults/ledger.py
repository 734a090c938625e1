"""Ledger: what a process holds at one moment, and which of it grows from moment to moment (Linux)."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from segcore.hardware.memory import give_back_freed_memory

MEGABYTE = 1 << 20
WARM_UP = 0.25
"""Of the entries, the first so many are not judged: libraries are loaded, caches filled."""
FEWEST = 4
"""Entries after them that growth can be judged by."""
MEMORY_MB = 24.0
"""By so much the memory may differ from the first half to the second: the allocator's noise."""
COUNTS = {"files": 3, "threads": 3, "processes": 0, "objects": 40}
"""By so many these may."""
OF_A_CLASS = 6
"""By so many the objects of one class of Qt may."""
JOURNAL_MB_AN_IMAGE = 32.0
LOOPS = 200_000


@dataclass(frozen=True)
class Entry:
    """One moment, after the garbage was collected and free memory given back.

    Attributes
    ----------
    seconds : float
        Since the beginning.
    rss_mb, anonymous_mb : float
        Resident memory of the process, and of that what it shares with no file. (Shared in part, Pss, it would grow
        whenever another process with the same libraries ends.)
    files, threads, processes : int
        Open files, threads, and processes below this one.
    objects : dict[str, int]
        Objects of Qt below the application's windows, by class.
    python : dict[str, int]
        Objects that Python's collector knows, by type.
    journal_mb : float
        The undo histories on the disk.
    loop_ms : float
        Processor time of `LOOPS` rounds of an empty loop in Python: how fast the processor is, which others may share.
    """

    seconds: float
    rss_mb: float
    anonymous_mb: float
    files: int
    threads: int
    processes: int
    objects: dict[str, int]
    python: dict[str, int]
    journal_mb: float
    loop_ms: float = 0.0


def entry(seconds: float, journal: Path) -> Entry:
    """Collect, give back, and count. Call it in the UI thread while nothing runs."""
    gc.collect()
    give_back_freed_memory()
    tops = QApplication.topLevelWidgets()
    objects = Counter(each.metaObject().className() for top in tops for each in (top, *top.findChildren(QObject)))
    python = Counter(type(each).__qualname__ for each in gc.get_objects())
    rss, anonymous = _memory()
    return Entry(
        round(seconds, 1),
        rss,
        anonymous,
        len(os.listdir("/proc/self/fd")) - 1,  # listing it opens one
        len(os.listdir("/proc/self/task")),
        len(psutil.Process().children(recursive=True)),
        dict(objects),
        dict(python),
        round(sum(file.stat().st_size for file in journal.rglob("*") if file.is_file()) / MEGABYTE, 2),
        loop_ms(),
    )


def loop_ms() -> float:
    """Return `Entry.loop_ms`, measured now."""
    began = time.thread_time()
    for _ in range(LOOPS):
        pass
    return round((time.thread_time() - began) * 1000, 2)


def findings(entries: Sequence[Entry], images: int) -> list[str]:
    """Return what grows, in words; too few entries tell nothing."""
    judged = list(entries[round(WARM_UP * len(entries)) :])
    if len(judged) < FEWEST:
        return []
    half = len(judged) // 2
    first, last = judged[:half], judged[-half:]
    found: list[str] = []

    def compare(name: str, before: Sequence[float], after: Sequence[float], allowed: float, unit: str = "") -> None:
        low, high = median(before), median(after)
        if high - low > allowed:
            found.append(f"{name} from {low:g} to {high:g}{unit}")

    for name in ("rss_mb", "anonymous_mb"):
        compare(name, [getattr(e, name) for e in first], [getattr(e, name) for e in last], MEMORY_MB, " MB")
    for name in ("files", "threads", "processes"):
        compare(name, [getattr(e, name) for e in first], [getattr(e, name) for e in last], COUNTS[name])
    total = [[sum(e.objects.values()) for e in part] for part in (first, last)]
    compare("objects of Qt", *total, COUNTS["objects"])
    for name in sorted({name for e in judged for name in e.objects}):
        compare(name, [e.objects.get(name, 0) for e in first], [e.objects.get(name, 0) for e in last], OF_A_CLASS)
    compare("journal_mb", [0], [e.journal_mb for e in last], JOURNAL_MB_AN_IMAGE * images, " MB")
    return found


def slope(entries: Sequence[Entry], name: str) -> float:
    """Return the growth of a value an hour, by least squares, after the warm-up; 0 for fewer than two entries."""
    judged = entries[round(WARM_UP * len(entries)) :]
    if len(judged) < 2:
        return 0.0
    times = [e.seconds / 3600 for e in judged]
    values = [float(getattr(e, name)) for e in judged]
    middle, mean = sum(times) / len(times), sum(values) / len(values)
    spread = sum((t - middle) ** 2 for t in times)
    return sum((t - middle) * (v - mean) for t, v in zip(times, values, strict=True)) / spread if spread else 0.0


def grown(entries: Sequence[Entry], kind: str, most: int = 12) -> dict[str, list[int]]:
    """Return the classes of which there are more at the end than after the warm-up, with both numbers; for a look."""
    judged = entries[round(WARM_UP * len(entries)) :]
    if len(judged) < 2:
        return {}
    before, after = getattr(judged[0], kind), getattr(judged[-1], kind)
    more = sorted(after, key=lambda name: before.get(name, 0) - after[name])
    return {name: [before.get(name, 0), after[name]] for name in more[:most] if after[name] > before.get(name, 0)}


def names_of_threads() -> dict[str, int]:
    """Return how many threads have each name, as the system knows them."""
    found: Counter[str] = Counter(thread.name for thread in threading.enumerate())
    found["not of Python"] = len(os.listdir("/proc/self/task")) - sum(found.values())
    return dict(found)


def _memory() -> tuple[float, float]:
    values = {
        line.split(":")[0]: int(line.split()[1]) / 1024
        for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
    }
    return round(values["Rss"], 1), round(values["Anonymous"], 1)
