"""Exporting a project: what a person painted or confirmed, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segcore.errors import MaskwrightError, ProjectError
from segcore.formats.format import Format
from segcore.formats.registry import formats_named
from segcore.images.geo.reading import read_georeference
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import Provenance, State
from segcore.progress import Progress, Task
from segcore.project.project import Project


@dataclass(frozen=True)
class LeftOut:
    """An image, or ``pixels`` of it, that were not exported, and why."""

    image: str
    reason: str
    pixels: int | None = None


@dataclass(frozen=True)
class ExportReport:
    """What `export_project` wrote: the images, and all that was left out (whole images first)."""

    out: Path
    formats: tuple[str, ...]
    exported: tuple[str, ...]
    left_out: tuple[LeftOut, ...]

    def to_json(self) -> dict[str, Any]:
        """Return ``{"out", "formats", "exported": [image], "left_out": [{"image", "reason", "pixels"}]}``."""
        return {
            "out": str(self.out),
            "formats": list(self.formats),
            "exported": list(self.exported),
            "left_out": [{"image": e.image, "reason": e.reason, "pixels": e.pixels} for e in self.left_out],
        }

    def summary(self) -> str:
        """Return the report as text for a person: a headline, then one line for each thing left out."""
        whole = sum(1 for entry in self.left_out if entry.pixels is None)
        part = len({entry.image for entry in self.left_out if entry.pixels is not None})
        lines = [
            f"{_images(len(self.exported))} exported to {self.out} ({', '.join(self.formats)}); "
            f"{_images(whole)} left out; {_images(part)} exported in part."
        ]
        for entry in self.left_out:
            pixels = "" if entry.pixels is None else f"{entry.pixels} pixels "
            lines.append(f"  {entry.image}: {pixels}{entry.reason}")
        return "\n".join(lines)


def export_project(
    project: Project, formats: Sequence[str], out: Path, copy_images: bool = False
) -> Task[ExportReport]:
    """Write the corrected labels of a project.

    A pixel that a person neither painted nor confirmed becomes 255; an image without corrected pixels, or with
    damaged labels, is left out. ``formats`` are keys of the registry. ``copy_images`` puts the images beside the labels
    where the format has a place for them.

    Raises
    ------
    ProjectError
        Unknown format, ``out`` holds a project's labels or the project's images, or the disk refuses.
    """
    rows = formats_named(formats)
    out = Path(os.path.abspath(out))
    if Project.is_project(out) or out.is_relative_to(project.root / "labels"):
        raise ProjectError(f"{out} holds a project's own labels.", "Choose another folder.")
    for row in rows:
        _check_images_stay(project.images, out, row, copy_images)
    return _export(project, rows, out, copy_images)


def _check_images_stay(images: Path, out: Path, row: Format, copy_images: bool) -> None:
    """Raise ProjectError when the export could replace an image, or add label maps to the images of the project."""
    source = Path(os.path.realpath(images))
    folders = [row.labels_folder, row.images_folder] if copy_images and row.images_folder else [row.labels_folder]
    for folder in folders:
        target = Path(os.path.realpath(out / folder))
        if target.is_relative_to(source) or source.is_relative_to(target):
            raise ProjectError(f"{target} holds, or lies in, the images of the project.", "Choose another folder.")


def _export(project: Project, rows: Sequence[Format], out: Path, copy_images: bool) -> Task[ExportReport]:
    corrected, everything = project.corrected_ids(), project.image_ids()
    writers = [(row, row.writer(out, project.classes, everything)) for row in rows]
    exported: list[str] = []
    whole = [
        LeftOut(image_id, _why_left_out(project, image_id)) for image_id in sorted(set(everything) - set(corrected))
    ]
    parts: list[LeftOut] = []
    for done, image_id in enumerate(corrected):
        yield Progress(done, len(corrected), image_id)
        try:
            label_map = project.load_label_map(image_id)
        except MaskwrightError as error:
            whole.append(LeftOut(image_id, str(error)))
            continue
        labels = label_map.ground_truth()
        if not (labels != IGNORE_INDEX).any():
            whole.append(LeftOut(image_id, "every corrected pixel is ignore (255)"))
            continue
        image = project.image_path(image_id)
        place = read_georeference(image)
        for row, writer in writers:
            writer.add(image_id, labels, image if copy_images and row.images_folder else None, place)
        exported.append(image_id)
        counts = np.bincount(label_map.provenance.ravel(), minlength=4)
        for kind, reason in (
            (Provenance.PREDICTED, "are only predicted: exported as ignore (255)"),
            (Provenance.UNTOUCHED, "are untouched: exported as ignore (255)"),
        ):
            if counts[kind]:
                parts.append(LeftOut(image_id, reason, int(counts[kind])))
    for _, writer in writers:
        writer.finish()
    return ExportReport(out, tuple(row.key for row in rows), tuple(exported), (*whole, *parts))


def _why_left_out(project: Project, image_id: str) -> str:
    """Damaged labels make an image look new: say that it is not."""
    if project.state(image_id) == State.NEW and os.path.exists(project.labels_path(image_id)):
        try:
            project.load_label_map(image_id)
        except MaskwrightError as error:
            return str(error)
    return "nothing in it is painted or confirmed"


def _images(count: int) -> str:
    return f"{count} image{'' if count == 1 else 's'}"
