"""Job: a piece of slow work that a person may watch and cancel; in a lane, or in a process of its own."""

from __future__ import annotations

import time

from PySide6.QtCore import QMetaMethod, QObject, Signal

from segcore.progress import Progress

ESTIMATE_AFTER = 0.02
ESTIMATE_AFTER_SECONDS = 1.0
"""Share that is done, and time that has passed, before a time left is estimated; earlier it would jump about."""


class Job(QObject):
    """Emits ``progressed`` and then exactly one of ``succeeded``, ``cancelled`` and ``failed``, all on the UI thread.

    Attributes
    ----------
    title : str
        What the person reads while it runs.
    quiet : bool
        Whether it is not shown to the person at all.
    cancelling : bool
        Whether `cancel` was asked for.
    finished : bool
        Whether nothing more will come.
    progress : Progress or None
        The latest.
    started_at : float or None
        `time.monotonic` when the work began.
    """

    progressed = Signal(Progress)
    succeeded = Signal(object)
    """What the work returned."""
    cancelled = Signal()
    dropped = Signal(object)
    """Comes before ``cancelled`` when the work had ended by then: what it returned, for those who must close that."""
    failed = Signal(Exception)
    ended = Signal()
    """Comes last, whatever came of it."""

    def __init__(self, title: str = "", quiet: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.quiet = quiet
        self.cancelling = False
        self.finished = False
        self.progress: Progress | None = None
        self.started_at: float | None = None
        self._counted_from: float | None = None

    def cancel(self) -> None:
        """Ask for the work to stop; ``cancelled`` follows. Harmless when it is finished. Subclasses tell the work."""
        if not self.finished:
            self.cancelling = True

    @property
    def seconds_left(self) -> float | None:
        """What the work itself says, else an estimate from the share that is done; None while it would be a guess."""
        if self.progress is None:
            return None
        said = self.progress.detail.get("seconds_left")
        if isinstance(said, int | float):
            return float(said)
        fraction = self.progress.fraction
        elapsed = time.monotonic() - self._counted_from if self._counted_from is not None else 0.0
        if fraction < ESTIMATE_AFTER or elapsed < ESTIMATE_AFTER_SECONDS:
            return None
        return elapsed * (1.0 - fraction) / fraction

    def _tell_end(self) -> None:
        """Emit ``ended`` and let go of who listened.

        A slot that refers to its job keeps both, and the job what its other slots refer to, such as a closed project:
        Python's collector does not see who a connection of Qt refers to.
        """
        self.ended.emit()
        meta = self.metaObject()
        for index in range(QObject.staticMetaObject.methodCount(), meta.methodCount()):  # type: ignore[attr-defined]
            method = meta.method(index)
            if method.methodType() is QMetaMethod.MethodType.Signal and self.isSignalConnected(method):
                getattr(self, method.name().toStdString()).disconnect()

    def _begin(self) -> None:
        self.started_at = self._counted_from = time.monotonic()

    def _advance(self, step: Progress) -> None:
        if step.total <= 0:
            self._counted_from = time.monotonic()  # preparations say nothing of how fast the work is
        self.progress = step
        self.progressed.emit(step)
