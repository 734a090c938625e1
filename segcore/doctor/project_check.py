"""What a child of the doctor finds in a project: index, writer, damaged labels, sizes. It changes no file."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import stat
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from segcore.errors import ImageError, LabelError
from segcore.project.project import Access, Project
from segcore.project.writer_lock import NAME, Holder

SECONDS = 40.0
"""So long labels are read; what is left then is not checked."""
PARTS = ("labels", "provenance", "predictions", "checkpoints", "versions", "journal", "training", "reports")

Say = Callable[[Mapping[str, Any]], None]


def check(root: Path, say: Say, seconds: float = SECONDS) -> None:
    """Look at the project in ``root`` and tell facts as they are found; see `project_section`.

    Raises ProjectError when there is no project, or it cannot be read.
    """
    until = time.monotonic() + seconds
    with Project.open(root, Access.READ, seconds=seconds / 2) as project:
        ids = project.image_ids()
        say({"images": len(ids), "classes": len(project.classes), "writer": _writer(root)})
        say({"states": Counter(record.state.name for record in project.records())})
        say({"index": _index(root / "index.sqlite"), "sizes": _sizes(root)})
        damaged, missing, checked = [], [], 0
        for image_id in ids:
            if time.monotonic() > until:
                break
            checked += 1
            if not project.image_file(image_id).exists():
                missing.append(image_id)
            elif project.labels_path(image_id).exists():
                try:
                    project.load_labels(image_id)
                except LabelError as error:
                    damaged.append(f"{image_id}: {error.message}")
                except ImageError as error:
                    missing.append(f"{image_id}: {error.message}")
        kept = [path.name for path in (root / "labels").rglob("*.damaged*")]
        said = {"damaged": damaged, "missing": missing, "checked": checked, "kept": len(kept)}
        say(said | {"warnings": list(project.warnings)})


def _writer(root: Path) -> str:
    holder = Holder.read(root / NAME)
    if holder is None:
        return "nobody"
    place = "this machine" if holder.host == platform.node() else "another machine"
    return f"a process on {place}, which {'runs or cannot be seen' if holder.lives() else 'has ended'}"


def _index(path: Path) -> str:
    """Return ``sound``, ``none``, ``in use``, or what SQLite says of a copy, beside which it makes files."""
    if not path.exists():
        return "none"
    holder = Holder.read(path.with_name(NAME))
    if holder is not None and holder.lives():
        return "in use"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        try:
            for ending in ("", "-wal"):
                if (stored := path.with_name(f"{path.name}{ending}")).exists():
                    shutil.copyfile(stored, f"{copy}{ending}")
            with closing(sqlite3.connect(copy)) as connection:
                found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except (sqlite3.Error, OSError) as error:
            return str(error)
    return "sound" if found == "ok" else str(found)


def _sizes(root: Path) -> dict[str, int]:
    """Return the bytes of each part of a project that is there."""
    found = {}
    for name in PARTS:
        if (root / name).is_dir():
            found[name] = sum(map(size_of, (root / name).rglob("*")))
    return found


def size_of(path: Path) -> int:
    """Return the bytes of a file; 0 for what is none, or is gone: a window may be saving at this moment."""
    try:
        status = path.stat()
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
