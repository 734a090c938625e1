"""Importing: asks for the file or folder of a model, and for what it does not say by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.document.session import Session

if TYPE_CHECKING:
    from app.prediction.description_dialog import DescriptionDialog
    from segcore.models.description import DescriptionNeededError


class Importing(QObject):
    """Two ways to choose a model, and the dialog about its class names and preprocessing.

    Parameters
    ----------
    session : Session
        Whose open image is the trial picture.
    parent : QWidget
        Where dialogs belong.
    """

    chosen = Signal(Path)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._widget = session, parent

    def menu(self) -> QMenu:
        """Return the menu with both ways."""
        menu = QMenu(self._widget)
        menu.addAction(self.tr("From a file…")).triggered.connect(self.ask_file)
        menu.addAction(self.tr("From a folder…")).triggered.connect(self.ask_folder)
        return menu

    def ask_file(self) -> None:
        """Ask for a file."""
        kinds = self.tr("Models ({patterns})").format(patterns="*.safetensors *.onnx *.pt2 *.pth *.pt *.npz *.h5 *.mat")
        chosen, _ = QFileDialog.getOpenFileName(self._widget, self.tr("Import a checkpoint"), "", kinds)
        if chosen:
            self.chosen.emit(Path(chosen))

    def ask_folder(self) -> None:
        """Ask for the folder that another library saved a model in."""
        chosen = QFileDialog.getExistingDirectory(self._widget, self.tr("Import a checkpoint from a folder"))
        if chosen:
            self.chosen.emit(Path(chosen))

    def ask_description(self, error: DescriptionNeededError) -> DescriptionDialog:
        """Ask for class names and preprocessing, write them into the JSON file, and import again."""
        from app.prediction.description_dialog import DescriptionDialog

        dialog = DescriptionDialog(error, self._session, self._widget)
        dialog.written.connect(lambda: self.chosen.emit(error.path))
        dialog.open()
        return dialog
