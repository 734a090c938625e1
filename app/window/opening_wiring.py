"""OpeningWiring: connects what a person opens, by dialog, list, key or drop, with the navigation."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.document.session import Session
from app.formats.importing import Importing
from app.project.image_watch import ImageWatch
from app.project.merging import Merging
from app.project.navigation import Navigation
from app.project.packing import Packing
from app.project.page_choice import PageChoice
from app.project.stacking import Stacking
from app.project.unpacking import Unpacking
from app.window.actions import Actions
from app.window.centre import Centre
from app.window.command_palette import CommandPalette
from app.window.dialogs import Dialogs
from app.window.recent_menu import RecentMenu
from app.window.start_page import StartPage
from app.worklist.image_panel import ImagePanel

if TYPE_CHECKING:
    from app.project.new_project_dialog import NewProjectDialog
    from segcore.labels.classes import ClassSet
    from segcore.progress import Task


class OpeningWiring(QObject):
    """Folders, projects and sample projects; label maps that come with them; the images of the list one by one."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        navigation: Navigation,
        dialogs: Dialogs,
        importing: Importing,
        images: ImagePanel,
        start: StartPage,
        menu: RecentMenu,
        centre: Centre,
        palette: CommandPalette,
    ) -> None:
        super().__init__(centre)
        document = session.document
        document.image_changed.connect(lambda: images.show_current(document.image_id))
        navigation.loading.connect(images.show_current)
        navigation.draft_read.connect(lambda draft: centre.show_draft(draft, document.project is not None))
        navigation.settled.connect(centre.banner.take_back)
        navigation.classes_wanted.connect(dialogs.ask_classes)
        dialogs.classes_asked.connect(partial(_propose_classes, session))
        dialogs.labels_wanted.connect(importing.expect)
        dialogs.project_wanted.connect(navigation.create)
        dialogs.path_chosen.connect(navigation.open_path)
        document.project_changed.connect(importing.project_opened)
        importing.open_wanted.connect(navigation.open_path)
        importing.changed.connect(session.records.refresh)
        importing.reload_wanted.connect(navigation.reload)
        centre.add_notice(importing.notice)
        centre.add_notice(importing.question)
        images.empty.look_button.clicked.connect(navigation.rescan)
        images.image_chosen.connect(navigation.show)
        palette.image_wanted.connect(navigation.show)
        self.pages = PageChoice(session, actions["pages_are_channels"], self)
        self.pages.image_wanted.connect(navigation.show)
        self.pages.reload_wanted.connect(navigation.reload)
        self.pages.error.connect(navigation.error)
        centre.add_notice(self.pages.notice)
        self.watch = ImageWatch(session, navigation.reload, self)
        centre.add_notice(self.watch.notice)
        self.packing, self.unpacking = Packing(session, centre), Unpacking(session, centre)
        self.merging = Merging(session, navigation, centre)
        self.merging.message.connect(navigation.message)
        self.merging.job_started.connect(session.jobs.started)
        navigation.packed_found.connect(self.unpacking.offer)
        self.stacking = Stacking(session, centre)
        navigation.nifti_found.connect(self.stacking.offer)
        self.stacking.path_wanted.connect(navigation.open_path)
        self.unpacking.path_wanted.connect(navigation.open_path)
        for error in (self.packing.error, self.unpacking.error, self.stacking.error, self.merging.error):
            error.connect(navigation.error)
        questions = self.unpacking.question, self.unpacking.images_question, self.stacking.question
        for notice in (self.packing.notice, self.merging.notice, *questions):
            centre.add_notice(notice)
        for recent in (start.recent_chosen, menu.chosen):
            recent.connect(lambda path: navigation.open_path(Path(path)))
        for name, slot in (
            ("open_folder", dialogs.ask_folder),
            ("open_project", dialogs.ask_project),
            ("open_sample", navigation.open_sample),
            ("open_nuclei", partial(navigation.open_sample, "nuclei")),
            ("import_labels", importing.choose),
            ("import_file", importing.choose_file),
            ("pack", self.packing.ask),
            ("merge_project", self.merging.ask),
            ("unpack", self.unpacking.choose),
            ("rescan", navigation.rescan),
            ("reload", navigation.reload),
            ("done_next", navigation.mark_done_and_next),
            ("next", lambda: navigation.step(1)),
            ("previous", lambda: navigation.step(-1)),
            ("search", images.focus_search),
        ):
            actions[name].triggered.connect(lambda _=False, act=slot: act())


def _propose_classes(session: Session, dialog: NewProjectDialog) -> None:
    """Read which classes the labels have that a new project is to import, and propose them."""
    labels = dialog.labels.text()
    if labels:
        job = session.jobs.submit("learn", partial(_classes_of, Path(labels)), quiet=True)
        job.succeeded.connect(dialog.propose)
        dialog.finished.connect(job.cancel)


def _classes_of(path: Path) -> Task[ClassSet | None]:
    from segcore.formats.data_sets import classes_of

    return classes_of(path)
