"""ClassMappingDialog: which class of a model is which class of the project."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.appearance.low_window import low_enough
from app.appearance.plain_text import as_title, plain_label
from app.appearance.swatches import SIZE, swatch
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet


class ClassMappingDialog(QDialog):
    """A table with one line a class of the model; `mapping` is what it says.

    Parameters
    ----------
    model : str
        Name of the model, for the heading.
    model_classes, project_classes : ClassSet
        What is to be joined.
    mapping : ClassMapping
        What it says at first.
    reason : str
        Why the person is asked; empty when they asked themselves.
    """

    def __init__(
        self,
        model: str,
        model_classes: ClassSet,
        project_classes: ClassSet,
        mapping: ClassMapping,
        reason: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model_classes, self._project_classes = model_classes, project_classes
        self.setWindowTitle(as_title(self.tr("Classes of {name}").format(name=model)))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        why = plain_label(
            reason or self.tr("Pixels that the model gives to a class on the left get the class on the right.")
        )
        why.setWordWrap(True)
        self.table = QTableWidget(len(model_classes), 2)
        self.table.setHorizontalHeaderLabels([self.tr("Model"), self.tr("This project")])
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 18)
        self.table.setShowGrid(False)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.setIconSize(SIZE)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in (0, 1):
            self.table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.choosers: list[QComboBox] = []
        for row, model_class in enumerate(model_classes):
            item = QTableWidgetItem(model_class.name)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.table.setItem(row, 0, item)
            chooser = self._chooser(model_class.name)
            self.table.setCellWidget(row, 1, chooser)
            self.choosers.append(chooser)
        self.summary = plain_label()
        self.summary.setProperty("role", "muted")
        self.summary.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        by_name = buttons.addButton(self.tr("Join by name"), QDialogButtonBox.ButtonRole.ResetRole)
        for button in buttons.buttons():
            button.setIcon(QIcon())  # desktop icons clash with the theme
        by_name.setToolTip(self.tr("Classes of the same name belong together; the others are left untouched"))
        by_name.clicked.connect(self.join_by_name)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(why)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.summary)
        layout.addWidget(buttons)
        height = 210 + self.table.verticalHeader().defaultSectionSize() * len(model_classes)
        self.resize(low_enough(QSize(460, min(640, height)), self))
        self.set_mapping(mapping)

    def mapping(self) -> ClassMapping:
        """Return what the table says."""
        return ClassMapping(
            tuple(
                (c.name, chooser.currentData()) for c, chooser in zip(self._model_classes, self.choosers, strict=True)
            )
        )

    def set_mapping(self, mapping: ClassMapping) -> None:
        """Show a mapping; classes that it does not name are left untouched."""
        for model_class, chooser in zip(self._model_classes, self.choosers, strict=True):
            chooser.setCurrentIndex(max(0, chooser.findData(mapping.value_of(model_class.name))))
        self._sum_up()

    def join_by_name(self) -> None:
        """Start again from the names."""
        self.set_mapping(ClassMapping.by_name(self._model_classes, self._project_classes))

    def _chooser(self, name: str) -> QComboBox:
        chooser = QComboBox()
        chooser.setAccessibleName(self.tr("Class of this project for {name}").format(name=name))
        chooser.addItem(swatch(None, self.devicePixelRatioF()), self.tr("leave untouched"), None)
        for project_class in self._project_classes:
            chooser.addItem(
                swatch(project_class.color, self.devicePixelRatioF()), project_class.name, project_class.index
            )
        chooser.currentIndexChanged.connect(self._sum_up)
        return chooser

    def _sum_up(self) -> None:
        if not hasattr(self, "ok"):
            return
        values = {value for _, value in self.mapping().pairs if value is not None}
        missing = [c.name for c in self._project_classes if c.index not in values]
        if not values:
            text = self.tr("Nothing is joined, so this model cannot label anything here.")
        elif missing:
            text = self.tr("This model never predicts: {names}.").format(names=", ".join(missing))
        else:
            text = self.tr("Every class of this project has a partner.")
        self.summary.setText(text)
        self.ok.setEnabled(bool(values))
