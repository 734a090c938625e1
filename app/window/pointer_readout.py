"""PointerReadout: what is under the pointer, for the status bar."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from app.appearance.numbers import percent, probability
from app.canvas.canvas import Canvas
from app.document.document import Document
from app.document.pixel_facts import color_at, ignored_at, predicted_at, provenance_at
from app.language.marking import QT_TRANSLATE_NOOP
from app.window.status_bar import StatusBar
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import Provenance

ORIGINS = {
    Provenance.UNTOUCHED: "",
    Provenance.PREDICTED: QT_TRANSLATE_NOOP("PointerReadout", "predicted"),
    Provenance.PAINTED: QT_TRANSLATE_NOOP("PointerReadout", "painted"),
    Provenance.CONFIRMED: QT_TRANSLATE_NOOP("PointerReadout", "confirmed"),
    Provenance.PAINTED_CONFIRMED: QT_TRANSLATE_NOOP("PointerReadout", "painted, confirmed"),
}
"""What the status bar says of how a pixel came to its label."""
NAME_LENGTH = 18
"""Characters of a class name that are shown."""
WAIT_MS = 20
"""After a change, so that what is painted is on the screen first, and many changes are told once."""


class PointerReadout(QObject):
    """Keeps pixel, class, provenance, prediction and zoom up to date; nothing while the pointer is outside."""

    def __init__(self, document: Document, canvas: Canvas, status: StatusBar) -> None:
        super().__init__(canvas)
        self._document = document
        self._status = status
        self._canvas = canvas
        self._at: tuple[int, int] | None = None
        self._told: tuple[int, int, str, str, str] | None = None
        self._soon = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._soon.timeout.connect(self.show_now)
        canvas.cursor_moved.connect(self._move)
        canvas.cursor_left.connect(self._leave)
        canvas.zoom_changed.connect(lambda zoom: status.zoom.setText(percent(zoom)))
        for signal in (
            document.image_changed,
            document.labels_changed,
            document.prediction_changed,
            document.classes_changed,
            canvas.looks_changed,
        ):
            signal.connect(self._show_soon)

    def _move(self, x: int, y: int) -> None:
        self._at = (x, y)
        self._show_soon()

    def _leave(self) -> None:
        self._at = None
        self._show_soon()

    def _show_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def show_now(self) -> None:
        """Tell the status bar what is there now."""
        value = self._document.label_at(*self._at) if self._at is not None else None
        if self._at is None or value is None:
            self._told = None
            self._status.clear_pointer()
            return
        facts = (*self._at, self._label(*self._at, value), self._prediction(*self._at), self._color(*self._at))
        if facts != self._told:  # a stroke changes labels with every move, and the status bar makes room anew each time
            self._told = facts
            self._status.show_pointer(*facts)

    def _label(self, x: int, y: int, value: int) -> str:
        origin = ORIGINS[provenance_at(self._document, x, y) or Provenance.UNTOUCHED]
        name = self.tr("Ignore") if ignored_at(self._document, x, y) else self._name(value)
        return f"{name}, {QCoreApplication.translate('PointerReadout', origin)}" if origin else name

    def _color(self, x: int, y: int) -> str:
        if stored := self._canvas.stored_at(x, y):
            return self.tr("Stored {values}").format(values=" ".join(f"{value:.6g}" for value in stored))
        color = color_at(self._document, x, y)
        if color is None:
            return ""
        red, green, blue = color
        if red == green == blue:
            return self.tr("Grey {value}").format(value=red)
        return self.tr("RGB {red} {green} {blue}").format(red=red, green=green, blue=blue)

    def _prediction(self, x: int, y: int) -> str:
        predicted = predicted_at(self._document, x, y)
        if predicted is None:
            return ""
        value, share = predicted
        if value == IGNORE_INDEX:
            return self.tr("Model: none of the classes")
        if share is None:
            return self.tr("Model: {name}").format(name=self._name(value))
        return self.tr("Model: {name} {probability}").format(name=self._name(value), probability=probability(share))

    def _name(self, value: int) -> str:
        known = self._document.classes.find(value) if self._document.classes is not None else None
        if known is None:
            return self.tr("unlabelled") if value == IGNORE_INDEX else self.tr("value {n}").format(n=value)
        return known.name if len(known.name) <= NAME_LENGTH else f"{known.name[: NAME_LENGTH - 1]}…"
