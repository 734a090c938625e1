"""PageChoice: whether grey pages of a TIFF file are images or channels of one image, where the file does not say it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from app.appearance.plain_text import as_tip, plain_label
from app.document.image_names import short_name
from app.document.session import Session
from segcore.images.layout import Layout
from segcore.images.page_path import PAGES_ARE_CHANNELS, split_id

if TYPE_CHECKING:
    from segcore.progress import Task
    from segcore.project.project import Project


class PageNotice(QFrame):
    """A line above the image: what its pages are taken for, and a button for the other answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "hint")
        self.label = plain_label()
        self.label.setWordWrap(True)
        self.button = QPushButton(self.tr("They are channels"))
        self.button.setToolTip(
            as_tip(self.tr("Lists such a file as one image, with its pages as channels in the tab View. Labels stay."))
        )
        self.keep_button = QToolButton()
        self.keep_button.setText("✕")
        self.keep_button.setAutoRaise(True)
        self.keep_button.setToolTip(self.tr("Keep each page as an image"))
        self.keep_button.setAccessibleName(self.tr("Keep each page as an image"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        layout.addWidget(self.keep_button)
        self.hide()


class PageChoice(QObject):
    """Asks once in a project; ``action`` shows the answer and changes it. The project keeps it."""

    image_wanted = Signal(str)
    """The file whose page was open, which is one image now."""
    reload_wanted = Signal()
    channels_wanted = Signal()
    """The person said that the pages are channels, and wants to see them."""
    error = Signal(Exception)

    def __init__(self, session: Session, action: QAction, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._action = session, action
        self.notice = PageNotice()
        self.notice.button.clicked.connect(lambda: self.choose(channels=True))
        self.notice.keep_button.clicked.connect(lambda: self.choose(channels=False))
        action.toggled.connect(lambda on: self.choose(channels=on))
        session.document.project_changed.connect(self._show)
        session.document.image_changed.connect(self._show)
        session.records.reset.connect(self._show)

    def choose(self, channels: bool) -> None:
        """Keep the answer in the project, and list its images anew."""
        project = self._session.document.project
        self.notice.hide()
        if project is None or project.read_only:
            return
        if project.settings.get(PAGES_ARE_CHANNELS) is channels:
            return
        self._session.autosaver.flush()
        job = self._session.jobs.submit("io", partial(_choose, project, channels), self.tr("Look for images"))
        job.succeeded.connect(lambda _: self._session.records.refresh(partial(self._chosen, project)))
        job.failed.connect(self.error)

    def _chosen(self, project: Project) -> None:
        document = self._session.document
        self._show()
        if project is not document.project or document.image_id is None:
            return
        if document.project.settings.get(PAGES_ARE_CHANNELS) is True:
            self.channels_wanted.emit()
        if self._session.records.of(document.image_id) is None:
            self.image_wanted.emit(split_id(document.image_id)[0])
        elif self._may_be_channels(document.image_id):
            self.reload_wanted.emit()  # its channels are others

    def _show(self) -> None:
        document = self._session.document
        kept = None if document.project is None else document.project.settings.get(PAGES_ARE_CHANNELS)
        with QSignalBlocker(self._action):
            self._action.setChecked(kept is True)
        file = split_id(document.image_id or "")[0]
        asks = kept is None and document.project is not None and not document.project.read_only
        record = self._session.records.of(file) if asks and self._may_be_channels(file) else None
        if record is not None:
            text = self.tr("{name} has {count} grey pages of one size. Each is an image with labels of its own.")
            self.notice.label.setText(text.format(name=short_name(file), count=record.pages))
        self.notice.setVisible(record is not None)

    def _may_be_channels(self, file: str) -> bool:
        """Whether nothing in a file says if its pages are images or channels."""
        record = self._session.records.of(file)
        return record is not None and Layout.from_text(record.layout).are_grey


def _choose(project: Project, channels: bool) -> Task[object]:
    project.set_setting(PAGES_ARE_CHANNELS, channels)
    return (yield from project.rescan(0.0))
