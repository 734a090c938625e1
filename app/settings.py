"""Settings: one table of defaults; the file stores only what a person changed."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from segcore.atomic import atomic_write_bytes

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Setting:
    """One row of the table: the default (its type is the type of every value) and, for some, what is allowed."""

    default: Any
    choices: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None

    def valid(self, value: Any) -> bool:
        """Whether ``value`` has the default's type and lies within the choices and bounds."""
        if isinstance(self.default, float) and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not type(self.default) or (self.choices and value not in self.choices):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


TABLE: dict[str, Setting] = {
    "theme": Setting("system", ("system", "dark", "light")),
    "device": Setting("auto", ("auto", "cpu", "cuda", "mps")),
    "predict.crf": Setting("none", ("none", "auto", "fast", "exact")),
    "predict.on_open": Setting(False),
    "refine.engine": Setting("auto", ("auto", "fast", "exact")),
    "refine.live": Setting(True),
    "train.minutes": Setting(1.5, low=0.1, high=24 * 60.0),
    "train.seed": Setting(0, low=0),
    "brush.radius": Setting(15.0, low=0.5, high=500.0),
    "smart.radius": Setting(4.0, low=0.5, high=500.0),
    "edge.radius": Setting(12.0, low=0.5, high=500.0),
    "brush.shape": Setting("round", ("round", "square")),
    "view.opacity": Setting(0.5, low=0.0, high=1.0),
    "export.format": Setting("png"),
    "export.folders": Setting({}),
    "open.folder": Setting(""),
    "recent.projects": Setting([]),
    "recent.images": Setting({}),
    "hints.dismissed": Setting([]),
    "shortcuts": Setting({}),
    "window.geometry": Setting(""),
    "window.state": Setting(""),
}


class Settings(QObject):
    """The values in force. Reading never touches the disk; writing is `writer`, for a lane.

    Parameters
    ----------
    path : Path or None
        The JSON file of overrides; None keeps everything in memory (tests).
    """

    changed = Signal(str)
    """The key whose value is now another."""

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.warning = ""
        self._overrides: dict[str, Any] = {}
        self._foreign: dict[str, Any] = {}
        if path is not None:
            self._load(path)

    def __getitem__(self, key: str) -> Any:
        """Value of ``key``; a list or dict is a copy. KeyError when the table has no such row."""
        return deepcopy(self._overrides.get(key, TABLE[key].default))

    def __setitem__(self, key: str, value: Any) -> None:
        """Change a value. KeyError for an unknown key, ValueError for a value that the table does not allow."""
        row = TABLE[key]
        if not row.valid(value):
            raise ValueError(f"{key} cannot be {value!r}")
        if isinstance(row.default, float):
            value = float(value)
        if value == self[key]:
            return
        if value == row.default:
            del self._overrides[key]
        else:
            self._overrides[key] = deepcopy(value)
        self.changed.emit(key)

    def reset(self, key: str) -> None:
        """Go back to the default of ``key``."""
        self[key] = TABLE[key].default

    def writer(self) -> Callable[[], None]:
        """Return a function that writes the values of now, atomically; it may run on any thread, and never raises."""
        path = self.path
        text = json.dumps({**self._foreign, **self._overrides}, indent=1, ensure_ascii=False, sort_keys=True)

        def write() -> None:
            if path is None:
                return
            try:
                atomic_write_bytes(path, text.encode())
            except OSError as error:
                logger.warning("Settings could not be written to %s: %s", path, error)

        return write

    def _load(self, path: Path) -> None:
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(data, dict):
                raise ValueError("not a JSON object")
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            self.warning = f"{path} cannot be read ({error}); the defaults are used."
            logger.warning("%s", self.warning)
            with suppress(OSError):
                path.replace(path.with_name(f"{path.name}.damaged"))
            return
        for key, value in data.items():
            if key not in TABLE:
                self._foreign[key] = value  # perhaps of a newer version: kept for it
            elif TABLE[key].valid(value):
                self._overrides[key] = float(value) if isinstance(TABLE[key].default, float) else value
            else:
                self.warning = f"{path}: {key} cannot be {value!r}; the default is used."
                logger.warning("%s", self.warning)


def settings_path() -> Path:
    """Return the settings file of this person."""
    from platformdirs import user_config_dir

    return Path(user_config_dir("maskwright", appauthor=False)) / "settings.json"
