"""ProjectFile: the content of ``project.json``, and how it survives damage."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from segcore import __version__
from segcore.errors import ClassesError, ProjectError, ProjectMissingError
from segcore.files.atomic import atomic_write_bytes, put_aside, writing
from segcore.files.regular_file import read_regular
from segcore.labels.class_history import ClassHistory
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet

SCHEMA = 1
NAME = "project.json"
BACKUP = "project.json.bak"
MAX_BYTES = 50_000_000
_LONGEST_VERSION = 40


@dataclass(frozen=True)
class ProjectFile:
    """What ``project.json`` holds.

    Attributes
    ----------
    images : Path
        The image folder, absolute. Written relative to the project when it lies in or beside it.
    classes : ClassSet
        The classes of the label maps.
    settings : dict[str, Any]
        JSON values under free keys.
    mappings : dict[str, Any]
        Class mappings by the names of the model's classes, see `mapping_key`.
    history : ClassHistory
        What became of removed classes.
    schema : int
        Version of the project's files; above `SCHEMA` when a newer Maskwright wrote them: they are never written then.
    written_by : str
        Version of the Maskwright that wrote the file; "" before 0.9.
    """

    images: Path
    classes: ClassSet
    settings: dict[str, Any] = field(default_factory=dict)
    mappings: dict[str, Any] = field(default_factory=dict)
    history: ClassHistory = field(default_factory=ClassHistory)
    schema: int = SCHEMA
    written_by: str = ""

    def newer(self, root: Path) -> ProjectError | None:
        """Return why the project in ``root`` can only be read here: a newer Maskwright wrote it; else None."""
        return _newer(root, self.schema, self.written_by) if self.schema > SCHEMA else None

    def write(self, root: Path) -> None:
        """Write ``project.json`` and its backup. Raises ProjectError; the old file stays."""
        text = self.encoded(root)
        for name in (NAME, BACKUP):
            with writing(root / name):
                atomic_write_bytes(root / name, text)

    def encoded(self, root: Path) -> bytes:
        """Return the content of ``project.json`` in the project folder ``root``.

        Raises ProjectError for a project of a newer Maskwright, whose other values would be lost.
        """
        if (newer := self.newer(root)) is not None:
            raise newer
        data = {
            "schema": SCHEMA,
            "written_by": __version__,
            "images": _relative(self.images, root),
            "classes": self.classes.to_json(),
            "settings": self.settings,
            "mappings": self.mappings,
            "removed": {str(value): name for value, name in self.history.removed.items()},
            "reused": {str(value): time for value, time in self.history.reused.items()},
        }
        return _encoded(data)

    @classmethod
    def read(cls, root: Path, repair: bool = True) -> tuple[ProjectFile, str]:
        """Read ``project.json``, or its backup when it is damaged; the text is a warning or "".

        With ``repair`` a damaged ``project.json`` is kept under another name and written again from the backup.
        Raises ProjectError when there is no project, both files are damaged, or a newer Maskwright wrote them in a way
        that cannot be read here.
        """
        problem = ""
        for name in (NAME, BACKUP):
            try:
                found = cls._parse(json.loads(read_regular(root / name, MAX_BYTES)), root)
            except (OSError, ValueError, KeyError, TypeError, AttributeError, ClassesError, RecursionError) as error:
                problem = problem or f"{root / name} cannot be read ({error})."
                continue
            if problem:
                if repair:
                    with suppress(OSError):
                        put_aside(root / NAME)
                    with suppress(ProjectError):
                        found.write(root)
                warning = f"{problem} Its backup was opened: check the classes and the settings."
                return found, warning
            return found, ""
        if not is_project(root):
            raise ProjectError(f"{root} is no Maskwright project.", f"Choose a folder that holds {NAME}.")
        raise ProjectError(
            problem,
            f"{BACKUP} is missing or damaged too. Make a new project for the same images and copy 'labels' and "
            "'provenance' from this one into it.",
        )

    def mapping_for(self, model_classes: ClassSet) -> tuple[ClassMapping, str]:
        """Return how a model's classes join these: as kept, else by name; and a warning or ""."""
        kept, warning = self.mappings.get(mapping_key(model_classes)), ""
        try:
            if kept is not None:
                pairs = ClassMapping.from_json(kept).pairs
                known = {None, *self.classes.indices.tolist()}
                return ClassMapping(tuple((name, value if value in known else None) for name, value in pairs)), ""
        except ClassesError as error:
            warning = str(error)
        return ClassMapping.by_name(model_classes, self.classes), warning

    @classmethod
    def _parse(cls, data: Any, root: Path) -> ProjectFile:
        schema = data["schema"]
        if not isinstance(schema, int):
            raise ValueError("its schema is no number")
        written_by = _version_in(data)
        try:
            found = cls._from_json(data, root)
        except (ValueError, KeyError, TypeError, AttributeError, ClassesError) as error:
            if schema > SCHEMA:
                raise _newer(root, schema, written_by) from error
            raise
        return replace(found, schema=schema, written_by=written_by)

    @classmethod
    def _from_json(cls, data: Any, root: Path) -> ProjectFile:
        if "\0" in data["images"]:
            raise ValueError("its image folder is no path")
        settings, mappings = data.get("settings", {}), data.get("mappings", {})
        if not isinstance(settings, dict) or not isinstance(mappings, dict):
            raise ValueError("settings and mappings must be objects")
        _encoded([settings, mappings])  # what cannot be written again must not come in
        return cls(
            Path(os.path.normpath(root / data["images"])),
            ClassSet.from_json(data["classes"]),
            settings,
            mappings,
            ClassHistory(
                {int(value): str(name) for value, name in data.get("removed", {}).items()},
                {int(value): str(time) for value, time in data.get("reused", {}).items()},
            ),
        )


def _version_in(data: Mapping[str, Any]) -> str:
    return str(data.get("written_by", ""))[:_LONGEST_VERSION]


def _newer(root: Path, schema: int, written_by: str) -> ProjectError:
    who = f"Maskwright {written_by}" if written_by else "a newer Maskwright"
    return ProjectError(
        f"{root / NAME} was written by {who} (schema {schema}). This is Maskwright {__version__} (schema {SCHEMA}), "
        "which changes nothing in it.",
        "Update Maskwright to go on with it.",
    )


def newer_schema(root: Path) -> ProjectError | None:
    """Return why ``project.json`` can only be read here: a newer Maskwright wrote it; None else, also if damaged."""
    for name in (NAME, BACKUP):
        with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
            data = json.loads(read_regular(root / name, MAX_BYTES))
            schema = data["schema"]
            if type(schema) is not int:
                continue
            return _newer(root, schema, _version_in(data)) if schema > SCHEMA else None
    return None


def is_project(path: Path) -> bool:
    """Whether ``path`` is a project folder, damaged or not."""
    try:
        return (path / NAME).is_file() or (path / BACKUP).is_file()
    except OSError:  # a name that is too long, no permission
        return False


def check_is_there(root: Path) -> None:
    """Raise ProjectMissingError when the folder of an open project is gone or holds no project."""
    if not is_project(root):
        raise ProjectMissingError(
            f"The project folder {root} is gone or empty, and nothing is written in its place.",
            "What you paint is kept in memory and saved once the folder is back: connect its disk, or put it back.",
        )


def mapping_key(model_classes: ClassSet) -> str:
    """Return the key under which the mapping of these model classes is kept: models with equal names share it."""
    return json.dumps(model_classes.names, ensure_ascii=False)


def _encoded(data: Any) -> bytes:
    """Return JSON as UTF-8; a path that is no valid text (Linux allows it) is written with escapes."""
    try:
        return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()
    except UnicodeEncodeError:
        return (json.dumps(data, indent=2) + "\n").encode()


def _relative(images: Path, root: Path) -> str:
    # Beside each other they can be moved together; further apart they hardly will be.
    return Path(os.path.relpath(images, root)).as_posix() if images.is_relative_to(root.parent) else str(images)
