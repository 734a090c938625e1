"""ModelPanel: which model predicts, what it knows, and the buttons that let it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.appearance.numbers import percent
from app.appearance.plain_text import as_caption, as_tip, plain_label
from app.document.session import Session
from app.jobs.job_bar import JobBar
from app.jobs.turn import TURN_MS
from app.language.engine_texts import translated
from app.prediction.device_lane import NothingInCommonError
from app.prediction.downloading import Downloading
from app.prediction.importing import Importing
from app.prediction.model_facts import ModelFacts, place_text, size_text
from app.prediction.predictions import Predictions
from segcore.errors import DownloadNeededError
from segcore.project.model_choice import ModelChoice, model_choices

if TYPE_CHECKING:
    from app.jobs.job_runner import Job
    from app.prediction.versions_dialog import VersionsDialog
    from segcore.labels.class_mapping import ClassMapping
    from segcore.labels.classes import ClassSet
    from segcore.project.project import Project


@dataclass(frozen=True)
class MappingRequest:
    """A model's classes that a person wants to, or has to, join with the project's."""

    model: str
    model_classes: ClassSet
    mapping: ClassMapping
    reason: str = ""
    predict: str = ""
    """What was asked for and waits: ``current``, ``all`` or nothing."""


class ModelPanel(QWidget):
    """Choose a model, predict, and say which of its classes are which."""

    message = Signal(str)
    error = Signal(Exception)
    mapping_requested = Signal(MappingRequest)  # answer with `set_mapping`

    def __init__(self, session: Session, predictions: Predictions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._predictions = predictions
        self._choices: list[ModelChoice] = []
        self._previous = ""
        self._shown_key = ""
        self._asked = self._wanted = ""
        self.downloading = Downloading(self)
        self._look: Job | None = None
        self._looking = QTimer(self, singleShot=True, interval=TURN_MS)
        self._looking.timeout.connect(self._look_for_choices)
        self._showing = QTimer(self, singleShot=True, interval=0)
        self._showing.timeout.connect(self._show)
        self._build()
        self._connect()
        self._show()

    # --- building ----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.chooser = QComboBox()
        self.chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.chooser.setMinimumContentsLength(12)
        self.chooser.setMaxVisibleItems(20)
        self.chooser.setToolTip(self.tr("The model that predicts: versions made in this project, then the catalogue"))
        self.chooser.setAccessibleName(self.tr("Model"))
        self.facts = ModelFacts()
        self.mapping_button = self._quiet(
            self.tr("Classes of this model…"), self.tr("Which class of the model is which class of this project")
        )
        self.import_button = self._quiet(
            self.tr("Import a checkpoint…"),
            self.tr("Copy a model into this project: a checkpoint, a network of another library, or its folder"),
        )
        self.back_button = self._quiet(self.tr("Back"), self.tr("Use the model from before again"))
        self.versions_button = self._quiet(
            self.tr("Versions…"), self.tr("Every version of this project, how good it is, and a click to use it")
        )
        self.about = plain_label()
        self.about.setWordWrap(True)
        self.about.setProperty("role", "muted")
        self.join_button = QPushButton(self.tr("Choose its classes…"))
        self.join_button.setToolTip(self.mapping_button.toolTip())
        self.predict_button = QPushButton(self.tr("Predict this image"))
        self.predict_button.setProperty("primary", True)
        self.predict_button.setToolTip(self.tr("Label what nobody has painted yet in this image"))
        self.remaining_button = QPushButton(self.tr("Predict remaining"))
        self.remaining_button.setToolTip(self.tr("Predict every image that is not done; what was painted stays"))
        self.on_open = QCheckBox(self.tr("Predict each image when it opens"))
        self.on_open.setToolTip(self.tr("Only images that have no prediction yet"))
        self.reliable = QCheckBox(self.tr("Only reliable classes"))
        self.reliable.setToolTip(
            self.tr(
                "Leave out classes that were often wrong on held-out images.\n"
                "A missing thing costs one stroke, a false one many. Heatmaps still show every class."
            )
        )
        self.importing = Importing(self._session, self)
        self.bar = JobBar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.chooser)
        layout.addWidget(self.about)
        layout.addWidget(self.join_button)
        layout.addWidget(self.predict_button)
        layout.addWidget(self.remaining_button)
        layout.addWidget(self.bar)
        layout.addWidget(self.on_open)
        layout.addWidget(self.reliable)
        layout.addWidget(self.facts)
        quiet = QVBoxLayout()
        quiet.setSpacing(0)
        for button in (self.back_button, self.versions_button, self.mapping_button, self.import_button):
            quiet.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(quiet)
        layout.addStretch(1)

    def _quiet(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setFlat(True)
        button.setToolTip(as_tip(tip))
        return button

    def _connect(self) -> None:
        document, predictions = self._session.document, self._predictions
        self.chooser.activated.connect(self._on_activated)
        self.predict_button.clicked.connect(self.predict_current)
        self.remaining_button.clicked.connect(self.predict_remaining)
        self.mapping_button.clicked.connect(self.ask_mapping)
        self.join_button.clicked.connect(self.ask_mapping)
        self.import_button.setMenu(self.importing.menu())
        self.importing.chosen.connect(self.import_checkpoint)
        predictions.description_needed.connect(self.importing.ask_description)
        self.back_button.clicked.connect(self.go_back)
        self.versions_button.clicked.connect(self.show_versions)
        for box, key in self._boxes():
            box.toggled.connect(partial(self._session.settings.__setitem__, key))
        self._session.settings.changed.connect(self._on_setting)
        records = self._session.records
        records.reset.connect(self._show_remaining)
        records.reset.connect(self.refresh)
        records.changed.connect(lambda _: self._show_remaining())
        document.project_changed.connect(self.refresh)
        predictions.model_changed.connect(self.refresh)
        document.project_changed.connect(self._forget)
        predictions.model_changed.connect(self._showing.start)
        document.image_changed.connect(self._show)
        document.classes_changed.connect(self._showing.start)
        document.writing_changed.connect(self._show)
        predictions.mapping_needed.connect(self._on_mapping_needed)
        predictions.message.connect(self.message)
        predictions.error.connect(self._on_error)

    # --- what the person asks for ------------------------------------------------------------------------------

    def predict_current(self) -> None:
        """Predict the open image."""
        self._ask_for("current")
        self.bar.watch(self._predictions.predict_current())

    def predict_remaining(self) -> None:
        """Predict every image that is not done."""
        self._ask_for("all")
        self.bar.watch(self._predictions.predict_all(only_remaining=True))

    def _ask_for(self, what: str) -> None:
        self._asked, self._wanted = what, self._predictions.model_key
        self.downloading.ask_again()

    def use_model(self, key: str) -> None:
        """Make another model the active one; a failure keeps the old one."""
        self._wanted = key
        self.downloading.ask_again()
        if key != self._predictions.model_key:
            job = self._predictions.use_model(key)
            job.cancelled.connect(self._show)
            self.bar.watch(job)

    def go_back(self) -> None:
        """Use the model that was active before, or the version before this one."""
        key = self._former()
        if key:
            self.use_model(key)

    def show_versions(self) -> VersionsDialog:
        """Show every version of the project, and the models that came with the program."""
        from app.prediction.versions_dialog import VersionsDialog

        choices = [choice for choice in self._choices if choice.place in ("version", "bundled")]
        may_write = not self._session.document.read_only
        dialog = VersionsDialog(choices, self._predictions.model_key, may_write, self)
        dialog.chosen.connect(self.use_model)
        dialog.open()
        return dialog

    def import_checkpoint(self, path: Path) -> None:
        """Copy a checkpoint, or a network of another library, into the project and use it."""
        self.bar.watch(self._predictions.import_checkpoint(path))

    def ask_mapping(self) -> None:
        """Ask the person which class of the active model is which of the project."""
        project, classes = self._session.document.project, self._model_classes()
        if project is None or classes is None:
            self.message.emit(self.tr("The model is still being loaded."))
            return
        try:
            mapping = project.mapping_for(classes)
        except Exception as error:
            self.error.emit(error)
            return
        self.mapping_requested.emit(MappingRequest(self._title(), classes, mapping))

    def set_mapping(self, request: MappingRequest, mapping: ClassMapping) -> None:
        """Take the person's answer, then do what waited for it."""
        job = self._predictions.set_mapping(request.model_classes, mapping)
        waiting = {"current": self.predict_current, "all": self.predict_remaining}.get(request.predict)
        if job is not None and waiting is not None:
            job.succeeded.connect(lambda _: waiting())

    def refresh(self) -> None:
        """Read the choices, on a lane, soon: many signals of one moment ask for it."""
        self._looking.start()

    def _look_for_choices(self) -> None:
        if self._session.records.expected:  # models were measured on images: `records.reset` follows
            return
        if self._look is not None:
            self._look.cancel()
        project = self._session.document.project
        job = self._session.jobs.submit("io", partial(model_choices, project), quiet=True)
        job.succeeded.connect(partial(self._on_choices, project))
        job.failed.connect(self.error)
        self._look = job

    # --- inside ------------------------------------------------------------------------------------------------

    def _on_activated(self, index: int) -> None:
        key = self.chooser.itemData(index)
        if key:
            self.use_model(str(key))

    def _on_mapping_needed(self, error: NothingInCommonError) -> None:
        advice = self.tr(
            "Choose for each of its classes the class of this project that it stands for. If there is none, cancel, "
            "paint a few images and fine-tune: the new version knows your classes."
        )
        reason = f"{translated(error.message)} {advice}"
        self.mapping_requested.emit(
            MappingRequest(error.model, error.model_classes, error.mapping, reason, self._asked)
        )

    def _on_error(self, error: object) -> None:
        self._show()  # the chooser goes back to the model that is still in use
        if not (isinstance(error, DownloadNeededError) and self.downloading.ask(error, self._go_on)):
            self.error.emit(error)

    def _go_on(self) -> None:
        """Do again what waited for the weights of a model."""
        if self._wanted not in ("", self._predictions.model_key):
            self.use_model(self._wanted)
        elif self._asked == "all":
            self.predict_remaining()
        else:
            self.predict_current()

    def _boxes(self) -> list[tuple[QCheckBox, str]]:
        """Return each box with the key of its setting."""
        return [(self.on_open, "predict.on_open"), (self.reliable, "predict.reliable")]

    def _on_setting(self, key: str) -> None:
        if key in [name for _, name in self._boxes()]:
            self._show()

    def _forget(self) -> None:
        self._previous = self._shown_key = ""
        self._showing.start()

    def _on_choices(self, project: Project | None, choices: list[ModelChoice]) -> None:
        if project is not self._session.document.project:
            return
        self._choices = choices
        self._fill_chooser()
        self._show()

    def _show_about(self) -> None:
        """Say what has to be done before a prediction can help."""
        document = self._session.document
        text = ""
        if self.facts.knows_none:
            text = self.tr(
                "This model knows none of your classes. Say which of its classes stand for yours, or paint a few"
                " images and fine-tune it in the tab Train."
            )
        elif document.image is None:
            text = self.tr("A model labels what nobody has painted. Choose an image in the list first.")
        self.about.setText(text)
        self.about.setVisible(bool(text))
        self.join_button.setVisible(self.facts.knows_none and not document.read_only)

    def _show_remaining(self) -> None:
        document, count = self._session.document, self._session.records.remaining
        self.remaining_button.setText(
            self.tr("Predict remaining ({count})").format(count=count) if count else self.tr("Predict remaining")
        )
        self.remaining_button.setEnabled(document.project is not None and not document.read_only and count > 0)

    def _fill_chooser(self) -> None:
        with QSignalBlocker(self.chooser):
            self.chooser.clear()
            last = ""
            for choice in self._choices:
                if last == "version" and choice.place != "version":
                    self.chooser.insertSeparator(self.chooser.count())
                last = choice.place
                self.chooser.addItem(f"{choice.title}   {self._suffix(choice)}".rstrip(), choice.key)
                index = self.chooser.count() - 1
                self.chooser.setItemData(index, as_tip(place_text(choice)), Qt.ItemDataRole.ToolTipRole)
        view = self.chooser.view()
        view.setMinimumWidth(min(520, view.sizeHintForColumn(0) + 40))

    def _suffix(self, choice: ModelChoice) -> str:
        """Say what is short: the score on this project's images, or that the model is not on this machine."""
        if choice.place == "download":
            return self.tr("download, {size}").format(size=size_text(choice))
        if choice.mean_iou is None or not choice.measured_here:
            return ""
        return self.tr("IoU {value}").format(value=percent(choice.mean_iou, 1))

    def _choice(self) -> ModelChoice | None:
        key = self._predictions.model_key
        return next((choice for choice in self._choices if choice.key == key), None)

    def _title(self) -> str:
        choice, active = self._choice(), self._predictions.active
        return (
            choice.title if choice is not None else active.name if active is not None else self._predictions.model_key
        )

    def _model_classes(self) -> ClassSet | None:
        active, choice = self._predictions.active, self._choice()
        return active.classes if active is not None else choice.classes if choice is not None else None

    def _former(self) -> str:
        keys = [choice.key for choice in self._choices]
        if self._previous in keys:
            return self._previous
        versions = [choice.key for choice in self._choices if choice.place == "version"]
        here = self._predictions.model_key
        after = versions[versions.index(here) + 1 :] if here in versions else []
        return after[0] if after else ""

    def _show(self) -> None:
        document, key = self._session.document, self._predictions.model_key
        if self._shown_key and self._shown_key != key:
            self._previous = self._shown_key
        self._shown_key = key if document.project is not None else ""
        with QSignalBlocker(self.chooser), QSignalBlocker(self.on_open), QSignalBlocker(self.reliable):
            self.chooser.setCurrentIndex(self.chooser.findData(key))
            for box, name in self._boxes():
                box.setChecked(self._session.settings[name])
        if self.chooser.currentIndex() < 0:
            self.chooser.setPlaceholderText(Path(key).stem)
        self.facts.show_model(self._choice(), self._predictions.active, document.project)
        self._show_about()
        former = self._former()
        title = next((choice.title for choice in self._choices if choice.key == former), "")
        self.back_button.setVisible(bool(former))
        self.back_button.setText(as_caption(self.tr("Back to {name}").format(name=title)))
        has_project = document.project is not None
        may_write = has_project and not document.read_only
        self.chooser.setEnabled(not document.read_only)
        self.back_button.setEnabled(may_write)
        self.versions_button.setVisible(any(choice.place == "version" for choice in self._choices))
        self.predict_button.setEnabled(document.image is not None and not document.read_only)
        self._show_remaining()
        self.mapping_button.setEnabled(may_write and self._model_classes() is not None)
        self.import_button.setEnabled(may_write)
