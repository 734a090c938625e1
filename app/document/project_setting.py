"""ProjectSetting: one value that a part of the window keeps with the open project."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.session import Session

if TYPE_CHECKING:
    from segcore.project.project import Project

STORE_MS = 200


class ProjectSetting(QObject):
    """Read when a project is opened; written a moment after a change, and before another project is read.

    Parameters
    ----------
    key : str
        Among the settings in ``project.json``.
    value : callable
        Returns what is written, as JSON has it; None: nothing is kept.
    """

    opened = Signal(object)
    """What the project keeps that is open now, as it stands in the file: it may be anything. None: nothing."""
    error = Signal(Exception)

    def __init__(self, session: Session, key: str, value: Callable[[], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._key, self._value = session, key, value
        self._project: Project | None = None
        self._soon = QTimer(self, singleShot=True, interval=STORE_MS)
        self._soon.timeout.connect(self._store)
        session.document.project_changed.connect(self._read)

    def changed(self) -> None:
        """Write the value soon."""
        self._soon.start()

    def _read(self) -> None:
        if self._soon.isActive():
            self._store()
        project = self._project = self._session.document.project
        self.opened.emit(None if project is None else project.settings.get(self._key))
        self._soon.stop()  # what was read need not be written

    def _store(self) -> None:
        self._soon.stop()
        project = self._project
        if project is not None and not project.read_only:
            job = self._session.jobs.submit("save", partial(project.set_setting, self._key, self._value()), quiet=True)
            job.failed.connect(self.error)
