"""ProtectedClasses: the choice of classes that keep their predicted pixels through the CRF."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from app.appearance.plain_text import as_caption, as_tip, plain_label
from app.document.document import Document


class ProtectedClasses(QWidget):
    """A button with a menu of checkable classes."""

    changed = Signal()
    """The person changed the choice."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.names: tuple[str, ...] = ()
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill)
        self.button = QPushButton()
        self.button.setMenu(self.menu)
        self.button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        tip = self.tr(
            "Protected classes keep their predicted pixels. Use this for thin classes, which the CRF would remove"
        )
        label = plain_label(self.tr("Protect"))
        label.setBuddy(self.button)
        for widget in (label, self.button):
            widget.setToolTip(as_tip(tip))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label)
        row.addWidget(self.button, 1)
        document.classes_changed.connect(self._show)
        self._show()

    def put(self, names: tuple[str, ...]) -> None:
        """Show names without a signal."""
        self.names = names
        self._show()

    def _fill(self) -> None:
        self.menu.clear()
        for each in self._document.classes or ():
            action = self.menu.addAction(as_caption(each.name))
            action.setCheckable(True)
            action.setChecked(each.name in self.names)
            action.toggled.connect(lambda wanted, name=each.name: self._toggle(name, wanted))

    def _toggle(self, name: str, wanted: bool) -> None:
        others = tuple(each for each in self.names if each != name)
        self.put((*others, name) if wanted else others)
        self.changed.emit()

    def _show(self) -> None:
        classes = self._document.classes
        here = [each.name for each in classes or () if each.name in self.names]
        self.button.setText(as_caption(", ".join(here) if here else self.tr("no class")))
        self.button.setEnabled(classes is not None)
