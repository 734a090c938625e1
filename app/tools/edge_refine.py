"""EdgeRefineTool: brush along a border; the labels under the band are decided anew."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import LEFT, Pointer
from app.canvas.view_transform import ViewTransform
from app.document.document import Document
from app.tools.crf_stroke import CrfStroke, rect_of
from app.tools.network_probabilities import evidence
from app.tools.stroke_area import StrokeArea
from app.tools.stroke_result import Answer, Decide, in_pieces
from segcore.editing import Recorder
from segcore.editing.box import EMPTY
from segcore.editing.brush import Covered
from segcore.labels.label_map import LabelMap, values_in
from segcore.progress import Task

if TYPE_CHECKING:
    from segcore.interactive.edge_refine import EdgeRefine
    from segcore.interactive.window import Windows

FILM = [QColor(0, 0, 0, 0).rgba(), QColor(255, 255, 255, 70).rgba()]
"""The band while it is drawn: nothing, and a thin white film."""


class EdgeRefineTool(CrfStroke):
    """Left refines the border under the stroke; Shift draws a straight line."""

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(document, options, parent)
        self._film = StrokeArea()

    def hint(self) -> str:
        """Return what to do with it."""
        return self.tr("Edge refine: draw along a border; under the brush it moves to the edge in the image.")

    def draw(self, painter: QPainter, transform: ViewTransform) -> None:
        """Paint the band under the ring."""
        if self._recorder is not None and len(self._film):
            box, mask = self._film.merged(len(self._film))
            film = QImage(mask.data, box.width, box.height, mask.strides[0], QImage.Format.Format_Indexed8)
            film.setColorTable(FILM)
            painter.drawImage(rect_of(box, transform), film)
        super().draw(painter, transform)

    def preview_rect(self, transform: ViewTransform) -> QRectF:
        """Return the rectangle around ring and band."""
        ring, box = super().preview_rect(transform), self._film.box
        if self._recorder is None or box.is_empty:
            return ring
        return ring.united(rect_of(box, transform))

    # -- the stroke --------------------------------------------------------------------------------------------------

    def _start(self, pointer: Pointer) -> str:
        self._film = StrokeArea()
        return self.tr("Edge refine") if pointer.button == LEFT else ""

    def _decider(self, windows: Windows) -> Decide:
        from segcore.interactive.edge_refine import EdgeRefine

        image, label_map = self.document.image, self.document.label_map
        assert image is not None
        assert label_map is not None
        probabilities, values = evidence(self.document)
        band = EdgeRefine(image, label_map.labels, label_map.provenance, probabilities, values, windows=windows)
        return partial(_decided, band, label_map)

    def _cover(self, recorder: Recorder, covered: Covered) -> None:
        super()._cover(recorder, covered)
        self._film.add(covered)

    def _finish(self) -> None:
        if self._answered and not self._answer.paintings:
            self.message.emit(self.tr("The border fits already."))
        super()._finish()


def _decided(band: EdgeRefine, label_map: LabelMap, covered: Covered) -> Task[Answer]:
    decision = yield from band.decide(covered)
    differs = decision.labels != label_map.labels[decision.box.slices]
    paintings = (
        painting
        for value in values_in(decision.labels[differs][None])
        for painting in in_pieces(decision.box, differs & (decision.labels == value), value)
    )
    return Answer(tuple(paintings), EMPTY)
