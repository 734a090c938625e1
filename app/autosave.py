"""Autosaver: what a person did is on the disk within a second, and they never wait for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.document import Document
from app.jobs import JobRunner
from segcore.errors import MaskwrightError, ProjectError
from segcore.labelmap import LabelMap

if TYPE_CHECKING:
    from segcore.project import Project

QUIET_MS = 400
"""Saves after so long without an edit ..."""
LATEST_MS = 800
"""... but no later than this after the first edit that is not saved, however long the stroke."""
RETRY_MS = 10_000
"""Tries again after a failure, when no edit does so earlier."""


@dataclass(frozen=True)
class Unsaved:
    """Labels of one image that are newer than its files."""

    project: Project
    image_id: str
    label_map: LabelMap

    @property
    def key(self) -> tuple[str, str]:
        """Which files they belong to."""
        return str(self.project.root), self.image_id

    def snapshot(self) -> Unsaved:
        """Return a copy that painting does not reach."""
        copy = LabelMap(self.label_map.labels.copy(), self.label_map.provenance.copy())
        return replace(self, label_map=copy)


class Autosaver(QObject):
    """Watches the document and saves it in the lane "save"."""

    saving = Signal(object)
    """Unsaved: a copy of the open labels as they are now is about to be written, perhaps in the middle of a stroke."""
    saved = Signal(str, int)
    """An image's labels are on the disk: its id and its State."""
    error = Signal(object)
    """MaskwrightError: saving failed. The edits are kept and tried again; emitted once until a save succeeds."""
    mended = Signal(object)
    """The error that was emitted is over: everything is on the disk."""

    def __init__(self, document: Document, jobs: JobRunner) -> None:
        super().__init__(document)
        self._document = document
        self._jobs = jobs
        self._dirty: Unsaved | None = None
        self._in_flight: list[tuple[str, str]] = []
        self._failed: dict[tuple[str, str], Unsaved] = {}
        self._reported: MaskwrightError | None = None
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._latest = QTimer(self, singleShot=True, interval=LATEST_MS)
        self._retry = QTimer(self, singleShot=True, interval=RETRY_MS)
        self._quiet.timeout.connect(self._save_when_free)
        self._latest.timeout.connect(self._save_when_free)
        self._retry.timeout.connect(self._flush)
        document.edited.connect(self._edited)
        document.image_changed.connect(self._image_changed)

    @property
    def pending(self) -> bool:
        """Whether anything is not on the disk yet."""
        return bool(self._dirty or self._in_flight or self._failed)

    @property
    def failing(self) -> bool:
        """Whether the last save failed and none has succeeded since."""
        return self._reported is not None

    def flush(self) -> None:
        """Queue everything unsaved now, also what failed before. What is queued later in the lane finds it saved."""
        self._document.settle()
        self._flush()

    def _flush(self) -> None:
        failed, self._failed = self._failed, {}
        if self._dirty is not None:
            failed.pop(self._dirty.key, None)
        for work in failed.values():
            self._submit(work)
        if self._dirty is not None:
            self._save(self._dirty.snapshot())

    # -- inside ------------------------------------------------------------------------------------------------------

    def _edited(self, image_id: str) -> None:
        document = self._document
        if self._dirty is None and document.project is not None and document.label_map is not None:
            self._dirty = Unsaved(document.project, image_id, document.label_map)
            self._latest.start()
        self._quiet.start()

    def _image_changed(self) -> None:
        if self._dirty is not None:
            # The document has let go of this label map: nobody paints on it any more.
            self._save(self._dirty)
        document = self._document
        if document.project is None or document.image_id is None or document.label_map is None:
            return
        kept = self._failed.get((str(document.project.root), document.image_id))
        if kept is not None and kept.label_map.shape == document.label_map.shape:
            document.replace(kept.label_map, self.tr("Restore unsaved edits"))

    def _save_when_free(self) -> None:
        """Save unless the last save of this image still runs on a slow disk; then its end saves the newest state."""
        if self._dirty is not None and self._dirty.key not in self._in_flight:
            self._flush()

    def _save(self, work: Unsaved) -> None:
        self._dirty = None
        self._quiet.stop()
        self._latest.stop()
        self.saving.emit(work)
        self._submit(work)

    def _submit(self, work: Unsaved) -> None:
        self._in_flight.append(work.key)
        job = self._jobs.submit("save", partial(work.project.save_label_map, work.image_id, work.label_map), quiet=True)
        job.succeeded.connect(partial(self._on_saved, work))
        job.failed.connect(partial(self._on_failed, work))
        job.cancelled.connect(partial(self._on_failed, work, None))

    def _on_saved(self, work: Unsaved, state: int) -> None:
        self._in_flight.remove(work.key)
        self._failed.pop(work.key, None)
        if not self._failed:
            over, self._reported = self._reported, None
            self._retry.stop()
            if over is not None:
                self.mended.emit(over)
        self.saved.emit(work.image_id, int(state))
        self._save_if_due()

    def _on_failed(self, work: Unsaved, error: Exception | None) -> None:
        self._in_flight.remove(work.key)
        self._failed[work.key] = work
        self._retry.start()
        if error is not None and self._reported is None:
            if not isinstance(error, MaskwrightError):
                error = ProjectError(
                    f"The labels of {work.image_id} could not be saved ({error}).",
                    "Your edits are kept and saving is tried again; check the disk.",
                )
            self._reported = error
            self.error.emit(error)
        self._save_if_due()

    def _save_if_due(self) -> None:
        if self._dirty is not None and not self._quiet.isActive() and not self._latest.isActive():
            self._quiet.start()
