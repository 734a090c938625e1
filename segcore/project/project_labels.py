"""ProjectLabels: the stored labels of a project, seen with the classes that it has now.

Labels that cannot be loaded are never replaced: the first save of their image keeps them under another name.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from segcore.errors import LabelError, LabelSizeError, MaskwrightError
from segcore.labels.class_history import ClassHistory, in_words, unknown_values, without
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, values_in
from segcore.progress import Progress, Task
from segcore.project.image_list import ImageList
from segcore.project.label_files import UNKNOWN_CLASSES
from segcore.project.label_store import LabelStore, SavedLabels, StoredLabels


class ProjectLabels:
    """Loads and saves the labels of the images in ``images``; the files are those of ``store``."""

    def __init__(self, store: LabelStore, images: ImageList) -> None:
        self._store = store
        self._images = images
        self._unknown: set[str] = set()  # images whose labels hold values of no class

    def load(
        self, image_id: str, classes: ClassSet, history: ClassHistory, shape: tuple[int, int] | None = None
    ) -> StoredLabels:
        """Read the labels of an image; blank when there are none. Changes no file.

        Parameters
        ----------
        image_id : str
            The image.
        classes : ClassSet
            The classes of the project.
        history : ClassHistory
            What became of removed classes: their pixels count as unlabelled.
        shape : (height, width), optional
            Of the image, where it was decoded already.

        Raises
        ------
        ImageError
            The image cannot be read.
        LabelError
            The labels are damaged, of another size, or hold values of no class.
        """
        stored = self._stored(image_id, shape)
        values = values_in(stored.label_map.labels) if stored.crc else []  # without a file there are none
        stale = history.stale(values, stored.saved_at)
        unknown = unknown_values(set(values) - set(stale), classes)
        if unknown:
            self._unknown.add(image_id)
            raise LabelError(
                f"{self._store.labels_path(image_id)} holds {in_words(unknown)}, which no class has.",
                "Add classes with these values. If you paint here instead, the file is kept under another name.",
            )
        self._unknown.discard(image_id)
        if not stale:
            return stored
        found, warning = without(stored.label_map, stale), stored.warning
        if not stored.saved_at:  # another program wrote them: what a person removed here needs no warning
            names = ", ".join(f"“{history.removed[value]}”" for value in stale)
            text = f"{image_id}: pixels of classes that were removed ({names}) are unlabelled."
            warning = f"{warning} {text}".strip()
        return replace(stored, label_map=found, warning=warning, as_stored=False)

    def count_of_images(self, value: int, classes: ClassSet, history: ClassHistory) -> Task[int]:
        """Count the images whose labels hold this class value; those that cannot be loaded are left out."""
        count, labelled = 0, list(self._store.stamps())
        for done, image_id in enumerate(labelled):
            yield Progress(done, len(labelled), image_id)
            with suppress(MaskwrightError):
                count += value in values_in(self.load(image_id, classes, history).label_map.labels)
        return count

    def save(
        self,
        image_id: str,
        label_map: LabelMap,
        classes: ClassSet,
        history: ClassHistory,
        durable: bool = True,
        picture: str | None = None,
    ) -> SavedLabels:
        """Write labels and provenance, together or not at all; see `LabelStore.save`. Raises ProjectError."""
        with self._store.lock:
            if image_id in self._unknown:
                self._store.keep_aside(image_id, UNKNOWN_CLASSES)
                self._unknown.discard(image_id)
            return self._store.save(image_id, label_map, classes.palette(), durable, history.newest, picture)

    def _stored(self, image_id: str, shape: tuple[int, int] | None) -> StoredLabels:
        """Load from the store; a size that does not fit is measured again, because the index is only a cache."""
        try:
            return self._store.load(image_id, shape or self._images.size(image_id))
        except LabelSizeError as error:
            if shape is not None:
                raise _kept_for_later(error) from error
            measured = self._images.measure(image_id)
            if measured != error.size:
                raise _kept_for_later(error) from error
            return self._store.load(image_id, measured)
        except LabelError as error:
            raise LabelError(
                error.message,
                f"Restore {self._store.labels_path(image_id)} from a copy. If you paint here instead, the damaged "
                "file is kept under another name.",
            ) from error


def _kept_for_later(error: LabelSizeError) -> LabelSizeError:
    return LabelSizeError(
        error.message,
        "If you paint here, these labels are kept under another name, and come back when the image has their size.",
        error.size,
    )
