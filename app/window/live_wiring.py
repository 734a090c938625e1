"""LiveWiring: connects Live with its switch, the canvas and the status bar."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from app.adaptation.live_adaptation import LiveAdaptation
from app.appearance.plain_text import as_tip
from app.canvas.canvas import Canvas
from app.window.status_bar import StatusBar


class LiveWiring(QObject):
    """Says in the status bar and in the tooltip of the switch that Live is getting ready, as long as it does."""

    def __init__(self, live: LiveAdaptation, action: QAction, canvas: Canvas, status: StatusBar) -> None:
        super().__init__(live)
        self._action, self._status = action, status
        self._tip = action.toolTip()
        live.drafted.connect(canvas.show_draft)
        live.answered.connect(lambda answer: canvas.flash(answer.flipped))
        live.message.connect(status.mention)
        live.waited_for.connect(self._show_wait)
        action.triggered.connect(live.switch)
        live.switched.connect(action.setChecked)
        action.setChecked(live.on)

    def _show_wait(self, waiting: bool) -> None:
        text = self.tr("Live is getting ready…")
        if waiting and text not in self._action.toolTip():
            self._tip = self._action.toolTip()  # with the shortcut of now
        self._status.say_meanwhile(text if waiting else "")
        later = self.tr("What you paint meanwhile gets its answer then.")
        self._action.setToolTip(as_tip(f"{self._tip}\n\n{text} {later}" if waiting else self._tip))
