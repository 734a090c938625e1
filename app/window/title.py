"""Title: what the title bar of the window says."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.document.document import Document

PROGRAM = "Maskwright"


def title_of(document: Document, image: str) -> str:
    """Return the names of image (empty: none), project and program."""
    names = [PROGRAM]
    if document.project is not None:
        name = document.project.name
        if document.read_only:
            name = QCoreApplication.translate("MainWindow", "{name} (read-only)").format(name=name)
        names.insert(0, name)
    if image:
        names.insert(0, image)
    return " – ".join(names)
