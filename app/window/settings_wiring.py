"""SettingsWiring: the dialog of the settings, and those settings that no panel follows by itself."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDialog, QWidget

from app.canvas.pen_options import ToolOptions
from app.document.session import Session
from app.tools.toolbox import RADII, remember_radii
from app.window.actions import Actions
from app.window.dialogs import bring_up
from segcore.editing.brush import Shape
from segcore.models.consent import go_offline

MEGABYTE = 1_000_000


class SettingsWiring(QObject):
    """What is changed in the dialog holds at once."""

    def __init__(self, window: QWidget, session: Session, actions: Actions, options: ToolOptions) -> None:
        super().__init__(window)
        self._window, self._session, self._options = window, session, options
        self.dialog: QDialog | None = None
        actions["settings"].triggered.connect(lambda: self.show_dialog())
        remember_radii(options, session.settings)
        options.set_shape(Shape(session.settings["brush.shape"]))
        options.shape_changed.connect(lambda shape: session.settings.__setitem__("brush.shape", shape.value))
        options.fill_changed.connect(self._keep_fill)
        session.settings.changed.connect(self._follow)
        session.document.image_changed.connect(lambda: self._follow("memory.history"))
        for key in ("autosave.seconds", "pen.pressure", "fill.by_colour", "fill.tolerance", "network.offline"):
            self._follow(key)

    def show_dialog(self) -> None:
        """Show the dialog, which leaves the window usable."""
        from app.window.settings_dialog import SettingsDialog

        if self.dialog is None:
            self.dialog = SettingsDialog(self._session.settings, self._window)
        dialog = self.dialog
        QTimer.singleShot(0, dialog, lambda: bring_up(dialog))  # made in one turn, styled in the next

    def _keep_fill(self) -> None:
        settings, options = self._session.settings, self._options
        settings["fill.by_colour"], settings["fill.tolerance"] = options.by_colour, options.tolerance

    def _follow(self, key: str) -> None:
        value = self._session.settings[key]
        pen = key.removesuffix(".radius")
        if pen in RADII and key != pen:
            self._options.set_radius(value, pen)
        elif key == "brush.shape":
            self._options.set_shape(Shape(value))
        elif key == "fill.by_colour":
            self._options.set_fill(value)
        elif key == "fill.tolerance":
            self._options.set_tolerance(value)
        elif key == "pen.pressure":
            self._options.pressure = value
        elif key == "autosave.seconds":
            self._session.autosaver.set_latest(value)
        elif key == "network.offline":
            go_offline("setting", value)
        elif key == "memory.history":
            self._session.document.history.max_bytes = round(value * MEGABYTE)
