"""ToolBar: undo, the brush's size and form, what may be painted over, and going on to the next image."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QDoubleSpinBox, QMenu, QSizePolicy, QSlider, QToolBar, QToolButton, QWidget

from app.appearance.letter_guard import LetterGuard
from app.appearance.plain_text import as_caption, as_tip, plain_label
from app.canvas.pen_options import Option, ToolOptions
from app.document.document import Document
from app.tools.fill_options import FillOptions
from app.tools.policy_menu import PolicyMenu
from segcore.editing.brush import MAX_RADIUS, MIN_RADIUS, Shape

SLIDER_STEPS = 100
ARROW = "  ▾"
LEAVING = ("size_label", "size_slider", "zoom_out", "zoom_in", "zoom_fit", "shape_square", "shape_round")
"""What a narrow window puts into the menu » first, from first to last."""
SIZE, SHAPES = ("size_label", "size_slider", "size"), ("shape_square", "shape_round")
STAYING = ("over", "previous", "next", "size", "fill", "redo", "live", "done_next", "undo")
"""What it puts there last."""


class ToolBar(QToolBar):
    """One row above the canvas. The tools themselves are in the `ToolPalette`; size and form live in `ToolOptions`.

    What does not fit goes into the menu » at the end, by priority.

    Parameters
    ----------
    actions : Mapping[str, QAction]
        The window's actions by name.
    """

    def __init__(
        self,
        document: Document,
        options: ToolOptions,
        actions: Mapping[str, QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("toolBar")
        self.setWindowTitle(self.tr("Tool bar"))
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        self._options = options
        self._smaller, self._larger = actions["brush_smaller"], actions["brush_larger"]
        self._to_canvas = actions["go_canvas"]
        self._actions: dict[str, QAction] = {}  # what a button stands for, by name
        self._places: dict[str, QAction] = {}  # the place of each widget in the bar, by name
        self._fitting = False
        self._absent: set[str] = set()  # what the tool in hand does not need at all
        self._again = QTimer(self, singleShot=True, interval=0)
        self._again.timeout.connect(self._fit)
        for name in ("undo", "redo"):
            self._add_button(name, actions[name])
        self.addSeparator()
        self._add_size()
        self._add_shapes()
        self.fill = FillOptions(options, self._to_canvas)
        self._places["fill"] = self.addWidget(self.fill)
        self.addSeparator()
        self._over = QToolButton()
        self._over.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._over.setToolTip(self.tr("Which pixels the tools may change"))
        self._menu = PolicyMenu(document, self)  # not of the button: it is disabled while it is hidden
        self._over.setMenu(self._menu)
        self._places["over"] = self.addWidget(self._over)
        live = self._add_button("live", actions["live"])
        live.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(gap)
        for name in ("zoom_out", "zoom_fit", "zoom_in", "previous", "next"):
            self._add_button(name, actions[name])
        done = self._add_button("done_next", actions["done_next"])
        done.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more = QToolButton()
        self.more.setText("»")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setToolTip(self.tr("More"))
        self.more.setAccessibleName(self.more.toolTip())
        self._more_menu = QMenu(self.more)
        self._more_menu.aboutToShow.connect(self._fill_more)
        self.more.setMenu(self._more_menu)
        self._more_place = self.addWidget(self.more)
        self._more_place.setVisible(False)
        options.radius_changed.connect(self._show_radius)
        options.shape_changed.connect(self._show_shape)
        options.taken.connect(self._show_options)
        options.fill_changed.connect(self._show_options)
        document.policy_changed.connect(self._tell_over)
        document.classes_changed.connect(self._tell_over)
        self._show_radius(options.radius)
        self._show_shape(options.shape)
        self._tell_over()
        self._show_options()

    @property
    def left_out(self) -> list[str]:
        """Names of what is in the menu » now, in the order of the bar."""
        return [name for name, place in self._places.items() if not place.isVisible() and name not in self._absent]

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Move what does not fit into the menu."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._fitting:
            return
        self._fitting = True
        for name, place in self._places.items():
            place.setVisible(name not in self._absent)
        self._more_place.setVisible(False)
        for name in (*LEAVING, *STAYING):
            if self.sizeHint().width() <= self.width():
                break
            self._places[name].setVisible(False)
            # Label and slider are not missed: the field beside them does the same.
            self._more_place.setVisible(bool({*self.left_out} - {"size_label", "size_slider"}))
        self._fitting = False

    # --- building ----------------------------------------------------------------------------------------------

    def _add_button(self, name: str, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)  # hiding the button must not hide the action, whose shortcut stays
        button.setAutoRaise(True)
        button.setIconSize(self.iconSize())
        place = self.addWidget(button)
        self._actions[name], self._places[name] = action, place

        def follow() -> None:
            place.setEnabled(action.isEnabled())  # else Qt enables the button whenever it is shown again
            if not self._fitting:
                self._again.start()  # the icon or the text may need another width

        action.changed.connect(follow)
        follow()
        return button

    def _add_size(self) -> None:
        self._size = QDoubleSpinBox()
        self._size.setRange(MIN_RADIUS, MAX_RADIUS)
        self._size.setDecimals(1)
        self._size.setSuffix(self.tr(" px"))
        self._size.setAccessibleName(self.tr("Radius of the pen"))
        self._size.setFixedWidth(96)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, SLIDER_STEPS)
        self._slider.setFixedWidth(110)
        self._slider.setAccessibleName(self.tr("Radius of the pen"))
        label = plain_label(self.tr("Size"))
        label.setProperty("role", "muted")
        label.setContentsMargins(4, 0, 4, 0)
        widgets: dict[str, QWidget] = {"size_label": label, "size_slider": self._slider, "size": self._size}
        self._places |= {name: self.addWidget(widget) for name, widget in widgets.items()}
        LetterGuard(self._size)
        self._size.valueChanged.connect(self._options.set_radius)
        self._size.lineEdit().returnPressed.connect(self._to_canvas.trigger)  # the next digit chooses a class
        self._slider.valueChanged.connect(lambda step: self._options.set_radius(radius_at(step)))
        for action in (self._smaller, self._larger):
            action.changed.connect(self._tell_size_keys)
        self._tell_size_keys()

    def _tell_size_keys(self) -> None:
        keys = " / ".join(
            action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            for action in (self._smaller, self._larger)
            if not action.shortcut().isEmpty()
        )
        tip = (
            self.tr("Radius of the pen  ({keys}, Alt + wheel)") if keys else self.tr("Radius of the pen  (Alt + wheel)")
        )
        tip += "\n" + self.tr("On the canvas: hold Alt and the right button, and drag right for a larger pen.")
        for widget in (self._size, self._slider):
            widget.setToolTip(as_tip(tip.format(keys=keys)))

    def _add_shapes(self) -> None:
        self._shapes = QActionGroup(self)
        for shape, sign, name in (
            (Shape.ROUND, "●", self.tr("Round brush")),
            (Shape.SQUARE, "■", self.tr("Square brush")),
        ):
            action = QAction(name, self._shapes, checkable=True)
            action.setIconText(sign)
            action.setToolTip(as_tip(name))
            action.setData(shape)
            self._add_button(f"shape_{shape.value}", action).setAccessibleName(name)
        self._shapes.triggered.connect(lambda action: self._options.set_shape(action.data()))

    # --- the menus ---------------------------------------------------------------------------------------------

    def _fill_more(self) -> None:
        self._more_menu.clear()
        for name in self.left_out:
            if name in self._actions:
                self._more_menu.addAction(self._actions[name])
            elif name == "over":
                self._menu.fill()  # an empty menu could not be opened
                self._menu.setTitle(self._over.text().removesuffix(ARROW))
                self._more_menu.addMenu(self._menu)
            elif name == "size":
                self._more_menu.addActions([self._smaller, self._larger])

    # --- following ---------------------------------------------------------------------------------------------

    def _show_radius(self, radius: float) -> None:
        with QSignalBlocker(self._size), QSignalBlocker(self._slider):
            self._size.setValue(radius)
            if not self._slider.isSliderDown():
                self._slider.setValue(step_of(radius))

    def _show_options(self) -> None:
        """Show what Fill goes by in place of size and form; what the tool in hand does not have is disabled."""
        uses = self._options.uses
        for name in SIZE:
            self._places[name].setEnabled(Option.SIZE in uses)
        self._shapes.setEnabled(Option.SHAPE in uses)
        self._absent = {*SIZE, *SHAPES} if uses & {Option.FILL, Option.TOLERANCE} else {"fill"}
        self.fill.follow()
        self._fit()

    def _show_shape(self, shape: Shape) -> None:
        for action in self._shapes.actions():
            action.setChecked(action.data() == shape)

    def _tell_over(self) -> None:
        self._over.setText(as_caption(self._menu.caption()) + ARROW)
        self._fit()


def radius_at(step: int) -> float:
    """Radius in pixels at a step of the slider: equal steps are equal ratios, in halves of a pixel."""
    return float(round(2 * MIN_RADIUS * (MAX_RADIUS / MIN_RADIUS) ** (step / SLIDER_STEPS))) / 2


def step_of(radius: float) -> int:
    """Return the inverse of `radius_at`, rounded."""
    return round(SLIDER_STEPS * math.log(radius / MIN_RADIUS) / math.log(MAX_RADIUS / MIN_RADIUS))
