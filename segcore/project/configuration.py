"""Configuration: what ``project.json`` says, changed in memory and on the disk in one step."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from segcore.errors import ProjectError, ProjectMissingError
from segcore.files.stamp import Stamp
from segcore.images.page_path import PAGES_ARE_CHANNELS
from segcore.labels.class_history import ClassHistory
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.project.label_files import file_times
from segcore.project.label_store import now
from segcore.project.project_file import NAME, ProjectFile, is_project, mapping_key, newer_schema
from segcore.project.write_access import WriteAccess


class Configuration:
    """The project file of ``root``. Usable from several threads.

    Attributes
    ----------
    file : ProjectFile
        What it says now.
    """

    def __init__(self, root: Path, file: ProjectFile, access: WriteAccess, warn: Callable[[str], None]) -> None:
        self.file = file
        self._root = root
        self._access = access
        self._warn = warn
        self._lock = threading.RLock()
        self._stamp = Stamp.of(root / NAME)
        self._model = "", ""
        self._find_model()

    def replace(self, file: ProjectFile) -> None:
        """Take over what was just read from the disk."""
        with self._lock:
            self.file, self._stamp = file, Stamp.of(self._root / NAME)
            self._find_model()

    def change(self, **changes: Any) -> None:
        """Change fields of the file. Raises ProjectError; nothing is changed then."""
        with self._lock, self._access.writing():
            self.check()
            changed = replace(self.file, **changes)
            changed.write(self._root)
            self.file, self._stamp = changed, Stamp.of(self._root / NAME)
            self._find_model()

    def check(self) -> None:
        """Make sure that the project in the folder is still this one; write its file again where it was deleted.

        Raises ProjectMissingError when the folder is gone or holds other classes, ProjectError when a newer Maskwright
        wrote it since.
        """
        with self._lock:
            if Stamp.of(self._root / NAME) == self._stamp:
                return
            if not is_project(self._root):
                with self._access.writing():
                    self.file.write(self._root)
            self._compare()
            self._stamp = Stamp.of(self._root / NAME)

    def _compare(self) -> None:
        if (newer := newer_schema(self._root)) is not None:
            self._access.read_only = str(newer)
            raise newer
        try:
            found, _ = ProjectFile.read(self._root, repair=False)
        except ProjectError:  # it is damaged: labels are saved even so, and the next change writes it again
            return
        if found.classes.indices.tolist() != self.file.classes.indices.tolist() or found.history != self.file.history:
            raise ProjectMissingError(
                f"The project in {self._root} has other classes now: another program changed it, or it is another one.",
                "Save what is not saved to another folder, then open the project again.",
            )

    def set_setting(self, key: str, value: Any) -> None:
        """Keep a JSON value; None removes it. A model inside the project is kept relative to it."""
        if key == "model" and value is not None and Path(value).is_relative_to(self._root):
            value = Path(value).relative_to(self._root).as_posix()
        with self._lock:
            settings = {**self.file.settings, key: value}
            if value is None:
                del settings[key]
            self.change(settings=settings)

    def set_classes(self, classes: ClassSet, history: ClassHistory | None = None) -> None:
        """Change the class list, and note what became of the removed ones; or set the history, too."""
        with self._lock:
            if history is None:
                known = self.file.history
                history = known.changed(self.file.classes, classes, now())
                if history.reused != known.reused:
                    history = known.changed(self.file.classes, classes, self._after_all_saves())
            self.change(classes=classes, history=history)

    def _after_all_saves(self) -> str:
        """Return this moment; where the clock was set back since labels were saved, that of the newest of them."""
        newest = max((written for _, written in file_times(self._root / "provenance", ".png")), default=0)
        with suppress(OverflowError, OSError, ValueError):  # a time that no calendar has
            return max(now(), datetime.fromtimestamp(newest / 1e9, UTC).isoformat(timespec="microseconds"))
        return now()

    @property
    def pages_are_channels(self) -> bool:
        """Whether grey pages of a file are channels of one image where the file does not say what they are."""
        return self.file.settings.get(PAGES_ARE_CHANNELS) is True

    @property
    def active_model(self) -> str:
        """Catalogue name, or path of a checkpoint; kept as the setting ``model``; the disk is not asked."""
        return self._model[1]

    def _find_model(self) -> None:
        """Find out whether the setting is a file of the project, once for each name."""
        name = str(self.file.settings.get("model", "starter"))
        if name != self._model[0]:
            inside = self._root / name
            self._model = name, str(inside) if inside.is_file() else name

    def mapping_for(self, model_classes: ClassSet) -> ClassMapping:
        """Return how a model's classes join the project's: as the person edited it, else by name."""
        mapping, warning = self.file.mapping_for(model_classes)
        self._warn(warning)
        return mapping

    def set_mapping(self, model_classes: ClassSet, mapping: ClassMapping) -> None:
        """Keep the person's mapping for models with these classes."""
        with self._lock:
            self.change(mappings=self.file.mappings | {mapping_key(model_classes): mapping.to_json()})
