"""Stacking: offers to write TIFF stacks of NIfTI images that were opened or dropped, and opens those."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.appearance.question import Question
from app.document.session import Session
from app.language.engine_texts import translated

if TYPE_CHECKING:
    from segcore.formats.nifti_stacks import Stacks
    from segcore.progress import Task


class Stacking(QObject):
    """Writes the stacks on a lane, then has their folder opened."""

    path_wanted = Signal(Path)
    """A folder with stacks, to open."""
    error = Signal(Exception)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self.question = Question()
        session.document.project_changed.connect(self.question.withdraw)

    def offer(self, path: Path) -> None:
        """Ask whether the images of a folder are to be written as stacks beside their files."""
        text = self.tr(
            "The images in “{name}” are NIfTI files. They can be opened as TIFF stacks, written beside them."
        )
        answer = self.tr("Write TIFF stacks"), lambda: self.write(path)
        self.question.ask(text.format(name=path.name), answer)

    def write(self, path: Path) -> None:
        """Write the stacks, and open the folder."""
        title = self.tr("Write TIFF stacks")
        job = self._session.jobs.submit("learn", partial(_task, path), title)
        job.succeeded.connect(partial(self._written, path))
        job.failed.connect(self.error)

    def _written(self, path: Path, found: Stacks) -> None:
        if not found.problems:
            self.path_wanted.emit(path)
            return
        text = self.tr("Images that were not written: {n} of {all}. {first}").format(
            n=len(found.problems),
            all=len(found.problems) + found.written + found.kept,
            first=translated(found.problems[0]),
        )
        self.question.ask(text, (self.tr("Open the others"), lambda: self.path_wanted.emit(path)))


def _task(path: Path) -> Task[Stacks]:
    from segcore.formats.nifti_stacks import write_stacks

    return write_stacks(path)
