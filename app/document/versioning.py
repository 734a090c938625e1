"""Versioning: keeps earlier labels of the images that are edited, on the disk, at moments that a person remembers."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal

from segcore.labels.label_map import State

if TYPE_CHECKING:
    from app.document.session import Session
    from app.settings.settings import Settings
    from segcore.editing import Edit
    from segcore.project.closed_edit import Kept

BUDGET = "versions.megabytes"
EVERY_S = 300.0
"""While an image is edited, a version is kept this often."""
NAMED = 3
"""Edits that a version names."""


def kept_before(settings: Settings, name: str) -> Kept:
    """Return how the labels of an image that is not open are kept before the edit of this name."""
    from segcore.project.closed_edit import Kept

    text = QCoreApplication.translate("Versioning", "Before “{name}”").format(name=name)
    return Kept(text, budget_of(settings))


def budget_of(settings: Settings) -> int:
    """Return how many bytes all versions of a project may take."""
    return int(settings[BUDGET] * 1_000_000)


class Versioning(QObject):
    """A version is kept before the first edit after opening, every five minutes, once done, and when it is left."""

    kept = Signal(str)
    """The image that has another version now."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._image_id: str | None = None
        self._edits: Counter[str] = Counter()  # since the last version
        self._state: int | None = None
        self._since = 0.0
        document = session.document
        document.image_changed.connect(self._image_changed)
        document.edited.connect(self._edited)
        document.committed.connect(self._count)
        session.autosaver.saved.connect(self._saved)

    def _image_changed(self) -> None:
        if self._image_id is not None and self._edits:
            self._keep(self._image_id, self._words())
        self._image_id = self._session.document.image_id
        self._edits.clear()
        record = None if self._image_id is None else self._session.records.of(self._image_id)
        self._state, self._since = None if record is None else int(record.state), 0.0

    def _edited(self, image_id: str) -> None:
        if image_id == self._image_id and not self._since:
            self._since = time.monotonic()
            self._keep(image_id, self.tr("As it was opened"))

    def _count(self, edit: Edit) -> None:
        self._edits[edit.name] += 1

    def _saved(self, image_id: str, state: int) -> None:
        if image_id != self._image_id:
            return
        done = state == State.DONE and self._state != State.DONE
        self._state = state
        if self._edits and (done or time.monotonic() - self._since > EVERY_S):
            self._since = time.monotonic()
            self._keep(image_id, self._words())
            self._edits.clear()

    def _words(self) -> str:
        """Return the edits since the last version: ``Brush ×12, Fill``."""
        named = [name if n == 1 else f"{name} ×{n}" for name, n in self._edits.most_common(NAMED)]
        return ", ".join(named) + (" …" if len(self._edits) > NAMED else "")

    def _keep(self, image_id: str, what: str) -> None:
        """Keep what is on the disk once the saves before this one have ended."""
        project = self._session.document.project
        budget = budget_of(self._session.settings)
        if project is None or project.read_only or budget <= 0:
            return
        job = self._session.jobs.submit("save", partial(project.versions.keep, image_id, what, budget), quiet=True)
        job.succeeded.connect(lambda kept: None if kept is None else self.kept.emit(image_id))
