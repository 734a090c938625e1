"""Names that come from files must not lead out of the folder that they belong to."""

from __future__ import annotations

import os
from pathlib import Path

from segcore.errors import ProjectError


def inside(folder: Path, name: str) -> Path:
    """Join a relative path that a file names; ``folder`` itself need not exist.

    Raises
    ------
    ValueError
        Empty, absolute, with ``..``, with a NUL, or not encodable: a sentence for an error message.
    """
    place = Path(name)
    if not place.parts or place.anchor or ".." in place.parts:
        raise ValueError(f"{name!a} is no path below a folder")
    if "\0" in name:
        raise ValueError(f"{name!a} holds a NUL")
    try:
        os.fsencode(name)
    except UnicodeEncodeError as error:
        raise ValueError(f"{name!a} is no valid text") from error
    return folder / place


def check_stays_inside(root: Path, path: Path) -> None:
    """Raise ProjectError when links lead ``path``, below ``root`` by its name, to a place that is not below ``root``.

    A last part that is itself a link does no harm: files are replaced, never written through.
    """
    real, place = Path(os.path.realpath(root)), Path(os.path.realpath(path.parent))
    if not place.is_relative_to(real):
        raise ProjectError(
            f"{path} would be written to {place}, outside the project: a folder on the way is a link.",
            "Put a real folder in the place of the link, or move the whole project there.",
        )
