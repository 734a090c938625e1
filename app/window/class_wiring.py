"""ClassWiring: connects the class list with what writes it, with what changes a class in all images, and with Live."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.adaptation.live_adaptation import LiveAdaptation
from app.classes.class_editing import ClassEditing
from app.classes.class_panel import ClassPanel
from app.commands.label_commands import LabelCommands
from app.commands.project_commands import ProjectCommands
from app.document.session import Session
from app.project.navigation import Navigation
from app.window.centre import Centre
from app.window.status_bar import StatusBar


class ClassWiring(QObject):
    """Merging ends with a class that is removed from the list; Live keeps what it knew of it under the other one."""

    message = Signal(str)
    error = Signal(Exception)

    def __init__(
        self,
        window: QWidget,
        session: Session,
        panel: ClassPanel,
        editing: ClassEditing,
        commands: LabelCommands,
        live: LiveAdaptation,
        navigation: Navigation,
        centre: Centre,
        status: StatusBar,
    ) -> None:
        super().__init__(window)
        panel.classes_edited.connect(editing.change)
        panel.removal_wanted.connect(editing.ask_removal)
        editing.reload_wanted.connect(navigation.reload)
        for part in (panel, editing):
            part.error.connect(self.error)
        self.everywhere = ProjectCommands(session, window)
        panel.merge_wanted.connect(self.everywhere.ask_merge)
        commands.replacement_wanted.connect(self.everywhere.replace)
        commands.everywhere_wanted.connect(self.everywhere.run)
        self.everywhere.begins.connect(live.remember)
        self.everywhere.merged.connect(live.merge_classes)
        self.everywhere.replaced.connect(live.replace_class)
        self.everywhere.taken_back.connect(live.recall)
        self.everywhere.removal_wanted.connect(editing.remove)
        self.everywhere.classes_wanted.connect(editing.change)
        self.everywhere.reload_wanted.connect(navigation.reload)
        self.everywhere.job_started.connect(status.watch)
        self.everywhere.message.connect(self.message)
        self.everywhere.error.connect(self.error)
        for notice in (self.everywhere.notice, self.everywhere.question, editing.question):
            centre.add_notice(notice)
