"""HistoryDialog: the edits of the open image as a list to click in, and its versions on the disk."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.appearance.low_window import low_enough
from app.appearance.plain_text import as_tip, plain_label
from app.document.session import Session
from app.document.version_text import version_text, when
from app.document.versioning import Versioning
from segcore.labels.label_map import LabelMap

if TYPE_CHECKING:
    from segcore.project.label_versions import LabelVersion
    from segcore.project.project import Project

VERSION = Qt.ItemDataRole.UserRole


class HistoryDialog(QDialog):
    """A click on an edit goes to the labels right after it. The window stays usable meanwhile."""

    error = Signal(Exception)
    message = Signal(str)
    compare_wanted = Signal(str)
    """Show this version, named by its stem, beside the labels."""

    def __init__(self, session: Session, versioning: Versioning, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("History of the image"))
        self.resize(low_enough(QSize(360, 600), self))
        self._session, self._document = session, session.document
        self._goal: int | None = None
        self.edits = QListWidget()
        self.edits.setAccessibleName(self.tr("Edits of the image, the oldest first"))
        self.edits.setProperty("role", "roomy")
        self.versions = QListWidget()
        self.versions.setAccessibleName(self.tr("Versions of the labels on the disk, the newest first"))
        self.versions.setProperty("role", "roomy")
        self.versions.setWordWrap(True)
        self.versions.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.note = plain_label()
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        self.back = QPushButton(self.tr("Go back to this version"))
        self.back.setToolTip(self.tr("Makes the labels as they were then; it can be undone"))
        self.back.setEnabled(False)
        self.compare = QPushButton(self.tr("Compare"))
        self.compare.setToolTip(self.tr("Shows this version beside your labels; the View tab ends it"))
        self.compare.setEnabled(False)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        for button in (self.back, self.compare, close):
            button.setAutoDefault(False)
        titles = [plain_label(text) for text in (self.tr("Edits: click to go there"), self.tr("Versions on the disk"))]
        for title in titles:
            title.setProperty("role", "heading")
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.compare)
        row.addStretch(1)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.addWidget(titles[0])
        layout.addWidget(self.edits, 3)
        layout.addWidget(titles[1])
        layout.addWidget(self.versions, 2)
        layout.addWidget(self.note)
        layout.addLayout(row)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._go_on)
        self._fill_soon = QTimer(self, singleShot=True, interval=0)
        self._fill_soon.timeout.connect(self._fill)
        self.edits.currentRowChanged.connect(self.go_to)
        self.versions.currentRowChanged.connect(self._enable)
        self.versions.itemActivated.connect(lambda _: self.go_back())
        self.back.clicked.connect(lambda: self.go_back())
        self.compare.clicked.connect(lambda: self.ask_to_compare())
        self._document.history_changed.connect(self._history_changed)
        self._document.image_changed.connect(self._image_changed)
        versioning.kept.connect(lambda image_id: self._ask() if image_id == self._document.image_id else None)
        self._fill()
        self._ask()

    def go_to(self, row: int) -> None:
        """Take edits back, or do them again, until so many are done; one in each turn of the event loop."""
        if row >= 0 and self._may_change() and row != len(self._document.history):
            self._goal = row
            self._document.settle()
            self._go_on()

    def go_back(self) -> None:
        """Read the chosen version; its labels become an edit."""
        item, project, image_id = self.versions.currentItem(), self._document.project, self._document.image_id
        if item is None or project is None or image_id is None or not self._may_change():
            return
        version: LabelVersion = item.data(VERSION)
        read = partial(_load, project, image_id, version)
        job = self._session.jobs.submit("io", read, self.tr("Read the version"))
        job.succeeded.connect(partial(self._have_read, project, image_id, version))
        job.failed.connect(self.error)

    def ask_to_compare(self) -> None:
        """Ask for the chosen version to be shown beside the labels."""
        if (item := self.versions.currentItem()) is not None:
            version: LabelVersion = item.data(VERSION)
            self.compare_wanted.emit(version.stem)

    def _enable(self, row: int) -> None:
        self.back.setEnabled(self._may_change() and row >= 0)
        self.compare.setEnabled(row >= 0)

    def _have_read(self, project: Project, image_id: str, version: LabelVersion, found: LabelMap) -> None:
        label_map = self._document.label_map
        if project is not self._document.project or image_id != self._document.image_id or label_map is None:
            return
        if found.shape != label_map.shape:
            self.message.emit(self.tr("The image had another size then: this version does not fit it."))
            return
        name = self.tr("Version of {time}").format(time=when(version.time))
        self._document.change(
            lambda _, box: LabelMap(found.labels[box.slices].copy(), found.provenance[box.slices].copy()), name
        )

    def _may_change(self) -> bool:
        return self._document.image_id is not None and not self._document.read_only

    def _go_on(self) -> None:
        history, goal = self._document.history, self._goal
        if goal is None or len(history) == goal:
            self._goal = None
            self._fill()
            return
        before = len(history)
        if before > goal:
            self._document.undo()
        else:
            self._document.redo()
        if len(self._document.history) == before:  # nothing is left to take back or to do again
            self._goal = None

    def _history_changed(self) -> None:
        (self._fill_soon if self._goal is None else self._soon).start()

    def _image_changed(self) -> None:
        self._goal = None
        self._fill_soon.start()
        self._ask()

    def _fill(self) -> None:
        """Show the edits; those that were taken back are pale."""
        with QSignalBlocker(self.edits):
            self.edits.clear()
            if self._document.image_id is None:
                self.edits.addItem(self.tr("Open an image to see its edits."))
                return
            history = self._document.history
            done, undone = history.names, history.undone_names
            pale = self.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
            for n, name in enumerate((self.tr("Before the first edit"), *done, *undone)):
                item = QListWidgetItem(f"{n}  {name}" if n else name)
                if n > len(done):
                    item.setForeground(pale)
                self.edits.addItem(item)
            self.edits.setCurrentRow(len(done))

    def _ask(self) -> None:
        """Read which versions there are."""
        project, image_id = self._document.project, self._document.image_id
        self._show([])
        if project is not None and image_id is not None:
            job = self._session.jobs.submit("io", partial(_of, project, image_id), quiet=True)
            job.succeeded.connect(partial(self._have_versions, image_id))

    def _have_versions(self, image_id: str, found: list[LabelVersion]) -> None:
        if image_id == self._document.image_id:
            self._show(found)

    def _show(self, found: list[LabelVersion]) -> None:
        self.versions.clear()
        for version in found:
            item = QListWidgetItem(version_text(version))
            item.setToolTip(as_tip(f"{version.what}\n{version.nbytes / 1e6:.2f} MB"))
            item.setData(VERSION, version)
            self.versions.addItem(item)
        self._enable(-1)
        if found:
            total = QLocale().toString(sum(version.nbytes for version in found) / 1e6, "f", 1)
            count = self.tr("1 version, {size} MB") if len(found) == 1 else self.tr("{n} versions, {size} MB")
            self.note.setText(count.format(n=len(found), size=total))
        else:
            self.note.setText(
                self.tr(
                    "No version yet. One is kept before the first edit, every five minutes, when the image is done, and"
                    " when it is left."
                )
            )


def _of(project: Project, image_id: str) -> list[LabelVersion]:
    return project.versions.of(image_id)


def _load(project: Project, image_id: str, version: LabelVersion) -> LabelMap:
    return project.versions.load(image_id, version, project.classes, project.class_history)
