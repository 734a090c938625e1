"""Promotion: a new version that is shown to be better is used at once; any other one only when a person says so."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.session import Session
from app.training.model_in_use import ModelInUse
from app.training.result_card import ResultCard
from app.training.training_outcome import TrainingOutcome

if TYPE_CHECKING:
    from app.jobs.job import Job
    from segcore.project.project import Project


class Promotion(QObject):
    """Takes an outcome, decides by its comparison, and lets a person decide otherwise with one click.

    The model in use stays until the new version is loaded; when that fails it simply stays. Loading waits for
    predictions that run.
    """

    message = Signal(str)
    announced = Signal(str)
    """What became of an outcome, once it is known: in use, or waiting for a person."""
    used = Signal()
    """The new version is in use."""
    settled = Signal()
    """Somebody, or the comparison, has decided: the outcome need not be offered again."""

    def __init__(self, session: Session, model: ModelInUse, card: ResultCard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._model, self._card = session, model, card
        self._project: Project | None = None
        self._before = ""
        self.outcome: TrainingOutcome | None = None
        card.used.connect(self.use_new)
        card.kept.connect(self.keep_current)
        card.back.connect(self.go_back)

    def offer(self, project: Project | None, outcome: TrainingOutcome, held_out: int) -> None:
        """Show an outcome of this project; use it when it is shown to be better.

        ``held_out`` is the number of held-out images, 0 when parts of a single one were held out.
        """
        self._project, self.outcome, self._before = project, outcome, self._model.model_key
        self._card.present(outcome, held_out)
        if outcome.shown_better and not self._session.document.read_only:
            self._load(outcome, asked=False)
        else:
            self.announced.emit(self.tr("Fine-tuning is done. {verdict}").format(verdict=outcome.verdict))

    def clear(self) -> None:
        """Forget the outcome: another project, or another training."""
        self._project = self.outcome = None
        self._before = ""

    def use_new(self) -> None:
        """Make the new version the project's model."""
        outcome = self.outcome
        if outcome is None or self._project is not self._session.document.project:
            return
        if self._session.document.read_only:
            self.message.emit(self.tr("The project is open read-only."))
            return
        self._load(outcome, asked=True)

    def keep_current(self) -> None:
        """Stay with the model in use; the new version stays in the list of the model panel."""
        self._card.decide(self.tr("The model from before stays in use. The new version is kept in the model list."))
        self.settled.emit()

    def go_back(self) -> None:
        """Use the model from before again."""
        outcome = self.outcome
        if outcome is None or not self._before or self._project is not self._session.document.project:
            return
        job = self._model.use_model(self._before)
        job.succeeded.connect(partial(self._on_back, outcome))

    # --- inside ------------------------------------------------------------------------------------------------

    def _load(self, outcome: TrainingOutcome, asked: bool) -> None:
        self._card.wait(self.tr("The new version is being loaded."))
        job: Job = self._model.use_model(str(outcome.checkpoint))
        job.succeeded.connect(partial(self._on_used, outcome, asked))
        job.failed.connect(partial(self._on_not_used, outcome, asked))
        job.cancelled.connect(partial(self._on_not_used, outcome, asked))

    def _on_used(self, outcome: TrainingOutcome, asked: bool, *_: object) -> None:
        if outcome is not self.outcome:
            return
        text = self.tr("The new version is in use.")
        if not asked:
            text = self.tr("The new version is in use now. {verdict}").format(verdict=outcome.verdict)
        self._card.show_used(text, can_go_back=self._before not in ("", str(outcome.checkpoint)))
        self.settled.emit()
        self.used.emit()
        if not asked:
            self.announced.emit(text)

    def _on_not_used(self, outcome: TrainingOutcome, asked: bool, *_: object) -> None:
        if outcome is not self.outcome:
            return
        text = self.tr("The new version could not be loaded. The model from before stays in use.")
        self._card.ask(text)
        if not asked:
            self.announced.emit(text)

    def _on_back(self, outcome: TrainingOutcome, *_: object) -> None:
        if outcome is self.outcome:
            text = self.tr("The model from before is in use again. The new version is kept in the model list.")
            self._card.decide(text)
            self.message.emit(text)
