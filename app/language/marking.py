"""QT_TRANSLATE_NOOP: marks a text for translation where it is written; it is translated where it is shown.

Qt's ``lupdate`` finds texts by this name. PySide6's function of the same name has no usable types.
"""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802
    """Return ``text``. ``context`` is the context of the later call to `QCoreApplication.translate`."""
    return text
