"""RefinePanel: the CRF on the open image, seen while its parameters are dragged, then applied."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QHideEvent
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
    """Refine the borders of the prediction of the open image. The parameters are kept in the project.

    ``live`` draws what they would do to the part visible while the person drags; `refine` makes it an edit.
    """

    message = Signal(str)
    error = Signal(Exception)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        document = session.document
        self._project: Project | None = None  # whose values are shown
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
        self._load()
        self._update()

    def _build(self) -> None:
        session = self._session
        self.button = QPushButton(self.tr("Apply to this image"))
        self.button.setProperty("primary", True)
        self.button.setToolTip(
            self.tr("Move the predicted borders to the edges in the whole image; what you painted stays  (R)")
        )
        self.button.clicked.connect(self.refine)
        self.drop_button = QPushButton(self.tr("Drop"))
        self.drop_button.setToolTip(self.tr("Show the labels as they are  (Esc)"))
        self.drop_button.setEnabled(False)
        self.drop_button.clicked.connect(self.live.drop)
        self.reason = plain_label()
        self.reason.setWordWrap(True)
        self.reason.setProperty("role", "muted")
        self.bar = JobBar()
        self.live_box = QCheckBox(self.tr("Live preview"))
        self.live_box.setToolTip(self.tr("Show what the values do to the part visible while you drag them"))
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
        for widget in (self.reason, self.bar, self.live_box, self.presets, self.sliders, self.protected):
            layout.addWidget(widget)
        layout.addWidget(self.tuning)
        layout.addWidget(self.engine)
        layout.addStretch(1)

    # --- what the person asks for ------------------------------------------------------------------------------

    def parameters(self) -> CrfParameters:
        """Return what the sliders say. Raises CrfError."""
        return self.sliders.parameters()

    def wanted(self) -> Refining:
        """Return all that is set here."""
        settings = self._session.settings
        return Refining(self.parameters(), self.protected.names, chosen_engine(settings), chosen_device(settings))

    def refine(self) -> None:
        """Refine the open image (R); says why when it cannot."""
        self.sliders.take_typed()
        self._store_soon_is_now()
        self.live.rest()
        self.bar.watch(self._refinement.refine_current(self.wanted()))

    def reset(self) -> None:
        """Forget the project's own values."""
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

    def _load(self) -> None:
        """Show the values of the project that is open now; those of a drag go to the project they belong to first."""
        record, before, project = self.tuning.record, self._project, self._session.document.project
        again = before is not None and project is not None and before.root == project.root
        if not again:
            self._store_soon_is_now()
        self._project = project
        self.presets.offer(record.parameters if record is not None else None)
        if self._timer.isActive():
            self._store_soon_is_now()  # opened again within a moment of a drag: it was read too early
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
            reason = self.tr("The project is open read-only: values can be tried, and change nothing.")
        elif document.image is None:
            reason = self.tr("Open an image first.")
        elif document.prediction is None:
            reason = self.tr("There is no prediction of this image yet. Predict it first (Ctrl+P).")
        else:
            reason = ""
        self.button.setEnabled(not reason)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))

    def _on_learned(self, record: TuningRecord) -> None:
        self._timer.stop()
        self.presets.offer(record.parameters)
        self._put(record.parameters, record.protected)
        self._store()
        self._preview()

    def _on_refined(self, changed: bool) -> None:
        self.live.drop()
        self.message.emit(
            self.tr("Borders refined; Ctrl+Z takes it back.") if changed else self.tr("The borders fit already.")
        )
