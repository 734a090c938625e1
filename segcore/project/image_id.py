"""Image ids: paths below the image folder. One from a damaged index must never lead out of the project."""

from __future__ import annotations

import os

from segcore.errors import ProjectError

NAME_BYTES = 255
"""No file system has longer names."""


def is_image_id(text: object) -> bool:
    """Whether ``text`` is a relative path with ``/`` that stays below its folder and can be written as UTF-8."""
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
