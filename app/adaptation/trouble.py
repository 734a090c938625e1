"""Trouble: why Live cannot go on, in words for a person."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.language.engine_texts import translated
from segcore.errors import AdaptationError, MaskwrightError


def trouble(error: object) -> MaskwrightError:
    """Return what happened and what to do, for whatever a lane has raised."""
    remedy = QCoreApplication.translate("Live", "You can go on painting. Switch Live on to try again.")
    if isinstance(error, MaskwrightError):
        text = QCoreApplication.translate("Live", "Live is off: {reason}").format(reason=translated(error.message))
        return AdaptationError(text, f"{translated(error.remedy)} {remedy}".strip())
    if isinstance(error, ImportError):
        text = QCoreApplication.translate("Live", "Live is off: {name} cannot be loaded ({reason}).")
        text = text.format(name=error.name or "PyTorch", reason=error)
        return AdaptationError(text, QCoreApplication.translate("Live", "Install Maskwright again.") + f" {remedy}")
    if is_full(error):
        text = QCoreApplication.translate("Live", "Live is off: there is not enough memory for this image.")
        close = QCoreApplication.translate("Live", "Close other programs, or choose the device “cpu” in the tab Model.")
        return AdaptationError(text, f"{close} {remedy}")
    text = QCoreApplication.translate("Live", "Live is off: something went wrong that Maskwright did not expect.")
    log = QCoreApplication.translate("Live", "The log has the details (Help menu).")
    return AdaptationError(text, f"{remedy} {log}")


def is_full(error: object) -> bool:
    """Whether memory, of the machine or of its device, is full."""
    words = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in words or "allocate memory" in words
