"""Dialogs: those of the window. What a person may want to think about leaves the window usable."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

if TYPE_CHECKING:
    from app.document.document import Document
    from app.prediction.model_panel import MappingRequest, ModelPanel
    from app.project.new_project_dialog import NewProjectOrder
    from app.project.opening import Unlabelled
    from app.settings.settings import Settings
    from app.training.result_card import Choice
    from app.training.training_outcome import TrainingOutcome
    from app.training.training_panel import TrainingPanel
    from segcore.labels.classes import ClassSet


class Dialogs(QObject):
    """Opens dialogs and tells the answers."""

    path_chosen = Signal(Path)
    project_wanted = Signal(object, object, object, object)
    """Folder, ClassSet, project folder or None, image id or None."""

    classes_asked = Signal(object)
    """NewProjectDialog that has just been opened."""

    labels_wanted = Signal(Path, Path)
    """Folder of images, folder of label maps to import into its new project."""

    def __init__(self, document: Document, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._settings = settings
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
        from app.project.new_project_dialog import NewProjectDialog

        dialog = NewProjectDialog(found.folder, found.beside, self._window, found.labels)
        dialog.decided.connect(partial(self._create, found))
        self._open(dialog)
        self.classes_asked.emit(dialog)

    def _create(self, found: Unlabelled, order: NewProjectOrder) -> None:
        if order.labels is not None:
            self.labels_wanted.emit(order.folder, order.labels)
        self.project_wanted.emit(order.folder, order.classes, order.root, found.image_id)

    def ask_mapping(self, request: MappingRequest, panel: ModelPanel) -> None:
        """Ask which class of a model is which of the project."""
        from app.classes.mapping_dialog import ClassMappingDialog

        classes = self._document.classes
        if classes is None:
            return
        dialog = ClassMappingDialog(
            request.model, request.model_classes, classes, request.mapping, request.reason, self._window
        )
        dialog.accepted.connect(lambda: panel.set_mapping(request, dialog.mapping()))
        self._document.classes_changed.connect(dialog.reject)
        self._open(dialog, in_the_way=False)

    def show_training(
        self, outcome: TrainingOutcome, classes: ClassSet | None, choice: Choice, panel: TrainingPanel
    ) -> None:
        """Show what a training brought, class by class."""
        from app.training.result_dialog import TrainingResultDialog

        dialog = TrainingResultDialog(outcome, classes, choice, self._window)
        dialog.used.connect(panel.promotion.use_new)
        dialog.kept.connect(panel.promotion.keep_current)
        dialog.back.connect(panel.promotion.go_back)
        dialog.report.connect(panel.report.make)
        self._open(dialog, in_the_way=False)

    def _ask_path(self, title: str) -> None:
        dialog = QFileDialog(self._window, title, self._settings["open.folder"])
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._chosen)
        self._open(dialog)

    def _chosen(self, text: str) -> None:
        self._settings["open.folder"] = str(Path(text).parent)
        self.path_chosen.emit(Path(text))

    def _open(self, dialog: QDialog, in_the_way: bool = True) -> None:
        """Open a dialog; one that is not in the way of the window is about the open project and closes with it."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.current = dialog
        dialog.finished.connect(lambda _: setattr(self, "current", None))
        if in_the_way:
            dialog.open()
        else:
            self._document.project_changed.connect(dialog.reject)
            bring_up(dialog)


def bring_up(dialog: QWidget) -> None:
    """Show a dialog that leaves the window usable, in front and with the keyboard."""
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
