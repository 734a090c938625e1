"""ClassLocks: keeps in the project which classes are locked."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.session import Session

if TYPE_CHECKING:
    from segcore.project.project import Project

PROJECT_KEY = "classes.locked"
"""A list of class values in ``project.json``."""


class ClassLocks(QObject):
    """Reads the locks when a project is opened, and writes each change of them."""

    error = Signal(Exception)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._document = session.document
        self._project: Project | None = None
        self._written: frozenset[int] = frozenset()
        self._document.project_changed.connect(self._read)
        self._document.classes_changed.connect(self._forget_removed)
        self._document.policy_changed.connect(self._write)

    def _read(self) -> None:
        self._project = project = self._document.project
        if project is not None:
            stored = project.settings.get(PROJECT_KEY)
            values = stored if isinstance(stored, list) else []
            locked = frozenset(value for value in values if type(value) is int and project.classes.find(value))
            self._written = locked
            self._document.set_policy(replace(self._document.policy, locked=locked))

    def _forget_removed(self) -> None:
        """Unlock what is no class any more: its value may go to another class."""
        classes, policy = self._document.classes, self._document.policy
        if self._document.project is self._project and classes is not None:
            locked = frozenset(value for value in policy.locked if classes.find(value))
            self._document.set_policy(replace(policy, locked=locked))

    def _write(self) -> None:
        project = self._project
        if project is None or project is not self._document.project or project.read_only:
            return
        locked = self._document.policy.locked
        if locked != self._written:
            self._written = locked
            values = sorted(locked) or None
            job = self._session.jobs.submit("save", partial(project.set_setting, PROJECT_KEY, values), quiet=True)
            job.failed.connect(self.error)
