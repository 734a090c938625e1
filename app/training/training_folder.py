"""TrainingFolder: ``training/<version>/`` in a project, with all that one training writes until somebody decides."""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.training.process_folder import ProcessFolder
from app.training.training_process import ProcessMark
from segcore.files.atomic import atomic_write_bytes, move, writing
from segcore.files.inside import inside

if TYPE_CHECKING:
    from segcore.project.project import Project

SCHEMA = 1
MAX_BYTES = 100_000


@dataclass(frozen=True)
class TrainingRecord:
    """What a window must know to go on with a training that another one started.

    Attributes
    ----------
    process : ProcessMark
        The process that trains.
    held_out : int
        How many images are held out to measure; 0 when parts of a single one are.
    checkpoint : str
        Name in ``checkpoints/`` once the new version is there, "" before.
    """

    process: ProcessMark
    held_out: int = 0
    checkpoint: str = ""


@dataclass(frozen=True)
class TrainingFolder(ProcessFolder):
    """The files of one training. What it wrote goes with the folder, so a training that was stopped leaves nothing.

    Attributes
    ----------
    project : Path
        The project folder.
    name : str
        Of the version it makes, such as ``version-003``.
    """

    project: Path
    name: str

    @classmethod
    def fresh(cls, project: Project) -> TrainingFolder:
        """Return the folder of the next version; a training that still runs keeps its own name. Raises ProjectError."""
        wanted = project.new_checkpoint_path().stem
        word, _, digits = wanted.rpartition("-")
        number = int(digits)
        while (project.root / "training" / f"{word}-{number:03d}").exists():
            number += 1
        return cls(project.root, f"{word}-{number:03d}")

    @classmethod
    def all_in(cls, project: Path) -> list[TrainingFolder]:
        """Return the folders with a readable record, oldest first; links are not followed."""
        found = [(record, folder) for folder in cls._below(project) if (record := folder.read())]
        return [folder for record, folder in sorted(found, key=lambda each: each[0].process.started)]

    @classmethod
    def abandoned_in(cls, project: Path, seconds: float) -> list[TrainingFolder]:
        """Return the folders without a record in which nothing happened for so long, and nothing is but our files."""
        limit = time.time() - seconds
        return [folder for folder in cls._below(project) if folder.read() is None and folder._is_old(limit)]

    @classmethod
    def _below(cls, project: Path) -> list[TrainingFolder]:
        top = project / "training"
        with suppress(OSError):
            if not top.is_symlink():
                with os.scandir(top) as entries:
                    return [cls(project, e.name) for e in entries if e.is_dir(follow_symlinks=False)]
        return []

    def _is_old(self, limit: float) -> bool:
        ours = (self._record.name, self.lines.name, self.errors.name)
        try:
            with os.scandir(self.path) as entries:
                return self.path.stat().st_mtime < limit and all(
                    (e.name in ours or e.name.startswith(self.out.name) or e.name.endswith(".part"))
                    and e.stat(follow_symlinks=False).st_mtime < limit
                    for e in entries
                )
        except OSError:
            return False

    @property
    def path(self) -> Path:
        """The folder."""
        return self.project / "training" / self.name

    @property
    def out(self) -> Path:
        """Where the training writes the checkpoint, and its parts beside it."""
        return self.path / f"{self.name}.safetensors"

    @property
    def control(self) -> Path:
        """What the window wants of the training; see `segcore.training.control`."""
        return self.path / f"{self.out.name}.control"

    @property
    def states(self) -> Path:
        """Folder of the watched states."""
        return self.path / f"{self.out.name}.states"

    def write(self, record: TrainingRecord) -> None:
        """Keep the record. Raises ProjectError."""
        data = {"schema": SCHEMA, **asdict(record)}
        with writing(self._record):
            atomic_write_bytes(self._record, json.dumps(data, indent=1).encode())

    def read(self) -> TrainingRecord | None:
        """Return the record; None when there is none that can be read."""
        try:
            if not self._record.is_file():
                return None
            with self._record.open("rb") as file:
                data = json.loads(file.read(MAX_BYTES))
            if data["schema"] != SCHEMA:
                return None
            checkpoint = str(data["checkpoint"])
            if checkpoint and inside(self.project, checkpoint).name != checkpoint:
                return None
            return TrainingRecord(ProcessMark.from_json(data["process"]), int(data["held_out"]), checkpoint)
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return None

    def publish(self) -> Path | None:
        """Move the finished checkpoint among the project's versions, once; return its path there, None without one.

        Raises ProjectError.
        """
        record, versions = self.read(), self.project / "checkpoints"
        if record is None:
            return None
        path = versions / (record.checkpoint or self.out.name)
        if self.out.is_file():
            if not record.checkpoint:
                from segcore.project.versions import next_version

                path = next_version(versions) if path.exists() else path
                self.write(replace(record, checkpoint=path.name))
            with writing(path):
                versions.mkdir(exist_ok=True)
                move(self.out, path)
        return path if path.is_file() else None

    def remove(self) -> None:
        """Remove the folder with everything in it; links are left alone."""
        top = self.path.parent
        if not top.is_symlink() and not self.path.is_symlink():
            shutil.rmtree(self.path, ignore_errors=True)
            with suppress(OSError):
                top.rmdir()  # when it was the last

    @property
    def _record(self) -> Path:
        return self.path / "training.json"
