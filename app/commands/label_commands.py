"""LabelCommands: asks for what a command needs, shows what it would do, and does it as one edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal

from app.appearance.numbers import whole
from app.canvas.canvas import Canvas
from app.commands.canvas_clicks import CanvasClicks
from app.commands.command_bar import CommandBar
from app.commands.command_table import PREDICTION, PREVIOUS, TABLE, CommandRow
from app.commands.computed import Computed, Wish, computed
from app.commands.everywhere import Everywhere
from app.document.session import Session
from app.language.mnemonic import without_mnemonic
from segcore.editing import Recorder
from segcore.editing.paint_policy import OPEN
from segcore.editing.target import EVERYWHERE, Where
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap

if TYPE_CHECKING:
    from app.jobs.job_runner import Job

LANE = "crf"
SOON_MS = 30
"""A number that is being typed or turned is waited for so long."""


class LabelCommands(QObject):
    """One command at a time; what is painted meanwhile is taken into account."""

    began = Signal()
    """A command shows what it would do: no other preview may be shown."""
    replacement_wanted = Signal(int, int)
    """The class of the first value is to be replaced by that of the second, in all images."""
    everywhere_wanted = Signal(Everywhere)
    """A command is to be done to all images."""
    message = Signal(str)
    error = Signal(Exception)

    def __init__(self, session: Session, canvas: Canvas, previous: Callable[[str], str | None]) -> None:
        """``previous``: the id of the image before one, as the list shows them; None for the first."""
        super().__init__(canvas)
        self._previous = previous
        self._session, self._document, self._canvas = session, session.document, canvas
        self.bar = CommandBar(canvas.parentWidget() or canvas)
        self.clicks = CanvasClicks(canvas)
        self._row: CommandRow | None = None
        self._given: NDArray[np.uint8] | None = None
        self._point: tuple[int, int] | None = None
        self._job: Job | None = None
        self._wish: Wish | None = None  # what `_shown` was computed for
        self._shown: Computed | None = None
        self._applies = False  # as soon as it is computed
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._compute)
        self.bar.changed.connect(self._chosen)
        for each in (self.bar, self.clicks):
            each.applied.connect(self.apply)
            each.cancelled.connect(self.cancel)
        self.clicks.picked.connect(self._pick)
        document = self._document
        document.image_changed.connect(self.cancel)
        document.project_changed.connect(self.cancel)
        document.labels_changed.connect(lambda _: self._look_again())
        document.prediction_changed.connect(self._look_again)
        document.policy_changed.connect(self._look_again)
        document.active_class_changed.connect(lambda _: self._class_changed())
        document.classes_changed.connect(self._class_changed)

    @property
    def asking(self) -> bool:
        """Whether a command is shown and not applied yet."""
        return self._row is not None

    def start(self, name: str) -> None:
        """Ask for what the command of this name needs; without the labels that it needs, say so."""
        document = self._document
        if document.label_map is None or document.read_only or document.project is None:
            return
        row = next(each for each in TABLE if each.name == name)
        document.settle()
        self.cancel()
        if row.given == PREDICTION:
            if document.prediction is None:
                self.message.emit(self.tr("There is no prediction of this image yet: predict it first."))
                return
            self._ask(row, None)
        elif row.given == PREVIOUS:
            self._read_previous(row)
        else:
            self._ask(row, None)

    def apply(self) -> None:
        """Do it; once it is computed, if it is not yet."""
        if self._row is None or not self.bar.isVisible():
            return
        everywhere = self.bar.chosen in EVERYWHERE
        if everywhere and self._row.old:
            old, new = self.bar.old.currentData(), self.bar.new.currentData()
            self.cancel()
            self.replacement_wanted.emit(old, new)
            return
        shown = self._shown
        if shown is None or shown.revision != self._document.revision:
            self._applies = True
            return
        if everywhere and self._wish is not None:
            what = Everywhere(replace(self._wish, levels=shown.levels), shown)
            self.cancel()
            self.everywhere_wanted.emit(what)
            return
        name, label_map = self._name(self._row), self._document.label_map
        self._end()
        stroke = Recorder(label_map, name) if shown.paints and label_map is not None else None
        done = self._document.apply(shown.edit, shown.revision, stroke)  # Live answers it as it answers a stroke
        if self._document.between_states:  # so the labels of before are not seen again on the way
            self._document.committed.connect(self._show_labels, Qt.ConnectionType.SingleShotConnection)
        else:
            self._show_labels()
        if done:
            count = self.tr("{name}: 1 pixel changed") if shown.pixels == 1 else self.tr("{name}: {n} pixels changed")
            self.message.emit(
                count.format(name=name, n=whole(shown.pixels))
                if shown.pixels
                else self.tr("{name}: nothing to change").format(name=name)
            )

    def cancel(self) -> None:
        """Ask nothing, and show the labels as they are."""
        if self._row is not None:
            self._end()
            self._show_labels()

    def _end(self) -> None:
        """Ask nothing any more; what the command would do stays on the screen."""
        self._row = self._given = self._wish = self._shown = None
        self._applies = False
        self._soon.stop()
        self._stop()
        self.clicks.end()
        if self.bar.has_focus:
            self._canvas.setFocus()
        self.bar.hide()

    def _show_labels(self, _: object = None) -> None:
        self._canvas.preview_labels(None)

    # -- asking ------------------------------------------------------------------------------------------------------

    def _name(self, row: CommandRow) -> str:
        return without_mnemonic(QCoreApplication.translate("Actions", row.text)).rstrip("…")

    def _ask(self, row: CommandRow, given: NDArray[np.uint8] | None) -> None:
        document = self._document
        if document.classes is None:
            return
        self._row, self._given, self._point = row, given, self.clicks.pixel
        self.began.emit()
        self.bar.ask(row, self._name(row), document.classes, document.active_class)
        under = document.label_at(*self._point) if self._point is not None else None
        if row.old and under is not None and under != document.active_class:
            self.bar.old.setCurrentIndex(max(0, self.bar.old.findData(under)))
        self.clicks.begin()
        self._chosen()

    def _read_previous(self, row: CommandRow) -> None:
        document = self._document
        image_id = document.image_id
        before = None if image_id is None else self._previous(image_id)
        if before is None or before == image_id or document.project is None or document.label_map is None:
            self.message.emit(self.tr("There is no image before this one."))
            return
        self._session.autosaver.flush()
        job = self._session.jobs.submit("io", partial(document.project.load_labels, before), quiet=True)
        job.succeeded.connect(lambda stored: self._have_previous(row, before, image_id, stored.label_map))
        job.failed.connect(self.error)

    def _have_previous(self, row: CommandRow, before: str, image_id: str | None, found: LabelMap) -> None:
        document = self._document
        if document.label_map is None or document.image_id != image_id:
            return
        if found.shape != document.label_map.shape:
            self.message.emit(self.tr("“{name}” has another size than this image.").format(name=before))
        elif not (found.labels != IGNORE_INDEX).any():
            self.message.emit(self.tr("“{name}” has no labels yet.").format(name=before))
        else:
            self.cancel()
            self._ask(row, found.labels)

    def _pick(self, x: int, y: int) -> None:
        self._point = x, y
        self._look_again()

    def _chosen(self) -> None:
        if self._row is not None:
            self.clicks.picks = self.bar.chosen is Where.PIECE
            self._look_again()

    def _class_changed(self) -> None:
        classes = self._document.classes
        if self._row is None or classes is None:
            return
        self.bar.show_classes(classes, self._document.active_class)
        self.bar.show_active(classes, self._document.active_class)
        self._look_again()

    # -- showing -----------------------------------------------------------------------------------------------------

    def _look_again(self) -> None:
        """Compute it anew; what is shown is not true any more."""
        if self._row is None:
            return
        if self._shown is not None and self._shown.revision != self._document.revision:
            self._canvas.preview_labels(None)  # what is being painted must be seen
        self._shown = None
        self._stop()
        self._soon.start()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _compute(self) -> None:
        document, row = self._document, self._row
        if row is None or document.label_map is None:
            return
        if row.given == PREDICTION and document.prediction is None:
            self.cancel()
            return
        if document.stroke_in_progress:
            self._soon.start()
            return
        bar = self.bar
        old = bar.old.currentData() if row.old else IGNORE_INDEX
        self._wish = wish = Wish(
            row,
            self._name(row),
            bar.chosen,
            document.active_class,
            self._point,
            bar.number.value(),
            old,
            bar.new.currentData() if row.new else IGNORE_INDEX,
            self._given,
            document.prediction if row.given == PREDICTION else None,
            document.policy if row.locks else OPEN,
            document.image if row.levels else None,
            bar.levels.of,
            bar.levels.chosen,
        )
        bar.say(self.tr("Computing…"), False)
        work = partial(computed, document.label_map, wish, document.revision)
        self._job = self._session.jobs.submit(LANE, work, quiet=True)
        self._job.succeeded.connect(self._show)
        self._job.failed.connect(self._fail)

    def _show(self, shown: Computed) -> None:
        self._job = None
        if self._row is None:
            return
        if shown.revision != self._document.revision:
            self._look_again()
            return
        self._shown = shown
        if shown.counts is not None:
            self.bar.levels.show_levels(shown.counts, shown.levels)
        self._canvas.preview_labels(shown.labels if shown.pixels else None)
        if self.bar.chosen is Where.PIECE and self._point is None:
            text = self.tr("Click a piece in the image")
        elif not shown.pixels:
            text = self.tr("Nothing changes")
        elif shown.pixels == 1:
            text = self.tr("1 pixel changes")
        else:
            text = self.tr("{n} pixels change").format(n=whole(shown.pixels))
        pointless = self._row.old and self.bar.old.currentData() == self.bar.new.currentData()
        everywhere = self.bar.chosen in EVERYWHERE and not pointless
        if everywhere:
            text = self.tr("{text} in this one").format(text=text)
        self.bar.say(text, everywhere or bool(shown.pixels))
        if self._applies:
            self.apply()

    def _fail(self, error: Exception) -> None:
        self._job = None
        self.cancel()
        self.error.emit(error)
