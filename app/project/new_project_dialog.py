"""NewProject: the classes of a folder of images, and where their project is kept."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.appearance.place_row import PlaceRow
from app.appearance.plain_text import plain_label
from app.language.engine_texts import words
from segcore.errors import ClassesError, LabelError
from segcore.formats.class_lists import classes_near, read_class_list
from segcore.formats.open_labels import labels_near
from segcore.labels.classes import ClassSet

FIRST_NAMES = "background\nobject"
"""What the list of classes begins with. The background is hidden at first: strokes of it alone could not be seen."""


@dataclass(frozen=True)
class NewProjectOrder:
    """What the person decided.

    Attributes
    ----------
    folder : Path
        With the images.
    classes : ClassSet
        To label.
    root : Path or None
        The project folder; None: beside the images, or in the person's data folder when that cannot be written.
    labels : Path or None
        A folder of label maps to import.
    """

    folder: Path
    classes: ClassSet
    root: Path | None
    labels: Path | None = None


class NamesEdit(QPlainTextEdit):
    """Class names, one on each line; Enter never takes away the example that is selected."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Begin a new line behind what is selected."""
        cursor = self.textCursor()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and cursor.hasSelection():
            cursor.setPosition(cursor.selectionEnd())
            self.setTextCursor(cursor)
        super().keyPressEvent(event)


class NewProjectDialog(QDialog):
    """Asks for the classes of a folder that has no project yet."""

    decided = Signal(NewProjectOrder)

    def __init__(
        self, folder: Path, beside: Path, parent: QWidget | None = None, labels_at: Path | None = None
    ) -> None:
        super().__init__(parent)
        self._folder = folder
        self._beside = beside
        self._read: ClassSet | None = None
        self.setWindowTitle(self.tr("New project"))
        self.setMinimumWidth(520)
        title = plain_label(self.tr("Which classes do you want to label in “{name}”?").format(name=folder.name))
        title.setProperty("role", "heading")
        title.setWordWrap(True)
        about = plain_label(self.tr("One name on each line. You can add, rename and recolour classes later."))
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        self.names = NamesEdit()
        self.names.setPlaceholderText(self.tr("background\nroad\ncar"))
        self.names.setAccessibleName(self.tr("Class names, one on each line"))
        self.names.setMinimumHeight(150)
        self.names.setTabChangesFocus(True)
        load = QPushButton(self.tr("Read from a file…"))
        load.setAutoDefault(False)
        load.clicked.connect(self._choose_file)
        self._source = plain_label()
        self._source.setProperty("role", "muted")
        from_file = QHBoxLayout()
        from_file.addWidget(load)
        from_file.addWidget(self._source, 1)
        above = str(folder.parent)
        place = PlaceRow(str(beside), self.tr("Project folder"), start=above, chosen=self._take_place)
        self.place = place.edit
        found = str(labels_at or labels_near(folder) or "")
        name = self.tr("Folder of label maps to import")
        labels = PlaceRow(found, name, start=found or above, chosen=self._take_labels)
        self.labels = labels.edit
        import_from = plain_label(self.tr("Import existing label maps from (optional)"))
        where = plain_label(self.tr("Labels are kept as ordinary files in"))
        note = plain_label(self.tr("Your images are never changed or copied."))
        note.setProperty("role", "muted")
        self._trouble = plain_label()
        self._trouble.setProperty("role", "error")
        self._trouble.setWordWrap(True)
        self._trouble.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.create_button = buttons.addButton(self.tr("Create project"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.create_button.setDefault(True)
        buttons.accepted.connect(self._decide)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(8)
        for widget in (title, about, self.names):
            layout.addWidget(widget)
        layout.addLayout(from_file)
        layout.addSpacing(8)
        layout.addWidget(import_from)
        layout.addLayout(labels)
        layout.addSpacing(8)
        layout.addWidget(where)
        layout.addLayout(place)
        layout.addWidget(note)
        layout.addWidget(self._trouble)
        layout.addSpacing(6)
        layout.addWidget(buttons)
        listed = classes_near(folder) or self._classes_of_labels()
        self.names.setPlainText(FIRST_NAMES)
        if listed is not None:
            self.read_file(listed)  # a damaged file leaves the default
        self.names.textChanged.connect(self._trouble.hide)
        self.names.setFocus()
        self.names.moveCursor(QTextCursor.MoveOperation.End)
        if self.names.toPlainText() == FIRST_NAMES:  # what is typed takes the place of the last name
            self.names.moveCursor(QTextCursor.MoveOperation.StartOfLine, QTextCursor.MoveMode.KeepAnchor)

    def read_file(self, path: Path) -> None:
        """Take names, values and colours from a file; an error is shown in the dialog."""
        try:
            self._read = read_class_list(path)
        except (ClassesError, LabelError) as error:
            self._tell(error)
            return
        self.names.setPlainText("\n".join(self._read.names) + "\n")
        self._source.setText(self.tr("from {name}").format(name=path.name))

    def propose(self, found: ClassSet | None) -> None:
        """Take the classes of the labels that are to be imported, unless the person has written or read some."""
        if found is None or self._read is not None or self.names.toPlainText() != FIRST_NAMES or not self.labels.text():
            return
        self._read = found
        self.names.setPlainText("\n".join(found.names) + "\n")
        self._source.setText(self.tr("from {name}").format(name=Path(self.labels.text()).name))

    def classes(self) -> ClassSet:
        """Return the classes as written; values and colours of the file hold for names that are still there."""
        lines = [line.strip() for line in self.names.toPlainText().splitlines() if line.strip()]
        if self._read is not None and lines == self._read.names:
            return self._read
        if len(lines) == 1:  # people write "road, car"
            lines = lines[0].split(",")
        names = [name.strip() for name in lines if name.strip()]
        return ClassSet.from_names(names)

    def _decide(self) -> None:
        try:
            classes = self.classes()
        except ClassesError as error:
            self._tell(error)
            return
        text = self.place.text().strip()
        if not text:
            self._tell(ClassesError(self.tr("The project folder is missing."), self.tr("Choose a folder.")))
            return
        root = Path(os.path.expanduser(text))
        labels = Path(os.path.expanduser(self.labels.text().strip())) if self.labels.text().strip() else None
        self.decided.emit(NewProjectOrder(self._folder, classes, None if root == self._beside else root, labels))
        self.accept()

    def _tell(self, error: ClassesError | LabelError) -> None:
        self._trouble.setText(words(error))
        self._trouble.show()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Class list"), str(self._folder))
        dialog.setNameFilter(self.tr("Class lists (*.json *.txt);;All files (*)"))
        dialog.fileSelected.connect(lambda path: self.read_file(Path(path)))
        dialog.open()

    def _take_labels(self, path: str) -> None:
        self.labels.setText(path)
        found = self._classes_of_labels()
        written = self.names.toPlainText().strip()
        if (
            self._read is None and found is not None and written in ("", FIRST_NAMES, "background")
        ):  # else the person's own names
            self.read_file(found)

    def _classes_of_labels(self) -> Path | None:
        return classes_near(Path(self.labels.text())) if self.labels.text() else None

    def _take_place(self, path: str) -> None:
        self.place.setText(str(Path(path) / self._beside.name))
