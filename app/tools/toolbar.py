"""ToolBar: the tools, the brush's size and form, and what may be painted over."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QActionEvent, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QDoubleSpinBox, QMenu, QSizePolicy, QSlider, QToolBar, QToolButton, QWidget

from app.appearance.plain_text import as_caption, as_tip, plain_label
from app.canvas.pen_options import ToolOptions
from app.document.document import Document
from segcore.editing.brush import MAX_RADIUS, MIN_RADIUS, Shape
from segcore.labels.classes import IGNORE_INDEX

SLIDER_STEPS = 100


class ToolBar(QToolBar):
    """One row above the canvas. Size and form live in the `ToolOptions`."""

    def __init__(
        self,
        document: Document,
        options: ToolOptions,
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
        self._options = options
        self._fitting = False
        self._again = QTimer(self, singleShot=True, interval=0)
        self._again.timeout.connect(self._fit)
        self.addActions(groups[0])
        self.addSeparator()
        less = [self._add_button(action) for group in groups[1:] for action in group]
        self.addSeparator()
        self._size = QDoubleSpinBox()
        self._size.setRange(MIN_RADIUS, MAX_RADIUS)
        self._size.setDecimals(1)
        self._size.setSuffix(self.tr(" px"))
        self._size.setToolTip(self.tr("Brush radius  ([ and ], or Alt + wheel)"))
        self._size.setAccessibleName(self.tr("Brush radius"))
        self._size.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self._size.setFixedWidth(78)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, SLIDER_STEPS)
        self._slider.setFixedWidth(110)
        self._slider.setToolTip(self._size.toolTip())
        self._slider.setAccessibleName(self.tr("Brush radius"))
        label = plain_label(self.tr("Size"))
        label.setProperty("role", "muted")
        label.setContentsMargins(4, 0, 4, 0)
        self._spare = [self.addWidget(widget) for widget in (label, self._slider)][::-1]
        """What a narrow window does without, first to last: the same is reached in other ways."""
        self.addWidget(self._size)
        self._shapes = QActionGroup(self)
        for shape, sign, name in (
            (Shape.ROUND, "●", self.tr("Round brush")),
            (Shape.SQUARE, "■", self.tr("Square brush")),
        ):
            action = QAction(sign, self._shapes, checkable=True)
            action.setToolTip(as_tip(name))
            action.setData(shape)
            self.addAction(action)
        self._shapes.triggered.connect(lambda action: self._options.set_shape(action.data()))
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
        for action in ending:
            if action.objectName().startswith("zoom"):
                self._spare.append(self._add_button(action))
            else:
                self.addAction(action)
        self._spare += less
        self._size.valueChanged.connect(options.set_radius)
        self._size.lineEdit().returnPressed.connect(self._size.clearFocus)  # the next digit chooses a class
        self._slider.valueChanged.connect(lambda step: options.set_radius(radius_at(step)))
        options.radius_changed.connect(self._show_radius)
        options.shape_changed.connect(self._show_shape)
        document.overwrite_changed.connect(self._tell_over)
        document.classes_changed.connect(self._tell_over)
        self._show_radius(options.radius)
        self._show_shape(options.shape)
        self._tell_over()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave out what can be spared rather than what comes last."""
        super().resizeEvent(event)
        self._fit()

    def actionEvent(self, event: QActionEvent) -> None:  # noqa: N802
        """Look again what fits when an action has become narrower or wider (its icon has come)."""
        super().actionEvent(event)
        if event.type() == QEvent.Type.ActionChanged and not self._fitting:
            self._again.start()

    def _fit(self) -> None:
        self._fitting = True
        for action in self._spare:
            action.setVisible(True)
        for action in self._spare:
            if self.sizeHint().width() <= self.width():
                break
            action.setVisible(False)
        self._fitting = False

    def _add_button(self, action: QAction) -> QAction:
        button = QToolButton()
        button.setDefaultAction(action)  # hiding the button must not hide the action, whose shortcut stays
        button.setAutoRaise(True)
        button.setIconSize(self.iconSize())
        return self.addWidget(button)

    def _show_radius(self, radius: float) -> None:
        with QSignalBlocker(self._size), QSignalBlocker(self._slider):
            self._size.setValue(radius)
            if not self._slider.isSliderDown():
                self._slider.setValue(step_of(radius))

    def _show_shape(self, shape: Shape) -> None:
        for action in self._shapes.actions():
            action.setChecked(action.data() == shape)

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
            action = self._menu.addAction(as_caption(name))
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
        self._over.setText(as_caption(self.tr("Paint over: {what}").format(what=text) + "  ▾"))
        self._fit()


def radius_at(step: int) -> float:
    """Radius in pixels at a step of the slider: equal steps are equal ratios, in halves of a pixel."""
    return float(round(2 * MIN_RADIUS * (MAX_RADIUS / MIN_RADIUS) ** (step / SLIDER_STEPS))) / 2


def step_of(radius: float) -> int:
    """Return the inverse of `radius_at`, rounded."""
    return round(SLIDER_STEPS * math.log(radius / MIN_RADIUS) / math.log(MAX_RADIUS / MIN_RADIUS))
