"""ClassEditing: writes changes of the class list, and asks before a class is removed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.appearance.question import Question
from app.document.session import Session
from segcore.errors import ClassesError, MaskwrightError
from segcore.labels.classes import ClassSet

if TYPE_CHECKING:
    from segcore.project.project import Project


@dataclass(eq=False)
class _Edits:
    """Class lists of one project that are not written yet.

    Attributes
    ----------
    before : ClassSet
        What the project had when the first of them was asked for.
    waiting : int
        How many have not ended.
    removing : set[int]
        Class values that are to be removed.
    error : Exception or None
        Why the last of those that failed did.
    """

    project: Project
    before: ClassSet
    waiting: int = 0
    removing: set[int] = field(default_factory=set)
    error: Exception | None = None

    def without_removed(self, classes: ClassSet) -> ClassSet:
        """Return the list without the classes that are to be removed. Raises ClassesError when none is left."""
        for value in self.removing:
            if classes.find(value) is not None:
                classes = classes.removed(value)
        return classes


class ClassEditing(QObject):
    """Writes class lists in the lane "save", one after another; then the document shows what the project has.

    A class that was added or changed is shown at once; one that was removed disappears when the project has removed it.
    """

    reload_wanted = Signal()
    """The open image must be read again."""
    error = Signal(Exception)
    settled = Signal()
    """The project has the last list that was asked for, or has refused it."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._edits: _Edits | None = None
        self.question = Question()
        for signal in (
            session.document.classes_changed,
            session.document.writing_changed,
            session.document.image_changed,
        ):
            signal.connect(self.question.withdraw)

    def change(self, classes: ClassSet) -> None:
        """Use these classes (one was added or changed)."""
        document = self._session.document
        if document.project is None or document.classes is None or self._refused():
            self.settled.emit()
            return
        edits = self._begun(document.project)
        document.set_classes(classes)
        self._write(edits, edits.without_removed(classes))

    def _refused(self) -> bool:
        """Whether the project is read-only; if it is, say so and let the panel show its classes again."""
        document = self._session.document
        if document.read_only:
            document.set_classes(document.classes)
            self.error.emit(MaskwrightError(self.tr("The project is open read-only: its classes cannot be changed.")))
        return bool(document.read_only)

    def _begun(self, project: Project) -> _Edits:
        if self._edits is None or self._edits.project is not project:
            self._edits = _Edits(project, project.classes)
        return self._edits

    def _write(self, edits: _Edits, classes: ClassSet) -> None:
        edits.waiting += 1
        job = self._session.jobs.submit("save", partial(edits.project.set_classes, classes), quiet=True)
        job.succeeded.connect(lambda _: self._written(edits, classes, None))
        job.failed.connect(partial(self._written, edits, classes))

    def _written(self, edits: _Edits, wanted: ClassSet, error: Exception | None) -> None:
        edits.waiting -= 1
        edits.error = error or edits.error
        if edits.waiting:
            return  # the next list has this change in it
        if self._edits is edits:
            self._edits = None
        now = edits.project.classes
        if now != wanted and edits.error is not None:
            self.error.emit(edits.error)
        document = self._session.document
        if edits.project is document.project:
            if document.classes != now:
                document.set_classes(now)
            if any(now.find(each.index) is None for each in edits.before):
                self.reload_wanted.emit()
        self.settled.emit()

    def ask_removal(self, value: int) -> None:
        """Count where the class is used, then ask."""
        document = self._session.document
        if document.project is None or document.classes is None or document.classes.find(value) is None:
            return
        if self._refused():
            return
        if len(document.classes) == 1:
            self.error.emit(
                MaskwrightError(self.tr("A project needs at least one class."), self.tr("Rename it instead."))
            )
            return
        self._session.autosaver.flush()
        job = self._session.jobs.submit("io", partial(document.project.class_usage, value), self.tr("Count its images"))
        job.succeeded.connect(partial(self._ask, value))
        job.failed.connect(self.error)

    def _ask(self, value: int, used: int) -> None:
        classes = self._session.document.classes
        found = classes.find(value) if classes is not None else None
        if found is None:
            return
        usage = (
            self.tr("No image uses it.")
            if used == 0
            else self.tr(
                "One image has pixels of it. They become unlabelled; a new class of the same name brings them back."
            )
            if used == 1
            else self.tr(
                "{n} images have pixels of it. They become unlabelled; a new class of the same name brings them back."
            ).format(n=used)
        )
        undo = self.tr("Earlier edits can no longer be undone, in any image.")
        question = self.tr("Remove the class “{name}”?").format(name=found.name)
        self.question.ask(f"{question} {usage} {undo}", (self.tr("Remove"), lambda: self.remove(value)))

    def remove(self, value: int) -> None:
        """Remove the class now."""
        document = self._session.document
        if document.project is None or document.classes is None or document.classes.find(value) is None:
            return
        self._session.autosaver.flush()
        edits = self._begun(document.project)
        edits.removing.add(value)
        try:
            classes = edits.without_removed(document.classes)
        except ClassesError as error:
            edits.removing.discard(value)
            self.error.emit(error)
            return
        self._write(edits, classes)
