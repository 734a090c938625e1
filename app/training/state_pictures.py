"""StatePictures: the watched images with the labels of one state, two in a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from segcore.labels.classes import ClassSet

PICTURE_HEIGHT = 92
GAP = 6
GREY = 96
OPACITY = 0.5


@dataclass(frozen=True)
class StatePicture:
    """One image of a state: its id, and uint8 [h, w, 3] RGB with the labels over it."""

    image_id: str
    pixels: NDArray[np.uint8]


@dataclass(frozen=True)
class ShownState:
    """A state as it is shown."""

    step: int
    mean_iou: float
    pictures: Sequence[StatePicture]


def read_shown_state(
    folder: Path, step: int, image_path: Callable[[str], Path], classes: ClassSet
) -> ShownState | None:
    """Read a state and draw its labels over the images; None when it is damaged or gone. For a lane: no Qt here.

    Where an image cannot be read, or is too large to be read for this, its labels stand on grey.
    """
    import numpy as np

    from segcore.errors import ImageError, ProjectError
    from segcore.images.image import ThumbnailError, read_thumbnail
    from segcore.images.overlay import overlay
    from segcore.training.watched_states import StateFolder

    state = StateFolder(folder).read(step)
    if state is None:
        return None
    pictures = []
    for image_id, labels in state.labels.items():
        height, width = labels.shape
        try:
            image = read_thumbnail(image_path(image_id), width, height)
        except (ImageError, ThumbnailError, ProjectError):
            image = np.full((height, width, 3), GREY, np.uint8)
        pictures.append(StatePicture(image_id, overlay(image, labels, classes, OPACITY)))
    return ShownState(step, state.mean_iou, pictures)


class StatePictures(QWidget):
    """Painted by hand; each picture keeps its shape, with the name below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pixmaps: list[tuple[str, QPixmap]] = []

    @property
    def names(self) -> list[str]:
        """Ids of the images that are shown."""
        return [name for name, _ in self._pixmaps]

    def show_pictures(self, pictures: Sequence[StatePicture]) -> None:
        """Show these."""
        self._pixmaps = []
        for picture in pictures:
            height, width, _ = picture.pixels.shape
            image = QImage(picture.pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
            self._pixmaps.append((picture.image_id, QPixmap.fromImage(image)))
        self.setAccessibleName(", ".join(self.names))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """One or two rows."""
        rows = (len(self._pixmaps) + 1) // 2
        return QSize(200, rows * (PICTURE_HEIGHT + self._line + GAP))

    minimumSizeHint = sizeHint  # noqa: N815

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the pictures and their names."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        columns = min(2, max(1, len(self._pixmaps)))
        width = (self.width() - GAP * (columns - 1)) // columns
        for number, (name, pixmap) in enumerate(self._pixmaps):
            row, column = divmod(number, 2)
            cell = QRect(column * (width + GAP), row * (PICTURE_HEIGHT + self._line + GAP), width, PICTURE_HEIGHT)
            size = pixmap.size().scaled(cell.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(cell.left(), cell.top() + (cell.height() - size.height()), size.width(), size.height())
            painter.drawPixmap(place, pixmap)
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            text = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, width)
            below = QRect(cell.left(), cell.bottom() + 1, width, self._line)
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()

    @property
    def _line(self) -> int:
        return self.fontMetrics().height()
