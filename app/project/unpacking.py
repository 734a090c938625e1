"""Unpacking: offers to unpack a packed project that was opened or dropped, and asks for images that it lacks."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.appearance.question import Question
from app.document.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

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

    def offer(self, path: Path) -> None:
        """Ask where a packed project is to be unpacked."""
        place = _free_beside(path)
        self.question.ask(
            self.tr("“{name}” is a packed project. It can be unpacked into {folder}.").format(
                name=path.name, folder=place
            ),
            (self.tr("Unpack"), lambda: self.unpack(path, place)),
            (self.tr("Another folder…"), lambda: self._choose_place(path)),
        )

    def unpack(self, path: Path, folder: Path) -> None:
        """Unpack into a new folder, and open the project."""
        title = self.tr("Unpack {name}").format(name=path.name)
        job = self._session.jobs.submit("learn", partial(_task, path, folder), title)
        job.succeeded.connect(self._unpacked)
        job.failed.connect(self.error)

    def _choose_place(self, path: Path) -> None:
        dialog = QFileDialog(self._window, self.tr("Unpack into a new folder in"), str(path.parent))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open(dialog, lambda place: self.unpack(path, _free_beside(place / path.name)))

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


def _free_beside(path: Path) -> Path:
    """Return a project folder beside a zip file, named like it, that does not exist."""
    stem, number = path.with_suffix("").name.removesuffix(".maskwright"), 1
    while (place := path.with_name(f"{stem}{f'-{number}' if number > 1 else ''}.maskwright")).exists():
        number += 1
    return place


def _task(path: Path, folder: Path) -> Task[Unpacked]:
    from segcore.project.unpacking import unpack_project

    return unpack_project(path, folder)


def _use(project: Project, folder: Path) -> Task[Rescan]:
    return project.set_images(folder)
