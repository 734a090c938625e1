"""Checks that paths from files stay inside their folder."""

from __future__ import annotations

import os
from pathlib import Path

from segcore.errors import ProjectError


def inside(folder: Path, name: str) -> Path:
    """Join ``folder``, which need not exist, and a relative path from a file.

    Raises
    ------
    ValueError
        The path is empty, absolute, has ``..`` or a NUL, or cannot be encoded. The text suits an error message.
    """
    place = Path(name)
    if not place.parts or place.anchor or ".." in place.parts:
        raise ValueError(f"{name!a} is not a relative path inside its folder")
    if "\0" in name:
        raise ValueError(f"{name!a} contains a NUL character")
    try:
        os.fsencode(name)
    except UnicodeEncodeError as error:
        raise ValueError(f"{name!a} is not valid text") from error
    return folder / place


def check_stays_inside(root: Path, path: Path) -> None:
    """Raise ProjectError when a link leads ``path``, which is named below ``root``, out of ``root``.

    The last part may be a link: files are replaced, never written through.
    """
    if os.name == "posix" and _has_no_links(root, path.parent):
        return
    real, place = Path(os.path.realpath(root)), Path(os.path.realpath(path.parent))
    if not place.is_relative_to(real):
        raise ProjectError(
            f"{path} would be written to {place}, outside the project, because one of its folders is a link.",
            "Replace the link by a folder, or move the whole project there.",
        )


def _has_no_links(root: Path, folder: Path) -> bool:
    """Whether no folder between both is a link, as nearly always; on Windows, links are of more kinds."""
    try:
        parts = folder.relative_to(root).parts
    except ValueError:
        return False
    place = os.fspath(root)
    for part in parts:
        place = os.path.join(place, part)
        if part == ".." or os.path.islink(place):
            return False
    return True
