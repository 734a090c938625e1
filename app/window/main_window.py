"""MainWindow: builds the parts and connects them; decides nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QIcon, QPaintEvent
from PySide6.QtWidgets import QMainWindow

from app.adaptation.live_adaptation import LiveAdaptation
from app.appearance.hint import dismiss_hints, show_hints_again
from app.appearance.icons import icon, read_font
from app.appearance.plain_text import as_title
from app.appearance.theme import Look, Theme
from app.appearance.turns import Turns
from app.canvas.canvas import Canvas
from app.canvas.compare_frame import CompareFrame
from app.canvas.pen_options import ToolOptions
from app.canvas.view_panel import ViewPanel
from app.classes.class_editing import ClassEditing
from app.classes.class_panel import ClassPanel
from app.document.autosave import Autosaver
from app.document.document import Document
from app.document.journaling import Journaling
from app.document.records import Records
from app.document.session import Session
from app.formats.exporting import Exporting
from app.formats.importing import Importing
from app.jobs import garbage
from app.jobs.job_runner import KEEP_SECONDS, READ_SECONDS, JobRunner
from app.prediction.model_panel import ModelPanel
from app.prediction.predictions import Predictions
from app.project.navigation import Navigation
from app.project.taking_over import TakingOver
from app.refinement.refine_panel import RefinePanel
from app.settings.seal import sealed, unsealed
from app.settings.settings import Settings
from app.tools.toolbar import ToolBar
from app.tools.toolbox import RADII, grouped_actions, make_tools
from app.training.result_notice import ResultNotice
from app.training.training_panel import TrainingPanel
from app.training.unfinished_training import UnfinishedTraining
from app.window.action_wiring import ActionWiring
from app.window.actions import Actions
from app.window.centre import Centre
from app.window.class_wiring import ClassWiring
from app.window.dialogs import Dialogs
from app.window.docks import Docks
from app.window.help_wiring import HelpWiring
from app.window.image_menu import ImageMenu
from app.window.keyboard_wiring import KeyboardWiring
from app.window.label_wiring import LabelWiring
from app.window.leaving import Leaving
from app.window.live_wiring import LiveWiring
from app.window.next_steps import connect_next_steps
from app.window.opening_wiring import OpeningWiring
from app.window.panels import TABLE as PANELS
from app.window.panels import Panels, Parts
from app.window.peek import Peek
from app.window.placement import keep_on_screen, place
from app.window.pointer_readout import PointerReadout
from app.window.prompt_wiring import PromptWiring
from app.window.recent_menu import RecentMenu
from app.window.saved_readout import SavedReadout
from app.window.settings_wiring import SettingsWiring
from app.window.start_page import StartPage
from app.window.status_bar import StatusBar
from app.window.stroke_feedback import StrokeFeedback
from app.window.title import title_of
from app.window.view_wiring import connect_view
from app.window.worklist_wiring import WorklistWiring
from app.worklist.image_panel import ImagePanel
from resources import resource

STORE_SETTINGS_MS, UNSEEN_MS = 500, 1500
WARM_UP_MS = 2000
"""After the window is seen with nothing to open; a project brings it forward."""


class MainWindow(QMainWindow):
    """The window. Everything slow runs in `jobs`; everything edited belongs to `document`."""

    def __init__(self, settings: Settings | None = None, look: Look | None = None) -> None:
        super().__init__()
        self.settings = settings if settings is not None else Settings()
        self.look = look if look is not None else Look(self.settings, self)
        self.jobs = JobRunner(self)
        self.document = Document(self)
        self.autosaver = Autosaver(self.document, self.jobs)
        self.journaling = Journaling(self.document, self.jobs, self.autosaver)
        self.predictions = Predictions(self.document, self.jobs, self.settings, self)
        self.records = Records(self.document, self.jobs, self)
        self.session = Session(self.document, self.jobs, self.settings, self.autosaver, self.records)
        self.actions_ = Actions(self, self.settings)
        self._seen = self._ended = False
        self.hanging: list[str] = []  # threads that did not end with the window
        self._opening: Callable[[], None] = lambda: None
        self._build()
        self.look.apply_style_sheet()
        self.navigation = Navigation(self.session, self.images.model.neighbour)
        self.live = LiveAdaptation(self.session, self.images.model.neighbour, self.canvas.visible_box, self)
        self.class_editing = ClassEditing(self.session, self)
        self.exporting = Exporting(self.session, self)
        self.centre.add_notice(self.exporting.notice)
        self.importing = Importing(self.session, self, self.class_editing)
        self.dialogs = Dialogs(self.document, self.settings, self)
        self.leaving = Leaving(self.autosaver, self.jobs, self)
        self.unfinished = UnfinishedTraining(self.training, self)
        self.taking_over = TakingOver(self.session, self)
        self.centre.add_notice(self.taking_over.notice)
        self.result_notice = ResultNotice(self.training)
        self.centre.add_notice(self.result_notice)
        self.editing = ActionWiring(self.session, self.actions_, self.canvas)
        self.predictions.device_changed.connect(lambda _: self.canvas.warm_up())
        self.pointer = PointerReadout(self.document, self.canvas, self.status)
        self.feedback = StrokeFeedback(self.document, self.canvas, self.actions_["view_overlay"])
        self.feedback.message.connect(self.status.say)
        self.saved = SavedReadout(self.document, self.autosaver, self.status, self.actions_["save_elsewhere"], self)
        shown = self.session, self.actions_, self.canvas, self.images.model.neighbour
        self.labels = LabelWiring(*shown, self.refine.live, self.status, self.banner)
        PromptWiring(*shown, self.banner)
        lists = self.classes, self.class_editing, self.labels.commands, self.live, self.navigation
        self.class_list = ClassWiring(self, self.session, *lists, self.centre, self.status)
        parts = self.session, self.actions_, self.images, self.canvas, self.navigation, self.predictions
        self.worklist = WorklistWiring(self, *parts, self.centre, self.status)
        self.editing.offer_undo(self.class_list.everywhere.notice, self.worklist.marking.notice, self.worklist.judged)
        self.image_menu = ImageMenu(self.images, self.navigation, self.training.keep.watched)
        self.setting = SettingsWiring(self, self.session, self.actions_, self.canvas.options)
        self._connect()
        self._connect_actions()
        place(self, unsealed(self.settings["window.geometry"]) if self.settings["window.geometry"] else b"")
        self._show_open()

    def open_path(self, path: Path) -> None:
        """Open a folder, an image or a project."""
        self.navigation.open_path(path)

    # --- building ----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setAcceptDrops(True)
        self.setDockOptions(QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowNestedDocks)
        actions = self.actions_
        options = ToolOptions(self, RADII)
        self.canvas = Canvas(self.document, make_tools(self.document, options, self.jobs, self), options)
        self.peek = Peek(self.canvas)
        opening = [actions["open_folder"], actions["open_project"]]
        self.start = StartPage(opening, actions["open_sample"], actions["open_nuclei"])
        self.centre = Centre(self.start, CompareFrame(self.canvas), grouped_actions(actions.named()))
        self.banner = self.centre.banner
        self.setCentralWidget(self.centre)
        self.tools = ToolBar(self.document, self.canvas.options, actions.named())
        self.canvas.predict_action = actions["predict"]
        self.addToolBar(self.tools)
        self.addToolBarBreak()
        self.addToolBar(self.centre.notices)
        self.centre.notices.resizing.connect(self.canvas.keep_still)
        panels = Panels(Parts(self.document, self.session, self.jobs, self.settings, self.predictions, self.actions_))
        self.images, self.classes, self.view = panels[ImagePanel], panels[ClassPanel], panels[ViewPanel]
        self.model, self.refine, self.training = panels[ModelPanel], panels[RefinePanel], panels[TrainingPanel]
        self.dock_layout = Docks(self, panels, self.settings)
        self.docks, self.tabs = self.dock_layout.list, self.dock_layout.tabs
        self.keyboard = KeyboardWiring(self, self.session, actions, self.dock_layout, panels, self.canvas)
        self.status = StatusBar()
        self.setStatusBar(self.status)
        menus = actions.fill(self.menuBar(), {"View": [dock.toggleViewAction() for dock in self.docks]})
        self.recent = RecentMenu(self.settings, menus["File"], actions["open_sample"])

    # --- connecting --------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        document, canvas, status, navigation = self.document, self.canvas, self.status, self.navigation
        for changed in (document.project_changed, document.image_changed, document.writing_changed):
            changed.connect(self._show_open)
        document.project_changed.connect(self.banner.clear)
        opened = self.dialogs, self.importing, self.images, self.start, self.recent, self.centre, self.keyboard.palette
        self.opening = OpeningWiring(self.session, self.actions_, navigation, *opened)
        self.editing.offer_undo(self.opening.merging.notice)
        self.opening.pages.channels_wanted.connect(lambda: self.view.channels.switch.setChecked(True))
        self.classes.hidden_changed.connect(partial(setattr, canvas, "hidden_classes"))
        connect_view(self.view, canvas, self.session, self.actions_, self.editing.history, self.images.model.neighbour)

        self.autosaver.saved.connect(self.records.saved)
        self.autosaver.mended.connect(self.banner.take_back)
        document.edited.connect(lambda _: self.leaving.painted())
        self.predictions.predicted.connect(self.records.read_again)
        self.predictions.batch_finished.connect(lambda report: self.records.verify(key for key, _ in report.failures))
        self.predictions.batch_finished.connect(lambda _: self.records.refresh(self.images.order_again))
        self.refine.tuning.predictions_wanted.connect(lambda: self.predictions.predict_all(only_remaining=False))
        self.predictions.device_changed.connect(status.device.setText)
        self.predictions.device_changed.connect(lambda _: garbage.freeze())
        self.predictions.model_changed.connect(self.live.look_at_network)
        self.jobs.started.connect(status.watch)
        self.training.job_started.connect(status.watch)
        self.model.mapping_requested.connect(lambda request: self.dialogs.ask_mapping(request, self.model))
        self.training.details_requested.connect(
            lambda outcome, classes, choice: self.dialogs.show_training(outcome, classes, choice, self.training)
        )
        self.autosaver.error.connect(self._tell_unsaved)
        self.autosaver.warned.connect(self.navigation.warn)
        for error in (
            self.class_list.error,
            self.journaling.error,
            self.exporting.error,
            self.importing.error,
            self.leaving.error,
            canvas.error,
            navigation.error,
            self.model.error,
            self.refine.error,
            self.training.error,
            self.live.error,
            self.worklist.error,
            self.view.error,
        ):
            error.connect(self.banner.show_error)
            error.connect(self.taking_over.on_error)
        for message in (
            *(self.leaving.message, self.class_list.message, self.importing.message),
            canvas.message,
            navigation.message,
            self.model.message,
            self.refine.message,
            self.training.message,
            self.worklist.message,
        ):
            message.connect(status.say)
        self.unfinished.close_wanted.connect(self.close)
        for wanted in (self.result_notice.wanted, self.training.finished_seen):
            wanted.connect(lambda: self.dock_layout.bring_up(self.training.result))
        self.taking_over.error.connect(self.banner.show_error)
        self.taking_over.taken_over.connect(navigation.reload)
        self.taking_over.taken_over.connect(self.records.refresh)
        self._icons = Turns(self)
        self.look.changed.connect(lambda theme: self._icons.begin(self._draw_icons(theme)))
        self._warm_up = QTimer(self, singleShot=True)
        self._warm_up.timeout.connect(self._load_torch)
        document.project_changed.connect(self._load_torch_soon)
        self.live.switched.connect(self._load_torch_soon)
        self._store = QTimer(self, singleShot=True, interval=STORE_SETTINGS_MS)
        self._store.timeout.connect(self._store_settings)
        self.settings.changed.connect(lambda _: self._store.start())

    def _connect_actions(self) -> None:
        actions, canvas = self.actions_, self.canvas
        for name, slot in (
            ("save", self.autosaver.flush),
            ("save_elsewhere", self.leaving.choose_place),
            ("export", self.exporting.ask),
            ("quit", self.close),
            ("zoom_in", canvas.zoom_in),
            ("zoom_out", canvas.zoom_out),
            ("zoom_fit", canvas.fit),
            ("zoom_full", lambda: canvas.zoom_to(1.0)),
            ("predict", self.model.predict_current),
            ("predict_all", self.model.predict_remaining),
            ("refine", self.refine.refine),
            ("train", self._train),
            ("hints", lambda: show_hints_again(self.settings)),
            ("hide_hints", lambda: dismiss_hints(self.settings, [row.name for row in PANELS])),
            *((f"class_{n}", partial(self.classes.choose_key, n)) for n in range(1, 11)),
            ("class_ignore", self.classes.choose_ignore),
        ):
            actions[name].triggered.connect(lambda _=False, act=slot: act())
        self.help = HelpWiring(self, actions, self.jobs, self.document, self.centre)
        LiveWiring(self.live, actions["live"], canvas, self.status)
        connect_next_steps(self.refine, self.training, actions, canvas)
        for button, name in (
            (self.model.predict_button, "predict"),
            (self.model.remaining_button, "predict_all"),
            (self.refine.button, "refine"),
            (self.training.button, "train"),
        ):
            actions.add_keys(name, button)

    def _train(self) -> None:
        self.dock_layout.bring_up(self.training)
        self.training.start()

    def _tell_unsaved(self, error: object) -> None:
        """Show why labels could not be saved; that another process writes the project stands in a notice of its own."""
        if not self.taking_over.on_error(error):
            self.banner.show_error(error, lasting=True)

    def _show_open(self) -> None:
        project = self.document.project
        self.actions_.enable(project is not None, self.document.image is not None, not self.document.read_only)
        self.centre.show_canvas(project is not None)
        self.tools.setVisible(project is not None)
        self.dock_layout.show(project is not None)
        name = self.records.name(self.document.image_id or "")
        self.setWindowTitle(as_title(title_of(self.document, name), marked=True))
        if project is None:
            self.start.show_recent(self.settings["recent.projects"])

    # --- the window itself -------------------------------------------------------------------------------------

    def begin_with(self, opening: Callable[[], None]) -> None:
        """Call ``opening`` once the window was painted, or after a moment when it is not shown at all."""
        self._opening = opening
        QTimer.singleShot(UNSEEN_MS, self._on_seen)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Start what can wait until the window has been painted."""
        super().paintEvent(event)
        if not self._seen:
            QTimer.singleShot(0, self._on_seen)

    def _on_seen(self) -> None:
        if self._seen or self._ended:
            return
        self._seen = True
        if (handle := self.windowHandle()) is not None:
            handle.screenChanged.connect(lambda _: keep_on_screen(self))
        self._opening()
        fonts = self.jobs.submit("thumbs", read_font, quiet=True)
        fonts.succeeded.connect(lambda _: self._icons.begin(self._draw_icons(self.look.theme)))
        self._warm_up.start(WARM_UP_MS)
        self.leaving.tell_what_was_left()
        if self.settings.warning:
            self.banner.show_text(self.settings.warning, lasting=True)
            self._store.start()  # the damaged file is aside; what was sound in it is written again

    def _load_torch(self) -> None:
        if self.navigation.busy or (self.autosaver.pending and not self.autosaver.failing):
            self._warm_up.start(WARM_UP_MS // 20)  # loading holds Python's lock: opening and saving go first
        elif self.live.on or self.predictions.in_use:  # who only paints does without it, and its 700 MB
            self.predictions.warm_up().ended.connect(self.live.warm_up)

    def _load_torch_soon(self) -> None:
        if self._seen and not self.predictions.device:
            self._warm_up.start(WARM_UP_MS // 20)

    def _draw_icons(self, theme: Theme) -> Iterator[None]:
        yield from self.actions_.draw_icons(theme)
        QGuiApplication.setWindowIcon(QIcon(str(resource("icons") / "maskwright.svg")))
        self.start.show_icons(icon("folder-open-outline", theme, theme.on_accent))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Look at files again when the person comes back, perhaps from the program that mended or replaced them."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.records.look_again()
            self.opening.watch.look()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Accept folders and files."""
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open the first of what was dropped, or import its label maps."""
        event.acceptProposedAction()
        self.importing.drop(Path(event.mimeData().urls()[0].toLocalFile()))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Go once every label is safe."""
        if not self._ended:
            if not self.leaving.may_close():
                event.ignore()
                return
            if not self.unfinished.may_close():
                event.ignore()
                return
            self.shutdown()
        super().closeEvent(event)

    def shutdown(self) -> None:
        """Save, end everything that runs, and join its threads; once."""
        if self._ended:
            return
        self._ended = True
        self.navigation.shut_down()
        self.autosaver.flush()
        self.settings["window.geometry"] = sealed(bytes(self.saveGeometry().data()))
        self.dock_layout.store()
        self._store.stop()
        self._warm_up.stop()
        self._store_settings()
        self.hide()
        self.live.shutdown()
        self.training.shutdown()
        self.hanging = self.jobs.shutdown(keep_seconds=READ_SECONDS if self.leaving.gave_up else KEEP_SECONDS)
        self.leaving.save_what_is_left()
        from segcore.crf import shutdown as end_crf

        end_crf()
        if not self.hanging:  # who hangs may hold what closing waits for; the end of the process closes it, too
            self.images.thumbnails.close()
            closing = threading.Thread(target=self.autosaver.close_all, name="closing", daemon=True)
            closing.start()
            closing.join(KEEP_SECONDS)
            self.hanging = [closing.name] if closing.is_alive() else []

    def _store_settings(self) -> None:
        self.jobs.submit("save", self.settings.writer(), quiet=True)
