"""PagesDialog: the pages of the documentation in a window of their own, from this machine only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QTextBlock, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.appearance.low_window import low_enough
from app.appearance.plain_text import plain_label
from app.window.page_search import Found, PageIndex, anchor_of
from resources import resource

SIZE = QSize(860, 720)
SOON_MS = 150
"""After the last letter, before it is searched."""
PART = 3
"""A picture of the first page has at most this part of the height: the list of the pages is seen below."""
CELL = 12
"""Pixels of padding and border of a table's cell."""
FIRST = "docs/README.md"
"""The page that lists the others, below the folder of the pages."""


def pages_folder() -> Path | None:
    """Return the folder with the pages: the checkout, or what was installed with the package; None without them."""
    checkout = resource("").parent
    if (checkout / FIRST).is_file():
        return checkout
    try:
        files = distribution("maskwright").files or []
    except PackageNotFoundError:
        return None
    pages = [Path(str(file.locate())).resolve() for file in files if str(file).endswith(f"maskwright/{FIRST}")]
    return next((page.parents[1] for page in pages if page.is_file()), None)


class PagesBrowser(QTextBrowser):
    """Shows Markdown files. Nothing is fetched: a link to the web opens in the person's own browser.

    Parameters
    ----------
    folder : Path
        The folder of the pages; links that lead out of it are not followed.
    """

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = folder.resolve()
        self._in_rows: dict[Path, int] = {}  # how many pictures stand beside each other, by the file of each
        self._lists = False  # whether lines that were found are shown, and not the page
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # pictures are as wide as what is left
        self.setOpenLinks(False)
        self.anchorClicked.connect(self.follow)

    def follow(self, url: QUrl) -> None:
        """Go where a link on the page leads."""
        target = self.source().resolved(url)
        if target.scheme() in ("http", "https"):
            QDesktopServices.openUrl(target)
            return
        path = Path(target.toLocalFile())
        if path.is_dir():
            path = path / "README.md"
        if path.is_file() and path.resolve().is_relative_to(self._folder):
            self.open_page(path, target.fragment())

    def open_page(self, path: Path, anchor: str = "") -> None:
        """Show a page, from the heading with this anchor on."""
        kind = QTextDocument.ResourceType
        if self._lists:
            self.go_back()
        if Path(self.source().toLocalFile()) != path:
            markdown = path.suffix == ".md"
            self.setSource(QUrl.fromLocalFile(str(path)), kind.MarkdownResource if markdown else kind.UnknownResource)
        block = self._heading(anchor)
        if block is not None:
            top = self.document().documentLayout().blockBoundingRect(block).top()
            self.verticalScrollBar().setValue(int(top))

    def show_found(self, text: str, found: Sequence[Found]) -> None:
        """Show which lines of the pages have a text; each leads to its heading."""
        rows = [_row(each) for each in found]
        nothing = self.tr("No page has this text.")
        self.setMarkdown("\n".join([f"# {escaped(text)}\n", *(rows or [nothing])]))
        self._lists = True
        self.backwardAvailable.emit(True)

    def end_search(self) -> None:
        """Show the page again that the person searched from."""
        if self._lists:
            self.go_back()

    def go_back(self) -> None:
        """Show the page again that the person searched from, or the one before this page."""
        if not self._lists:
            self.backward()
            return
        self._lists = False
        self.reload()
        self.backwardAvailable.emit(self.isBackwardAvailable())

    def _heading(self, anchor: str) -> QTextBlock | None:
        block = self.document().begin()
        while anchor and block.isValid():
            if block.blockFormat().headingLevel() and anchor_of(block.text()) == anchor:
                return block
            block = block.next()
        return None

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: N802
        """Read a file of the pages; pictures become as wide as the window at most."""
        path = Path(self.source().resolved(QUrl(name)).toLocalFile())
        if not path.is_file() or not path.resolve().is_relative_to(self._folder):
            return None
        if kind != QTextDocument.ResourceType.ImageResource.value:
            text = path.read_text("utf-8", errors="replace")
            rows = [re.findall(r"!\[[^\]]*\]\(([^)]+)\)", line) for line in text.split("\n") if line.startswith("|")]
            self._in_rows = {(path.parent / each).resolve(): len(row) for row in rows for each in row}
            return text
        beside = self._in_rows.get(path.resolve(), 1)
        first = self._folder / FIRST == Path(self.source().toLocalFile())
        height = self.viewport().height() // (PART if first else 1)
        width = (self.viewport().width() - 2 * int(self.document().documentMargin())) // beside - CELL * (beside > 1)
        image = QImage(str(path))
        smooth = Qt.TransformationMode.SmoothTransformation
        if width <= 0 or height <= 0 or (image.width() <= width and image.height() <= height):
            return image
        return image.scaled(width, height, Qt.AspectRatioMode.KeepAspectRatio, smooth)


class PagesDialog(QDialog):
    """The pages with a way back. It does not block the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Documentation"))
        self.resize(low_enough(SIZE, self))
        layout = QVBoxLayout(self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)  # Return searches
        buttons.rejected.connect(self.reject)
        folder = pages_folder()
        if folder is None:
            text = self.tr("The pages were not installed with Maskwright. They are in the folder docs of its sources.")
            layout.addWidget(plain_label(text))
        else:
            self.browser = PagesBrowser(folder)
            self.browser.setAccessibleName(self.windowTitle())
            self.field = QLineEdit()
            self.field.setPlaceholderText(self.tr("Search all pages"))
            self.field.setAccessibleName(self.field.placeholderText())
            self.field.setClearButtonEnabled(True)
            self._index = PageIndex(folder)
            self._reading, self._soon = QTimer(self, interval=0), QTimer(self, singleShot=True, interval=SOON_MS)
            self._reading.timeout.connect(self._read_next)
            self._soon.timeout.connect(self._search)
            self.field.textChanged.connect(lambda _: self._soon.start())
            self.field.returnPressed.connect(self._search)
            self._reading.start()
            layout.addWidget(self.field)
            layout.addWidget(self.browser)
            self._add_ways(buttons, folder)
            self.browser.open_page(folder / FIRST)
        layout.addWidget(buttons)

    def _add_ways(self, buttons: QDialogButtonBox, folder: Path) -> None:
        role = QDialogButtonBox.ButtonRole.ActionRole
        back, start = QPushButton(self.tr("Back")), QPushButton(self.tr("All pages"))
        for button in (back, start):
            button.setAutoDefault(False)
            buttons.addButton(button, role)
        back.clicked.connect(self.browser.go_back)
        start.clicked.connect(lambda: self.browser.open_page(folder / FIRST))
        back.setEnabled(False)
        self.browser.backwardAvailable.connect(back.setEnabled)

    def _read_next(self) -> None:
        """Read a page, until all can be searched."""
        self._index.read_next()
        if self._index.complete:
            self._reading.stop()
            self._search()

    def _search(self) -> None:
        """Show what is found; once all pages are read, and the page again when the field is empty."""
        self._soon.stop()
        text = self.field.text().strip()
        if text and self._index.complete:
            self.browser.show_found(text, self._index.search(text))
        elif not text:
            self.browser.end_search()


def _row(found: Found) -> str:
    """Return what Markdown shows of a line that was found: where it stands, and the line below."""
    where = found.title if found.heading == found.title else f"{found.title}: {found.heading}"
    link = f"- [{escaped(where)}](<{_address(found.path)}#{found.anchor}>)"
    return link if found.line == found.heading else f"{link}  \n  {escaped(found.line)}"


def _address(path: Path) -> str:
    """Return the address of a file, blanks and other letters in it encoded: Markdown ends a link at a blank."""
    return QUrl.fromLocalFile(str(path)).toEncoded().toStdString()


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~&])", r"\\\1", text)
