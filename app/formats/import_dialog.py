"""ImportDialog: what an import of label maps would do, and how it is to be done."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.appearance.low_window import low_enough
from app.appearance.plain_text import as_title, plain_label
from app.formats.report_text import problem_lines
from app.formats.value_chooser import SWATCH, ValueChooser, color_icon, name_of
from app.jobs.following_dialog import FollowingDialog
from app.language.engine_texts import translated
from segcore.formats.import_labels import ImportChoices
from segcore.formats.import_plan import ImportPlan
from segcore.formats.new_classes import MOST_CLASSES, new_name
from segcore.labels.classes import ClassSet

SHORTEST_TABLE, LONGEST_TABLE = 3, 6
"""Rows of the table that are seen without scrolling, in a low window and at first."""


class ImportDialog(FollowingDialog):
    """Says what was found in a folder of label maps, and asks what to do with it.

    It stays open, and keeps the person from painting, while the labels are imported.

    Parameters
    ----------
    plan : ImportPlan
        What was found.
    classes : ClassSet
        Of the project.
    """

    decided = Signal(ImportChoices)

    def __init__(self, plan: ImportPlan, classes: ClassSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan, self._classes = plan, classes
        self.setWindowTitle(as_title(self.tr("Import labels from {name}").format(name=plan.label_set.path.name)))
        self.setMinimumWidth(540)
        self.counts = plain_label("\n".join(self._counts()))
        self.counts.setWordWrap(True)
        left_out = self._left_out()
        self.details = QPlainTextEdit("\n".join(left_out))
        self.details.setReadOnly(True)
        self.details.setFixedHeight(self.fontMetrics().lineSpacing() * min(4, 2 * len(left_out)) + 20)
        self.details.setAccessibleName(self.tr("Left out"))
        self.details.setVisible(bool(left_out))
        self.source = plain_label(self._source())
        self.source.setProperty("role", "muted")
        self.source.setVisible(bool(self.source.text()))
        self.choosers = [ValueChooser(found, classes) for found in plan.values]
        for chooser in self.choosers:
            chooser.currentIndexChanged.connect(self._check)
        self.table = self._table()
        self.unmapped = plain_label()
        self.unmapped.setProperty("role", "muted")
        self.unmapped.setWordWrap(True)
        self.add_button = QPushButton(self.tr("Add all as new classes"))
        self.add_button.setToolTip(self.tr("Each value without a class becomes a class with its name and colour"))
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self._add_all)
        self.add_button.setVisible(any(chooser.is_open for chooser in self.choosers))
        self.by_person = QRadioButton(self.tr("A person made these labels: import them as painted"))
        self.by_model = QRadioButton(self.tr("A model made these labels: import them as predictions, to be checked"))
        self.by_person.setChecked(True)
        self.by_person.toggled.connect(self._check)
        self.done_box = QCheckBox(self.tr("Mark these images as done; pixels without a label are ignored"))
        self.replace_box = QCheckBox(
            self.tr("Replace what you already painted or confirmed (images: {n})").format(n=len(plan.painted))
        )
        self.replace_box.setVisible(bool(plan.painted))
        self.import_button = self.buttons.addButton(self.tr("Import"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.import_button.setDefault(True)
        self.buttons.accepted.connect(lambda: self.decided.emit(self.choices()))
        self.asked = (
            self.table,
            self.add_button,
            self.by_person,
            self.by_model,
            self.done_box,
            self.replace_box,
            self.import_button,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(9)
        layout.addWidget(self.counts)
        layout.addWidget(self.details)
        layout.addWidget(self.source)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignRight)
        layout.addWidget(self.unmapped)
        layout.addStretch()
        for widget in (self.by_person, self.by_model, self.done_box, self.replace_box, self.bar, self.buttons):
            layout.addWidget(widget)
        self._check()
        self.import_button.setFocus()

    def choices(self) -> ImportChoices:
        """Return what the person decided."""
        mapping = {each.found.value: each.class_value for each in self.choosers}
        return ImportChoices(
            mapping,
            predicted=self.by_model.isChecked(),
            done=self.by_person.isChecked() and self.done_box.isChecked(),
            replace=bool(self._plan.painted) and self.replace_box.isChecked(),
            new=frozenset(each.found.value for each in self.choosers if each.makes_class),
        )

    # --- texts -------------------------------------------------------------------------------------------------

    def _counts(self) -> list[str]:
        plan = self._plan
        rows = (
            (len(plan.without), self.tr("Images without a label map: {n}")),
            (len(plan.unused), self.tr("Left out, no image of this name: {n}")),
            (len(plan.wrong_size), self.tr("Left out, not of the size of the image: {n}")),
            (len(plan.unreadable), self.tr("Left out, cannot be read: {n}")),
        )
        first = self.tr("Label maps that fit an image of this project: {n}").format(n=len(plan.names))
        return [first, *(text.format(n=count) for count, text in rows if count)]

    def _left_out(self) -> list[str]:
        plan = self._plan
        warning = plan.label_set.warning
        lines = [translated(warning)] if warning else []
        lines += [f"{each.name}: {translated(each.reason)}" for each in (*plan.wrong_size, *plan.unreadable)]
        lines += problem_lines(plan.problems)
        return lines + [self.tr("{name}: no image of this name").format(name=name) for name in plan.unused]

    def _source(self) -> str:
        path = self._plan.label_set.classes_file
        if path is None:
            return ""
        return self.tr("Names of the classes: {name} in “{folder}”").format(name=path.name, folder=path.parent.name)

    # --- classes -----------------------------------------------------------------------------------------------

    def _table(self) -> QTableWidget:
        table = QTableWidget(len(self._plan.values), 3)
        table.setHorizontalHeaderLabels([self.tr("In the label maps"), self.tr("Images"), self.tr("Becomes")])
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        for column, mode in enumerate(
            (QHeaderView.ResizeMode.Stretch, QHeaderView.ResizeMode.ResizeToContents, QHeaderView.ResizeMode.Stretch)
        ):
            header.setSectionResizeMode(column, mode)
        height = self.fontMetrics().height() + 16
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(height)
        table.setShowGrid(False)
        table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setIconSize(QSize(SWATCH, SWATCH))
        rows, head = len(self._plan.values), header.sizeHint().height() + 4
        table.setMinimumHeight(head + height * min(rows, SHORTEST_TABLE))
        table.setMaximumHeight(head + height * rows)
        for row, found in enumerate(self._plan.values):
            for column, text in enumerate((name_of(found), str(found.images))):
                item = QTableWidgetItem(text)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                if column == 0:
                    item.setIcon(color_icon(found.color, self.devicePixelRatio()))
                table.setItem(row, column, item)
            table.setCellWidget(row, 2, self.choosers[row])
        return table

    def sizeHint(self) -> QSize:  # noqa: N802
        """Show up to `LONGEST_TABLE` rows of the table."""
        rows = min(len(self._plan.values), LONGEST_TABLE)
        more = max(0, rows - SHORTEST_TABLE) * self.table.verticalHeader().defaultSectionSize()
        return low_enough(self.minimumSizeHint() + QSize(0, more), self)

    def _add_all(self) -> None:
        for chooser in self.choosers:
            if chooser.is_open:
                chooser.make_class()

    def _check(self) -> None:
        left = [name_of(each.found) for each in self.choosers if each.is_open]
        count = len(self._classes) + len(
            {new_name(each.found).casefold() for each in self.choosers if each.makes_class}
        )
        lines = [self.tr("Stays without a label: {names}").format(names=", ".join(left))] if left else []
        if count > MOST_CLASSES:
            text = self.tr("The project would have {n} classes; {most} is the most.")
            lines.append(text.format(n=count, most=MOST_CLASSES))
        self.unmapped.setText("\n".join(lines))
        self.unmapped.setVisible(bool(lines))
        self.add_button.setEnabled(bool(left))
        self.done_box.setEnabled(self.by_person.isChecked())
        labelled = any(each.makes_class or each.class_value is not None for each in self.choosers)
        self.import_button.setEnabled(bool(self._plan.names) and labelled and count <= MOST_CLASSES)
