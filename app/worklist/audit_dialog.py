"""AuditDialog: corrected labels that look wrong, each with a picture and three buttons."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.appearance.low_window import low_enough
from app.appearance.numbers import whole
from app.appearance.plain_text import as_tip, plain_label

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    from app.worklist.audit_pictures import PicturedIssue
    from segcore.labels.classes import ClassSet
    from segcore.worklist.label_issues import LabelIssue


class AuditDialog(QDialog):
    """Stays open beside the window; a row goes when it was decided.

    Parameters
    ----------
    found : list[PicturedIssue]
        The worst first.
    classes : ClassSet
        Names the labels.
    writable : bool
        Whether the project can be changed; otherwise rows can only be shown.
    """

    accepted_issue = Signal(object)
    """LabelIssue: its suggestion is to be painted."""
    kept_issue = Signal(object)
    """LabelIssue: its label is right."""
    shown_issue = Signal(object)
    """LabelIssue: the person wants to see it in its image."""

    def __init__(
        self, found: list[PicturedIssue], classes: ClassSet, writable: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Labels that look wrong"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        about = plain_label(
            self.tr(
                "A model that has not seen these labels finds another class more likely. Each picture shows the image,"
                " the label and the suggestion. Large and clear ones come first."
            )
        )
        about.setWordWrap(True)
        self.rows: list[AuditRow] = []
        page = QWidget()
        self._list = QVBoxLayout(page)
        self._list.setContentsMargins(0, 0, 8, 0)
        self._list.setSpacing(8)
        for each in found:
            row = AuditRow(each, classes, writable)
            row.accept_button.clicked.connect(partial(self._decide, row, self.accepted_issue))
            row.keep_button.clicked.connect(partial(self._decide, row, self.kept_issue))
            row.show_button.clicked.connect(partial(self.shown_issue.emit, each.issue))
            self.rows.append(row)
            self._list.addWidget(row)
        self._list.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(page)
        self.left = plain_label()
        self.left.setProperty("role", "muted")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        for button in buttons.buttons():
            button.setIcon(QIcon())  # desktop icons clash with the theme
        foot = QHBoxLayout()
        foot.addWidget(self.left, 1)
        foot.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(about)
        layout.addWidget(scroll, 1)
        layout.addLayout(foot)
        self._count()
        self.resize(low_enough(QSize(760, min(620, 190 + 160 * len(found))), self))

    def _decide(self, row: AuditRow, signal: SignalInstance) -> None:
        self.rows.remove(row)
        row.hide()
        row.deleteLater()
        self._count()
        signal.emit(row.issue)

    def _count(self) -> None:
        count = len(self.rows)
        if count == 0:
            self.left.setText(self.tr("You have decided about all of them."))
        elif count == 1:
            self.left.setText(self.tr("1 label to look at"))
        else:
            self.left.setText(self.tr("{count} labels to look at").format(count=count))


class AuditRow(QFrame):
    """One label: picture, what it is and what it looks like, and the buttons."""

    def __init__(self, found: PicturedIssue, classes: ClassSet, writable: bool) -> None:
        super().__init__()
        self.issue: LabelIssue = found.issue
        names = [c.name if (c := classes.find(v)) else str(v) for v in (found.issue.value, found.issue.suggestion)]
        picture = plain_label()
        picture.setPixmap(_pixmap(found.picture))
        picture.setAccessibleName(
            self.tr("Image, label {label}, suggestion {suggestion}").format(label=names[0], suggestion=names[1])
        )
        head = plain_label(self.tr("{label} → {suggestion}").format(label=names[0], suggestion=names[1]))
        head.setProperty("role", "heading")
        head.setWordWrap(True)
        pixels = whole(max(1, round(found.issue.wrong)))
        facts = plain_label(self.tr("About {pixels} pixels").format(pixels=pixels) + "\n" + found.issue.image_id)
        facts.setProperty("role", "muted")
        facts.setWordWrap(True)
        facts.setToolTip(as_tip(found.issue.image_id))
        self.accept_button = QPushButton(self.tr("Accept suggestion"))
        self.accept_button.setToolTip(self.tr("Paints the suggestion over this label; one undo step"))
        self.keep_button = QPushButton(self.tr("Keep"))
        self.keep_button.setToolTip(self.tr("The label is right; it is not listed again"))
        self.show_button = QPushButton(self.tr("Show"))
        self.show_button.setToolTip(self.tr("Opens the image at this place"))
        side = QVBoxLayout()
        side.setSpacing(4)
        side.addWidget(head)
        side.addWidget(facts)
        side.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.accept_button, self.keep_button, self.show_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self.accept_button, self.keep_button):
            button.setEnabled(writable)
        side.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addWidget(picture)
        layout.addLayout(side, 1)


def _pixmap(pixels: NDArray[uint8]) -> QPixmap:
    height, width, _ = pixels.shape
    return QPixmap.fromImage(QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888))
