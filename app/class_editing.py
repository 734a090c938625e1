"""ClassEditing: carries out changes of the class list, and tells the consequences before a class goes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from app.context import AppContext
from segcore.classes import ClassSet
from segcore.errors import MaskwrightError


class ClassEditing(QObject):
    """The document changes at once, the project in the lane "save"; when that fails, the old classes come back."""

    reload_wanted = Signal()
    """The open image is to be read again."""
    error = Signal(object)

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self.question: QMessageBox | None = None

    def change(self, classes: ClassSet) -> None:
        """Use these classes (one added, renamed or recoloured)."""
        document = self._context.document
        if document.project is None or document.classes is None:
            return
        before = document.classes
        document.set_classes(classes)
        job = self._context.jobs.submit("save", partial(document.project.set_classes, classes), quiet=True)
        job.failed.connect(partial(self._undo, before))

    def _undo(self, before: ClassSet, error: Exception) -> None:
        self._context.document.set_classes(before)
        self.error.emit(error)

    def ask_removal(self, value: int) -> None:
        """Count where the class is used, then ask."""
        document = self._context.document
        if document.project is None or document.classes is None or document.classes.find(value) is None:
            return
        if len(document.classes) == 1:
            self.error.emit(
                MaskwrightError(self.tr("A project needs at least one class."), self.tr("Rename it instead."))
            )
            return
        self._context.autosaver.flush()
        job = self._context.jobs.submit("io", partial(document.project.class_usage, value), self.tr("Count its images"))
        job.succeeded.connect(partial(self._ask, value))
        job.failed.connect(self.error)

    def _ask(self, value: int, used: int) -> None:
        classes = self._context.document.classes
        found = classes.find(value) if classes is not None else None
        if found is None:
            return
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("Remove class"))
        box.setText(self.tr("Remove the class “{name}”?").format(name=found.name))
        box.setInformativeText(
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
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        remove.clicked.connect(lambda: self.remove(value))
        self.question = box
        box.finished.connect(lambda _: setattr(self, "question", None))
        box.open()

    def remove(self, value: int) -> None:
        """Remove the class now."""
        document = self._context.document
        if document.project is None or document.classes is None or document.classes.find(value) is None:
            return
        self._context.autosaver.flush()
        classes = document.classes.removed(value)
        job = self._context.jobs.submit("save", partial(document.project.set_classes, classes), quiet=True)
        job.succeeded.connect(partial(self._removed, classes))
        job.failed.connect(self.error)

    def _removed(self, classes: ClassSet, _nothing: object) -> None:
        self._context.document.set_classes(classes)
        self.reload_wanted.emit()
