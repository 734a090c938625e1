"""KeepFolder: ``training/keep-learning/`` in a project, with the state of the training beside the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.training.process_folder import ProcessFolder
from segcore.files.atomic import move, writing
from segcore.training.watched_states import StateFolder


@dataclass(frozen=True)
class KeepFolder(ProcessFolder):
    """The files of a project's continual training; they stay when it stops, and the next one goes on from them."""

    project: Path

    @property
    def path(self) -> Path:
        """The folder."""
        return self.project / "training" / "keep-learning"

    @property
    def control(self) -> Path:
        """What the window wants; see `segcore.training.control`."""
        return self.path / "control.json"

    @property
    def states(self) -> Path:
        """Folder of the watched states."""
        return self.path / "states"

    def publish(self, candidate: Path) -> Path:
        """Move a candidate among the project's versions; return its path there. Raises ProjectError.

        Only what is named in this folder is moved.
        """
        from segcore.project.versions import next_version  # only now: the window must be seen soon

        found = self.path / candidate.name
        path = next_version(self.project / "checkpoints")
        with writing(path):
            move(found, path)
        return path

    def forget_states(self) -> None:
        """Remove the watched states of an earlier time."""
        StateFolder(self.states).clear()
