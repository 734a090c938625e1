"""Project: images, classes and everything a person made of them, in a folder of ordinary files.

``project.json`` (classes, settings), ``labels/<image id>.png`` and ``provenance/<image id>.png`` (see `label_store`),
``predictions/<image id>.npz``, ``checkpoints/*.safetensors``, and ``index.sqlite``, which is rebuilt from the others.
An image id is the path of an image below the image folder, with ``/``, or below its file (see `page_path`). Images are
never changed nor copied.

One process writes a project (see `writer_lock`); others open it read-only and change no file in it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import ImageError, ProjectError
from segcore.files.atomic import make_folder, writing
from segcore.images.picture import Picture
from segcore.labels.class_history import ClassHistory, check_labels
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance, State
from segcore.labels.probability_map import ProbabilityMap
from segcore.models.checkpoint_info import CheckpointInfo
from segcore.progress import Task, drive
from segcore.project.configuration import Configuration
from segcore.project.image_id import check_image_id
from segcore.project.image_list import FOR_EVER, ImageList, Inspection
from segcore.project.index import ImageRecord, Index, opening_index
from segcore.project.kept_predictions import KeptPredictions
from segcore.project.label_store import LabelStore, StoredLabels
from segcore.project.label_versions import LabelVersions
from segcore.project.marks import Marks
from segcore.project.project_file import ProjectFile, is_project
from segcore.project.project_labels import ProjectLabels
from segcore.project.project_places import beside, existing_project_for, in_user_data
from segcore.project.rescan import Rescan
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
    warnings : list[str]
        What was found odd or repaired, oldest first, each once.
    marks : Marks
        Verdicts, flags and notes of its images.
    versions : LabelVersions
        Earlier labels of its images.
    predictions : KeptPredictions
        The model's answers.
    """

    def __init__(self, root: Path, file: ProjectFile, access: WriteAccess) -> None:
        self.root = root
        self.warnings: list[str] = []
        self._access = access
        self._configuration = Configuration(root, file, access, self.warn)
        self._store = LabelStore(root, access.writing)
        self._images = ImageList(root, self._store, self._configuration, self.warn, copied=bool(access.read_only))
        self._labels = ProjectLabels(self._store, self._images)
        self.predictions = KeptPredictions(root, access, self._images)
        self.marks = Marks(root, access.writing, self.warn)
        self.versions = LabelVersions(root, self._store, access.writing)

    @classmethod
    def create(cls, root: Path, images: Path, classes: ClassSet) -> Project:
        """Make a project in ``root`` for the images below ``images``. Raises ProjectError when there is one already."""
        root, images = Path(os.path.abspath(root)), Path(os.path.abspath(images))
        if is_project(root):
            raise ProjectError(f"{root} holds a project already.", "Open it, or choose another folder.")
        if not images.is_dir():
            raise ProjectError(f"The image folder {images} does not exist.", "Choose a folder with images.")
        with writing(root):
            make_folder(root)
        ProjectFile(images, classes).write(root)
        return cls.open(root)

    @classmethod
    def open(
        cls, root: Path, access: Access = Access.WRITE, kept_from: int | None = None, seconds: float = FOR_EVER
    ) -> Project:
        """Open a project and look for new and removed images; one of ``kept_from`` or more opens with its last list.

        With `Access.WRITE` this process becomes the one that writes the project; where the folder cannot be written it
        opens read-only instead (see `read_only`). With `Access.READ` no file is changed. ``seconds``: see `rescan`.

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
            with opening_index(root):
                file, warning = ProjectFile.read(root, repair=not granted.read_only)
                project = cls(root, file, granted)
                project.warn(warning)
                if not granted.read_only:
                    sweep(root, project._store)
                if kept_from is None or not project._images.recall(kept_from):
                    drive(project.rescan(seconds))
        except BaseException:
            project.close() if project is not None else granted.release()
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
        """Raise when this process cannot write the project now; see `WriteAccess.check`."""
        self._access.check()

    def take_over(self) -> None:
        """Become the one that writes the project; who did so until now can no longer save. Raises ProjectError.

        Label maps that were loaded before may be older than the files: load them again.
        """
        self._access.take_over()
        file, warning = ProjectFile.read(self.root)
        self._images.replace_index()
        self._configuration.replace(file)
        self.warn(warning)
        self._access.read_only = ""
        drive(self.rescan())

    # What the project is

    @property
    def index(self) -> Index:
        """Quick answers about every image."""
        return self._images.index

    @property
    def name(self) -> str:
        """The folder's name without ``.maskwright``."""
        return self.root.name.removesuffix(".maskwright")

    @property
    def images(self) -> Path:
        """The image folder, absolute."""
        return self._configuration.file.images

    @property
    def classes(self) -> ClassSet:
        """The classes of its label maps."""
        return self._configuration.file.classes

    @property
    def class_history(self) -> ClassHistory:
        """What became of removed classes."""
        return self._configuration.file.history

    @property
    def settings(self) -> dict[str, Any]:
        """A copy of the settings; change them with `set_setting`."""
        return dict(self._configuration.file.settings)

    def set_images(self, folder: Path) -> Task[Rescan]:
        """Use the images of another folder, for example after it was moved. Raises ProjectError."""
        if not folder.is_dir():
            raise ProjectError(f"The image folder {folder} does not exist.", "Choose a folder with images.")
        self._configuration.change(images=Path(os.path.abspath(folder)))
        return self.rescan()

    def set_setting(self, key: str, value: Any) -> None:
        """Keep a JSON value in the project; None removes it. A model inside the project is kept relative to it."""
        self._configuration.set_setting(key, value)

    def set_classes(self, classes: ClassSet, history: ClassHistory | None = None) -> None:
        """Change the class list. Label maps stay as they are.

        Pixels of a removed class count as unlabelled from the next load on, and come back with a class of the same
        value and name. A value that goes to another class does not bring the old pixels with it.
        ``history`` is that of an earlier list which comes back as if nothing had happened.
        """
        self._configuration.set_classes(classes, history)

    def class_usage(self, index: int) -> Task[int]:
        """Count the images whose label map holds this class value, reading every label file."""
        return self._labels.count_of_images(index, self.classes, self.class_history)

    # Images

    def image_ids(self) -> list[str]:
        """All images, in the order of the folder."""
        return self._images.ids()

    def image_path(self, image_id: str) -> Path:
        """Return the path by which `read_image` reads an image. Raises ProjectError when it leads out of the folder."""
        return self._images.path(image_id)

    def image_file(self, image_id: str) -> Path:
        """Return the file that holds an image, alone or with others. Raises ProjectError as `image_path` does."""
        return self._images.file(image_id)

    def labels_path(self, image_id: str) -> Path:
        """Return the file with the labels of an image; it need not exist."""
        return self._store.labels_path(check_image_id(image_id))

    def provenance_path(self, image_id: str) -> Path:
        """Return the file with the provenance of an image; it need not exist."""
        return self._store.provenance_path(check_image_id(image_id))

    def prediction_path(self, image_id: str) -> Path:
        """Return the file with the prediction for an image; it need not exist."""
        return self.predictions.path(image_id)

    def size(self, image_id: str) -> tuple[int, int]:
        """(height, width), read once from the header of the file. Raises ImageError."""
        return self._images.size(image_id)

    def record(self, image_id: str) -> ImageRecord:
        """Return what is known of one image. Raises KeyError for an image that the project does not have."""
        return self._images.record(image_id)

    def records(self) -> list[ImageRecord]:
        """Return what is known of every image, in the order of `image_ids`."""
        return self._images.records()

    def state(self, image_id: str) -> State:
        """How far an image has come; NEW for one that the project does not have."""
        return self._images.state(image_id)

    def corrected_ids(self) -> list[str]:
        """Images with at least one painted or confirmed pixel."""
        return self._images.corrected_ids()

    def look_at(self, image_id: str, readable: bool = False) -> ImageRecord:
        """See `ImageList.look_at`."""
        return self._images.look_at(check_image_id(image_id), readable)

    def note_unreadable(self, image_id: str, error: ImageError) -> ImageRecord:
        """Keep that an image cannot be read, until its file changes; return its record."""
        self._images.note_unreadable(check_image_id(image_id), error)
        return self.record(image_id)

    def inspect(self, image_ids: Iterable[str], seconds: float) -> Inspection:
        """See `ImageList.inspect`."""
        return self._images.inspect(image_ids, seconds)

    def rescan(self, seconds: float = FOR_EVER) -> Task[Rescan]:
        """See `ImageList.rescan`."""
        return self._images.rescan(seconds)

    # Labels

    def load_label_map(self, image_id: str) -> LabelMap:
        """Return the label map of `load_labels`; what was odd is added to `warnings`."""
        stored = self.load_labels(image_id)
        self.warn(stored.warning)
        return stored.label_map

    def load_labels(self, image_id: str, shape: tuple[int, int] | None = None) -> StoredLabels:
        """Read the labels of an image, which has this (height, width); blank when there are none. Changes no file.

        Raises ImageError when the image cannot be read, LabelError when the labels are damaged, of another size, or
        hold values of no class. They stay until this image is saved, and are kept under another name then.
        """
        return self._labels.load(check_image_id(image_id), self.classes, self.class_history, shape)

    def save_label_map(
        self, image_id: str, label_map: LabelMap, durable: bool = True, picture: str | None = None
    ) -> State:
        """Write labels and provenance, together or not at all; return the state. See `LabelStore.save`.

        `warnings` tells what is kept under another name. Raises ProjectError and ProjectBusyError.
        """
        if not self.read_only:
            self._configuration.check()
        now = self.classes, self.class_history
        saved = self._labels.save(check_image_id(image_id), label_map, *now, durable, picture)
        stamp = self._store.stamp(image_id)
        self._images.note(image_id, state=int(saved.state), labelled_at=saved.saved_at, label_stamp=stamp)
        self.warn(saved.warning)
        return saved.state

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

    def save_prediction(self, image_id: str, prediction: ProbabilityMap, picture: Picture | None = None) -> None:
        """Keep the model's answer for this picture, of the image as it was read. Raises ProjectError."""
        self.predictions.save(image_id, prediction, picture)

    def load_prediction(self, image_id: str, shape: tuple[int, int] | None = None) -> ProbabilityMap | None:
        """Read the kept prediction in the project's classes; None when there is none.

        Raises LabelError when it is damaged, of another picture, or not of ``shape`` (height, width) where given.
        """
        return self.predictions.load(image_id, self.classes, shape)

    def accept_prediction(self, image_id: str, prediction: ProbabilityMap) -> State:
        """Give every open pixel its predicted label; what a person painted or confirmed stays."""
        with self._store.lock:
            return self.save_label_map(image_id, self.load_label_map(image_id).accept(prediction.labels))

    # Models

    @property
    def active_model(self) -> str:
        """Catalogue name, or path of a checkpoint; kept as the setting ``model``."""
        return self._configuration.active_model

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
        return self._configuration.mapping_for(model_classes)

    def set_mapping(self, model_classes: ClassSet, mapping: ClassMapping) -> None:
        """Keep the person's mapping for models with these classes."""
        self._configuration.set_mapping(model_classes, mapping)

    def warn(self, text: str) -> None:
        """Add to `warnings`, once; "" is nothing."""
        if text and text not in self.warnings:
            logger.warning(text)
            self.warnings.append(text)
