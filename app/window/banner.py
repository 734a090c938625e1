"""Banner: what went wrong and what to do, above the canvas; never in the way."""

from __future__ import annotations

import logging
import re

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from app.appearance.folded_text import FoldedText
from app.language.engine_texts import translated
from segcore.errors import MaskwrightError

logger = logging.getLogger(__name__)

EXPECTED = (MaskwrightError, OSError, MemoryError)
"""Errors that are told in words of their own; of any other the log has the details."""
LONGEST = 600
"""Letters of one message."""
BREAK = "\u200b"
LONG_WORD = re.compile(r"[^\s/\\]{100}(?=[^\s/\\])")
"""Wider than the banner, with no place to break."""


class Banner(QFrame):
    """Shows the latest trouble until it is dismissed; hidden while there is none."""

    report_wanted = Signal()
    """The person wants to report the unexpected error that it shows."""
    changed = Signal()
    """It says something else now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self._lasting = False
        self._message = ""
        self.label = FoldedText()
        self._close = QToolButton()
        self._close.setText("✕")
        self._close.setAutoRaise(True)
        self._close.setToolTip(self.tr("Dismiss"))
        self._close.setAccessibleName(self.tr("Dismiss message"))
        self._close.clicked.connect(self.hide)
        self.report_button = QPushButton(self.tr("Show report…"))
        self.report_button.setToolTip(self.tr("Make a text for a bug report; nothing is sent"))
        self.report_button.clicked.connect(self.report_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 3, 6, 3)
        layout.addWidget(self.label, 1)
        for widget in (self.label.more_button, self.report_button, self._close):
            layout.addWidget(widget)
        self.hide()

    def show_error(self, error: object, lasting: bool = False) -> None:
        """Show an exception: its message and, when it has one, its remedy."""
        self.show_text(*words_of(error), lasting)
        if isinstance(error, BaseException) and not isinstance(error, EXPECTED):
            logger.error("Told as unexpected", exc_info=error)
            self.report_button.show()

    def show_text(self, message: str, remedy: str = "", lasting: bool = False) -> None:
        """Show a message and what to do about it; a ``lasting`` one matters in other projects, too."""
        self._lasting = lasting
        self._message = _shortened(message)
        self.label.setText(f"{self._message} {_shortened(remedy)}".strip())
        self.report_button.hide()
        self.hide()  # it comes first among the notices again
        self.show()
        self.changed.emit()

    def clear(self) -> None:
        """Hide what was told of a project that is left."""
        if not self._lasting:
            self.hide()

    def take_back(self, error: object) -> None:
        """Hide when this error is what it shows."""
        if self._message == _shortened(words_of(error)[0]):
            self.hide()

    @property
    def text(self) -> str:
        """What it says, empty while hidden."""
        if self.isHidden():
            return ""
        return self.label.text().replace(BREAK, "")


def words_of(error: object) -> tuple[str, str]:
    """Return (message, remedy) for a person; an unexpected exception points to the log."""
    if isinstance(error, MaskwrightError):
        return translated(error.message), translated(error.remedy)
    if isinstance(error, OSError):
        return _of_file(error), ""
    if isinstance(error, MemoryError):
        return (
            QCoreApplication.translate("Banner", "There is not enough memory for this."),
            QCoreApplication.translate("Banner", "Close other programs, then try again. Your labels are safe."),
        )
    if isinstance(error, BaseException):
        return (
            QCoreApplication.translate("Banner", "Something went wrong that Maskwright did not expect."),
            QCoreApplication.translate("Banner", "Your labels are safe. The log has the details (Help menu)."),
        )
    return str(error), ""


def _of_file(error: OSError) -> str:
    """Return what the system says, and of which file, without the number of the error."""
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename is not None else reason


def _shortened(text: str) -> str:
    """Return the text, or its beginning and end when nobody would read it all; long words can be broken."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
    return LONG_WORD.sub(f"\\g<0>{BREAK}", text)
