"""ModelFacts: what is known of the model in use, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFormLayout, QLabel, QSizePolicy, QWidget

from app.appearance.numbers import percent
from app.appearance.plain_text import as_tip, plain_label

if TYPE_CHECKING:
    from app.prediction.device_lane import ActiveModel
    from segcore.labels.classes import ClassSet
    from segcore.project.model_choice import ModelChoice
    from segcore.project.project import Project

DASH = "–"


class ModelFacts(QWidget):
    """Network and device, classes, mean IoU, origin and file.

    Attributes
    ----------
    labels : dict[str, QLabel]
        The values: architecture, classes, mean_iou, base, place.
    knows_none : bool
        Whether no class of the project is one of the model's.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.knows_none = False
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 4, 0, 4)
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(4)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.labels = {
            "architecture": self._row(self.tr("Network")),
            "classes": self._row(self.tr("Classes")),
            "mean_iou": self._row(self.tr("Mean IoU")),
            "base": self._row(self.tr("Trained from")),
            "place": self._row(self.tr("File")),
        }

    def show_model(self, choice: ModelChoice | None, active: ActiveModel | None, project: Project | None) -> None:
        """Show a model: its line of the list of models, and what is known since it was loaded."""
        known = choice if choice is not None else active
        device = f" · {active.device}" if active is not None else ""
        self.labels["architecture"].setText(f"{known.architecture if known is not None else DASH}{device}")
        classes = active.classes if active is not None else choice.classes if choice is not None else None
        joined = _joined(classes, project) if classes is not None and project is not None else None
        self.knows_none = joined is not None and not joined
        self.labels["classes"].setText(self._classes(classes, project, joined))
        self.labels["classes"].setToolTip(as_tip(", ".join(classes.names) if classes is not None else ""))
        self.labels["mean_iou"].setText(self._mean_iou(choice))
        base = choice.base if choice is not None else ""
        self._form.setRowVisible(self.labels["base"], bool(base))
        self.labels["base"].setText(base)
        self.labels["place"].setText(place_text(choice) if choice is not None else DASH)
        self.labels["place"].setToolTip(as_tip(str(choice.file) if choice is not None and choice.file else ""))

    def _row(self, title: str) -> QLabel:
        name, value = plain_label(title), plain_label(DASH)
        name.setProperty("role", "muted")
        value.setWordWrap(True)
        value.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        value.setMinimumWidth(1)
        self._form.addRow(name, value)
        return value

    def _mean_iou(self, choice: ModelChoice | None) -> str:
        """Say the mean IoU, and on whose images it was measured: another project's says little of this one."""
        if choice is None or choice.mean_iou is None:
            return DASH
        if choice.measured_here:
            text = self.tr("{value} on held-out images")
        elif choice.measured_in:
            text = self.tr("{value} on images of the project {name}")
        else:
            text = self.tr("{value} on other images, not of this project")
        return text.format(value=percent(choice.mean_iou, 1), name=choice.measured_in)

    def _classes(self, classes: ClassSet | None, project: Project | None, joined: set[int] | None) -> str:
        if classes is None:
            return DASH
        if project is None or joined is None:
            return str(len(classes))
        return self.tr("knows {known} of this project's {total}").format(known=len(joined), total=len(project.classes))


def _joined(classes: ClassSet, project: Project) -> set[int]:
    """Return the values of the project's classes that are classes of the model, too."""
    try:
        return {value for _, value in project.mapping_for(classes).pairs if value is not None}
    except Exception:
        return set()


def place_text(choice: ModelChoice) -> str:
    """Say where a model lies and how large its file is."""
    place = {
        "version": _tr("in this project"),
        "bundled": _tr("bundled"),
        "here": _tr("on this machine"),
        "download": _tr("to be downloaded"),
    }[choice.place]
    return f"{place}, {size_text(choice)}"


def size_text(choice: ModelChoice) -> str:
    """Return the size of a model's file: ``14 MB``, with a space that does not break."""
    size = f"{choice.megabytes:.0f}" if choice.megabytes >= 10 else f"{choice.megabytes:.1f}"
    return _tr("{size}\u00a0MB").format(size=size)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ModelFacts", text)
