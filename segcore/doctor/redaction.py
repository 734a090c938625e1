"""Redaction: a report that names neither the person nor their folders and files."""

from __future__ import annotations

import getpass
import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

_UNIX = re.compile(r"(?<![\w<>./~-])~?/(?:[^\s/:;,'\"()<>]+/)+[^\s/:;,'\"()<>]*")
_WINDOWS = re.compile(r"(?<!\w)(?:[A-Za-z]:|\\)\\(?:[^\s\\:;,'\"()<>]+\\)*[^\s\\:;,'\"()<>]*")
_SYSTEM = ("/usr", "/lib", "/etc", "/proc", "/sys", "/dev", "/opt/conda")
"""Folders that are the same on all machines."""
_SHORTEST = 3
"""A shorter user or machine name would be found inside of other words."""


def redaction(named: Mapping[str, Path] | None = None) -> Callable[[str], str]:
    """Return a function that takes names of person, machine, folders and files out of a text.

    Known folders become ``<project>``, ``<home>``, ``<python>`` or ``<maskwright>``, and what follows stays only below
    the last two; any other path becomes ``<path>``. A path with blanks is only recognised below a known folder, so a
    person should still look through the text.

    Parameters
    ----------
    named : Mapping[str, Path]
        More known folders: their name in the text, such as ``project``.
    """
    open_ = {
        "maskwright": Path(__file__).resolve().parents[2],
        "python": Path(sys.prefix),
        "base": Path(sys.base_prefix),
    }
    closed = {**(named or {}), "temporary": Path(tempfile.gettempdir()), "home": Path(os.path.expanduser("~"))}
    rules: list[tuple[re.Pattern[str], str]] = []
    for name, folder in sorted(open_.items(), key=lambda each: -len(str(each[1]))):
        rules.append((re.compile(re.escape(str(folder)) + r"(?=[/\\\s:;,'\")]|$)"), f"<{name}>"))
    for name, folder in sorted(closed.items(), key=lambda each: -len(str(each[1]))):
        if len(folder.parts) > 1:
            rules.append((re.compile(re.escape(str(folder)) + r"(?:[/\\][^\n:;,'\"()<>]*)?"), f"<{name}>"))
    persons = {"user": _user(), "machine": platform.node()}
    words = [
        (re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE), f"<{name}>")
        for name, word in persons.items()
        if len(word) >= _SHORTEST and word != "root"
    ]

    def redacted(text: str) -> str:
        for pattern, replacement in rules:
            text = pattern.sub(replacement, text)
        text = _UNIX.sub(lambda found: found[0] if found[0].startswith(_SYSTEM) else "<path>", text)
        text = _WINDOWS.sub("<path>", text)
        for pattern, replacement in words:
            text = pattern.sub(replacement, text)
        return text

    return redacted


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
