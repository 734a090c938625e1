"""WorklistWiring: connects what to correct next with the canvas, the navigation and the status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.worklist.auditing import Auditing
from app.worklist.next_region import NextRegion

if TYPE_CHECKING:
    from app.window.main_window import MainWindow


class WorklistWiring(QObject):
    """The keys that go from region to region, the audit, and their errors."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        actions, ranking = window.actions_, window.images.ranking
        self.regions = NextRegion(window.session, ranking, actions["predict_all"])
        actions["next_region"].triggered.connect(lambda: self.regions.forward())
        actions["previous_region"].triggered.connect(lambda: self.regions.back())
        self.regions.shown.connect(window.canvas.show_box)
        self.regions.image_wanted.connect(window.navigation.show)
        self.regions.message.connect(window.status.say)
        window.predictions.predicted.connect(self.regions.forget)
        ranking.failed.connect(window.banner.show_error)
        self.auditing = Auditing(window.session, window)
        actions["audit"].triggered.connect(lambda: self.auditing.start())
        self.auditing.image_wanted.connect(window.navigation.show)
        self.auditing.shown.connect(window.canvas.show_box)
        self.auditing.message.connect(window.status.say)
        self.auditing.error.connect(window.banner.show_error)
