"""ProcessFolder: where a training process prints."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path


class ProcessFolder(ABC):
    """A folder of one training process, in the folder ``project``."""

    project: Path

    @property
    @abstractmethod
    def path(self) -> Path:
        """The folder."""

    @property
    @abstractmethod
    def control(self) -> Path:
        """What the window wants of the process; see `segcore.training.control`."""

    @property
    def lines(self) -> Path:
        """JSON lines: what the process prints."""
        return self.path / "progress.jsonl"

    @property
    def errors(self) -> Path:
        """What the process prints to stderr."""
        return self.path / "errors.log"
