"""The machine: operating system, processor, memory, environment, as the system describes them."""

from __future__ import annotations

import locale
import os
import platform
import sys
from pathlib import Path

from segcore.doctor.findings import Finding, Section

FEATURES = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "amx_int8", "asimd", "bf16", "sve")
"""Of the processor, those that decide how fast torch is here."""
LITTLE_MEMORY = 3_000_000_000
"""Bytes: torch, the window and one prediction of an image of a megapixel take about half of it."""
ENVIRONMENT = (
    *("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OMP_WAIT_POLICY", "CUDA_VISIBLE_DEVICES", "TORCH_HOME", "PYTHONPATH"),
    *("QT_QPA_PLATFORM", "QT_PLUGIN_PATH", "QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS", "QT_API", "LD_LIBRARY_PATH"),
    *("XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "WAYLAND_DISPLAY", "DISPLAY", "LANG", "LC_ALL"),
    *("SLURM_JOB_ID", "SLURM_ARRAY_TASK_ID", "WORLD_SIZE"),
)
"""Variables that change what Maskwright does."""


def system() -> Section:
    """Return what runs here: system, Python, locale."""
    facts = {
        "system": _system(),
        "Python": f"{platform.python_version()} ({platform.python_implementation()}, {platform.architecture()[0]})",
        "locale": f"{'.'.join(filter(None, locale.getlocale()))}, files {sys.getfilesystemencoding()}",
        "C library": " ".join(platform.libc_ver()).strip() or "not known",
        "container": _container(),
    }
    findings = []
    if sys.maxsize < 2**32:
        findings.append(Finding("This Python is a 32-bit program.", "Install a 64-bit Python: torch needs it.", True))
    if sys.getfilesystemencoding().lower() != "utf-8":
        findings.append(
            Finding(
                f"File names are read as {sys.getfilesystemencoding()}: names with other letters may not be found.",
                "Set LANG to a UTF-8 locale, such as C.UTF-8.",
            )
        )
    return Section("System", facts, tuple(findings))


def environment() -> Section:
    """Return the variables that are set."""
    return Section("Environment", {name: os.environ[name] for name in ENVIRONMENT if name in os.environ})


def processor() -> Section:
    """Return the processor and how much of it this process may use."""
    flags = _flags()
    affinity = getattr(os, "sched_getaffinity", None)
    usable = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    facts = {
        "processor": _field("model name") or platform.processor() or platform.machine(),
        "features": ", ".join(name for name in FEATURES if name in flags) or "not known",
        "cores": f"{usable} of {os.cpu_count()}",
    }
    quota = _quota()
    if quota is not None:
        facts["share of the container"] = f"{quota:.1f} cores"
    findings = []
    if flags and platform.machine().lower() in ("x86_64", "amd64") and "avx2" not in flags:
        findings.append(
            Finding(
                "This processor has no AVX2: predictions take several times as long.",
                "Choose the smallest model (the starter), or use a newer machine.",
            )
        )
    if min(usable, quota or usable) < 2:
        findings.append(
            Finding("Maskwright may use one core only.", "Allow at least two, so that painting stays smooth.")
        )
    return Section("Processor", facts, tuple(findings))


def memory() -> Section:
    """Return the memory of the machine, and of the container where that has less."""
    import psutil

    from segcore.hardware.memory import available_memory, memory_limit

    whole, swap, limit = psutil.virtual_memory(), psutil.swap_memory(), memory_limit()
    left = available_memory()
    facts = {"memory": gigabytes(whole.total), "can still be taken": gigabytes(left), "swap": gigabytes(swap.total)}
    findings = []
    if limit is not None and limit < whole.total:
        facts["limit of the container"] = gigabytes(limit)
        if limit < LITTLE_MEMORY:
            findings.append(
                Finding(
                    f"This container or service may take {gigabytes(limit)} of the machine's memory.",
                    "Raise its limit (MemoryMax, --memory, --mem), or Maskwright is ended by the system.",
                )
            )
    elif whole.total < LITTLE_MEMORY:
        findings.append(
            Finding(
                f"This machine has {gigabytes(whole.total)} of memory.",
                "Use the starter model and small images, or a machine with 8 GB.",
            )
        )
    if left < LITTLE_MEMORY / 3:
        findings.append(Finding(f"Only {gigabytes(left)} of memory can still be taken.", "Close other programs."))
    return Section("Memory", facts, tuple(findings))


def gigabytes(count: float) -> str:
    """Return bytes as text, such as ``1.5 GB``."""
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"


def _system() -> str:
    name = f"{platform.system()} {platform.release()} {platform.machine()}"
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {name}"
    except (OSError, KeyError):
        return f"macOS {platform.mac_ver()[0]}, {name}" if sys.platform == "darwin" else platform.platform()


def _container() -> str:
    if "microsoft" in platform.release().lower():
        return "WSL"
    marks = {"/.dockerenv": "Docker", "/run/.containerenv": "Podman", "/.singularity.d": "Apptainer"}
    return next((name for path, name in marks.items() if Path(path).exists()), "none was seen")


def _field(name: str) -> str:
    """Return a field of the first processor in /proc/cpuinfo; "" elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return ""
    return next((value.strip() for key, _, value in (li.partition(":") for li in lines) if key.strip() == name), "")


def _flags() -> set[str]:
    return set((_field("flags") or _field("Features")).split())


def _quota() -> float | None:
    """Return how many cores the control group may use; None without a limit."""
    try:
        most, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return int(most) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return None
