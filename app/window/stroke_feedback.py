"""StrokeFeedback: why a stroke changed nothing, or why nothing of it is seen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from app.canvas.action_text import named
from app.canvas.canvas import Canvas
from app.canvas.layers import LABELS
from app.document.document import Document
from segcore.editing import Recorder
from segcore.labels.classes import IGNORE_INDEX


class StrokeFeedback(QObject):
    """Looks at each stroke that has ended. A project that is read-only takes no stroke; the canvas says that.

    That a stroke changed nothing is said each time; that what it changed is not seen, once in a row.
    """

    message = Signal(str)
    """Short, for the status bar."""

    def __init__(self, document: Document, canvas: Canvas, overlay: QAction) -> None:
        """``overlay``: the action that shows the labels."""
        super().__init__(canvas)
        self._document = document
        self._canvas = canvas
        self._overlay = overlay
        self._unseen = ""
        document.stroke_ended.connect(self._look)

    def _look(self, stroke: Recorder) -> None:
        if stroke.value is None:  # the tool found nothing to paint, and says why
            return
        if not stroke.changed:
            self.message.emit(self._why_unchanged(stroke, stroke.value))
            return
        unseen = self._why_unseen(stroke, stroke.value)
        if unseen and unseen != self._unseen:
            self.message.emit(unseen)
        self._unseen = unseen

    def _why_unchanged(self, stroke: Recorder, value: int) -> str:
        if not stroke.covered:
            return self.tr("Nothing changed: the stroke is outside the image.")
        policy = self._document.policy
        locked = next((each for each in (value, stroke.protected) if each is not None and each in policy.locked), None)
        if locked is not None:
            return self.tr("Nothing changed: {name} is locked. Its lock in “Classes” opens it.").format(
                name=self._name(locked)
            )
        if (
            stroke.protected is not None
            and policy.only_free
            and (policy.over is None or stroke.protected in policy.over)
        ):
            return self.tr("Nothing changed: “Paint over” (toolbar) excludes what is painted or confirmed.")
        if stroke.protected is not None:
            return self.tr("Nothing changed: “Paint over” (toolbar) excludes {name}.").format(
                name=self._name(stroke.protected)
            )
        if value == IGNORE_INDEX and not stroke.keeps_ignore:
            return self.tr("Nothing changed: these pixels have no label.")
        return self.tr("Nothing changed: these pixels are {name} already.").format(name=self._name(value, ignore=True))

    def _why_unseen(self, stroke: Recorder, value: int) -> str:
        if not self._canvas.layers & LABELS:
            return self.tr("This view shows no labels. Choose {action}.").format(action=named(self._overlay))
        if value in self._canvas.hidden_classes and (value != IGNORE_INDEX or stroke.keeps_ignore):
            name = self._name(value, ignore=True)
            return self.tr("{name} is hidden. Its eye in “Classes” shows it.").format(name=name)
        return ""

    def _name(self, value: int, ignore: bool = False) -> str:
        classes = self._document.classes
        known = classes.find(value) if classes is not None else None
        if known is not None:
            return f"“{known.name}”"
        if value == IGNORE_INDEX and ignore:
            return self.tr("“Ignore”")
        return self.tr("unlabelled pixels") if value == IGNORE_INDEX else self.tr("value {n}").format(n=value)
