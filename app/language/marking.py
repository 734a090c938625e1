"""Marking a text for translation where it is written, to be translated where it is shown.

Qt's ``lupdate`` finds texts by the name ``QT_TRANSLATE_NOOP``. PySide6's function of that name has no usable types.
"""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802
    """Return ``text``; ``context`` is what `QCoreApplication.translate` is called with."""
    return text
