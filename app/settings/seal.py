"""Seal: bytes kept as text that come back exactly as they were written, or not at all.

Qt reads the places of windows and docks without checking them: changed bytes end the process or hang it.
"""

from __future__ import annotations

import base64
import binascii

DIGITS = 16
LIMIT = 100_000
"""Characters; the docks of a window take about 800."""


def sealed(data: bytes) -> str:
    """Return ``data`` as ASCII text with its checksum."""
    return _checksum(data) + base64.b64encode(data).decode("ascii")


def unsealed(text: str) -> bytes:
    """Return what `sealed` was given; ValueError when ``text`` is anything else than its result."""
    if len(text) > LIMIT:
        raise ValueError("too long")
    try:
        data = base64.b64decode(text[DIGITS:].encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError("not base64") from error
    if _checksum(data) != text[:DIGITS]:
        raise ValueError("the checksum differs")
    return data


def _checksum(data: bytes) -> str:
    from hashlib import sha256  # only now: it loads OpenSSL, and the window must be seen soon

    return sha256(data).hexdigest()[:DIGITS]
