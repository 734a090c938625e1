"""Title: what the title bar of the window says."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.document.document import Document

PROGRAM = "Maskwright"


def title_of(document: Document) -> str:
    """Return the names of image, project and program."""
    names = [PROGRAM]
    if document.project is not None:
        name = document.project.name
        if document.read_only:
            name = QCoreApplication.translate("MainWindow", "{name} (read-only)").format(name=name)
        names.insert(0, name)
    if document.image_id is not None:
        names.insert(0, document.image_id)
    return " – ".join(names)
