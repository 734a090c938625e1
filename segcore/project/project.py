"""Project: images, classes and everything a person made of them, in a folder of ordinary files.

``project.json`` (classes, settings), ``labels/<image id>.png`` and ``provenance/<image id>.png`` (see `label_store`),
``predictions/<image id>.npz``, ``checkpoints/*.safetensors``, and ``index.sqlite``, which is rebuilt from the others.
An image id is the path of an image below the image folder, with ``/``. Images are never changed nor copied.

One process writes a project (see `writer_lock`); others open it read-only and change no file in it.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import ImageError, LabelError, LabelSizeError, MaskwrightError, ProjectError
from segcore.files.atomic import writing
from segcore.files.inside import check_stays_inside
from segcore.images.image import image_size
from segcore.labels.class_history import ClassHistory, check_labels, in_words, unknown_values, without
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance, State, values_in
from segcore.labels.probability_map import ProbabilityMap, load_prediction, save_prediction
from segcore.models.checkpoint_info import CheckpointInfo
from segcore.progress import Progress, Task, drive
from segcore.project.image_id import check_image_id
from segcore.project.index import ImageRecord, Index
from segcore.project.label_files import UNKNOWN_CLASSES
from segcore.project.label_store import LabelStore, SavedLabels, StoredLabels, now
from segcore.project.project_file import ProjectFile, is_project, mapping_key
from segcore.project.project_places import beside, existing_project_for, in_user_data
from segcore.project.rescan import Rescan, find_images, update_index
from segcore.project.sweep import sweep
from segcore.project.versions import list_versions, next_version
from segcore.project.write_access import Access, WriteAccess

__all__ = ["Access", "Project", "existing_project_for"]

logger = logging.getLogger(__name__)


class Project:
    """An open project. Usable from several threads; close it, or use it as a context manager.

    Attributes
    ----------
    root : Path
        The project folder, absolute.
    index : Index
        Quick answers about every image.
    warnings : list[str]
        What was found odd or repaired, oldest first, each once.
    """

    def __init__(self, root: Path, file: ProjectFile, access: WriteAccess) -> None:
        self.root = root
        self.warnings: list[str] = []
        self._file = file
        self._access = access
        self._lock = threading.RLock()
        self._labels = LabelStore(root, access.writing)
        self._ids: list[str] = []
        self._unknown: set[str] = set()  # images whose labels hold values of no class
        self.index = Index(root / "index.sqlite", copied=bool(access.read_only))

    @classmethod
    def create(cls, root: Path, images: Path, classes: ClassSet) -> Project:
        """Make a project in ``root`` for the images below ``images``. Raises ProjectError when there is one already."""
        root, images = Path(os.path.abspath(root)), Path(os.path.abspath(images))
        if is_project(root):
            raise ProjectError(f"{root} holds a project already.", "Open it, or choose another folder.")
        if not images.is_dir():
            raise ProjectError(f"The image folder {images} is not there.", "Choose a folder with images.")
        with writing(root):
            root.mkdir(parents=True, exist_ok=True)
        ProjectFile(images, classes).write(root)
        return cls.open(root)

    @classmethod
    def open(cls, root: Path, access: Access = Access.WRITE) -> Project:
        """Open a project and look for new and removed images.

        With `Access.WRITE` this process becomes the one that writes the project; where the folder cannot be written it
        opens read-only instead (see `read_only`). With `Access.READ` no file of the project is changed.

        Raises
        ------
        ProjectBusyError
            With `Access.WRITE`: another process writes the project.
        ProjectError
            There is no project, or it cannot be read.
        """
        root = Path(os.path.abspath(root))
        granted = WriteAccess(root, access)
        project: Project | None = None
        try:
            file, warning = ProjectFile.read(root, repair=not granted.read_only)
            project = cls(root, file, granted)
            project.warn(warning)
            if not granted.read_only:
                sweep(root, project._labels)
            drive(project.rescan())
        except BaseException as error:
            project.close() if project is not None else granted.release()
            if isinstance(error, sqlite3.Error):
                raise ProjectError(
                    f"The index of {root} cannot be opened ({error}).",
                    "Close other programs that use it and try again.",
                ) from error
            raise
        return project

    @classmethod
    def for_folder(cls, folder: Path, classes: ClassSet) -> Project:
        """Open the project of an image folder, or make it: beside the folder, else in the person's data folder."""
        existing = existing_project_for(folder)
        if existing is not None:
            return cls.open(existing)
        try:
            return cls.create(beside(folder), folder, classes)
        except ProjectError:
            if not Path(folder).is_dir():
                raise
            return cls.create(in_user_data(folder), folder, classes)

    @staticmethod
    def is_project(path: Path) -> bool:
        """Whether ``path`` is a project folder."""
        return is_project(path)

    def close(self) -> None:
        """Close the index and let others write; everything else is on disk already."""
        self.index.close()
        self._access.release()

    def __enter__(self) -> Project:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Who writes

    @property
    def read_only(self) -> str:
        """Why nothing can be written here, for a person; "" when it can."""
        return self._access.read_only

    @property
    def holder(self) -> str:
        """Who writes the project, for a person; "" when nobody does."""
        return self._access.holder

    def check_writer(self) -> None:
        """Raise ProjectBusyError, and be read-only from now on, when another process has taken the project over."""
        self._access.check()

    def take_over(self) -> None:
        """Become the one that writes the project; who did so until now can no longer save. Raises ProjectError.

        Label maps that were loaded before may be older than the files: load them again.
        """
        with self._lock:
            self._access.take_over()
            index = Index(self.root / "index.sqlite")
            self._file, warning = ProjectFile.read(self.root)
            self.warn(warning)
            self.index, before = index, self.index
            before.close()
            self._access.read_only = ""
        drive(self.rescan())

    # What the project is

    @property
    def name(self) -> str:
        """The folder's name without ``.maskwright``."""
        return self.root.name.removesuffix(".maskwright")

    @property
    def images(self) -> Path:
        """The image folder, absolute."""
        return self._file.images

    @property
    def classes(self) -> ClassSet:
        """The classes of its label maps."""
        return self._file.classes

    @property
    def class_history(self) -> ClassHistory:
        """What became of removed classes."""
        return self._file.history

    @property
    def settings(self) -> dict[str, Any]:
        """A copy of the settings; change them with `set_setting`."""
        return dict(self._file.settings)

    def set_images(self, folder: Path) -> Task[Rescan]:
        """Use the images of another folder, for example after it was moved. Raises ProjectError."""
        if not folder.is_dir():
            raise ProjectError(f"The image folder {folder} is not there.", "Choose a folder with images.")
        self._change(images=Path(os.path.abspath(folder)))
        return self.rescan()

    def set_setting(self, key: str, value: Any) -> None:
        """Keep a JSON value in the project; None removes it. A model inside the project is kept relative to it."""
        if key == "model" and value is not None and Path(value).is_relative_to(self.root):
            value = Path(value).relative_to(self.root).as_posix()
        with self._lock:
            settings = {**self._file.settings, key: value}
            if value is None:
                del settings[key]
            self._change(settings=settings)

    def set_classes(self, classes: ClassSet) -> None:
        """Change the class list. Label maps stay as they are.

        Pixels of a removed class count as unlabelled from the next load on, and come back with a class of the same
        value and name. A value that goes to another class does not bring the old pixels with it.
        """
        with self._lock:
            history = self._file.history.changed(self.classes, classes, now())
            self._change(classes=classes, history=history)

    def class_usage(self, index: int) -> Task[int]:
        """Count the images whose label map holds this class value, reading every label file."""
        count, labelled = 0, list(self._labels.stamps())
        for done, image_id in enumerate(labelled):
            yield Progress(done, len(labelled), image_id)
            with suppress(MaskwrightError):
                count += index in values_in(self.load_label_map(image_id).labels)
        return count

    # Images

    def image_ids(self) -> list[str]:
        """All images, in the order of the folder."""
        return list(self._ids)

    def image_path(self, image_id: str) -> Path:
        """Return the image file. Raises ProjectError when the id leads out of the image folder."""
        return self.images / check_image_id(image_id)

    def labels_path(self, image_id: str) -> Path:
        """Return the file with the labels of an image; it need not exist."""
        return self._labels.labels_path(check_image_id(image_id))

    def provenance_path(self, image_id: str) -> Path:
        """Return the file with the provenance of an image; it need not exist."""
        return self._labels.provenance_path(check_image_id(image_id))

    def prediction_path(self, image_id: str) -> Path:
        """Return the file with the prediction for an image; it need not exist."""
        return self.root / "predictions" / f"{check_image_id(image_id)}.npz"

    def size(self, image_id: str) -> tuple[int, int]:
        """(height, width), read once from the header of the file. Raises ImageError."""
        path = self.image_path(image_id)
        try:
            stamp = path.stat().st_mtime_ns
        except OSError as error:
            raise ImageError(f"{path} is no longer there.", "Put it back, or rescan the folder.") from error
        row = self.index.row(image_id)
        if row is not None and row.image_stamp == stamp and row.width is not None and row.height is not None:
            return row.height, row.width
        return self._measure(image_id, stamp)

    def _measure(self, image_id: str, stamp: int) -> tuple[int, int]:
        """Read the size of an image from its header and keep it in the index."""
        height, width = image_size(self.image_path(image_id))
        self._note(image_id, width=width, height=height, image_stamp=stamp)
        return height, width

    def record(self, image_id: str) -> ImageRecord:
        """Return what is known of one image. Raises KeyError for an image that the project does not have."""
        row = self.index.row(image_id)
        if row is None:
            raise KeyError(image_id)
        return row.record()

    def records(self) -> list[ImageRecord]:
        """Return what is known of every image, in the order of `image_ids`."""
        rows = self.index.rows()
        return [rows[image_id].record() for image_id in self._ids if image_id in rows]

    def state(self, image_id: str) -> State:
        """How far an image has come; NEW for one that the project does not have."""
        row = self.index.row(image_id)
        return State.NEW if row is None else State(row.state)

    def corrected_ids(self) -> list[str]:
        """Images with at least one painted or confirmed pixel."""
        rows = self.index.rows()
        return [key for key in self._ids if key in rows and rows[key].state >= State.IN_PROGRESS]

    def rescan(self) -> Task[Rescan]:
        """Bring the index up to date with the folder and the files. Labels of images that are gone stay."""
        ids, problems = find_images(self.images, self.root, self.index)
        for text in problems:
            self.warn(text)
        self._ids = ids
        with self._indexing():
            return (yield from update_index(self.index, ids, self._labels, self.root / "predictions"))
        return Rescan((), ())

    # Labels

    def load_label_map(self, image_id: str) -> LabelMap:
        """Return the label map of `load_labels`; what was odd is added to `warnings`."""
        stored = self.load_labels(image_id)
        self.warn(stored.warning)
        return stored.label_map

    def load_labels(self, image_id: str, shape: tuple[int, int] | None = None) -> StoredLabels:
        """Read the labels of an image; blank when there are none. Changes no file.

        Parameters
        ----------
        image_id : str
            The image.
        shape : (height, width), optional
            Of the image, where it was decoded already.

        Raises
        ------
        ImageError
            The image cannot be read.
        LabelError
            The labels are damaged, of another size, or hold values of no class. They stay until this image is saved,
            and are kept under another name then.
        """
        stored = self._stored(check_image_id(image_id), shape)
        values = values_in(stored.label_map.labels)
        stale = self._file.history.stale(values, stored.saved_at)
        unknown = unknown_values(set(values) - set(stale), self.classes)
        if unknown:
            self._unknown.add(image_id)
            raise LabelError(
                f"{self.labels_path(image_id)} holds {in_words(unknown)}, which no class has.",
                "Add classes with these values. If you paint here instead, the file is kept under another name.",
            )
        self._unknown.discard(image_id)
        if not stale:
            return stored
        text = f"{image_id}: pixels of removed classes ({in_words(stale)}) are unlabelled now."
        found = without(stored.label_map, stale)
        return replace(stored, label_map=found, warning=f"{stored.warning} {text}".strip(), as_stored=False)

    def _stored(self, image_id: str, shape: tuple[int, int] | None) -> StoredLabels:
        """Load from the store; a size that does not fit is measured again, because the index is only a cache."""
        try:
            return self._labels.load(image_id, shape or self.size(image_id))
        except LabelSizeError as error:
            if shape is not None:
                raise _kept_for_later(error) from error
            path = self.image_path(image_id)
            measured = self._measure(image_id, path.stat().st_mtime_ns)
            if measured != error.size:
                raise _kept_for_later(error) from error
            return self._labels.load(image_id, measured)
        except LabelError as error:
            raise LabelError(
                error.message,
                f"Restore {self.labels_path(image_id)} from a copy. If you paint here instead, the damaged file is "
                "kept under another name.",
            ) from error

    def labels_crc(self, image_id: str) -> str:
        """CRC-32 of the label file that was loaded or saved last, eight hexadecimal digits; "" when there was none."""
        return self._labels.crc(image_id)

    def save_label_map(self, image_id: str, label_map: LabelMap) -> State:
        """Write labels and provenance, together or not at all; return the state.

        What the files held before is kept under another name where it could not be loaded or was changed by another
        program; `warnings` tells of it. Raises ProjectError (no space left, ...), ProjectBusyError when another process
        has taken the project over.
        """
        saved = self._save(check_image_id(image_id), label_map)
        self._note(
            image_id, state=int(saved.state), labelled_at=saved.saved_at, label_stamp=self._labels.stamp(image_id)
        )
        self.warn(saved.warning)
        return saved.state

    def _save(self, image_id: str, label_map: LabelMap) -> SavedLabels:
        if not is_project(self.root) and not self.read_only:
            self._file.write(self.root)  # the folder was deleted while open: what is in memory is all there is
        with self._labels.lock:
            if image_id in self._unknown:
                self._labels.keep_aside(image_id, UNKNOWN_CLASSES)
                self._unknown.discard(image_id)
            return self._labels.save(image_id, label_map, self.classes.palette())

    def import_labels(
        self,
        image_id: str,
        labels: NDArray[np.uint8],
        provenance: NDArray[np.uint8] | Provenance = Provenance.CONFIRMED,
    ) -> State:
        """Take over labels made elsewhere, uint8 [H, W]; every pixel gets ``provenance``, those with 255 too.

        Raises LabelError when they do not fit the image or hold values of no class; nothing is changed then.
        """
        check_labels(image_id, labels, self.size(image_id), self.classes)
        if isinstance(provenance, Provenance):
            provenance = np.full(labels.shape, provenance, np.uint8)
        return self.save_label_map(image_id, LabelMap(labels.copy(), provenance.copy()))

    # Predictions

    def save_prediction(self, image_id: str, prediction: ProbabilityMap) -> None:
        """Keep the model's answer. Labels do not change. Raises ProjectError."""
        path = self.prediction_path(image_id)
        check_stays_inside(self.root, path)
        with self._access.writing():
            pass  # may this process write? Compressing takes too long to hold the lock meanwhile.
        with writing(path):
            save_prediction(path, prediction)
        self._note(
            image_id,
            uncertainty=prediction.mean_uncertainty,
            predicted_at=now(),
            prediction_stamp=path.stat().st_mtime_ns,
        )

    def load_prediction(self, image_id: str, shape: tuple[int, int] | None = None) -> ProbabilityMap | None:
        """Read the kept prediction in the project's classes; None when there is none.

        Raises LabelError when it is damaged, or not of ``shape`` (height, width) where that is given.
        """
        path = self.prediction_path(image_id)
        return load_prediction(path, self.classes.indices, shape) if os.path.lexists(path) else None

    def accept_prediction(self, image_id: str, prediction: ProbabilityMap) -> State:
        """Give every open pixel its predicted label; what a person painted or confirmed stays."""
        with self._labels.lock:
            return self.save_label_map(image_id, self.load_label_map(image_id).accept(prediction.labels))

    # Models

    @property
    def active_model(self) -> str:
        """Catalogue name, or path of a checkpoint; kept as the setting ``model``."""
        name = str(self._file.settings.get("model", "starter"))
        inside = self.root / name
        return str(inside) if inside.is_file() else name

    @active_model.setter
    def active_model(self, name: str) -> None:
        self.set_setting("model", name)

    def checkpoints(self) -> list[CheckpointInfo]:
        """Return the project's own model versions, oldest first; damaged files are passed over with a warning."""
        found, damaged = list_versions(self.root / "checkpoints")
        for text in damaged:
            self.warn(text)
        return found

    def new_checkpoint_path(self) -> Path:
        """Return a file name for the next model version: ``checkpoints/version-001.safetensors``, ..."""
        with self._access.writing():
            return next_version(self.root / "checkpoints")

    def mapping_for(self, model_classes: ClassSet) -> ClassMapping:
        """Return how this model's classes join the project's: as the person edited it, else by name."""
        mapping, warning = self._file.mapping_for(model_classes)
        self.warn(warning)
        return mapping

    def set_mapping(self, model_classes: ClassSet, mapping: ClassMapping) -> None:
        """Keep the person's mapping for models with these classes."""
        with self._lock:
            self._change(mappings=self._file.mappings | {mapping_key(model_classes): mapping.to_json()})

    def _change(self, **changes: Any) -> None:
        with self._lock, self._access.writing():
            changed = replace(self._file, **changes)
            changed.write(self.root)
            self._file = changed

    def warn(self, text: str) -> None:
        """Add to `warnings`, once; "" is nothing."""
        if text and text not in self.warnings:
            logger.warning(text)
            self.warnings.append(text)

    def _note(self, image_id: str, **columns: object) -> None:
        """Keep in the index what is known of an image now."""
        with self._indexing():
            self.index.update(image_id, **columns)

    @contextmanager
    def _indexing(self) -> Iterator[None]:
        """Survive a failing index: it costs speed, never work, since stamps tell the next rescan what it missed."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            self.warn(
                f"The index of {self.root} cannot be written ({error}); it is rebuilt when the project is opened."
            )


def _kept_for_later(error: LabelSizeError) -> LabelSizeError:
    return LabelSizeError(
        error.message,
        "If you paint here, these labels are kept under another name, and come back when the image has their size.",
        error.size,
    )
