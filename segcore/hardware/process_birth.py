"""When a process was started, as a mark that no change of the clock touches."""

from __future__ import annotations

import sys
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def birth(pid: int) -> str:
    """Return what tells a process from an earlier or later one with the same number, on this machine.

    The time of its start, in seconds since 1970, does not: Linux works it out from the clock of the moment, so after
    the clock was set, or a laptop's was corrected, a process seems to be another one. This mark is the boot and the
    ticks from it to the start.

    Parameters
    ----------
    pid : int
        Process number.

    Returns
    -------
    str
        "" on systems that keep the time of the start itself (macOS, Windows), and where there is no such process.
    """
    if not sys.platform.startswith("linux"):
        return ""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return f"{_BOOT.read_text(encoding='ascii').strip()}/{fields[19]}"  # field 22 of proc_pid_stat(5)
    except (OSError, ValueError, IndexError):
        return ""
