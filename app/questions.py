"""Questions: the dialogs of the window; none of them stops the rest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QFileDialog

if TYPE_CHECKING:
    from app.main_window import MainWindow
    from app.opening import Unlabelled
    from app.panels.model import MappingRequest, ModelPanel
    from app.panels.training import TrainingPanel
    from app.training_outcome import TrainingOutcome
    from segcore.classes import ClassSet


class Questions(QObject):
    """Opens dialogs and tells the answers."""

    path_chosen = Signal(Path)
    project_wanted = Signal(object, object, object, object)
    """Folder, ClassSet, project folder or None, image id or None."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.current: QDialog | None = None
        """The dialog that was opened last, while it is open."""

    def ask_folder(self) -> None:
        """Ask for a folder of images."""
        self._ask_path(self.tr("Open a folder of images"))

    def ask_project(self) -> None:
        """Ask for a project folder."""
        self._ask_path(self.tr("Open a project (the folder that holds project.json)"))

    def ask_classes(self, found: Unlabelled) -> None:
        """Ask for the classes of a folder without a project."""
        from app.dialogs.new_project import NewProjectDialog

        dialog = NewProjectDialog(found.folder, found.beside, self._window)
        dialog.decided.connect(
            lambda order: self.project_wanted.emit(order.folder, order.classes, order.root, found.image_id)
        )
        self._open(dialog)

    def ask_mapping(self, request: MappingRequest, panel: ModelPanel) -> None:
        """Ask which class of a model is which of the project."""
        from app.dialogs.class_mapping import ClassMappingDialog

        classes = self._window.document.classes
        if classes is None:
            return
        dialog = ClassMappingDialog(
            request.model, request.model_classes, classes, request.mapping, request.reason, self._window
        )
        dialog.accepted.connect(lambda: panel.set_mapping(request, dialog.mapping()))
        self._open(dialog)

    def show_training(
        self, outcome: TrainingOutcome, classes: ClassSet | None, undecided: bool, panel: TrainingPanel
    ) -> None:
        """Show what a training brought, class by class."""
        from app.dialogs.training_result import TrainingResultDialog

        dialog = TrainingResultDialog(outcome, classes, undecided, self._window)
        dialog.used.connect(panel.use_new)
        dialog.kept.connect(panel.keep_current)
        self._open(dialog)

    def show_shortcuts(self, sections: list[tuple[str, list[QAction]]], settings_file: str) -> None:
        """Show every shortcut."""
        from app.dialogs.shortcut_sheet import ShortcutSheet

        self._open(ShortcutSheet(sections, settings_file, self._window))

    def _ask_path(self, title: str) -> None:
        dialog = QFileDialog(self._window, title, self._window.settings["open.folder"])
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._chosen)
        self._open(dialog)

    def _chosen(self, text: str) -> None:
        self._window.settings["open.folder"] = str(Path(text).parent)
        self.path_chosen.emit(Path(text))

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.current = dialog
        dialog.finished.connect(lambda _: setattr(self, "current", None))
        dialog.open()
