"""ViewTransform: where image pixels are on the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRect, QRectF, QSize

from segcore.editing.brush import Point

MAX_SCALE = 64.0
FIT_MARGIN = 12
"""View pixels left free around an image that is fitted."""
BOX_SHARE = 0.4
"""Of the view, along the side that a box fills most."""
KEEP_VISIBLE = 48
"""View pixels of the image that cannot be moved out of the view."""


@dataclass(frozen=True)
class ViewTransform:
    """view = image * scale + offset.

    Attributes
    ----------
    scale : float
        View pixels for one image pixel; 1.0 is 100 %.
    left, top : float
        View coordinates of the image's upper left corner.
    """

    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0

    @classmethod
    def fitted(cls, image: QSize, view: QSize) -> ViewTransform:
        """Return the whole image in the middle of the view, as large as fits but no pixel larger than 8."""
        if image.isEmpty() or view.isEmpty():
            return cls()
        wide = max(1, view.width() - 2 * FIT_MARGIN) / image.width()
        high = max(1, view.height() - 2 * FIT_MARGIN) / image.height()
        return cls(min(wide, high, 8.0)).centred(QPointF(image.width() / 2, image.height() / 2), view)

    def centred(self, point: QPointF, view: QSize) -> ViewTransform:
        """Return it moved so that ``point`` of the image is in the middle of the view."""
        left = view.width() / 2 - point.x() * self.scale
        top = view.height() / 2 - point.y() * self.scale
        # Whole pixels keep images that are not scaled as sharp as they are.
        return replace(self, left=float(round(left)), top=float(round(top)))

    @classmethod
    def around(cls, box: QRectF, view: QSize, least: float) -> ViewTransform:
        """Return a box of the image in the middle of the view, with its surroundings.

        It fills at most `BOX_SHARE` of the view; a pixel is no larger than 8 and no smaller than ``least``.
        """
        wide, high = (
            BOX_SHARE * view.width() / max(1.0, box.width()),
            BOX_SHARE * view.height() / max(1.0, box.height()),
        )
        return cls(max(min(wide, high, 8.0), least)).centred(box.center(), view)

    def zoomed(self, scale: float, about: QPointF) -> ViewTransform:
        """Return it at ``scale``, with what is at view position ``about`` staying there."""
        ratio = scale / self.scale
        left = about.x() - (about.x() - self.left) * ratio
        top = about.y() - (about.y() - self.top) * ratio
        return ViewTransform(scale, float(round(left)), float(round(top)))

    def moved(self, dx: float, dy: float) -> ViewTransform:
        """Return it moved by view pixels."""
        return replace(self, left=self.left + dx, top=self.top + dy)

    def magnified(self, ratio: float) -> ViewTransform:
        """Return it for a view that has ``ratio`` times as many pixels each way."""
        return ViewTransform(self.scale * ratio, self.left * ratio, self.top * ratio)

    def kept_visible(self, image: QSize, view: QSize) -> ViewTransform:
        """Return it moved as little as needed for some of the image to be visible."""
        wide, high = image.width() * self.scale, image.height() * self.scale
        keep_x, keep_y = min(KEEP_VISIBLE, wide), min(KEEP_VISIBLE, high)
        return replace(
            self,
            left=min(max(self.left, keep_x - wide), view.width() - keep_x),
            top=min(max(self.top, keep_y - high), view.height() - keep_y),
        )

    def to_image(self, position: QPointF) -> Point:
        """Return the image coordinates of a view position."""
        return Point((position.x() - self.left) / self.scale, (position.y() - self.top) / self.scale)

    def to_view(self, point: Point) -> QPointF:
        """Return the view position of image coordinates."""
        return QPointF(point.x * self.scale + self.left, point.y * self.scale + self.top)

    def rect_to_view(self, rect: QRectF) -> QRectF:
        """Return where a rectangle of the image is in the view."""
        return QRectF(
            rect.x() * self.scale + self.left,
            rect.y() * self.scale + self.top,
            rect.width() * self.scale,
            rect.height() * self.scale,
        )

    def dirty(self, rect: QRect, margin: int = 2) -> QRect:
        """Return the view pixels to be painted again when these image pixels changed."""
        return self.rect_to_view(QRectF(rect)).toAlignedRect().adjusted(-margin, -margin, margin, margin)

    def visible(self, view: QRect, image: QSize, margin: int = 2) -> QRect:
        """Return the image pixels that lie in these view pixels, and ``margin`` more on each side."""
        a, b = self.to_image(QPointF(view.topLeft())), self.to_image(QPointF(view.bottomRight()))
        wanted = QRectF(QPointF(a.x, a.y), QPointF(b.x, b.y)).toAlignedRect()
        wanted = wanted.adjusted(-margin, -margin, margin, margin)
        return wanted.intersected(QRect(0, 0, image.width(), image.height()))


def magnified(rect: QRect, ratio: float) -> QRect:
    """Return the pixels that lie in a rectangle, or touch it, when there are ``ratio`` times as many each way."""
    scaled = QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio)
    return scaled.toAlignedRect()
