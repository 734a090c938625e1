"""Snapshot: the corrected labels of a project as they are at one moment, for a training that goes on beside the window.

A training never reads the label files that are being painted, and never writes them. It reads hard links, which keep
their content when a save replaces the original, or copies where links are not possible.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from segcore.errors import MaskwrightError
from segcore.files.atomic import atomic_write_bytes, writing
from segcore.images.indexed_png import encode_indexed_png, read_notes
from segcore.progress import Progress, Task
from segcore.project.label_files import crc_of, read_file

if TYPE_CHECKING:
    from segcore.project.project import Project


@dataclass(frozen=True)
class Corrected:
    """One corrected image: its id, its file, and the files of its labels and provenance in the snapshot."""

    image_id: str
    image: Path
    labels: Path
    provenance: Path


def take_snapshot(project: Project, folder: Path) -> Task[list[Corrected]]:
    """Put the labels of every corrected image into ``folder``, as `Project.load_label_map` gives them.

    Images whose labels cannot be loaded are left in by the paths of the project, so that the training says why it
    passes over them. Raises ProjectError when the folder cannot be written.
    """
    found, ids = [], project.corrected_ids()
    for done, image_id in enumerate(ids):
        yield Progress(done, len(ids), image_id)
        originals = project.labels_path(image_id), project.provenance_path(image_id)
        copies = folder / "labels" / f"{image_id}.png", folder / "provenance" / f"{image_id}.png"
        with writing(folder):
            for path in copies:
                path.parent.mkdir(parents=True, exist_ok=True)
            try:
                _take(project, image_id, originals, copies)
            except MaskwrightError:
                copies = originals
        found.append(Corrected(image_id, project.image_path(image_id), *copies))
    return found


def _take(project: Project, image_id: str, originals: tuple[Path, Path], copies: tuple[Path, Path]) -> None:
    """Link the two files when they say what the project says; else write what it says."""
    stored = project.load_labels(image_id)
    if stored.as_stored:
        for original, copy in zip(originals, copies, strict=True):
            _link(original, copy)
        labels, provenance = (read_file(path) for path in copies)
        if labels and provenance and read_notes(provenance).get("maskwright-labels-crc32") == crc_of(labels):
            return
        for copy in copies:  # saved in between: the two links are not of one save
            copy.unlink(missing_ok=True)
    palette, label_map = project.classes.palette(), stored.label_map
    for array, copy in zip((label_map.labels, label_map.provenance), copies, strict=True):
        atomic_write_bytes(copy, encode_indexed_png(array, palette))


def _link(original: Path, copy: Path) -> None:
    with suppress(FileNotFoundError):
        try:
            os.link(original, copy)
        except OSError:
            shutil.copyfile(original, copy)
