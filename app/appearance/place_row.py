"""PlaceRow: a folder or file, typed or chosen in a dialog."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton


class PlaceRow(QHBoxLayout):
    """A line with a path, and the button *Browse…*.

    Parameters
    ----------
    path : str
        What the line says at first.
    name : str
        What the path is for: read aloud, and the title of the dialog.
    prepare : Callable, optional
        Says what the dialog asks for; without it, a folder.
    start : str, optional
        Where the dialog begins; without it, at the path.
    chosen : Callable, optional
        Called with the path that was chosen; without it, it becomes the path of the line.
    """

    def __init__(
        self,
        path: str,
        name: str,
        prepare: Callable[[QFileDialog], None] | None = None,
        start: str = "",
        chosen: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self._name, self._prepare, self._start = name, prepare or _ask_for_folder, start
        self.edit = QLineEdit(path)
        self.edit.setAccessibleName(name)
        self._chosen = chosen or self.edit.setText
        self.button = QPushButton(self.tr("Browse…"))
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._browse)
        self.addWidget(self.edit, 1)
        self.addWidget(self.button)

    def _browse(self) -> None:
        dialog = QFileDialog(self.edit, self._name, self._start or self.edit.text())
        self._prepare(dialog)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()


def _ask_for_folder(dialog: QFileDialog) -> None:
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
