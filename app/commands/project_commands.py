"""ProjectCommands: does a command to every image, replaces or merges classes there, and takes that back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.appearance.question import Question
from app.appearance.undo_notice import UndoNotice
from app.commands.everywhere import Everywhere, EverywhereRun
from app.commands.replacement import Replacement, merge_name, replace_name
from app.document.images_run import ImagesRun, taking_back
from app.document.session import Session
from app.document.versioning import kept_before
from app.jobs.job import Job
from segcore.errors import ClassesError
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.label_map import State, values_in

if TYPE_CHECKING:
    from segcore.editing import Edit
    from segcore.project.closed_edit import Kept
    from segcore.project.project import Project


class ProjectCommands(QObject):
    """One edit in the undo history of each image; images that are not labelled yet are left out."""

    job_started = Signal(Job)
    message = Signal(str)
    error = Signal(Exception)
    begins = Signal()
    """A class is about to be replaced; `taken_back` may follow."""
    replaced = Signal(int, int)
    """No pixel has the class of the first value any more: each has that of the second, or is ignored (255)."""
    taken_back = Signal()
    """What was replaced last is about to be as it was before."""
    merged = Signal(int, int)
    """The class of the first value has become that of the second, and is about to be removed."""
    removal_wanted = Signal(int)
    """The class of this value is used nowhere any more."""
    classes_wanted = Signal(ClassSet)
    """The project is to have these classes again."""
    reload_wanted = Signal()
    """The open image must be read again."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._run: ImagesRun | None = None
        self._last: tuple[Replacement | Everywhere, list[str]] | None = None
        self._names = {merge_name(), replace_name()}
        """What the undo history calls changes of all images."""
        self.question = Question()
        for signal in (
            session.document.classes_changed,
            session.document.writing_changed,
            session.document.image_changed,
        ):
            signal.connect(self.question.withdraw)
        self.notice = UndoNotice(
            self.tr("Make the images as they were before"), self.tr("Dismiss; the images stay as they are")
        )
        self.notice.undo_button.clicked.connect(lambda: self.undo())
        session.document.project_changed.connect(self.notice.withdraw)
        session.document.undone.connect(lambda edit: self._look_at(edit, undone=True))
        session.document.redone.connect(lambda edit: self._look_at(edit, undone=False))

    def replace(self, old: int, new: int) -> None:
        """Replace a class in every image; labels that are protected from the tools stay."""
        self._replace(Replacement(old, new, self._session.document.policy), self.tr("Replace a class"))

    def run(self, what: Everywhere) -> None:
        """Do a command to every image; those without labels are left out where it labels none."""
        again = EverywhereRun(self._session, what, kept_before(self._session.settings, what.name))
        run = self._start(self._images(new=what.labels_new_images), what.wish.name, again.closed, again.shown, None)
        if run is not None:
            done = what.done
            self._names.add(done.name)
            run.ended.connect(lambda: self._done(run, done))

    def ask_merge(self, old: int, new: int) -> None:
        """Ask, then `merge`."""
        document = self._session.document
        classes = document.classes
        one, other = (None, None) if classes is None else (classes.find(old), classes.find(new))
        if one is None or other is None:
            return
        if document.read_only:
            self.message.emit(self.tr("The project is open read-only: its classes cannot be changed."))
            return
        for each in (one, other):
            if each.index in document.policy.locked:
                text = self.tr("“{name}” is locked. Unlock it in the class list first.")
                self.message.emit(text.format(name=each.name))
                return
        question = self.tr("Merge “{old}” into “{new}”?").format(old=one.name, new=other.name)
        about = self.tr("Every pixel of “{old}” becomes “{new}”, in all images, and “{old}” is removed.").format(
            old=one.name, new=other.name
        )
        undo = self.tr("This can be undone as a whole; edits before it can no longer be undone, in any image.")
        self.question.ask(f"{question} {about} {undo}", (self.tr("Merge"), lambda: self.merge(old, new)))

    def merge(self, old: int, new: int) -> None:
        """Give every pixel of one class another, then remove it."""
        document = self._session.document
        if document.classes is not None and document.classes.find(old) and document.classes.find(new) and old != new:
            self._replace(Replacement(old, new, before=document.classes), self.tr("Merge classes"))

    def undo(self) -> None:
        """Take back what was done last, in each image where nothing was changed since."""
        if self._run is not None or self._last is None:
            return
        done, changed = self._last
        try:
            classes = done.brought_back(self._session.document.classes)
        except ClassesError as error:
            self.error.emit(error)
            return
        self._last = None
        self.notice.withdraw()
        if isinstance(done, Replacement):
            self.taken_back.emit()
        if classes is not None:
            self._session.autosaver.flush()
            self.classes_wanted.emit(classes)
            self.reload_wanted.emit()  # with its class, the undo history of the open image is there again
        self._start(
            changed,
            self.tr("Undo “{name}”").format(name=done.name),
            *taking_back(self._session.document, done.name),
            self._tell_undone,
        )

    def _replace(self, what: Replacement, title: str) -> None:
        if self._run is None:
            self.begins.emit()
        kept = kept_before(self._session.settings, what.name)
        run = self._start(
            self._images(), title, partial(_replace_closed, what, kept), partial(self._replace_shown, what), None
        )
        if run is not None:
            run.ended.connect(lambda: self._replaced(run, what))

    def _images(self, new: bool = False) -> list[str]:
        """Return the images to change, the open one first; ``new``: also those that nobody has labelled."""
        records = self._session.records.all()
        found = [each.id for each in records if each.state is not State.NEW or (new and not each.unreadable)]
        shown = self._session.document.image_id
        if shown is None:
            return found
        return [shown, *(each for each in found if each != shown)]  # perhaps its first stroke is not saved yet

    def _start(
        self,
        image_ids: list[str],
        title: str,
        closed: Callable[[Project, str], State | None],
        shown: Callable[[], bool | None],
        tell: Callable[[ImagesRun], None] | None,
    ) -> ImagesRun | None:
        document = self._session.document
        if document.project is None or document.read_only:
            return None
        if self._run is not None:
            self.message.emit(self.tr("Another change of all images is still going on."))
            return None
        document.settle()
        self._run = run = ImagesRun(self._session, image_ids, title, closed, shown, self)
        run.failed.connect(self.error)
        run.ended.connect(lambda: setattr(self, "_run", None))
        if tell is not None:
            run.ended.connect(lambda: tell(run) if run.project is self._session.document.project else None)
        self.job_started.emit(run)
        run.start()
        return run

    def _replace_shown(self, what: Replacement) -> bool:
        document = self._session.document
        if document.label_map is None or what.old not in values_in(document.label_map.labels):
            return False
        document.change(lambda tile, _: what.of(tile), what.name)
        return True

    def _done(self, run: ImagesRun, what: Everywhere) -> None:
        if run.project is not self._session.document.project:
            return
        count = len(run.changed)
        if not count:
            self.message.emit(self.tr("{name}: nothing to change").format(name=what.name) + self._unread(run))
            return
        words = self.tr("{name}: 1 image was changed.") if count == 1 else self.tr("{name}: {n} images were changed.")
        self._last = what, run.changed
        self.notice.tell(words.format(name=what.name, n=count) + self._unread(run), what.name)

    def _unread(self, run: ImagesRun) -> str:
        if not run.unreadable:
            return ""
        return " " + self.tr("Not readable, and therefore as before: {n}.").format(n=len(run.unreadable))

    def _replaced(self, run: ImagesRun, what: Replacement) -> None:
        document = self._session.document
        if run.project is not document.project:
            return
        count = len(run.changed)
        words = self._says(what, count) + self._unread(run)
        if what.before is not None and run.complete:
            document.settle()
            self._session.autosaver.flush()
            self.merged.emit(what.old, what.new)
            self.removal_wanted.emit(what.old)
        elif count and run.complete and what.policy.is_open and what.old != IGNORE_INDEX:
            self.replaced.emit(what.old, what.new)
        elif what.before is not None:
            words += " " + self.tr("So the class stays in the list.")
        if count or what.before is not None:
            self._last = what, run.changed
            self.notice.tell(words, what.name)
        else:
            self.message.emit(self.tr("No image has pixels of this class."))

    def _says(self, what: Replacement, count: int) -> str:
        if what.before is not None:
            one = self.tr("“{old}” merged into “{new}”: 1 image was changed.")
            many = self.tr("“{old}” merged into “{new}”: {n} images were changed.")
        else:
            one = self.tr("“{old}” replaced by “{new}”: 1 image was changed.")
            many = self.tr("“{old}” replaced by “{new}”: {n} images were changed.")
        classes = what.before or self._session.document.classes
        old = self.tr("unlabelled") if what.old == IGNORE_INDEX else self._name_of(what.old, classes)
        new = self.tr("ignore") if what.new == IGNORE_INDEX else self._name_of(what.new, classes)
        return (one if count == 1 else many).format(old=old, new=new, n=count)

    def _name_of(self, value: int, classes: ClassSet | None) -> str:
        found = classes.find(value) if classes is not None else None
        return found.name if found is not None else str(value)

    def _look_at(self, edit: Edit, undone: bool) -> None:
        """Say that a step in the history of the open image leaves the others as they are."""
        elsewhere = self._last is None or len(self._last[1]) > 1
        if self._run is None and elsewhere and edit.name in self._names:
            self.message.emit(
                self.tr("Taken back in this image only; the others stay changed.")
                if undone
                else self.tr("Done again in this image only; the others stay as they are.")
            )

    def _tell_undone(self, run: ImagesRun) -> None:
        words = self.tr("Images that are as they were before: {count}.").format(count=len(run.changed))
        if run.skipped:
            words += " " + self.tr("Changed since, and therefore not: {left}.").format(left=len(run.skipped))
        self.message.emit(words)


def _replace_closed(what: Replacement, kept: Kept, project: Project, image_id: str) -> State | None:
    from segcore.project.closed_edit import edit_closed

    return edit_closed(project, image_id, what.of, what.name, kept)
