"""Navigation: which project and which image are open, and the way from one to the next."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.image_names import short_name
from app.document.loaded_image import Draft, LoadedImage
from app.document.session import Session
from app.jobs.job_runner import Job
from app.jobs.turn import TURN_MS
from app.language.engine_texts import translated
from app.project.ahead import Ahead, load, read_ahead
from app.project.first_picture import FirstPicture
from app.project.listing import Listing
from segcore.errors import ImageError

if TYPE_CHECKING:
    from app.project.opening import Found, Opened
    from segcore.labels.classes import ClassSet
    from segcore.progress import Task
    from segcore.project.project import Project

RECENT = 12
RETRY_MS = 10_000
"""How often is looked whether the image that could not be read can be read now."""


class Navigation(QObject):
    """Opens things on the io lane; saves what is unsaved before anything else takes its place."""

    classes_wanted = Signal(object)
    """Unlabelled: a folder without a project."""
    packed_found = Signal(object)  # Packed
    """A packed project."""
    nifti_found = Signal(Path)
    """A folder whose images are NIfTI files."""
    loading = Signal(str)
    """Image id on its way to the screen."""
    draft_read = Signal(object)
    """Draft of the image on its way to the screen, which takes long; None: it is there, or nothing comes."""
    message = Signal(str)
    error = Signal(Exception)
    settled = Signal(Exception)
    """An error told before that no longer matters: another image is shown."""

    def __init__(self, session: Session, neighbour: Callable[[str | None, int], tuple[str | None, int]]) -> None:
        super().__init__()
        self._session = session
        self._neighbour = neighbour
        self._opening: Job | None = None
        self._entering: Opened | None = None
        self._listing = Listing(session, self)
        self._listing.listed.connect(self._look_ahead)
        self._listing.error.connect(self.error)
        self._load: Job | None = None
        self._first = FirstPicture(session, self)
        self._first.shown.connect(self.draft_read)
        self._at: str | None = None  # where the person is, shown or not: from an unreadable image one can go on
        self._trouble: Exception | None = None
        self._warned: dict[str, str | None] = {}  # and where the person was, or went, when it was told
        self._ahead: Ahead | None = None
        self._prefetch: Job | None = None
        self._way = 1  # in the list, in which the person went last
        self._retry = QTimer(self, interval=RETRY_MS)
        self._retry.timeout.connect(self._look_again)
        session.records.changed.connect(self._records_changed)

    @property
    def busy(self) -> bool:
        """Whether a project is being opened or listed, or an image loaded to be shown."""
        jobs = self._opening, self._load
        loading = any(job is not None and not job.finished for job in jobs)
        return loading or self._listing.busy or self._entering is not None

    # --- projects ----------------------------------------------------------------------------------------------

    def open_path(self, path: Path) -> None:
        """Open a folder, an image or a project."""
        job = self._open(partial(_find, path), self.tr("Open {name}").format(name=path.name))
        if self._session.document.project is None:  # else another image is shown, perhaps painted on
            self._first.expect(path, job)

    def open_sample(self, key: str = "roads") -> None:
        """Open the person's copy of a sample project; ``key`` names it (see `sample_project`)."""
        job = self._open(partial(_sample, key), self.tr("Open the sample project"))
        hint = {
            "roads": self.tr("The bundled model knows these classes: predict this image."),
            "nuclei": self.tr("Paint a nucleus, then the background: Live labels the rest."),
        }[key]
        job.succeeded.connect(lambda _: self.message.emit(hint))

    def create(self, folder: Path, classes: ClassSet, root: Path | None, image_id: str | None = None) -> None:
        """Make a project for a folder, and open it."""
        self._open(partial(_create, folder, classes, root, image_id), self.tr("Create project"))

    def _open(self, start: Callable[[], Found | Task[Found]], title: str) -> Job:
        self._enter()
        if self._opening is not None:
            self._opening.cancel()
        self._listing.cancel()
        self._session.autosaver.flush()
        job = self._session.jobs.submit("io", start, title)
        job.succeeded.connect(self._found)
        job.dropped.connect(self._give_back)
        job.failed.connect(self.error)
        self._opening = job
        return job

    def _give_back(self, found: Found) -> None:
        """Close a project that nobody waited for: others may write it."""
        from app.project.opening import Opened

        if isinstance(found, Opened):
            self._session.autosaver.close(found.project)

    def _found(self, found: Found) -> None:
        from app.project.opening import NiftiImages, Opened, Packed, Unlabelled

        self._opening = None
        if not isinstance(found, Opened):
            self._first.keep(None)
        if isinstance(found, Unlabelled):
            self.classes_wanted.emit(found)
            return
        if isinstance(found, Packed):
            self.packed_found.emit(found)
            return
        if isinstance(found, NiftiImages):
            self.nifti_found.emit(found.path)
            return
        self._leave()
        self._entering = found
        if self._session.document.image_id is None:
            self._enter()
        else:  # the window is painted without the image before the rest: at once they would take too long
            self._session.document.clear_image()
            QTimer.singleShot(TURN_MS, self, self._enter)

    def _enter(self) -> None:
        """Put the project that was opened in the place of the one before."""
        found, self._entering = self._entering, None
        if found is None:
            return
        self._leave()  # meanwhile the person may have gone to another image
        self._at = self._trouble = None
        before = self._session.document.project
        if found.records is None:
            self._session.records.expect(found.project)
        else:
            self._session.records.take(found.project, found.records)
        self._session.document.set_project(found.project)
        if before is not None:
            self._session.autosaver.close(before)
        last = self._session.settings["recent.images"].get(str(found.project.root))
        first = found.image_id or (last if last in found.project.image_ids() else None) or found.readable
        self._first.keep(first)
        # The rest after the window has been painted with the project: all together is too long.
        QTimer.singleShot(TURN_MS, self, partial(self._show_first, found.project, first))

    def _show_first(self, project: Project, image_id: str | None) -> None:
        if project is not self._session.document.project:
            return
        self._remember(project)
        if project.warnings:
            self.error.emit(" ".join(map(translated, project.warnings)))
        if image_id is None:
            return
        if self._at is None:
            self.show(image_id)
        if self._session.records.expected:
            self._listing.begin(project)  # after the image, on the same lane

    def shut_down(self) -> None:
        """Give back the project that was about to be entered; its files are free for others again."""
        found, self._entering = self._entering, None
        if found is not None:
            self._give_back(found)

    def _remember(self, project: Project) -> None:
        settings, path = self._session.settings, str(project.root)
        settings["recent.projects"] = [path, *(p for p in settings["recent.projects"] if p != path)][:RECENT]
        known = settings["recent.images"]
        settings["recent.images"] = {p: known[p] for p in settings["recent.projects"] if p in known}

    # --- images ------------------------------------------------------------------------------------------------

    def show(self, image_id: str) -> None:
        """Show an image of the open project; a request before this one is dropped."""
        project = self._session.document.project
        if project is None:
            return
        if image_id == self._session.document.image_id:
            self._stay(image_id)
            return
        self._leave()
        self._session.document.coming = self._at = image_id
        self.loading.emit(image_id)
        self._first.keep(image_id)
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead.loaded.image_id != image_id:
            ahead = None
        job = self._session.jobs.submit("io", partial(load, project, image_id, ahead), quiet=True)
        job.succeeded.connect(partial(self._loaded, project))
        job.failed.connect(partial(self._not_loaded, image_id))
        self._load = job
        if ahead is None:
            draft = self._session.jobs.submit("thumbs", partial(_draft, project, image_id), quiet=True)
            draft.succeeded.connect(self._have_draft)

    def _have_draft(self, draft: Draft | None) -> None:
        if draft is not None and draft.image_id == self._session.document.coming:
            self.draft_read.emit(draft)

    def _stay(self, image_id: str) -> None:
        """Drop the image that is on its way: the one that is shown, perhaps painted on meanwhile, stays."""
        self._at = image_id
        if self._session.document.coming is not None:
            self._leave()
            self.loading.emit(image_id)

    def step(self, step: int) -> None:
        """Go ``step`` images on in the list; those that cannot be read are passed over."""
        if self._session.document.project is None:
            return
        self._way = 1 if step > 0 else -1
        goal, passed = self._neighbour(self._at or self._session.document.image_id, step)
        words = []
        if goal is not None:
            self.show(goal)
        elif self._session.records.expected:
            words.append(self.tr("The list of images is still being read."))
        else:
            words.append(self.tr("This is the last image.") if step > 0 else self.tr("This is the first image."))
        if passed:
            words.append(
                self.tr("1 unreadable image was passed over.")
                if passed == 1
                else self.tr("{count} unreadable images were passed over.").format(count=passed)
            )
        if words:
            self.message.emit(" ".join(words))

    def reload(self) -> None:
        """Read the open image again from its files."""
        image_id = self._session.document.image_id
        if image_id is not None:
            self._ahead = None
            self._session.document.clear_image()
            self.show(image_id)

    def put_away(self) -> str | None:
        """Show no image, and load none, until `show`; return the one that was shown. Its labels are being saved."""
        self._session.document.settle()
        self._leave()
        self._ahead = None
        shown = self._session.document.image_id or self._at
        self._session.document.clear_image()
        return shown

    def mark_done_and_next(self) -> None:
        """Confirm what is there and go on."""
        document = self._session.document
        if not document.mark_done() and document.image_id is not None:
            self.message.emit(
                self.tr("{name} is not done: nothing in it is labelled yet.").format(name=short_name(document.image_id))
            )
        self.step(1)

    def warn(self, text: str) -> None:
        """Tell what is odd about the files of an image; it goes when the person goes on to another image."""
        self._warned[text] = self._at
        self.error.emit(text)

    def rescan(self) -> None:
        """Look for new and removed images."""
        project = self._session.document.project
        if project is not None:
            self._listing.check(project, self.tr("Look for images"))

    def _leave(self) -> None:
        self._session.autosaver.flush()
        for job in (self._load, self._prefetch):
            if job is not None:
                job.cancel()
        self._load = self._prefetch = self._session.document.coming = None
        self.draft_read.emit(None)

    def _loaded(self, project: Project, loaded: LoadedImage) -> None:
        document, settings = self._session.document, self._session.settings
        document.coming = self._load = None
        if document.project is not project:
            return
        newer = self._session.autosaver.newer(project, loaded)
        document.show(loaded)
        if newer is not None:
            document.replace(newer, self.tr("Restore unsaved edits"))
        self._first.keep(None)
        self.draft_read.emit(None)
        settings["recent.images"] = {**settings["recent.images"], str(project.root): loaded.image_id}
        if self._trouble is not None:
            self.settled.emit(self._trouble)
            self._trouble = None
        for text in [text for text, at in self._warned.items() if at != loaded.image_id]:
            del self._warned[text]
            self.settled.emit(text)
        self._note_file(loaded)
        if loaded.warning:
            self.warn(loaded.warning)
        if loaded.note:
            self.message.emit(loaded.note)
        self._look_ahead()

    def _note_file(self, loaded: LoadedImage) -> None:
        """Tell the records that an image can be read again, or was replaced."""
        self._session.records.look_at(loaded.image_id)
        record = self._session.records.of(loaded.image_id)
        if record is not None and record.unreadable:
            self._session.records.read_again(loaded.image_id)

    def _not_loaded(self, image_id: str, error: Exception) -> None:
        if isinstance(error, ImageError):
            self._session.records.note_unreadable(image_id, error)
        self._session.document.coming = self._load = None
        self._session.document.clear_image()
        self._first.keep(None)
        self.draft_read.emit(None)
        self.loading.emit(image_id)  # its row stays chosen
        self._trouble = error
        self.error.emit(error)
        self._retry.start()

    def _look_again(self) -> None:
        record = self._session.records.of(self._at or "")
        if self._trouble is None or record is None or not record.unreadable or self._session.jobs.is_shut_down:
            self._retry.stop()
        elif not self.busy:
            self._session.records.look_again()  # with a disk that is back, all of its images are

    def _records_changed(self, image_ids: list[str]) -> None:
        """Show the image that could not be read, once its file is back or mended."""
        at, shown = self._at, self._session.document.image_id
        if not isinstance(self._trouble, ImageError) or at is None or at not in image_ids or shown is not None:
            return
        record = self._session.records.of(at)
        if record is not None and not record.unreadable and not self.busy:
            self.show(at)

    def _look_ahead(self) -> None:
        project, image_id = self._session.document.project, self._session.document.image_id
        following, _ = self._neighbour(image_id, self._way)
        if project is not None and image_id is not None and following is not None:
            job = self._session.jobs.submit("thumbs", partial(read_ahead, project, following), quiet=True)
            job.succeeded.connect(self._keep_ahead)
            self._prefetch = job

    def _keep_ahead(self, found: Ahead | None) -> None:
        self._ahead = found
        self._prefetch = None


def _find(path: Path) -> Task[Found]:
    from app.project.opening import find

    return find(path)


def _sample(key: str) -> Task[Found]:
    from app.project.opening import find
    from segcore.project.sample_project import SAMPLES, install_sample

    return find(install_sample(sample=SAMPLES[key]))


def _create(folder: Path, classes: ClassSet, root: Path | None, image_id: str | None) -> Opened:
    from app.project.opening import opened
    from segcore.project.project import Project

    project = Project.for_folder(folder, classes) if root is None else Project.create(root, folder, classes)
    return opened(project, image_id)


def _draft(project: Project, image_id: str) -> Draft | None:
    from segcore.images.image import read_draft

    try:
        picture = read_draft(project.image_path(image_id))
    except Exception:  # it is told by who reads the whole
        return None
    return None if picture is None else Draft(image_id, picture)
