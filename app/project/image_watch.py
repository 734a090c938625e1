"""ImageWatch: notices that another program replaced or deleted the file of the open image, and says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer

from app.appearance.notice import Notice
from app.document.image_names import short_name
from app.document.session import Session
from app.jobs.job import Job
from app.language.engine_texts import translated
from segcore.errors import ImageError
from segcore.files.stamp import Stamp

if TYPE_CHECKING:
    from segcore.images.picture import Picture
    from segcore.project.project import Project

LOOK_MS = 10_000
"""How often the file of the open image is asked for its stamp; also when the person comes back to the window."""
MOST_PIXELS = 64_000_000
"""A larger image that was changed is not read to find out whether its pixels are the same."""


class Look(NamedTuple):
    """What was found in a file: which picture, or why it cannot be read (``text``), at this `Stamp.key`."""

    key: int
    picture: Picture | None = None
    text: str = ""


class ImageWatch(QObject):
    """Looks at the file of the open image now and then, in a lane, and has the notice that tells what it found.

    Labels stay whatever happens to the file. Those that were made on another picture are shown, and a person says
    whether they fit, or corrects them.
    """

    def __init__(self, session: Session, reload: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._document = session.document
        self.notice = Notice(self.tr("Dismiss; the labels stay as they are"))
        self.reload_button = self.notice.add_button(self.tr("Read it again"), self.tr("Show the picture of now"))
        self.reload_button.clicked.connect(reload)
        self.fit_button = self.notice.add_button(
            self.tr("The labels fit"), self.tr("Keep these labels for the new picture, and say this no more")
        )
        self.fit_button.clicked.connect(self._accept)
        self._job: Job | None = None
        self._last, self._told = Look(-1), False
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._document.image_changed.connect(self._image_changed)
        self._document.edited.connect(self._edited)

    def look(self) -> None:
        """Find out whether the file is still that of the picture that is shown."""
        document, project = self._document, self._document.project
        busy = document.coming is not None or (self._job is not None and not self._job.finished)
        if project is None or document.image_id is None or document.image is None or document.picture is None or busy:
            return
        if self._session.jobs.is_shut_down:
            self._timer.stop()
            return
        known = document.picture.file, self._last.key
        work = partial(_look, project, document.image_id, document.image.shape, known)
        self._job = self._session.jobs.submit("thumbs", work, quiet=True)
        self._job.succeeded.connect(partial(self._looked, document.picture))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _image_changed(self) -> None:
        self.notice.withdraw()
        self._last, self._told = Look(-1), False
        if self._document.image_id is None:
            self._timer.stop()
            return
        self._timer.start()
        if self._document.replaced:
            text = self.tr(
                "{name} was replaced by another picture after it was labelled. Correct the labels, or keep them if "
                "they fit."
            )
            self._say(text, fits=not self._document.read_only)

    def _edited(self, _image_id: str) -> None:
        if self.fit_button.isVisible() and not self._document.replaced:  # it was marked as done
            self.notice.withdraw()

    def _looked(self, shown: Picture, found: Look | None) -> None:
        document = self._document
        if document.picture is not shown or document.image_id is None:
            return  # another image is open
        if found is None:  # the file of the picture that is shown; perhaps it was away
            if self._last.key >= 0:
                self._image_changed()
            return
        again = found.key == self._last.key
        if not again:
            self._last, self._told = found, False
        if self._told or (self._last.picture is None and not again):
            return  # a file that is being written, or replaced in two steps, is another one the next time
        self._told = True
        if self._last.picture is None:
            self._tell_unreadable(self._last.text)
            return
        self._session.records.replaced.emit([document.image_id])
        if self._last.picture.pixels == shown.pixels:
            document.picture = self._last.picture
            self._image_changed()
            return
        text = self.tr(
            "{name} was replaced by another picture while it was open. You still see the earlier one, and what you "
            "paint belongs to it."
        )
        self._say(text, reads=True)

    def _tell_unreadable(self, reason: str) -> None:
        if reason:
            text = self.tr(
                "{name} was changed by another program and cannot be read now. You still see the earlier picture; its "
                "labels are kept. {reason}"
            )
        else:
            text = self.tr(
                "{name} was deleted or moved by another program. Its labels are kept; put the file back under this "
                "name to go on with them."
            )
        self._say(text, reason=translated(reason))

    def _say(self, text: str, reads: bool = False, fits: bool = False, reason: str = "") -> None:
        assert self._document.image_id is not None
        self.reload_button.setVisible(reads)
        self.fit_button.setVisible(fits)
        self.notice.say(text.format(name=short_name(self._document.image_id), reason=reason))

    def _accept(self) -> None:
        """Save the labels as they are, now for the picture that is shown."""
        self.notice.withdraw()
        document = self._document
        if document.image_id is not None and document.replaced:
            document.replaced = False
            document.edited.emit(document.image_id)


def _look(project: Project, image_id: str, shape: tuple[int, ...], known: tuple[int, int]) -> Look | None:
    """Return what the file of an image holds; None while its stamp is the first of ``known``.

    While it is the second one, nothing is read again.
    """
    from segcore.images.image import image_size, read_image
    from segcore.images.picture import Picture

    stamp = Stamp.of(project.image_file(image_id))
    if stamp.key == known[0] or (not stamp.key and not project.images.is_dir()):  # a whole folder is told elsewhere
        return None
    if not stamp.key or stamp.key == known[1]:
        return Look(stamp.key)
    path = project.image_path(image_id)
    try:
        height, width = image_size(path)
        if (height, width) != shape[:2] or height * width > MOST_PIXELS:
            return Look(stamp.key, Picture(stamp.key, ""))
        return Look(stamp.key, Picture.of(stamp, read_image(path)))
    except ImageError as error:
        return Look(stamp.key, None, str(error.message))
