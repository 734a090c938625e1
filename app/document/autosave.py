"""Autosaver: what a person did is on the disk within a second, and they never wait for it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.copies import Copies
from app.document.document import Document
from app.document.image_names import image_name
from app.jobs.job_runner import JobRunner
from app.language.engine_texts import translated, words
from segcore.errors import MaskwrightError, ProjectBusyError, ProjectError
from segcore.labels.class_history import unknown_values, without
from segcore.labels.label_map import LabelMap, State, values_in

if TYPE_CHECKING:
    from app.document.loaded_image import LoadedImage
    from segcore.project.project import Project

QUIET_MS = 400
"""Saves after so long without an edit ..."""
LATEST_MS = 800
"""... but no later than this after the first edit that is not saved, however long the stroke."""
COPY_SECONDS = 0.003
"""How long one turn of the event loop copies labels that are about to be saved; a frame of 60 Hz has 0.016."""
RETRY_MS = 10_000
"""Tries again after a failure, when no edit does so earlier."""

JOURNAL_SECONDS = 0.3
"""How long a save waits, at most, for the undo history that leads to its labels."""

Key = tuple[str, str, tuple[int, int]]
"""Project folder, image id and size: an image that changed its size never takes the place of the labels before."""


@dataclass(frozen=True, eq=False)
class Unsaved:
    """Labels of one image that are newer than its files.

    ``picture``: what they were made on, see `segcore.project.label_store.StoredLabels`; None: what they were before.
    ``after``: are set when the undo history that leads to these labels is on the disk, or could not be written.
    """

    project: Project
    image_id: str
    label_map: LabelMap
    picture: str | None = None
    after: list[threading.Event] = field(default_factory=list)

    def write(self) -> State:
        """Write the files, in a lane: after the undo history, or a kill between the two would leave it too short."""
        for written in self.after:
            written.wait(JOURNAL_SECONDS)
        return self.project.save_label_map(self.image_id, self.label_map, picture=self.picture)

    @property
    def key(self) -> Key:
        """Of two with the same key only the newer one counts."""
        return str(self.project.root), self.image_id, self.label_map.shape


class Autosaver(QObject):
    """Watches the document and saves it in the lane "save".

    Of each image it keeps one state, the newest, until that is on the disk. An older one that fails is forgotten:
    it is never written after the newer one, nor in its place.
    """

    saving = Signal(Unsaved)
    """These labels are about to be written, perhaps a copy in the middle of a stroke; what must come before adds
    itself to ``after``."""
    saved = Signal(str, int)
    """Labels of an image of the open project are on the disk: its id and its State."""
    error = Signal(MaskwrightError)
    """Saving failed. The edits are kept and tried again, unless another process has the project.
    Emitted once until everything is saved, and again for an error of another kind."""
    warned = Signal(str)
    """A save found something odd, such as labels that another program wrote meanwhile; nothing is lost."""
    mended = Signal(MaskwrightError)
    """The error that was emitted is over: what could not be saved is on the disk."""
    rested = Signal()
    """No save is under way any more: what is still unsaved has failed."""

    def __init__(self, document: Document, jobs: JobRunner) -> None:
        super().__init__(document)
        self._document = document
        self._jobs = jobs
        self._copies = Copies(document)
        self._dirty: Unsaved | None = None  # the open label map itself, with edits that no state has yet
        self._newest: dict[Key, Unsaved] = {}  # not on the disk
        self._written: dict[Key, Unsaved] = {}  # on the disk, but a load that began before it may have missed it
        self._under_way: list[Unsaved] = []
        self._failed: dict[Key, MaskwrightError] = {}  # why the last try failed
        self._reported: MaskwrightError | None = None
        self._left: list[Project] = []
        self._heard = 0  # of the warnings of the open project
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._latest = QTimer(self, singleShot=True, interval=LATEST_MS)
        self._copying = QTimer(self, singleShot=True, interval=0)
        self._retry = QTimer(self, singleShot=True, interval=RETRY_MS)
        self._quiet.timeout.connect(self._save_when_free)
        self._latest.timeout.connect(self._save_when_free)
        self._copying.timeout.connect(self._save_when_free)
        self._retry.timeout.connect(self._flush)
        document.edited.connect(self._edited)
        document.image_changed.connect(self._image_changed)
        document.project_changed.connect(self._project_changed)

    def set_latest(self, seconds: float) -> None:
        """Save no later than this after an edit, and after half of it without another."""
        self._latest.setInterval(round(1000 * seconds))
        self._quiet.setInterval(round(1000 * seconds * QUIET_MS / LATEST_MS))

    @property
    def pending(self) -> bool:
        """Whether anything is not on the disk yet."""
        return bool(self._dirty or self._newest)

    @property
    def dirty(self) -> bool:
        """Whether the open label map has edits that no save under way has."""
        return self._dirty is not None

    @property
    def failing(self) -> bool:
        """Whether something could not be saved, and is not saved since."""
        return self._reported is not None

    @property
    def unsaved(self) -> list[Unsaved]:
        """The newest state of each image that is not on the disk; after a `flush` nothing is missing."""
        return list(self._newest.values())

    def holds(self, image_id: str) -> bool:
        """Whether labels of this image are in memory that its files, or a load under way, may not have."""
        dirty = self._dirty is not None and self._dirty.image_id == image_id
        return dirty or any(key[1] == image_id for key in (*self._newest, *self._written))

    def reason(self, state: Unsaved) -> MaskwrightError | None:
        """Why the last try to save this image failed; None when no try has ended yet."""
        return self._failed.get(state.key)

    def flush(self) -> None:
        """Queue everything unsaved now, also what failed before. What the lane "io" gets later finds it saved."""
        self._document.settle()
        self._flush()

    def newer(self, project: Project, loaded: LoadedImage) -> LabelMap | None:
        """Return the labels that memory holds where the file that was read may be older; else None."""
        self._document.settle()
        key = (str(project.root), loaded.image_id, loaded.label_map.shape)
        if self._dirty is not None and self._dirty.key == key:
            known: Unsaved | None = self._dirty
        else:
            known = self._newest.get(key) or self._written.get(key)
        if known is None:
            return None
        gone = unknown_values(values_in(known.label_map.labels), project.classes)
        return without(known.label_map, gone) if gone else known.label_map

    def close(self, project: Project) -> None:
        """Close a project that was left, once its labels are saved and the lane "io" is done with it."""
        self._left.append(project)
        self._close_left()

    def close_all(self) -> None:
        """Close the open project and those that were left: the last thing, after the lanes have ended."""
        for project in (*self._left, self._document.project):
            if project is not None:
                project.close()

    # -- inside ------------------------------------------------------------------------------------------------------

    def _flush(self) -> None:
        under_way = {state.key for state in self._under_way}
        if self._dirty is not None:
            under_way.add(self._dirty.key)  # soon, and newer
        for key in [key for key in self._failed if key not in under_way]:
            self._submit(self._newest[key])
        if self._dirty is not None:
            self._save(replace(self._dirty, label_map=self._copies.take(self._dirty.label_map)))

    def _edited(self, image_id: str) -> None:
        document = self._document
        if document.project is None or document.label_map is None:
            return
        if self._dirty is None:
            known = document.picture is not None and not document.replaced
            pixels = document.picture.pixels if known and document.picture is not None else None
            self._dirty = Unsaved(document.project, image_id, document.label_map, pixels)
            self._latest.start()
        self._quiet.start()

    def _image_changed(self) -> None:
        if self._dirty is not None:
            # The document has let go of this label map: nobody paints on it any more.
            self._save(self._dirty)

    def _save_when_free(self) -> None:
        """Save unless the last save of this image still runs on a slow disk; then its end saves the newest state."""
        if self._dirty is not None and all(state.key != self._dirty.key for state in self._under_way):
            if self._copies.ready(self._dirty.label_map, COPY_SECONDS):
                self._flush()
            else:
                self._copying.start()

    def _save(self, state: Unsaved) -> None:
        self._dirty = None
        self._quiet.stop()
        self._latest.stop()
        self._copying.stop()
        self.saving.emit(state)
        self._submit(state)

    def _submit(self, state: Unsaved) -> None:
        project = self._document.project
        if project is not None and project is not state.project and project.root == state.project.root:
            state = replace(state, project=project)  # it was opened anew since
        self._newest[state.key] = state
        self._written.pop(state.key, None)
        self._under_way.append(state)
        job = self._jobs.submit("save", state.write, quiet=True)
        job.succeeded.connect(partial(self._on_saved, state))
        job.failed.connect(partial(self._on_failed, state))
        job.cancelled.connect(partial(self._on_failed, state, None))

    def _on_saved(self, state: Unsaved, result: int) -> None:
        self._under_way.remove(state)
        self._failed.pop(state.key, None)
        if self._newest.get(state.key) is state:
            del self._newest[state.key]
            self._written[state.key] = state
            passed = self._jobs.submit("io", lambda: None, quiet=True)
            passed.succeeded.connect(lambda _: self._forget(state))
        if not self._failed:
            over, self._reported = self._reported, None
            self._retry.stop()
            if over is not None:
                self.mended.emit(over)
        if state.project is self._document.project:
            self.saved.emit(state.image_id, int(result))
            self._listen(state.project.warnings)
        self._close_left()
        self._go_on()

    def _project_changed(self) -> None:
        project = self._document.project
        self._heard = 0 if project is None else len(project.warnings)

    def _listen(self, warnings: list[str]) -> None:
        new, self._heard = warnings[self._heard :], len(warnings)
        if new:
            self.warned.emit(" ".join(map(translated, new)))

    def _on_failed(self, state: Unsaved, error: Exception | None) -> None:
        self._under_way.remove(state)
        if self._newest.get(state.key) is state:  # else a newer one is under way
            self._keep(state, error)
        self._go_on()

    def _keep(self, state: Unsaved, error: Exception | None) -> None:
        if not isinstance(error, MaskwrightError):
            reason = words(error) if error is not None else self.tr("saving was stopped")
            error = ProjectError(
                self.tr("The labels of {name} could not be saved ({reason}).").format(
                    name=image_name(state.image_id), reason=reason
                ),
                self.tr("Your edits are kept and saving is tried again; check the disk."),
            )
        self._failed[state.key] = error
        if not isinstance(error, ProjectBusyError):
            self._retry.start()
        if type(error) is not type(self._reported):
            self._reported = error
            self.error.emit(error)

    def _go_on(self) -> None:
        if self._dirty is not None and not self._quiet.isActive() and not self._latest.isActive():
            self._quiet.start()
        if not self._under_way:
            self.rested.emit()

    def _forget(self, state: Unsaved) -> None:
        """Every load that began before this state was on the disk has arrived."""
        if self._written.get(state.key) is state:
            del self._written[state.key]

    def _close_left(self) -> None:
        needed = {state.project for state in self._newest.values()}
        left, self._left = self._left, [project for project in self._left if project in needed]
        for project in left:
            if project not in needed:
                job = self._jobs.submit("io", project.close, quiet=True)
                job.cancelled.connect(project.close)
