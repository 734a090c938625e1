"""Stacks: the images of a project's files, each file looked into once and again when it was changed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from segcore.errors import ImageError
from segcore.files.stamp import Stamp
from segcore.images.image import image_header, image_layout
from segcore.images.layout import Layout
from segcore.images.page_path import is_stack_name, split_id
from segcore.progress import Progress, Task
from segcore.project.index import MAX_REASON, IndexRow

LOOK_AGAIN = -1
"""Stamp of a file that could not be read for a reason outside of it (permissions, memory, a network disk)."""


def look_into(
    files: Sequence[str], folder: Path, rows: dict[str, IndexRow], seconds: float
) -> Task[dict[str, IndexRow]]:
    """Read which images the files hold that may hold several; return the rows that changed.

    Parameters
    ----------
    files : Sequence[str]
        Paths below ``folder``.
    rows : dict[str, IndexRow]
        What is known.
    seconds : float
        How long this may take. With less than infinity, files that were looked into before are not asked again.
    """
    end, changed = time.monotonic() + seconds, {}
    waiting = [name for name in files if is_stack_name(name)]
    for done, name in enumerate(waiting):
        row = rows.get(name, IndexRow(name))
        is_known = row.layout is not None or row.unreadable is not None
        if is_known and (seconds < float("inf") or row.image_stamp == Stamp.of(folder / name).key):
            continue
        yield Progress(done, len(waiting), name)
        changed[name] = looked_at(row, folder)
        if time.monotonic() > end:
            break
    return changed


def looked_at(row: IndexRow, folder: Path) -> IndexRow:
    """Return a row with what the header of its image says, or why that cannot be read."""
    try:
        return measured(row, folder)
    except ImageError as error:
        return unreadable(row, folder, error)


def measured(row: IndexRow, folder: Path) -> IndexRow:
    """Return a row with what the header of its image says. Raises ImageError.

    A file whose header is sound stays unreadable until it changes, because its pixels may be damaged.
    """
    path, (file, name) = folder / row.id, split_id(row.id)
    stamp = Stamp.of(folder / file).key
    header = image_header(path)
    height, width = header.shape
    layout = image_layout(path).to_text() if header.pages > 1 and not name and is_stack_name(file) else ""
    reason = row.unreadable if row.image_stamp == stamp else None
    return row._replace(width=width, height=height, layout=layout, image_stamp=stamp, unreadable=reason)


def unreadable(row: IndexRow, folder: Path, error: ImageError) -> IndexRow:
    """Return a row of an image that cannot be read, until its file changes."""
    if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
        stamp = Stamp().key  # of no file: it may have come back since
    else:
        stamp = LOOK_AGAIN if _is_passing(error) else Stamp.of(folder / split_id(row.id)[0]).key
    return row._replace(unreadable=str(error.message)[:MAX_REASON] or "?", image_stamp=stamp)


def images_of(files: Sequence[str], rows: dict[str, IndexRow], pages_are_channels: bool) -> list[str]:
    """Return the image ids of these files, in their order."""
    stacks = {row.id: row.layout for row in rows.values() if row.layout}
    if not stacks:
        return list(files)
    found: list[str] = []
    for file in files:
        found.append(file)
        if file in stacks:
            names = Layout.from_text(stacks[file] or "").names(pages_are_channels)
            found += [f"{file}/{name}" for name in names[1:]]
    return found


def _is_passing(error: ImageError) -> bool:
    """Whether the file itself may be sound: the disk or the memory refused."""
    cause = error.__cause__
    return isinstance(cause, MemoryError) or (isinstance(cause, OSError) and cause.errno is not None)
