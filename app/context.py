"""AppContext: the few objects that every panel may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.autosave import Autosaver
    from app.document import Document
    from app.engine import Engine
    from app.jobs import JobRunner
    from app.settings import Settings


@dataclass(frozen=True)
class AppContext:
    """What `MainWindow` hands to the panels that do work; panels add signals ``message(str)`` and ``error(object)``."""

    document: Document
    jobs: JobRunner
    engine: Engine
    settings: Settings
    autosaver: Autosaver
