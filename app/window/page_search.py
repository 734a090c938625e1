"""Searching the pages of the documentation: lines with a text, and the headings that they stand under."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")

MOST = 60
"""Lines that are found at most."""


@dataclass(frozen=True)
class Found:
    """A line of a page, without Markdown's signs; ``anchor`` is that of ``heading``, the last one above the line.

    ``title`` is the first heading of the page.
    """

    path: Path
    title: str
    heading: str
    anchor: str
    line: str


class PageIndex:
    """The lines of all pages below ``docs``, read page by page, so that nobody waits for all of them.

    Pages come in the order of the first page, which lists what everyone needs before what developers need.
    """

    def __init__(self, folder: Path) -> None:
        first = (folder / "docs" / "README.md").read_text("utf-8")
        order = {name: place for place, name in enumerate(re.findall(r"\]\(([^)#]+\.md)", first))}
        pages = sorted((folder / "docs").rglob("*.md"), key=lambda path: (order.get(path.name, len(order)), path))
        self._left = deque(pages)
        self._lines: list[tuple[str, Found]] = []

    @property
    def complete(self) -> bool:
        """Whether all pages were read."""
        return not self._left

    def read_next(self) -> None:
        """Read one page more."""
        if self._left:
            self._lines += [(each.line.lower(), each) for each in _in_page(self._left.popleft())]

    def search(self, text: str) -> list[Found]:
        """Return the lines with a text of the pages that were read: headings first, at most `MOST`.

        Upper and lower case are alike.
        """
        wanted = text.strip().lower()
        found = [each for line, each in self._lines if wanted and wanted in line]
        found.sort(key=lambda each: each.line != each.heading)  # stable: pages stay in their order
        return found[:MOST]


def anchor_of(heading: str) -> str:
    """Return the anchor of a heading as GitHub makes it: lower case, no punctuation, hyphens for spaces.

    Of links in the heading the text counts. `docs/pages.py` gives the site the same anchors.
    """
    text = _LINK.sub(r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def _in_page(page: Path) -> Iterator[Found]:
    lines = page.read_text("utf-8", errors="replace").splitlines()
    heading = title = next((_plain(line) for line in lines if line.startswith("#")), page.stem)
    for line in lines:
        plain = _plain(line)
        if line.startswith("#"):
            heading = plain
        if plain:
            yield Found(page, title, heading, anchor_of(heading), plain)


def _plain(line: str) -> str:
    """Return a line without the signs of headings, lists, tables, links, code and emphasis."""
    return " ".join(re.sub(r"^#+ |^[-*] |[`*|]", " ", _LINK.sub(r"\1", line)).split())
