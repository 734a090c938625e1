"""ValueChooser: what a value of imported labels becomes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QComboBox, QWidget

from segcore.formats.import_plan import FoundValue
from segcore.formats.label_picture import value_text
from segcore.formats.new_classes import new_name
from segcore.labels.classes import ClassSet
from segcore.labels.palette import Color

SWATCH = 12
"""View pixels."""


class ValueChooser(QComboBox):
    """Offers no label, each class of the project and, where no class has its name, a new class.

    Parameters
    ----------
    found : FoundValue
        The value.
    classes : ClassSet
        Of the project.
    """

    def __init__(self, found: FoundValue, classes: ClassSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found = found
        self._values = [None, *(each.index for each in classes)]
        self.setAccessibleName(self.tr("Class for {value}").format(value=name_of(found)))
        ratio = self.devicePixelRatio()
        self.addItem(color_icon(None, ratio), self.tr("No label"))
        for each in classes:
            self.addItem(color_icon(each.color, ratio), each.name)
        if classes.named(new_name(found)) is None:
            text = self.tr("New class “{name}”").format(name=new_name(found))
            self.addItem(color_icon(found.color, ratio), text)
        self.setCurrentIndex(self._values.index(found.proposed))

    @property
    def class_value(self) -> int | None:
        """The class of the project that was chosen; None: no label, or a new class."""
        return None if self.makes_class else self._values[self.currentIndex()]

    @property
    def makes_class(self) -> bool:
        """Whether a new class was chosen."""
        return self.currentIndex() >= len(self._values)

    @property
    def is_open(self) -> bool:
        """Whether nothing was chosen for a value that stands for a class."""
        return self.currentIndex() == 0 and not self.found.is_ignore

    def make_class(self) -> None:
        """Choose a new class, or the class of the project that has its name."""
        self.setCurrentIndex(self.count() - 1 if self.count() > len(self._values) else max(0, self._same_name()))

    def _same_name(self) -> int:
        return self.findText(new_name(self.found), Qt.MatchFlag.MatchFixedString)


def color_icon(color: Color | None, ratio: float) -> QIcon:
    """Return a square of a colour, transparent for None; ``ratio``: screen pixels a view pixel."""
    pixmap = QPixmap(round(SWATCH * ratio), round(SWATCH * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(*color) if color is not None else Qt.GlobalColor.transparent)
    return QIcon(pixmap)


def name_of(found: FoundValue) -> str:
    """Return what a value is called: ``3  road``, or ``#804080``."""
    return f"{value_text(found.value)}  {found.name}".strip()
