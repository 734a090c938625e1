"""TakingOver: tells that another process writes the open project, and makes this window the writer when asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMessageBox, QPushButton, QWidget

from app.appearance.plain_text import plain_label, plain_question
from app.document.session import Session
from app.language.engine_texts import translated
from segcore.errors import ProjectBusyError

if TYPE_CHECKING:
    from segcore.project.project import Project


@dataclass(frozen=True)
class Found:
    """Who else writes a project, "" when nobody; ``writable``: no newer Maskwright wrote it, it can be taken over."""

    holder: str = ""
    writable: bool = True


class ReadOnlyNotice(QFrame):
    """A line above the image that stays while the project is read-only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self.label = plain_label()
        self.label.setWordWrap(True)
        self.button = QPushButton(self.tr("Take over…"))
        self.button.setToolTip(self.tr("Make this the window that writes the project"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        self.hide()


class TakingOver(QObject):
    """Looks who writes the project when it is opened, when the window is chosen, and when a save is refused."""

    taken_over = Signal()
    """This window writes the project now; what it shows may be older than the files."""
    error = Signal(Exception)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._wrote = False  # this window wrote the project; when it no longer may, another one took it over
        self._holder = ""
        self.notice = ReadOnlyNotice()
        self.notice.button.clicked.connect(self.ask)
        self.question: QMessageBox | None = None
        session.document.project_changed.connect(self._on_project)
        window.installEventFilter(self)

    def look(self) -> None:
        """Find out who writes the project, on a lane."""
        project = self._session.document.project
        if project is not None:
            job = self._session.jobs.submit("io", partial(_look, project), quiet=True)
            job.succeeded.connect(partial(self._show, project))
            job.failed.connect(self.error)

    def on_error(self, error: object) -> bool:
        """Look who writes the open project when it was refused to something, and return whether the notice tells it."""
        if not isinstance(error, ProjectBusyError) or self._session.document.project is None:
            return False
        self.look()
        return True

    def ask(self) -> None:
        """Ask before the project is taken from a process that writes it; when nobody does, take it."""
        if self.question is not None:
            return
        if not self._holder:
            self.take_over()
            return
        box = plain_question(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("Take over the project"))
        box.setText(self.tr("The project is being written by {holder}.").format(holder=self._holder))
        box.setInformativeText(
            self.tr(
                "If you take it over, that window can no longer save and becomes read-only. What it has saved stays. "
                "What was painted there and is not saved yet stays in that window, which can save it to another folder."
            )
        )
        take = box.addButton(self.tr("Take over"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        take.clicked.connect(self.take_over)
        self.question = box
        box.finished.connect(lambda _: setattr(self, "question", None))
        box.open()

    def take_over(self) -> None:
        """Become the writer now."""
        project = self._session.document.project
        if project is not None and project.read_only:
            job = self._session.jobs.submit("io", project.take_over, self.tr("Take over the project"))
            job.succeeded.connect(lambda _: self._taken(project))
            job.failed.connect(self.error)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Look when the person comes back to the window."""
        if event.type() == QEvent.Type.WindowActivate:
            self.look()
        return super().eventFilter(watched, event)

    # --- inside ------------------------------------------------------------------------------------------------

    def _on_project(self) -> None:
        project = self._session.document.project
        self._wrote, self._holder = project is not None and not project.read_only, ""
        self.notice.hide()
        self.look()

    def _show(self, project: Project, found: Found) -> None:
        document = self._session.document
        if project is not document.project:
            return
        read_only = project.read_only
        self._holder = found.holder
        self.notice.button.setVisible(found.writable)
        self._wrote = self._wrote or not read_only
        self.notice.label.setText(self._text(read_only))
        if self.notice.isHidden() == bool(read_only):
            self.notice.setVisible(bool(read_only))
            document.writing_changed.emit()

    def _text(self, read_only: str) -> str:
        if self._wrote and self._holder:
            text = self.tr("Read-only: another Maskwright has taken this project over ({holder}).").format(
                holder=self._holder
            )
            if self._session.autosaver.pending:
                text += " " + self.tr("What you painted and is not saved is kept; it can be saved to another folder.")
            return text
        if self._holder:
            return self.tr("Read-only: another Maskwright writes this project ({holder}).").format(holder=self._holder)
        return self.tr("Read-only: {reason}").format(reason=translated(read_only))

    def _taken(self, project: Project) -> None:
        document = self._session.document
        if project is not document.project:
            return
        self._show(project, Found())
        document.set_classes(project.classes)
        self._session.autosaver.flush()
        self.taken_over.emit()


def _look(project: Project) -> Found:
    """Look who else writes the project; it is read-only afterwards when another process took it over."""
    from segcore.project.project_file import newer_schema

    try:
        project.check_writer()
    except ProjectBusyError as error:
        return Found(error.holder)
    if not project.read_only:
        return Found()
    return Found(project.holder, writable=newer_schema(project.root) is None)
