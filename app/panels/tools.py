"""ToolBar: the tools, the brush's size and form, and what may be painted over."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QSlider, QSpinBox, QToolBar, QToolButton, QWidget

from app.document import Document
from app.settings import Settings
from segcore.classes import IGNORE_INDEX

RADIUS, SHAPE = "brush.radius", "brush.shape"
LARGEST_ON_SLIDER = 150


class ToolBar(QToolBar):
    """One row above the canvas. Size and form live in the settings, where the tools read them."""

    def __init__(
        self,
        document: Document,
        settings: Settings,
        groups: list[list[QAction]],
        ending: list[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("toolBar")
        self.setWindowTitle(self.tr("Tools"))
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        self._document = document
        self._settings = settings
        for group in groups:
            self.addActions(group)
            self.addSeparator()
        self._size = QSpinBox()
        self._size.setRange(0, 1000)
        self._size.setSuffix(self.tr(" px"))
        self._size.setToolTip(self.tr("Brush radius  ([ and ])"))
        self._size.setAccessibleName(self.tr("Brush radius"))
        self._size.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self._size.setFixedWidth(70)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, LARGEST_ON_SLIDER)
        self._slider.setFixedWidth(110)
        self._slider.setToolTip(self._size.toolTip())
        self._slider.setAccessibleName(self.tr("Brush radius"))
        label = QLabel(self.tr("Size"))
        label.setProperty("role", "muted")
        label.setContentsMargins(4, 0, 4, 0)
        for widget in (label, self._slider, self._size):
            self.addWidget(widget)
        self._shapes = QActionGroup(self)
        for shape, sign, name in (("round", "●", self.tr("Round brush")), ("square", "■", self.tr("Square brush"))):
            action = QAction(sign, self._shapes, checkable=True)
            action.setToolTip(name)
            action.setData(shape)
            self.addAction(action)
        self._shapes.triggered.connect(self._choose_shape)
        self.addSeparator()
        self._over = QToolButton()
        self._over.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._over.setToolTip(self.tr("Which pixels the tools may change"))
        self._menu = QMenu(self._over)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._over.setMenu(self._menu)
        self.addWidget(self._over)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(gap)
        self.addActions(ending)
        self._size.valueChanged.connect(self._resize)
        self._slider.valueChanged.connect(self._resize)
        settings.changed.connect(self._follow)
        document.overwrite_changed.connect(self._tell_over)
        document.classes_changed.connect(self._tell_over)
        self._follow(RADIUS)
        self._follow(SHAPE)
        self._tell_over()

    def _resize(self, radius: int) -> None:
        self._settings[RADIUS] = radius

    def _choose_shape(self, action: QAction) -> None:
        self._settings[SHAPE] = action.data()

    def _follow(self, key: str) -> None:
        if key == RADIUS:
            for widget in (self._size, self._slider):
                widget.blockSignals(True)
                widget.setValue(self._settings[RADIUS])
                widget.blockSignals(False)
        elif key == SHAPE:
            for action in self._shapes.actions():
                action.setChecked(action.data() == self._settings[SHAPE])

    def _fill_menu(self) -> None:
        self._menu.clear()
        chosen = self._document.overwrite
        everything = self._menu.addAction(self.tr("Everything"), lambda: self._document.set_overwrite(None))
        everything.setCheckable(True)
        everything.setChecked(chosen is None)
        self._menu.addSection(self.tr("Only over"))
        rows = [(IGNORE_INDEX, self.tr("Unlabelled"))]
        rows += [(c.index, c.name) for c in self._document.classes or ()]
        for value, name in rows:
            action = self._menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(chosen is not None and value in chosen)
            action.triggered.connect(lambda on, v=value: self._toggle(v, on))

    def _toggle(self, value: int, on: bool) -> None:
        now = self._document.overwrite or frozenset()
        self._document.set_overwrite((now | {value} if on else now - {value}) or None)

    def _tell_over(self) -> None:
        chosen, classes = self._document.overwrite, self._document.classes
        if chosen is None or classes is None:
            text = self.tr("everything")
        elif len(chosen) == 1:
            known = classes.find(min(chosen))
            text = known.name if known is not None else self.tr("unlabelled")
        else:
            text = self.tr("{n} classes").format(n=len(chosen))
        self._over.setText(self.tr("Paint over: {what}").format(what=text) + "  ▾")
