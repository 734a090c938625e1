"""Where the project of an image folder lies: beside it, or in the person's own data folder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import platformdirs

from segcore.project.project_file import is_project


def beside(folder: Path) -> Path:
    """``<folder>.maskwright``, the place that is tried first."""
    folder = Path(os.path.abspath(folder))
    return folder.with_name(f"{folder.name}.maskwright") if folder.name else folder / "project.maskwright"


def in_user_data(folder: Path) -> Path:
    """Return the place for image folders whose parent cannot be written; unique for the folder's path."""
    folder = Path(os.path.abspath(folder))
    digest = hashlib.sha256(os.fsencode(os.path.normcase(folder))).hexdigest()[:10]
    return Path(platformdirs.user_data_dir("maskwright", appauthor=False)) / "projects" / f"{folder.name}-{digest}"


def head_path(root: Path) -> Path:
    """Return the file of what the live head of a project knows; it may be deleted."""
    return root / "adaptation" / "head.npz"


def existing_project_for(folder: Path) -> Path | None:
    """Return the project that was made for this image folder earlier, or None."""
    return next((place for place in (beside(folder), in_user_data(folder)) if is_project(place)), None)
