"""Image ids: paths below the image folder. One from a damaged index must never lead out of the project."""

from __future__ import annotations

import os
import re

from segcore.errors import ProjectError

NAME_BYTES = 255
"""No file system has longer names."""
_PLAIN = re.compile(r"[a-z0-9_][a-z0-9_.-]{0,99}(/[a-z0-9_][a-z0-9_.-]{0,99})*", re.IGNORECASE | re.ASCII).fullmatch
"""Knows most ids at once; with a hundred thousand images that is felt."""


def is_image_id(text: object) -> bool:
    """Whether ``text`` is a relative path with ``/`` that stays below its folder and can be written as UTF-8."""
    if isinstance(text, str) and _PLAIN(text):
        return True
    if not isinstance(text, str) or "\0" in text or (os.name == "nt" and ("\\" in text or ":" in text)):
        return False
    try:
        parts = text.encode().split(b"/")
    except UnicodeEncodeError:
        return False
    return not any(part in (b"", b".", b"..") or len(part) > NAME_BYTES for part in parts)


def check_image_id(image_id: str) -> str:
    """Return ``image_id``. Raises ProjectError when it is no path below the image folder."""
    if not is_image_id(image_id):
        raise ProjectError(f"{image_id!a} is not the path of an image in the image folder.", "Rescan the folder.")
    return image_id
