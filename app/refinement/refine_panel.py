"""RefinePanel: parameters of the CRF with a live preview, and the button that applies it to the open image."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.appearance.plain_text import plain_label
from app.document.session import Session
from app.jobs.job_bar import JobBar
from app.refinement.engine_choice import EngineChoice
from app.refinement.live_preview import LivePreview
from app.refinement.parameter_sliders import ParameterSliders
from app.refinement.preset_choice import PresetChoice
from app.refinement.protected_classes import ProtectedClasses
from app.refinement.refinement import (
    PROJECT_KEY,
    Refinement,
    Refining,
    chosen_device,
    chosen_engine,
    crf_parameters,
    protected_classes,
)
from app.refinement.tuning_widget import TuningWidget

if TYPE_CHECKING:
    from app.refinement.parameter_tuning import TuningRecord
    from segcore.crf import CrfParameters
    from segcore.project.project import Project

LIVE = "refine.live"
STORE_MS = 600


class RefinePanel(QWidget):
    """Refine the borders of the open image's prediction. The project stores the parameters.

    ``live`` previews the visible part while the person drags a slider; `refine` makes one edit of the whole image.
    """

    message = Signal(str)
    error = Signal(Exception)
    predict_wanted = Signal()
    """The open image has no prediction, and the person wants one."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        document = session.document
        self._project: Project | None = None  # whose parameters are shown
        self._loaded = False
        self._refinement = Refinement(document, session.jobs, self)
        self.live = LivePreview(document, session.jobs, self)
        self._build()
        self._timer = QTimer(self, singleShot=True, interval=STORE_MS)
        self._timer.timeout.connect(self._store)
        document.project_changed.connect(self._load)
        for signal in (document.image_changed, document.prediction_changed, document.writing_changed):
            signal.connect(self._update)
        self._refinement.refined.connect(self._on_refined)
        self.live.active_changed.connect(self.drop_button.setEnabled)
        self.sliders.changed.connect(self._on_value)
        self.protected.changed.connect(self._on_value)
        self.presets.chosen.connect(self._choose)
        self.presets.reset.connect(self.reset)
        self.engine.changed.connect(self._preview_again)
        self.tuning.tuned.connect(self._on_learned)
        self.tuning.message.connect(self.message)
        for part in (self._refinement, self.live, self.tuning):
            part.error.connect(self.error)
        session.settings.changed.connect(self._on_setting)
        self._update()

    def _build(self) -> None:
        session = self._session
        self.button = QPushButton(self.tr("Apply to this image"))
        self.button.setProperty("primary", True)
        self.button.setToolTip(
            self.tr("Move predicted borders to the edges in the whole image. What you painted stays")
        )
        self.button.clicked.connect(self.refine)
        self.drop_button = QPushButton(self.tr("Drop"))
        self.drop_button.setToolTip(self.tr("End the preview without applying it (Esc)"))
        self.drop_button.setEnabled(False)
        self.drop_button.clicked.connect(self.live.drop)
        self.reason = plain_label()
        self.reason.setWordWrap(True)
        self.reason.setProperty("role", "muted")
        self.predict_button = QPushButton(self.tr("Predict this image"))
        self.predict_button.clicked.connect(self.predict_wanted)
        self.bar = JobBar()
        self.live_box = QCheckBox(self.tr("Live preview"))
        self.live_box.setToolTip(self.tr("Preview the visible part of the image while you drag a value"))
        self.live_box.setChecked(session.settings[LIVE])
        self.live_box.toggled.connect(partial(session.settings.__setitem__, LIVE))
        self.presets, self.sliders = PresetChoice(), ParameterSliders()
        self.protected = ProtectedClasses(session.document)
        self.tuning = TuningWidget(session)
        self.engine = EngineChoice(session.settings)
        buttons = QHBoxLayout()
        buttons.addWidget(self.button, 1)
        buttons.addWidget(self.drop_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(buttons)
        for widget in (
            self.reason,
            self.predict_button,
            self.bar,
            self.live_box,
            self.presets,
            self.sliders,
            self.protected,
        ):
            layout.addWidget(widget)
        layout.addWidget(self.tuning)
        layout.addWidget(self.engine)
        layout.addStretch(1)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Show the default values; earlier would import the CRF before the window's first paint."""
        self._load_once()
        super().showEvent(event)

    # --- what the person asks for ------------------------------------------------------------------------------

    def parameters(self) -> CrfParameters:
        """Return the sliders' parameters. Raises CrfError."""
        self._load_once()
        return self.sliders.parameters()

    def wanted(self) -> Refining:
        """Return all choices of this panel."""
        settings = self._session.settings
        return Refining(self.parameters(), self.protected.names, chosen_engine(settings), chosen_device(settings))

    def refine(self) -> None:
        """Refine the open image (R); emits an error when it cannot."""
        self.sliders.take_typed()
        self._store_soon_is_now()
        self.live.rest()
        self.bar.watch(self._refinement.refine_current(self.wanted()))

    def reset(self) -> None:
        """Restore the defaults and remove the project's own parameters."""
        self._timer.stop()
        self._set(None)
        self._put(crf_parameters(None), ())
        self._preview()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Drop the preview and store the values when the person turns to another panel or closes the window."""
        if not event.spontaneous():
            self.live.drop()
            self._store_soon_is_now()
        super().hideEvent(event)

    # --- inside ------------------------------------------------------------------------------------------------

    def _load_once(self) -> None:
        if not self._loaded:
            self._load()

    def _load(self) -> None:
        """Show the open project's parameters; values just dragged are stored in their own project first."""
        self._loaded = True
        record, before, project = self.tuning.record, self._project, self._session.document.project
        again = before is not None and project is not None and before.root == project.root
        if not again:
            self._store_soon_is_now()
        self._project = project
        self.presets.offer(record.parameters if record is not None else None)
        if self._timer.isActive():
            self._store_soon_is_now()  # reopened right after a drag: the project was read before the values were stored
        else:
            self._put(crf_parameters(project), protected_classes(project))

    def _put(self, parameters: CrfParameters, protected: tuple[str, ...]) -> None:
        self.sliders.put(parameters)
        self.presets.show_for(parameters)
        self.protected.put(protected)

    def _choose(self, parameters: CrfParameters) -> None:
        self._put(parameters, self.protected.names)
        self._on_value()

    def _on_value(self) -> None:
        self._timer.start()
        self.presets.show_for(self.parameters())
        self._preview()

    def _preview(self) -> None:
        if self.isVisible() and self._session.settings[LIVE] and self._session.document.prediction is not None:
            self.live.show(self.wanted())

    def _preview_again(self) -> None:
        if self.live.active:
            self._preview()

    def _on_setting(self, key: str) -> None:
        if key == LIVE:
            wanted = self._session.settings[LIVE]
            with QSignalBlocker(self.live_box):
                self.live_box.setChecked(wanted)
            self._preview() if wanted else self.live.drop()

    def _store_soon_is_now(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self._store()

    def _store(self) -> None:
        self._set(self.wanted().to_json())

    def _set(self, values: dict[str, Any] | None) -> None:
        project = self._project
        if project is not None and not project.read_only:
            job = self._session.jobs.submit("save", partial(project.set_setting, PROJECT_KEY, values), quiet=True)
            job.failed.connect(self.error)

    def _update(self) -> None:
        document = self._session.document
        if document.read_only:
            reason = self.tr("The project is open read-only. You can preview values but not apply them.")
        elif document.image is None:
            reason = self.tr("This moves the borders of a prediction to edges. Choose an image in the list first.")
        elif document.prediction is None:
            reason = self.tr("This moves the borders of a prediction to edges. This image has no prediction yet.")
        else:
            reason = ""
        self.button.setEnabled(not reason)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        lacks = document.image is not None and document.prediction is None and not document.read_only
        self.predict_button.setVisible(lacks)

    def _on_learned(self, record: TuningRecord) -> None:
        self._timer.stop()
        self.presets.offer(record.parameters)
        self._put(record.parameters, record.protected)
        self._store()
        self._preview()

    def _on_refined(self, changed: bool) -> None:
        self.live.drop()
        self.message.emit(
            self.tr("Borders refined. Undo takes it back.") if changed else self.tr("The CRF changed nothing.")
        )
