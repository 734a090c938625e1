"""WorklistWiring: connects what to correct next with the canvas, the navigation and the status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.canvas.canvas import Canvas
from app.document.session import Session
from app.prediction.predictions import Predictions
from app.project.navigation import Navigation
from app.window.actions import Actions
from app.window.centre import Centre
from app.window.dialogs import bring_up
from app.window.loading_note import LoadingNote
from app.window.status_bar import StatusBar
from app.worklist.auditing import Auditing
from app.worklist.image_panel import ImagePanel
from app.worklist.marking_done import MarkingDone
from app.worklist.next_region import NextRegion
from app.worklist.review import Review

if TYPE_CHECKING:
    from app.worklist.statistics_dialog import StatisticsDialog


class WorklistWiring(QObject):
    """The keys that go from region to region, the audit, marking images as done, the review, and their errors."""

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
        self.loading = LoadingNote(canvas, session, navigation, actions["rescan"])
        self.statistics: StatisticsDialog | None = None
        actions["statistics"].triggered.connect(lambda: self.show_statistics(session, window))
        self.review = Review(session, images.model.ids, window)
        self.review.message.connect(self.message)
        self.review.image_wanted.connect(navigation.show)
        self.review.error.connect(self.error)
        session.records.marks.error.connect(self.error)
        for name, slot in (
            ("review", self.review.toggle),
            ("accept", self.review.accept),
            ("reject", self.review.ask_reject),
            ("flag", lambda: self.review.toggle_flag(images.chosen())),
            ("note", images.note.write),
        ):
            actions[name].triggered.connect(lambda _=False, act=slot: act())
        actions.add_keys("accept", self.review.bar.accept_button)
        actions.add_keys("reject", self.review.bar.reject_button)
        self.judged = self.review.notice
        for notice in (self.judged, self.review.bar):
            centre.add_notice(notice)

    def show_statistics(self, session: Session, window: QWidget) -> None:
        """Show how many pixels of each class the project has; the window stays usable."""
        from app.worklist.statistics_dialog import StatisticsDialog

        if self.statistics is None:
            self.statistics = StatisticsDialog(session, window)
            self.statistics.error.connect(self.error)
            self.statistics.message.connect(self.message)
        bring_up(self.statistics)
        self.statistics.count()
