"""Exporting a project: what a person painted or confirmed, and on request what a model predicted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import ImageError, MaskwrightError, ProjectError
from segcore.files.atomic import wait_for_the_disk
from segcore.files.stamp import Stamp
from segcore.formats.export_log import ExportLog, Written
from segcore.formats.export_options import ExportOptions
from segcore.formats.export_report import ExportReport, LeftOut
from segcore.formats.format import Format, LabelWriter, LocatedWriter, MeasuredWriter
from segcore.formats.read_ahead import pixels_of, read_ahead
from segcore.formats.registry import formats_named
from segcore.images.geo.reading import read_georeference
from segcore.images.voxel_size import read_voxel_size
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import Provenance, State, values_in
from segcore.progress import Progress, Task
from segcore.project.project import Project
from segcore.project.project_file import is_project


def export_project(
    project: Project, formats: Sequence[str], out: Path, options: ExportOptions | None = None
) -> Task[ExportReport]:
    """Write the corrected labels of a project.

    A pixel that a person neither painted nor confirmed becomes 255, unless predictions are wanted; an image in which
    nothing is left, or with damaged labels, is left out. ``formats`` are keys of the registry. An export that was
    interrupted goes on: images whose labels did not change since are not written again.

    Raises
    ------
    ProjectError
        Unknown format, one that can only be read, ``out`` holds a project's labels or the project's images, or the disk
        refuses.
    """
    rows, options = formats_named(formats), options or ExportOptions()
    out = Path(os.path.abspath(out))
    if is_project(out) or out.is_relative_to(project.root / "labels"):
        raise ProjectError(f"{out} holds a project's own labels.", "Choose another folder.")
    for row in rows:
        if row.writer is None:
            raise ProjectError(f"The format '{row.key}' can only be imported.", "Choose another format.")
        _check_images_stay(project.images, _folder_of(row, rows, out), row, options.copy_images)
    return _Export(project, rows, out, options).run()


def _folder_of(row: Format, rows: Sequence[Format], out: Path) -> Path:
    """Return where a format is written: ``out``, or a sub-folder when its lists would replace those of another one."""
    return out if len(rows) == 1 or row.shares_folder else out / row.key


def _check_images_stay(images: Path, out: Path, row: Format, copy_images: bool) -> None:
    """Raise ProjectError when the export could replace an image, or add label maps to the images of the project."""
    source = Path(os.path.realpath(images))
    folders = [row.labels_folder]
    if copy_images and row.images_folder is not None:
        folders.append(row.images_folder)
    for folder in folders:
        target = Path(os.path.realpath(out / folder))
        if target.is_relative_to(source) or source.is_relative_to(target):
            raise ProjectError(f"{target} holds, or lies in, the images of the project.", "Choose another folder.")


@dataclass(frozen=True)
class _Labels:
    """The labels of an image that are exported, uint8 [H, W], and what the report has to say of them."""

    labels: NDArray[np.uint8]
    stamp: str
    left_out: tuple[LeftOut, ...]
    different: tuple[LeftOut, ...]


class _Export:
    """One export."""

    def __init__(self, project: Project, rows: Sequence[Format], out: Path, options: ExportOptions) -> None:
        self._project, self._rows, self._out, self._options = project, rows, out, options

    def run(self) -> Task[ExportReport]:
        project = self._project
        lowest = State.PREDICTED if self._options.predictions else State.IN_PROGRESS
        records = {record.id: record.state for record in project.records()}
        everything = project.image_ids()
        ids = [image_id for image_id in everything if records.get(image_id, State.NEW) >= lowest]
        whole = [LeftOut(image_id, self._why_not(image_id)) for image_id in sorted(set(everything) - set(ids))]
        classes = (yield from self._classes_in(ids)) if self._options.split.stratified else None
        options = replace(self._options, parts=self._options.split.divide(ids, classes, self._options.volumes))
        writers = [
            (row, row.writer(_folder_of(row, self._rows, self._out), project.classes, everything, options))
            for row in self._rows
            if row.writer
        ]
        log = ExportLog(self._out, self._what(options, everything))
        complete = False
        try:
            report = yield from self._images(ids, writers, log, whole)
            for _, writer in writers:
                writer.finish()
            wait_for_the_disk()
            complete = True
        finally:
            log.close(complete)
        return report

    def _images(
        self, ids: Sequence[str], writers: Sequence[tuple[Format, LabelWriter]], log: ExportLog, whole: list[LeftOut]
    ) -> Task[ExportReport]:
        exported: list[str] = []
        left_out: list[LeftOut] = []
        different: list[LeftOut] = []
        kept = 0
        read, pixels = partial(self._labels_if_new, log), pixels_of(self._project)
        for done, (image_id, reading) in enumerate(read_ahead(ids, read, pixels)):
            yield Progress(done, len(ids), image_id)
            try:
                found = reading.result()
                before = None if found is not None else log.before[image_id]
                lacking = [each for each in writers if before is None or not each[1].keep(image_id)]
                if found is None and lacking:
                    found = self._labels(image_id)
            except MaskwrightError as error:
                whole.append(LeftOut(image_id, str(error)))
                del reading  # it has the error, whose frames have it: Python's collector comes late
                continue
            if found is None:
                assert before is not None
                written, kept = before, kept + 1
            elif not (found.labels != IGNORE_INDEX).any():
                whole.append(LeftOut(image_id, self._nothing_left()))
                continue
            else:
                try:
                    written = self._write(image_id, found, lacking, before)
                except ImageError as error:  # a format wants a copy in another format, and the image is damaged
                    whole.append(LeftOut(image_id, str(error)))
                    continue
                log.note(image_id, written)
            exported.append(image_id)
            left_out += written.left_out
            different += written.different
        keys = tuple(row.key for row in self._rows)
        return ExportReport(self._out, keys, tuple(exported), (*whole, *left_out), tuple(different), kept)

    def _labels_if_new(self, log: ExportLog, image_id: str) -> _Labels | None:
        """Read the labels of an image; None for what an interrupted export wrote."""
        before = log.before.get(image_id)
        return None if before is not None and before.stamp == self._stamp(image_id) else self._labels(image_id)

    def _labels(self, image_id: str) -> _Labels:
        """Read the labels of an image and leave out what is not wanted. Raises LabelError or ImageError."""
        stamp = self._stamp(image_id)
        label_map = self._project.load_label_map(image_id)
        counts = np.bincount(label_map.provenance.ravel(), minlength=len(Provenance)).tolist()
        left_out, different = [], []
        if self._options.predictions:
            labels = label_map.labels
            if counts[Provenance.PREDICTED]:
                reason = "are only predicted: exported, as you asked"
                different.append(LeftOut(image_id, reason, counts[Provenance.PREDICTED]))
        else:
            labels = label_map.ground_truth()
            if counts[Provenance.PREDICTED]:
                reason = "are only predicted: exported as ignore (255)"
                left_out.append(LeftOut(image_id, reason, counts[Provenance.PREDICTED]))
        if counts[Provenance.UNTOUCHED]:
            reason = "are untouched: exported as ignore (255)"
            left_out.append(LeftOut(image_id, reason, counts[Provenance.UNTOUCHED]))
        return _Labels(labels, stamp, tuple(left_out), tuple(different))

    def _write(
        self, image_id: str, found: _Labels, writers: Sequence[tuple[Format, LabelWriter]], before: Written | None
    ) -> Written:
        """Write the labels of an image in the formats that lack it; ``before`` is what the others have to report."""
        image = self._project.image_path(image_id) if self._options.copy_images else None
        different = list(found.different if before is None else before.different)
        path = self._project.image_path(image_id)
        place = read_georeference(path)
        size = read_voxel_size(path) if self._options.volumes else None
        for row, writer in writers:
            if place is not None and isinstance(writer, LocatedWriter):
                writer.locate(image_id, place)
            if size is not None and isinstance(writer, MeasuredWriter):
                writer.measure(image_id, size)
            for each in writer.add(image_id, found.labels, None if row.images_folder is None else image):
                entry = LeftOut(image_id, each.reason, each.pixels)
                different += [] if entry in different else [entry]  # two formats may say the same
        return Written(found.stamp, found.left_out, tuple(different))

    def _classes_in(self, ids: Sequence[str]) -> Task[dict[str, list[int]]]:
        """Return the class values in each image."""
        found: dict[str, list[int]] = {}
        for done, image_id in enumerate(ids):
            yield Progress(done, len(ids), image_id)
            with suppress(MaskwrightError):
                found[image_id] = [v for v in values_in(self._labels(image_id).labels) if v != IGNORE_INDEX]
        return found

    def _stamp(self, image_id: str) -> str:
        return ":".join(map(str, Stamp.of(self._project.labels_path(image_id))))

    def _what(self, options: ExportOptions, everything: Sequence[str]) -> dict[str, object]:
        return {
            "formats": [row.key for row in self._rows],
            "classes": self._project.classes.to_json(),
            "options": asdict(options),
            "images": list(everything),
        }

    def _nothing_left(self) -> str:
        return "every pixel is ignore (255)" if self._options.predictions else "every corrected pixel is ignore (255)"

    def _why_not(self, image_id: str) -> str:
        """Damaged labels make an image look new: say that it is not."""
        project = self._project
        if project.state(image_id) == State.NEW and os.path.exists(project.labels_path(image_id)):
            try:
                project.load_label_map(image_id)
            except MaskwrightError as error:
                return str(error)
        return "it has no labels" if self._options.predictions else "nothing in it is painted or confirmed"
