"""Document: the only owner of what is being edited."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRect, SignalInstance

from app.document.document_signals import DocumentSignals
from app.document.idle_compression import IdleCompression
from app.document.loaded_image import LoadedImage, paintable
from app.document.pieces import Pieces
from app.document.stroke_preview import StrokePreview
from segcore.editing import Box, Edit, History, PaintPolicy, Recorder
from segcore.editing.edit import Change, Tile, TileChange, changed_tiles, differences
from segcore.errors import LabelError
from segcore.journal.journal import Journal
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.label_map import LabelMap

if TYPE_CHECKING:
    from segcore.images.picture import Picture
    from segcore.labels.probability_map import ProbabilityMap
    from segcore.project.project import Project


class Document(DocumentSignals):
    """One image, its label map and the history of its edits. Lives on the UI thread and does no I/O.

    Attributes
    ----------
    revision : int
        Grows with every change of the labels and with every image shown; never starts again.
    policy : PaintPolicy
        Which pixels the tools may change.
    patch : StrokePreview | None
        Labels of a part of the image as the current stroke would leave them: shown, but not an edit.
    picture : Picture | None
        Which picture ``image`` is, as it was read.
    replaced : bool
        Whether the labels were made on another picture, and no person has said that they fit this one, or are done.
    journal : Journal | None
        Where the edits of this image are kept; written to by `Journaling` alone.
    coming : str | None
        Id of the image that is being loaded to be shown next: its files must not change. `Navigation` alone sets it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project: Project | None = None
        self.classes: ClassSet | None = None
        self.image_id: str | None = None
        self.coming: str | None = None
        self.image: NDArray[np.uint8] | None = None
        self.image_levels: tuple[NDArray[np.uint8], ...] = ()
        self.label_map: LabelMap | None = None
        self.prediction: ProbabilityMap | None = None
        self.picture: Picture | None = None
        self.replaced = False
        self.revision = 0
        self.active_class = 0
        self.policy = PaintPolicy()
        self.patch: StrokePreview | None = None
        self.journal: Journal | None = None
        self._shown_at = 0
        self.history = History()
        self._stroke: Recorder | None = None
        self._settle: Callable[[], None] | None = None
        self._pieces = Pieces(self)
        self._idle = IdleCompression(self, lambda: self.history)

    @property
    def read_only(self) -> str:
        """Why nothing that is open can be changed, for a person; "" when it can."""
        return self.project.read_only if self.project is not None else ""

    # -- what is open ------------------------------------------------------------------------------------------------

    def set_project(self, project: Project | None) -> None:
        """Open a project (or none) with no image shown yet."""
        self.clear_image()
        self.project = project
        self.policy = PaintPolicy()
        self.project_changed.emit()
        self.set_classes(project.classes if project is not None else None)
        if self.classes is not None:  # painting a hidden class would show nothing
            self.set_active_class(next((c.index for c in self.classes if c.shown_at_first), self.active_class))

    def show(self, loaded: LoadedImage) -> None:
        """Show this image with its history; a stroke in progress on the last one is committed first."""
        self._leave_image()
        self.image_id, self.image = loaded.image_id, loaded.image
        self.label_map, self.prediction = paintable(loaded.label_map), loaded.prediction
        self.image_levels, self.picture, self.replaced = loaded.levels, loaded.picture, loaded.replaced
        self.history, self.journal = History() if loaded.history is None else loaded.history, loaded.journal
        self._enter_image()
        if loaded.is_newer:
            self.edited.emit(loaded.image_id)

    def clear_image(self) -> None:
        """Show nothing."""
        if self.image_id is None:
            return
        self._leave_image()
        self.image_id = self.image = self.label_map = self.prediction = self.journal = self.picture = None
        self.image_levels = ()
        self.history = History()
        self._enter_image()

    def set_classes(self, classes: ClassSet | None) -> None:
        """Use these classes from now on; the active class stays where it still exists."""
        self.classes = classes
        self.classes_changed.emit()
        if classes is not None and not classes.has_label(self.active_class):
            self.set_active_class(int(classes.indices[0]))

    def set_active_class(self, value: int) -> None:
        """Paint this class value, or 255 (ignore), from now on; values that are no class change nothing."""
        if value == self.active_class or (self.classes is not None and not self.classes.has_label(value)):
            return
        self.active_class = value
        self.active_class_changed.emit(value)

    def set_policy(self, policy: PaintPolicy) -> None:
        """Let tools change what this policy allows."""
        if policy != self.policy:
            self.policy = policy
            self.policy_changed.emit()

    # -- strokes -----------------------------------------------------------------------------------------------------

    @property
    def stroke_in_progress(self) -> bool:
        """Whether a stroke was begun and neither committed nor reverted."""
        return self._stroke is not None

    @property
    def between_states(self) -> bool:
        """Whether a large step is under way: the labels may be of before in one place and of after in another."""
        return self._pieces.busy

    @property
    def stroke_so_far(self) -> Callable[[LabelMap], Edit] | None:
        """See `Recorder.so_far`; None without a stroke in progress."""
        return None if self._stroke is None else self._stroke.so_far()

    def begin(self, name: str, settle: Callable[[], None] | None = None, erases: bool = False) -> Recorder:
        """Start a stroke; what its recorder paints is in the label map at once. Raises LabelError without an image.

        ``settle`` paints what is known when the stroke must end before it is committed (another stroke begins, another
        image is shown, the window closes). While ignore is the active class, 255 is a label unless it ``erases``.
        """
        self._pieces.finish()
        if self.label_map is None:
            raise LabelError("There is no image to paint on.", "Open one first.")
        self._end_stroke()
        is_ignore = self.active_class == IGNORE_INDEX and not erases
        self._stroke = Recorder(self.label_map, name, self.policy, self._touched, is_ignore)
        self._settle = settle
        self.history_changed.emit()
        return self._stroke

    def commit(self, recorder: Recorder) -> None:
        """End the stroke and keep it as one edit; a recorder that is not the current one is ignored."""
        if recorder is self._stroke:
            self._stroke = self._settle = None
            recorder.close()
            self._remember(recorder.finish())
            self.history_changed.emit()
            self.stroke_ended.emit(recorder)

    def revert(self, recorder: Recorder) -> None:
        """End the stroke and put back what it painted over; a recorder that is not the current one is ignored."""
        if recorder is self._stroke:
            self._stroke = self._settle = None
            recorder.close()
            self._touched(recorder.revert())
            self.history_changed.emit()

    def settle(self) -> None:
        """End what is not in the label map yet, a stroke or a large step, so that what is saved now is what is seen."""
        self._pieces.finish()
        if self._settle is not None:
            self._end_stroke()

    def show_patch(self, patch: StrokePreview | None, changed: Box) -> None:
        """Show this in place of the labels it covers; ``changed`` is where it looks different from before."""
        self.patch = patch
        if not changed.is_empty:
            self.patch_changed.emit(QRect(changed.left, changed.top, changed.width, changed.height))

    # -- whole-map changes -------------------------------------------------------------------------------------------

    def replace(self, label_map: LabelMap, name: str) -> None:
        """Make the labels equal to ``label_map`` as one edit. Raises LabelError when it is of another size."""
        self._pieces.finish()
        if self.label_map is None:
            raise LabelError("There is no image to label.", "Open one first.")
        tiles = differences(self.label_map, label_map)
        self._pieces.run(tiles, partial(self._changed, name, None), at_once=self._stroke is not None)

    def apply(self, edit: Edit, revision: int, ending: Recorder | None = None) -> bool:
        """Do an edit that was computed elsewhere for the labels as they were at ``revision``, ``ending`` this stroke.

        Pixels that were painted since stay as they are. Returns False, and does nothing, when another image has been
        shown since.
        """
        self._pieces.finish()
        if self.label_map is None or revision < self._shown_at:
            return False
        found = edit if revision == self.revision else edit.rebased(self.label_map)
        self._changed(edit.name, ending, list(found.tiles))
        return True

    def extend(self, last: Edit, more: Edit, revision: int) -> Edit | None:
        """Let the newest edit, ``last``, go on with ``more``, computed elsewhere for the labels as they were then.

        Undo takes both back at once. Returns the edit that holds both; None, and does nothing, when the labels have
        changed since ``revision``, when ``last`` is not the newest edit, and when edits were taken back that may be
        done again.
        """
        self._pieces.finish()
        if self.label_map is None or revision != self.revision or self._stroke is not None:
            return None
        if self.history.newest is not last or (joined := self.history.extend(more)) is None:
            return None
        more.redo(self.label_map)
        self._idle.start()
        self.extended.emit(last, more, joined)
        self._touched(more.box)
        self.history_changed.emit()
        return joined

    def set_prediction(self, prediction: ProbabilityMap, accept: bool = True) -> None:
        """Keep a model's answer for this image; with ``accept``, every open pixel takes its label as one edit.

        Raises LabelError when the prediction is of another size.
        """
        if self.label_map is None:
            return
        if prediction.shape != self.label_map.shape:
            raise LabelError(
                f"The prediction is {prediction.shape}, the image {self.label_map.shape}.", "Predict this image again."
            )
        self.prediction = prediction
        self.prediction_changed.emit()
        if accept:
            self.accept_prediction()

    def accept_prediction(self) -> None:
        """Give every open pixel the label of the current prediction, as one edit."""
        if (found := self.prediction) is not None:
            self.change(lambda tile, box: tile.accept(found.labels[box.slices]), self.tr("Accept prediction"))

    def change(self, change: TileChange, name: str, within: Box | None = None, ending: Recorder | None = None) -> None:
        """Change each tile (``within`` a box) as one edit, ``ending`` this stroke; at once while another goes on."""
        if self.label_map is not None:
            tiles = changed_tiles(self.label_map, change, within)
            self._pieces.run(tiles, partial(self._changed, name, ending), at_once=self._stroke is not None)

    def mark_done(self) -> bool:
        """Confirm all pixels as they are, as one edit; return False and do nothing when no pixel has a label."""
        if self.label_map is None or self.read_only or self.label_map.is_new():
            return False
        self.replaced = False
        self.change(lambda tile, _: tile.confirm(), self.tr("Mark as done"))
        return True

    def reopen(self) -> None:
        """Turn confirmed pixels back into predicted ones, as one edit."""
        if self.label_map is not None and not self.read_only:
            self.change(lambda tile, _: tile.reopen(), self.tr("Reopen"))

    # -- undo --------------------------------------------------------------------------------------------------------

    @property
    def undo_name(self) -> str:
        """What `undo` would take back; empty when there is nothing."""
        return self._stroke.name if self._stroke is not None else self.history.undo_name

    @property
    def redo_name(self) -> str:
        """What `redo` would do again; empty when there is nothing."""
        return "" if self._stroke is not None else self.history.redo_name

    def undo(self) -> None:
        """Revert the stroke in progress or, without one, take the last edit back."""
        self._pieces.finish()
        if self._stroke is not None:
            self.revert(self._stroke)
        elif self.label_map is not None and not self.read_only and (edit := self.history.undo()) is not None:
            self._step(edit, ((tile.box, tile.to_before) for tile in edit.tiles), self.undone)

    def redo(self) -> None:
        """Do the edit that was taken back last again; nothing while a stroke is in progress."""
        self._pieces.finish()
        if self._stroke is not None or self.label_map is None or self.read_only:
            return
        if (edit := self.history.redo()) is not None:
            self._step(edit, ((tile.box, tile.to_after) for tile in edit.tiles), self.redone)

    # -- reading -----------------------------------------------------------------------------------------------------

    def label_at(self, x: int, y: int) -> int | None:
        """Class value of this pixel (255 = unlabelled), or None outside the image."""
        if self.label_map is None or not (0 <= y < self.label_map.shape[0] and 0 <= x < self.label_map.shape[1]):
            return None
        return int(self.label_map.labels[y, x])

    # -- inside ------------------------------------------------------------------------------------------------------

    def _end_stroke(self) -> None:
        if self._stroke is None:
            return
        if self._settle is not None:
            self._settle()
        self.commit(self._stroke)

    def _step(self, edit: Edit, tiles: Iterator[tuple[Box, Change]], done: SignalInstance) -> None:
        """Write tiles of an edit."""
        assert self.label_map is not None
        self._pieces.write(self.label_map, self._unpacked(tiles), partial(self._stepped, edit, done))

    def _unpacked(self, tiles: Iterator[tuple[Box, Change]]) -> Iterator[tuple[Box, Change]]:
        try:
            yield from tiles
        except LabelError:  # it came from a damaged file
            self.history, self.journal = History(), None
            self.history_changed.emit()
            raise

    def _stepped(self, edit: Edit, done: SignalInstance) -> None:
        self._touched(edit.box)
        self.history_changed.emit()
        done.emit(edit)

    def _changed(self, name: str, ending: Recorder | None, tiles: list[Tile]) -> None:
        edit, at_once = Edit(name, tiles), self._stroke is not None
        if self._stroke is not None:
            # The stroke's "before" must not reach back behind this edit, or undoing it would take the edit along.
            self._remember(self._stroke.finish())
        assert self.label_map is not None
        changes = ((tile.box, tile.to_after) for tile in edit.tiles)
        self._pieces.write(self.label_map, changes, partial(self._written, edit, ending), at_once)

    def _written(self, edit: Edit, ending: Recorder | None) -> None:
        if not edit.is_empty:
            self._touched(edit.box)  # as with a stroke, the change is told before it is kept
            self._remember(edit)
            self.history_changed.emit()
        if ending is not None:
            ending.changed = not edit.is_empty
            self.stroke_ended.emit(ending)

    def _leave_image(self) -> None:
        self._pieces.finish()
        self._end_stroke()
        self.patch = None
        self._idle.stop()

    def _enter_image(self) -> None:
        self.revision += 1
        self._shown_at = self.revision
        self.image_changed.emit()
        self.history_changed.emit()

    def _remember(self, edit: Edit) -> None:
        if not edit.is_empty:
            self.history.push(edit)
            self._idle.start()
            self.committed.emit(edit)

    def _touched(self, box: Box) -> None:
        if not box.is_empty and self.image_id is not None:
            self.revision += 1
            self.labels_changed.emit(QRect(box.left, box.top, box.width, box.height))
            self.edited.emit(self.image_id)
