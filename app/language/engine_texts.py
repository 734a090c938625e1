"""Texts of the engine, which knows no languages: its finished sentences are translated where they are shown.

The engine fills names and numbers into its messages itself. The context "Engine" of a .ts file has each message with
``{1}``, ``{2}`` … in their place; a message that fits one is written again in the other language with what was found
there. A message that fits none stays English.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from segcore.errors import MaskwrightError

CONTEXT = "Engine"
PLACE = re.compile(r"\{(\d+)\}")
LONGEST = 1000
"""Characters; a longer text, from a damaged file, would take the window too long and stays English."""
MOST_ENDS = 8
"""Where a message may end and its remedy begin; a remedy has few sentences."""
END = re.compile(r"[.:] ")
DEEPEST = 2
"""A message may contain another one, and that one a third."""

_path: Path | None = None


def speak(path: Path | None) -> None:
    """Translate into the language of a .ts file from now on; None is English."""
    global _path
    _path = path


def translated(text: str) -> str:
    """Return a message, remedy or progress text of the engine in the language of the person."""
    if _path is None or not text or len(text) > LONGEST:
        return text
    messages = _messages(_path)
    for end in list(END.finditer(text))[-MOST_ENDS:]:  # a message with its remedy behind it
        both = [text[: end.end()].rstrip(), text[end.end() :]]
        parts = [_filled(each, messages, DEEPEST) for each in both]
        if all(part != each for part, each in zip(parts, both, strict=True)):
            return _together(*parts)
    return _filled(text, messages, DEEPEST)


def words(error: object) -> str:
    """Return what happened and what to do next, in the language of the person."""
    if isinstance(error, MaskwrightError):
        return _together(translated(error.message), translated(error.remedy))
    return str(error)


def _together(message: str, remedy: str) -> str:
    """Return both as one text; after a Chinese full stop there is no space."""
    return f"{message}{'' if message.endswith('。') else ' '}{remedy}".strip()


@cache
def _messages(path: Path) -> list[tuple[str, str]]:
    """Return (source, translation) of the engine's texts; the longest sources, which say most, come first."""
    from xml.etree import ElementTree  # only now: the window must be seen soon

    pairs = [
        (message.findtext("source", ""), message.findtext("translation", ""))
        for context in ElementTree.parse(path).getroot().iter("context")
        if context.findtext("name") == CONTEXT
        for message in context.iter("message")
    ]
    return sorted((pair for pair in pairs if pair[1]), key=lambda pair: -len(PLACE.sub("", pair[0])))


def _filled(text: str, messages: list[tuple[str, str]], depth: int) -> str:
    for source, translation in messages:
        values = _values(text, source)
        if values is not None:
            inner = {key: _filled(value, messages, depth - 1) if depth else value for key, value in values.items()}
            return PLACE.sub(lambda place, inner=inner: inner[place[1]], translation)  # type: ignore[misc]
    return text


def _values(text: str, source: str) -> dict[str, str] | None:
    """Return what stands at ``{1}``, ``{2}`` … of ``source`` in ``text``; None when it does not fit."""
    parts = PLACE.split(source)  # text, number, text, number, … text
    if not text.startswith(parts[0]) or not text.endswith(parts[-1]):
        return None
    if len(parts) == 1:
        return {} if text == source else None
    pattern = "".join(re.escape(part) if i % 2 == 0 else f"(?P<p{part}>.+?)" for i, part in enumerate(parts))
    found = re.fullmatch(pattern, text, re.DOTALL)
    return None if found is None else {key[1:]: value for key, value in found.groupdict().items()}
