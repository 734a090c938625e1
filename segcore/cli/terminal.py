"""Text for a terminal, with control characters escaped.

Names of files and classes may come from strangers. An escape sequence in a name could clear the screen, change the
title or type a command; a direction mark could show a name backwards.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from typing import Any

_SEEN = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_JOINERS = "\u200c\u200d"
"""Invisible but harmless: Persian, Hindi and emoji need them."""


class _Table(dict[int, int | str]):
    """Code point -> itself, or its escape when it could control the terminal; filled on demand."""

    def __init__(self, escaped: Callable[[str], str], kept: str = "") -> None:
        super().__init__()
        self._escaped, self._kept = escaped, kept + _JOINERS

    def __missing__(self, code: int) -> int | str:
        character = chr(code)
        # Controls, marks of direction and other formats, lone surrogates, separators of lines and paragraphs
        controls = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in self._kept
        self[code] = self._escaped(character) if controls else code
        return self[code]


def _visible(character: str) -> str:
    code = ord(character)
    return _SEEN.get(character) or (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )


_LINE = _Table(_visible)
_JSON = _Table(lambda character: json.dumps(character)[1:-1], kept="\n")


def one_line(text: str) -> str:
    r"""Return text for one line of a terminal: ``\x1b`` for an escape character, ``\n`` for a line end, and so on."""
    return text.translate(_LINE)


def json_text(data: Any, indent: int | None = None) -> str:
    """Return JSON with control characters escaped; its strings are unchanged. Raises like `json.dumps`."""
    return json.dumps(data, indent=indent, ensure_ascii=False).translate(_JSON)
