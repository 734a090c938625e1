"""ImagesRun: one pass over many images that changes the labels of each, as a job with progress."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.document.session import Session
from app.jobs.job import Job
from segcore.errors import ImageError, LabelError
from segcore.labels.label_map import State
from segcore.progress import Progress

if TYPE_CHECKING:
    from app.document.document import Document
    from segcore.project.project import Project

AGAIN_MS = 50
TRIES = 100
"""So often an image is waited for that is just being opened or saved."""


class ImagesRun(Job):
    """Changes image by image in the lane ``io``, so that a person can go to another image in between.

    Succeeds with None; `changed` and `skipped` tell what came of it, also when it was cancelled or failed. An image
    that cannot be read is skipped; a project that cannot be written ends the run. A cancelled run ends after the
    image at hand.

    Attributes
    ----------
    project : Project
        The one that was open when it began.
    changed, skipped : list[str]
        Image ids; ``skipped`` are those that stay as they were, for whatever reason.
    complete : bool
        Whether every image was looked at and could be read.
    unreadable : list[str]
        Those of ``skipped`` that could not be read, or were opened or saved all the time.
    """

    def __init__(
        self,
        session: Session,
        image_ids: Iterable[str],
        title: str,
        closed: Callable[[Project, str], State | None],
        shown: Callable[[], bool | None],
        parent: QObject | None = None,
    ) -> None:
        """Take what changes an image on the disk (``closed``) and the open one (``shown``); both say whether.

        ``shown`` returns None while it is at work, and is asked again. What either raises is handled alike.
        """
        super().__init__(title, parent=parent)
        assert session.document.project is not None
        self._session, self.project = session, session.document.project
        self._left = deque(image_ids)
        self._total = len(self._left)
        self._closed, self._shown = closed, shown
        self._tries = 0
        self.changed: list[str] = []
        self.skipped: list[str] = []
        self.unreadable: list[str] = []
        self.complete = False

    def start(self) -> None:
        """Begin with the first image."""
        self._begin()
        self._session.autosaver.flush()
        self._next()

    def _next(self) -> None:
        document = self._session.document
        if self.cancelling or not self._left or document.project is not self.project:
            self._end()
            return
        image_id = self._left[0]
        if image_id == document.image_id:
            self._change_shown()
        elif image_id == document.coming or self._session.autosaver.holds(image_id):
            self._tries += 1
            if self._tries < TRIES:
                QTimer.singleShot(AGAIN_MS, self, self._next)
            else:
                self._pass_over()
        else:
            project, closed = self.project, self._closed
            job = self._session.jobs.submit("io", lambda: closed(project, image_id), quiet=True)
            job.succeeded.connect(self._saved)
            job.failed.connect(self._failed)
            job.cancelled.connect(self.cancel)
            job.cancelled.connect(self._end)

    def _change_shown(self) -> None:
        try:
            changed = self._shown()
        except Exception as error:  # else the run would never end, and no other could begin
            self._failed(error)
            return
        if changed is None:
            QTimer.singleShot(AGAIN_MS, self, self._next)
        else:
            self._note(changed)

    def _saved(self, state: State | None) -> None:
        if state is not None:
            self._session.records.saved(self._left[0], int(state))
        self._note(state is not None)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, ImageError | LabelError):
            self._pass_over()
        else:
            self._let_go()
            self.failed.emit(error)
            self._close()

    def _pass_over(self) -> None:
        self.unreadable.append(self._left[0])
        self._note(False)

    def _note(self, changed: bool) -> None:
        (self.changed if changed else self.skipped).append(self._left.popleft())
        self._tries = 0
        self._advance(Progress(self._total - len(self._left), self._total))
        QTimer.singleShot(0, self, self._next)

    def _end(self) -> None:
        if self.finished:
            return
        self._let_go()
        self.complete = not (self._left or self.unreadable)
        if self.cancelling:
            self.cancelled.emit()
        else:
            self.succeeded.emit(None)
        self._close()

    def _let_go(self) -> None:
        """Hold nothing of the images any more."""
        self.finished = True
        self._closed, self._shown = _nothing, _nothing

    def _close(self) -> None:
        """Tell the end; nobody needs the run then, and its parent would keep it until the window closes."""
        self.ended.emit()
        self.deleteLater()


def taking_back(
    document: Document, name: str
) -> tuple[Callable[[Project, str], State | None], Callable[[], bool | None]]:
    """Return what a run calls that takes back the newest edit of each image, where it is called ``name``."""

    def closed(project: Project, image_id: str) -> State | None:
        from segcore.project.closed_edit import undo_closed

        return undo_closed(project, image_id, name)

    def shown() -> bool:
        found = document.undo_name == name
        if found:
            document.undo()
        return found

    return closed, shown


def _nothing(*_: object) -> None:
    return None
