"""StatePictures: the watched images with the labels of one state, two in a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from segcore.labels.classes import ClassSet

MOST_HEIGHT = 150
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

    The background is not drawn, which the window hides too at first. Where an image cannot be read, or is too large to
    be read for this, its labels stand on grey.
    """
    import numpy as np

    from segcore.errors import ImageError, ProjectError
    from segcore.images.image import ThumbnailError, read_thumbnail
    from segcore.images.overlay import overlay
    from segcore.labels.classes import IGNORE_INDEX
    from segcore.training.watched_states import StateFolder

    state = StateFolder(folder).read(step)
    if state is None:
        return None
    pictures, hidden = [], [each.index for each in classes.classes if not each.shown_at_first]
    for image_id, labels in state.labels.items():
        height, width = labels.shape
        try:
            image = read_thumbnail(image_path(image_id), width, height)
        except (ImageError, ThumbnailError, ProjectError):
            image = np.full((height, width, 3), GREY, np.uint8)
        labels = np.where(np.isin(labels, hidden), np.uint8(IGNORE_INDEX), labels)
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
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Be as high as the pictures are at this width."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the pictures and their names."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for (name, pixmap), place in zip(self._pixmaps, self._places(), strict=True):
            painter.drawPixmap(place, pixmap)
            text = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, self._column)
            below = QRect(place.left(), place.bottom() + 1, self._column, self._line)
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()

    @property
    def _line(self) -> int:
        return self.fontMetrics().height()

    @property
    def _column(self) -> int:
        """Width of a picture: a single one may be as wide as the widget."""
        return self.width() if len(self._pixmaps) < 2 else (self.width() - GAP) // 2

    def _places(self) -> list[QRect]:
        """Return where each picture is."""
        room = QSize(self._column, MOST_HEIGHT)
        sizes = [pixmap.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio) for _, pixmap in self._pixmaps]
        places, top = [], 0
        for first in range(0, len(sizes), 2):
            row = sizes[first : first + 2]
            for column, size in enumerate(row):
                places.append(QRect(QPoint(column * (self._column + GAP), top), size))
            top += max(size.height() for size in row) + self._line + GAP
        return places

    def _fit(self) -> None:
        bottom = max((place.bottom() + 1 for place in self._places()), default=0)
        self.setFixedHeight(bottom + self._line if bottom else 0)
