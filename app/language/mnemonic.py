"""Mnemonics: the letter after ``&`` in a menu text, which Chinese writes in brackets at the end, as in ``画笔(&B)``."""

from __future__ import annotations

import re


def without_mnemonic(text: str) -> str:
    """Return a menu text as a name for other places."""
    return re.sub(r"\s?\(&.\)", "", text).replace("&", "")
