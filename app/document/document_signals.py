"""DocumentSignals: what a document tells all others."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, Signal

from segcore.editing import Edit, Recorder


class DocumentSignals(QObject):
    """The signals of `Document`, which alone emits them."""

    project_changed = Signal()
    """Another project is open, or none."""
    image_changed = Signal()
    """Another image is shown, or none; image, label map, prediction, history and journal are all new."""
    labels_changed = Signal(QRect)
    """Pixels inside this rectangle have new labels or a new provenance."""
    patch_changed = Signal(QRect)
    """The patch changed inside this rectangle."""
    prediction_changed = Signal()
    """The prediction of the shown image was replaced."""
    history_changed = Signal()
    """There is something else to undo or redo."""
    classes_changed = Signal()
    """Names, colours or the number of classes changed."""
    active_class_changed = Signal(int)
    """Tools paint this class value from now on."""
    policy_changed = Signal()
    """Other pixels are protected from the tools."""
    writing_changed = Signal()
    """The project became read-only, or can be written again."""
    edited = Signal(str)
    """The image with this id has changes that are not saved yet."""
    committed = Signal(Edit)
    """This Edit was done, is in the label map and can be undone."""
    extended = Signal(Edit, Edit, Edit)
    """The newest Edit goes on: as it was, what came to it, and the one Edit that takes the place of both."""
    undone = Signal(Edit)
    """This Edit was taken back."""
    redone = Signal(Edit)
    """This Edit was done again."""
    stroke_ended = Signal(Recorder)
    """This stroke was kept, whether it changed anything or not."""
