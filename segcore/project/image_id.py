"""Image ids: paths below the image folder. One from a damaged index must never lead out of the project."""

from __future__ import annotations

import os
import string

from segcore.errors import ProjectError

NAME_BYTES = 255
"""No file system has longer names."""
_PLAIN = f"{string.ascii_letters}{string.digits}_.-/\n".encode()
_ODD = ("\n.", "\n-", "\n/", "\n\n", "/.", "/-", "//", "/\n")
"""Between lines of plain letters, these begin or end a name in another way than with a letter, a digit or ``_``."""


def is_image_id(text: object) -> bool:
    """Whether ``text`` is a relative path with ``/`` that stays below its folder and can be written as UTF-8."""
    if not isinstance(text, str) or "\0" in text or (os.name == "nt" and ("\\" in text or ":" in text)):
        return False
    try:
        parts = text.encode().split(b"/")
    except UnicodeEncodeError:
        return False
    return not any(part in (b"", b".", b"..") or len(part) > NAME_BYTES for part in parts)


def only_image_ids(texts: list[str]) -> list[str]:
    """Return those that are image ids. A hundred thousand plain ones are known at once, as one text."""
    lines = "\n".join(("", *texts, ""))
    if _are_plain(lines) and lines.count("\n") == len(texts) + 1 and max(map(len, texts), default=0) <= NAME_BYTES:
        return texts
    return [text for text in texts if is_image_id(text)]


def _are_plain(lines: str) -> bool:
    return lines.isascii() and not lines.encode().translate(None, _PLAIN) and not any(odd in lines for odd in _ODD)


def check_image_id(image_id: str) -> str:
    """Return ``image_id``. Raises ProjectError when it is no path below the image folder."""
    if not is_image_id(image_id):
        raise ProjectError(f"{image_id!a} is not the path of an image in the image folder.", "Rescan the folder.")
    return image_id
