"""Places: the folders that Maskwright writes to. Free space, permission, kind of file system."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from segcore.doctor.findings import Finding, Section
from segcore.doctor.machine import gigabytes

NEEDED, LITTLE = 100_000_000, 2_000_000_000
"""Bytes: with fewer free, saving fails soon; with fewer, a training may not fit."""


def own_places() -> dict[str, Path]:
    """Return the person's folders, by what is in them."""
    import platformdirs

    names: dict[str, Callable[..., str]] = {
        "settings": platformdirs.user_config_dir,
        "log": platformdirs.user_log_dir,
        "projects and weights": platformdirs.user_data_dir,
        "thumbnails": platformdirs.user_cache_dir,
    }
    places = {name: Path(folder("maskwright", appauthor=False)) for name, folder in names.items()}
    return places | {"temporary files": Path(tempfile.gettempdir())}


def places(folders: Mapping[str, Path]) -> Section:
    """Return free space and permission of each folder, which need not be there yet."""
    facts, findings = {}, []
    for name, folder in folders.items():
        there = next(each for each in (folder, *folder.parents) if each.exists())
        free = shutil.disk_usage(there).free
        kind = _file_system(there)
        facts[name] = f"{folder}: {gigabytes(free)} free" + (f", {kind}" if kind else "")
        reason = _refusal(there)
        if reason:
            facts[name] += f", not writable ({reason})"
            findings.append(
                Finding(
                    f"The folder of {name} cannot be written: {folder} ({reason}).",
                    "Change its permissions or its owner, or free the disk.",
                    name not in ("thumbnails", "log"),
                )
            )
        elif free < NEEDED:
            findings.append(
                Finding(
                    f"Only {gigabytes(free)} are free for {name}: {folder}.", "Free the disk before you go on.", True
                )
            )
        elif free < LITTLE:
            findings.append(
                Finding(
                    f"Only {gigabytes(free)} are free for {name}: {folder}.",
                    "Free the disk before you train or pre-label many images.",
                )
            )
    return Section("Folders", facts, tuple(findings))


def _refusal(folder: Path) -> str:
    """Return why nothing can be written in a folder, or ""; permissions alone say nothing of quotas and network disks.

    A file is written and removed.
    """
    if not folder.is_dir():
        return "it is a file"
    try:
        with tempfile.TemporaryFile(dir=folder, prefix=".maskwright-doctor-") as file:
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _file_system(folder: Path) -> str:
    """Return the kind of file system, such as ext4 or nfs4; "" where the system does not say."""
    if not sys.platform.startswith("linux"):
        return ""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    mounts = [(fields[1].replace("\\040", " "), fields[2]) for line in lines if len(fields := line.split()) > 2]
    around = [(len(Path(point).parts), kind) for point, kind in mounts if folder.resolve().is_relative_to(point)]
    return max(around)[1] if around else ""
