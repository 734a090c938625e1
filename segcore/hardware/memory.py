"""How much memory is free, and how the C library keeps it between one forward pass and the next."""

from __future__ import annotations

import ctypes
import gc
import sys
from pathlib import Path

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_MMAP_THRESHOLD = 32 * 1024 * 1024  # the largest that glibc takes
_TRIM_THRESHOLD = 1 << 30

_OWN_GROUPS = Path("/proc/self/cgroup")
_GROUPS = Path("/sys/fs/cgroup")
_VERSION_1 = "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"
_VERSION_2 = "memory.max", "memory.current", "inactive_file"
"""Of a control group: the files of its limit and of what it uses, and the file cache in it that can be given up."""


def available_memory() -> int:
    """Bytes of memory that this process can still take: of the machine, or of its container where that has less."""
    import psutil  # not before the first paint of the window

    left = [most - used for most, used in _control_groups()]
    return min([int(psutil.virtual_memory().available), *(max(0, each) for each in left)])


def memory_limit() -> int | None:
    """Bytes that the control groups of this process (Linux: a container, a service) may take; None without a limit."""
    return min((most for most, _ in _control_groups()), default=None)


def _control_groups() -> list[tuple[int, int]]:
    """Bytes that each control group of this process may take, and that it uses; [] without limits or elsewhere."""
    try:
        lines = _OWN_GROUPS.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []
    found = []
    for line in lines:
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if controllers and "memory" not in controllers.split(","):
            continue
        root, names = (_GROUPS / "memory", _VERSION_1) if controllers else (_GROUPS, _VERSION_2)
        group = root / path.lstrip("/")
        for each in (group, *group.parents):
            limited = _limited(each, *names)
            if limited is not None:
                found.append(limited)
            if each == root:
                break
    return found


def _limited(group: Path, limit: str, used: str, cache: str) -> tuple[int, int] | None:
    """Bytes that a control group may take, and uses; None where it has no limit (``max``) or is not there."""
    try:
        most, now = (int((group / name).read_text(encoding="ascii")) for name in (limit, used))
        pairs = (line.split() for line in (group / "memory.stat").read_text(encoding="ascii").splitlines())
        reclaimable = next((int(value) for key, value in pairs if key == cache), 0)
    except (OSError, ValueError):
        return None
    return most, max(0, now - reclaimable)


def keep_freed_memory() -> None:
    """Let glibc keep what a layer freed for the next layer, instead of giving it back to the system each time.

    Activations are megabytes large. By default each is a mapping of its own, whose pages the system must find and clear
    again at every layer; kept, a forward pass of the starter takes 0.6 to 0.9 of the time (two cores, 1024x640), at
    about 10 % more memory. One arena serves all threads, or each would keep its own. Call it before threads start;
    elsewhere than on Linux with glibc it does nothing.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return
    for option, value in (
        (_M_ARENA_MAX, 1),
        (_M_MMAP_THRESHOLD, _MMAP_THRESHOLD),
        (_M_TRIM_THRESHOLD, _TRIM_THRESHOLD),
    ):
        mallopt(option, value)


def give_back_freed_memory() -> None:
    """Let glibc give back what it keeps: after work that took gigabytes once, such as decoding a very large image.

    Elsewhere than on Linux with glibc it does nothing.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):  # another C library
        return


def collect_garbage() -> None:
    """Collect what only Python's cyclic collector finds: after memory did not suffice, it may hold much of it.

    Where the collector is off, nothing is collected: the window does that itself, on the one thread that may.
    """
    if gc.isenabled():
        gc.collect()
