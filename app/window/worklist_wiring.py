"""WorklistWiring: connects what to correct next with the canvas, the navigation and the status bar."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.canvas.canvas import Canvas
from app.document.session import Session
from app.prediction.predictions import Predictions
from app.project.navigation import Navigation
from app.window.actions import Actions
from app.window.centre import Centre
from app.window.status_bar import StatusBar
from app.worklist.auditing import Auditing
from app.worklist.image_panel import ImagePanel
from app.worklist.marking_done import MarkingDone
from app.worklist.next_region import NextRegion


class WorklistWiring(QObject):
    """The keys that go from region to region, the audit, marking many images as done, and their errors."""

    message = Signal(str)
    error = Signal(Exception)

    def __init__(
        self,
        window: QWidget,
        session: Session,
        actions: Actions,
        images: ImagePanel,
        canvas: Canvas,
        navigation: Navigation,
        predictions: Predictions,
        centre: Centre,
        status: StatusBar,
    ) -> None:
        super().__init__(window)
        self.regions = NextRegion(session, images.ranking, actions["predict_all"])
        actions["next_region"].triggered.connect(lambda: self.regions.forward())
        actions["previous_region"].triggered.connect(lambda: self.regions.back())
        self.regions.shown.connect(canvas.show_box)
        self.regions.image_wanted.connect(navigation.show)
        self.regions.message.connect(self.message)
        predictions.predicted.connect(self.regions.forget)
        images.ranking.failed.connect(self.error)
        self.auditing = Auditing(session, window)
        actions["audit"].triggered.connect(lambda: self.auditing.start())
        self.auditing.image_wanted.connect(navigation.show)
        self.auditing.shown.connect(canvas.show_box)
        self.auditing.message.connect(self.message)
        self.auditing.error.connect(self.error)
        self.marking = MarkingDone(session, window)
        actions["done_selected"].triggered.connect(lambda: self.marking.mark(images.chosen()))
        self.marking.message.connect(self.message)
        self.marking.error.connect(self.error)
        self.marking.job_started.connect(status.watch)
        centre.add_notice(self.marking.notice)
