"""StateStrip: a person watches their images change while a training runs, goes back and forth, and keeps a state."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSlider, QToolButton, QVBoxLayout, QWidget

from app.appearance.plain_text import as_tip, plain_label
from app.document.session import Session
from app.training.state_pictures import ShownState, StatePictures, read_shown_state
from app.training.training_outcome import percent
from app.training.watched_images import MOST_PINNED, WatchedImages
from segcore.training.watched_states import StateFolder

LOOK_MS = 1000


class StateStrip(QFrame):
    """Hidden until `follow` names a folder; shows the latest state until the person goes back."""

    keep_wanted = Signal(int)
    """Step of the state that the person wants to keep."""

    def __init__(self, session: Session, watched: WatchedImages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._session, self._watched = session, watched
        self._folder: Path | None = None
        self._steps: list[int] = []
        self._shown: int | None = None  # the step that is shown, or is being read
        self._busy = False
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._build()
        watched.changed.connect(self._show_pin)
        self._show_pin()
        self.hide()

    def _build(self) -> None:
        title = plain_label(self.tr("Watched images"))
        title.setProperty("role", "heading")
        self.pin = QToolButton()
        self.pin.setText(self.tr("Pin this image"))
        self.pin.setCheckable(True)
        self.pin.setToolTip(
            as_tip(
                self.tr("Go on watching the open image when another one is opened; up to {most}").format(
                    most=MOST_PINNED
                )
            )
        )
        self.pictures = StatePictures()
        self.caption = plain_label(self.tr("The first pictures come with the next validation."))
        self.caption.setProperty("role", "muted")
        self.caption.setWordWrap(True)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setPageStep(1)
        self.slider.setAccessibleName(self.tr("State of the training"))
        self.slider.setToolTip(self.tr("Go back and forth through the states of the training"))
        self.keep_button = QPushButton()
        self.keep_button.setAccessibleName(self.tr("Keep this state"))
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.pin)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(6)
        layout.addLayout(head)
        for widget in (self.pictures, self.slider, self.caption, self.keep_button):
            layout.addWidget(widget)
        self.pin.toggled.connect(self._toggle_pin)
        self.slider.valueChanged.connect(self._go_to)
        self.keep_button.clicked.connect(self._keep)

    def follow(self, folder: Path | None, stops: bool = False) -> None:
        """Show the states in this folder; ``stops`` says whether keeping one ends the training. None hides it."""
        if folder == self._folder:
            return
        self._folder, self._steps, self._shown = folder, [], None
        self.keep_button.setText(self.tr("Stop and keep this state") if stops else self.tr("Keep this state"))
        self.keep_button.setToolTip(self.tr("Make this state a version, and compare it with the model in use"))
        self.pictures.show_pictures([])
        self.caption.setText(self.tr("The first pictures come with the next validation."))
        self._show_steps()
        self.setVisible(folder is not None)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Look for new states while it is seen."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Look no more."""
        super().hideEvent(event)
        self._timer.stop()

    # --- states ------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        folder = self._folder
        if folder is None or self._busy:
            return
        self._busy = True
        job = self._session.jobs.submit("thumbs", StateFolder(folder).steps, quiet=True)
        job.succeeded.connect(partial(self._on_steps, folder))
        job.ended.connect(self._on_looked)

    def _on_looked(self) -> None:
        self._busy = False

    def _on_steps(self, folder: Path, steps: list[int]) -> None:
        if folder != self._folder or steps == self._steps:
            return
        latest = not self._steps or self.slider.value() == self.slider.maximum()
        seen = self._shown
        self._steps = steps
        self._show_steps()
        if latest or seen not in steps:
            self._select(len(steps) - 1)
        else:
            self._select(steps.index(seen))

    def _show_steps(self) -> None:
        some = bool(self._steps)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, len(self._steps) - 1))
        for widget in (self.pictures, self.slider, self.keep_button):
            widget.setVisible(some)
        self.slider.setEnabled(len(self._steps) > 1)

    def _select(self, at: int) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(at)
        self._go_to(at)

    def _go_to(self, at: int) -> None:
        document = self._session.document
        project, classes = document.project, document.classes
        if not 0 <= at < len(self._steps) or self._folder is None or project is None or classes is None:
            return
        self._shown = self._steps[at]
        read = partial(read_shown_state, self._folder, self._shown, project.image_path, classes)
        job = self._session.jobs.submit("thumbs", read, quiet=True)
        job.succeeded.connect(partial(self._on_state, self._folder))

    def _on_state(self, folder: Path, state: ShownState | None) -> None:
        if folder != self._folder or state is None or state.step != self._shown:
            return
        self.pictures.show_pictures(state.pictures)
        self.caption.setText(
            self.tr("Step {step}: mean IoU {share} % on the held-out images").format(
                step=state.step, share=percent(state.mean_iou)
            )
        )

    def _keep(self) -> None:
        if self._shown is not None:
            self.keep_wanted.emit(self._shown)

    # --- pinning -----------------------------------------------------------------------------------------------

    def _toggle_pin(self, pinned: bool) -> None:
        if self._watched.current is not None:
            self._watched.pin(self._watched.current, pinned)

    def _show_pin(self) -> None:
        with QSignalBlocker(self.pin):
            self.pin.setChecked(self._watched.current in self._watched.pinned)
        self.pin.setEnabled(self._watched.can_pin(self._watched.current))
