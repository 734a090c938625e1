"""AboutDialog: name, version and licence of the program, and the versions of what it runs on."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QFont, QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout, QWidget

from app.appearance.plain_text import plain_label
from app.window.title import PROGRAM
from resources import resource
from segcore import __version__

NOTICES = "THIRD_PARTY_NOTICES.txt"
"""In a package that was built; a checkout has none."""
ICON_PIXELS = 64
NAME_SCALE = 1.5
"""Size of the name, relative to the other text."""


class AboutDialog(QDialog):
    """Its texts can be selected, to be copied into a report."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About Maskwright"))
        picture = plain_label()
        picture.setPixmap(QIcon(str(resource("icons") / "maskwright.svg")).pixmap(ICON_PIXELS))
        self.name = plain_label(f"{PROGRAM} {__version__}")
        large = QFont(self.name.font())
        large.setPointSizeF(large.pointSizeF() * NAME_SCALE)
        self.name.setFont(large)
        what = plain_label(self.tr("Labels images for semantic segmentation, on this machine only."))
        self.runs_on = plain_label(
            f"Python {platform.python_version()} · Qt {qVersion()} · PyTorch {_version_of('torch')} · "
            f"{platform.system()} {platform.machine()}"
        )
        licence = plain_label(self.tr("Free software under the MIT licence."))
        texts = QVBoxLayout()
        texts.setSpacing(8)
        for label in (self.name, what, licence, self.runs_on):
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            texts.addWidget(label)
        self.runs_on.setProperty("role", "muted")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.notices = buttons.addButton(self.tr("Third-party licences"), QDialogButtonBox.ButtonRole.ActionRole)
        self.notices.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(resource(NOTICES)))))
        self.notices.setAutoDefault(False)  # Return closes the dialog
        self.notices.setVisible(resource(NOTICES).is_file())
        top = QHBoxLayout()
        top.setSpacing(18)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(texts, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(16)
        layout.addLayout(top)
        layout.addWidget(buttons)


def _version_of(package: str) -> str:
    """Return the installed version without importing the package, which takes seconds for PyTorch."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"
