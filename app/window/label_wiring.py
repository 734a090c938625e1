"""LabelWiring: connects the menu Labels with the canvas; one preview at a time is shown there."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from app.canvas.canvas import Canvas
from app.commands.command_table import TABLE
from app.commands.label_commands import LabelCommands
from app.document.session import Session
from app.refinement.canvas_preview import CanvasPreview
from app.refinement.live_preview import LivePreview
from app.window.actions import Actions
from app.window.banner import Banner
from app.window.status_bar import StatusBar
from app.window.view_wiring import Neighbour


class LabelWiring(QObject):
    """The commands of the menu Labels, and the live preview of the CRF, which makes room for them."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        canvas: Canvas,
        neighbour: Neighbour,
        live: LivePreview,
        status: StatusBar,
        banner: Banner,
    ) -> None:
        super().__init__(canvas)
        self.preview = CanvasPreview(live, canvas)
        self.commands = LabelCommands(session, canvas, lambda image_id: neighbour(image_id, -1)[0])
        self.commands.began.connect(live.drop)
        live.active_changed.connect(lambda active: self.commands.cancel() if active else None)
        self.commands.message.connect(status.say)
        self.commands.error.connect(banner.show_error)
        for row in TABLE:
            actions[f"labels_{row.name}"].triggered.connect(partial(self._start, row.name))

    def _start(self, name: str, _checked: bool = False) -> None:
        self.commands.start(name)
