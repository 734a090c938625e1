"""Unpacking: offers to unpack a zip file that was opened or dropped, and asks for images that its project lacks."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.appearance.question import Question
from app.document.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.project.opening import Packed
    from segcore.progress import Task
    from segcore.project.project import Project
    from segcore.project.rescan import Rescan
    from segcore.project.unpacking import Unpacked


class Unpacking(QObject):
    """Unpacks on a lane, then has the project opened."""

    path_wanted = Signal(Path)
    """A zip file that the person chose, or a project to open."""
    error = Signal(Exception)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._lacking: Unpacked | None = None
        self.question, self.images_question = Question(), Question()
        self.dialog: QFileDialog | None = None
        """What was opened last, while it is open."""
        session.document.project_changed.connect(self._on_project)

    def choose(self) -> None:
        """Ask for a packed project."""
        dialog = QFileDialog(self._window, self.tr("Open a packed project"), self._session.settings["open.folder"])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Packed project (*.zip)")])
        self._open(dialog, self.path_wanted.emit)

    def offer(self, packed: Packed) -> None:
        """Ask where a packed project, or a packed data set, is to be unpacked."""
        place = _free_beside(packed)
        text = self.tr("“{name}” is a packed project. It can be unpacked into {folder}.")
        if not packed.is_project:
            text = self.tr("“{name}” holds images and their labels. It can be unpacked into {folder}.")
        self.question.ask(
            text.format(name=packed.path.name, folder=place),
            (self.tr("Unpack"), lambda: self.unpack(packed, place)),
            (self.tr("Another folder…"), lambda: self._choose_place(packed)),
        )

    def unpack(self, packed: Packed, folder: Path) -> None:
        """Unpack into a new folder, and open the project, or the folder of the data set."""
        title = self.tr("Unpack {name}").format(name=packed.path.name)
        task = _project_task if packed.is_project else _data_set_task
        job = self._session.jobs.submit("learn", partial(task, packed.path, folder), title)
        job.succeeded.connect(self._unpacked if packed.is_project else self.path_wanted)
        job.failed.connect(self.error)

    def _choose_place(self, packed: Packed) -> None:
        path = packed.path
        dialog = QFileDialog(self._window, self.tr("Unpack into a new folder in"), str(path.parent))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open(dialog, lambda place: self.unpack(packed, _free_beside(packed, place)))

    def _unpacked(self, found: Unpacked) -> None:
        self._lacking = found if found.missing else None
        self.path_wanted.emit(found.root)

    # --- images that were not packed -----------------------------------------------------------------------------

    def _on_project(self) -> None:
        self.question.withdraw()
        self.images_question.withdraw()
        project, lacking = self._session.document.project, self._lacking
        if project is not None and lacking is not None and project.root == lacking.root:
            self._lacking = None
            self.images_question.ask(
                self.tr(
                    "{n} of {all} images of this project are missing. Copy them into {folder}, or say where they are."
                ).format(n=len(lacking.missing), all=lacking.expected, folder=lacking.images),
                (self.tr("Folder of images…"), lambda: self._choose_images(project)),
            )

    def _choose_images(self, project: Project) -> None:
        dialog = QFileDialog(self._window, self.tr("Folder of images"), str(project.root.parent))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open(dialog, partial(self.use_images, project))

    def use_images(self, project: Project, folder: Path) -> None:
        """Take the images of another folder, and open the project again."""
        job = self._session.jobs.submit("io", partial(_use, project, folder), self.tr("Look for images"))
        job.succeeded.connect(lambda _: self.path_wanted.emit(project.root))
        job.failed.connect(self.error)

    def _open(self, dialog: QFileDialog, act: Callable[[Path], object]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda text: act(Path(text)))
        dialog.finished.connect(lambda _: setattr(self, "dialog", None))
        self.dialog = dialog
        dialog.open()


def _free_beside(packed: Packed, above: Path | None = None) -> Path:
    """Return a folder beside a zip file, or in ``above``, that is named like it and does not exist."""
    suffix = ".maskwright" if packed.is_project else ""
    stem, number = packed.path.with_suffix("").name.removesuffix(".maskwright"), 1
    above = above or packed.path.parent
    while os.path.lexists(place := above / f"{stem}{f'-{number}' if number > 1 else ''}{suffix}"):
        number += 1
    return place


def _data_set_task(path: Path, folder: Path) -> Task[Path]:
    from segcore.formats.unpacking import unpack_beside

    return unpack_beside(path, folder)


def _project_task(path: Path, folder: Path) -> Task[Unpacked]:
    from segcore.project.unpacking import unpack_project

    return unpack_project(path, folder)


def _use(project: Project, folder: Path) -> Task[Rescan]:
    return project.set_images(folder)
