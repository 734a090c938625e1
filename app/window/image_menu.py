"""ImageMenu: the context menu of an image in the list."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from app.appearance.plain_text import as_tip
from app.project.navigation import Navigation
from app.training.watched_images import MOST_PINNED, WatchedImages
from app.worklist.image_panel import ImagePanel


class ImageMenu(QObject):
    """Opens an image, or pins it so that a training shows what it makes of it."""

    def __init__(self, images: ImagePanel, navigation: Navigation, watched: WatchedImages) -> None:
        super().__init__(images)
        self._images, self._navigation, self._watched = images, navigation, watched
        images.menu_wanted.connect(self._show)

    def _show(self, image_id: str, where: QPoint) -> None:
        menu = QMenu(self._images)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menu.addAction(self.tr("Open"), lambda: self._navigation.show(image_id))
        pin = menu.addAction(self.tr("Pin among the watched images"))
        pin.setCheckable(True)
        pin.setChecked(image_id in self._watched.pinned)
        pin.setEnabled(self._watched.can_pin(image_id))
        tip = self.tr("While a training runs, the Train tab shows what it makes of this image; up to {most} are pinned")
        pin.setToolTip(as_tip(tip.format(most=MOST_PINNED)))
        pin.triggered.connect(lambda pinned: self._watched.pin(image_id, pinned))
        menu.popup(where)
