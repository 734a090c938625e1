"""MergeDialog: which project is merged, what that would do, and how it is to be done."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QFileDialog,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.appearance.place_row import PlaceRow
from app.appearance.plain_text import plain_label
from app.jobs.following_dialog import FollowingDialog
from app.project.merge_text import plan_details, plan_facts
from segcore.project.merge_plan import MergePlan
from segcore.project.merging import MergeChoices

MOST_LINES = 4
"""Of the details, before they scroll."""


class MergeDialog(FollowingDialog):
    """Asks for the other project, shows what a merge would do, and stays open while it is done.

    Parameters
    ----------
    folder : Path
        Where the person looks for the other project first.
    """

    path_chosen = Signal(Path)
    """The person named the other project; `show_plan` or `show_trouble` is to follow."""
    decided = Signal(MergeChoices)

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: MergePlan | None = None
        self._looked_at = ""
        self.setWindowTitle(self.tr("Merge another project"))
        self.setMinimumWidth(540)
        about = _muted(self.tr("Takes over labels, classes and marks of another project, which stays as it is."))
        place = PlaceRow("", self.tr("The other project"), start=str(folder), chosen=self.choose)
        place.button.setText(self.tr("Folder…"))
        self.path = place.edit
        self.path.setPlaceholderText(self.tr("Project folder or packed project"))
        self.path.editingFinished.connect(lambda: self.choose(self.path.text()))
        self.zip_button = QPushButton(self.tr("Packed project…"))
        self.zip_button.setAutoDefault(False)
        self.zip_button.clicked.connect(lambda: self._ask_for_zip(folder))
        place.addWidget(self.zip_button)
        self.facts = plain_label()
        self.facts.setWordWrap(True)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setAccessibleName(self.tr("Details"))
        self.differ = plain_label()
        self.differ.setWordWrap(True)
        self.keep = QRadioButton(self.tr("&Keep the labels of this project"))
        self.keep.setChecked(True)
        self.replace = QRadioButton(self.tr("&Use the labels of the other project"))
        self.copy = QCheckBox()
        self.merge_button = self.buttons.addButton(self.tr("Merge"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.merge_button.setDefault(True)
        self.buttons.accepted.connect(lambda: self.decided.emit(self.choices()))
        self.asked = (self.path, place.button, self.zip_button, self.keep, self.replace, self.copy, self.merge_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(9)
        layout.addWidget(about)
        layout.addLayout(place)
        for widget in (self.facts, self.details, self.differ, self.keep, self.replace, self.copy):
            layout.addWidget(widget)
        layout.addStretch()
        layout.addWidget(self.bar)
        layout.addWidget(self.buttons)
        self._show(None)

    def choose(self, text: str) -> None:
        """Look at the project of this path, unless it is looked at already."""
        self.path.setText(text)
        path = os.path.expanduser(text.strip())
        if path and path != self._looked_at and not self.busy:
            self._looked_at = path
            self._show(None)
            self.path_chosen.emit(Path(path))

    def choices(self) -> MergeChoices:
        """Return what the person decided."""
        return MergeChoices(replace=self.replace.isChecked(), copy_images=self.copy.isChecked())

    def show_plan(self, plan: MergePlan) -> None:
        """Show what a merge would do."""
        self._show(plan)
        if self.merge_button.isEnabled():
            self.merge_button.setFocus()

    def show_trouble(self, text: str) -> None:
        """Say why the project that was named cannot be merged."""
        self._looked_at = ""
        self._show(None)
        self.facts.setText(text)

    def has_ended(self, stopped: bool) -> None:
        """Ask for another project after a look that was stopped."""
        if stopped:
            self._looked_at = ""
            self.path.clear()  # else leaving the field would begin again
        self._enable()

    def _show(self, plan: MergePlan | None) -> None:
        self._plan = plan
        lines = [] if plan is None else plan_details(plan)
        self.facts.setText("" if plan is None else "\n".join(plan_facts(plan)))
        self.details.setPlainText("\n".join(lines))
        self.details.setFixedHeight(self.fontMetrics().lineSpacing() * min(MOST_LINES, len(lines) + 1) + 20)
        self.details.setVisible(bool(lines))
        differing = {} if plan is None else plan.differing
        self.differ.setText(
            self.tr("Persons labelled {pixels} pixels differently in the two projects (images: {images}).").format(
                pixels=f"{sum(differing.values()):,}", images=len(differing)
            )
        )
        for widget in (self.differ, self.keep, self.replace):
            widget.setVisible(bool(differing))
        self.keep.setChecked(True)
        only, nbytes = (0, 0) if plan is None else (len(plan.only_there), plan.nbytes)
        self.copy.setText(
            self.tr("&Copy the images that only the other project has (images: {n}, {size} MB)").format(
                n=only, size=f"{nbytes / 1e6:.1f}"
            )
        )
        self.copy.setChecked(False)
        self.copy.setVisible(only > 0)
        self._enable()
        self.adjustSize()

    def _enable(self) -> None:
        self.merge_button.setEnabled(self._plan is not None and not self.busy)

    def _ask_for_zip(self, folder: Path) -> None:
        dialog = QFileDialog(self, self.tr("Packed project"), str(folder))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Packed project (*.zip)")])
        dialog.fileSelected.connect(self.choose)
        dialog.open()


def _muted(text: str) -> QWidget:
    label = plain_label(text)
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    return label
