"""Settings: one table of defaults; the file stores only what a person changed."""

from __future__ import annotations

import json
import logging
import math
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin

from PySide6.QtCore import QObject, Signal

from app.settings.seal import unsealed
from segcore import __version__
from segcore.files.atomic import atomic_write_bytes, put_aside

logger = logging.getLogger(__name__)

LARGEST_FILE = 4_000_000
"""Bytes; a file with every setting in it has some thousands."""
DEEPEST = 20
NAMED = 5
LARGEST_SIDE = 100_000
"""Pixels."""
DIGITS = 18
"""Longer whole numbers in the file are refused."""
WRITTEN_BY = "written by"
"""Key of the version of Maskwright that wrote the file."""


def is_sealed(value: str) -> bool:
    """Whether `unsealed` would take it; empty is nothing to take."""
    try:
        return not value or unsealed(value) is not None
    except ValueError:
        return False


def are_sizes(value: dict[str, list[int]]) -> bool:
    """Whether each is a width and a height in pixels that a screen can have."""
    return all(len(size) == 2 and all(0 < side < LARGEST_SIDE for side in size) for size in value.values())


@dataclass(frozen=True)
class Setting:
    """One row of the table: the default, and what else is allowed.

    Attributes
    ----------
    kind : type
        Of every value, such as ``dict[str, str]``; the default's own type unless given.
    choices, low, high, check
        For some: the only values, the bounds, and what else must hold.
    """

    default: Any
    choices: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None
    kind: Any = None
    check: Callable[[Any], bool] | None = None

    def valid(self, value: Any) -> bool:
        """Whether ``value`` and all that it contains have the type of the row and lie within its choices and bounds."""
        if not is_of(value, self.kind or type(self.default)) or (self.choices and value not in self.choices):
            return False
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            return False
        return self.check is None or self.check(value)


TABLE: dict[str, Setting] = {
    "theme": Setting("system", ("system", "dark", "light", "contrast")),
    "language": Setting("system", ("system", "en", "zh_CN")),
    "device": Setting("auto", ("auto", "cpu", "cuda", "mps")),
    "predict.crf": Setting("none", ("none", "auto", "fast", "exact")),
    "network.offline": Setting(False),
    "predict.on_open": Setting(False),
    "predict.reliable": Setting(False),
    "refine.engine": Setting("auto", ("auto", "fast", "exact")),
    "refine.live": Setting(True),
    "live": Setting(True),
    "train.minutes": Setting(1.0, low=0.1, high=24 * 60.0),
    "train.keep": Setting(False),
    "train.seed": Setting(0, low=0, high=999_999),
    "brush.radius": Setting(15.0, low=0.5, high=500.0),
    "eraser.radius": Setting(15.0, low=0.5, high=500.0),
    "smart.radius": Setting(4.0, low=0.5, high=500.0),
    "edge.radius": Setting(12.0, low=0.5, high=500.0),
    "superpixel.radius": Setting(8.0, low=0.5, high=500.0),
    "brush.shape": Setting("round", ("round", "square")),
    "fill.by_colour": Setting(False),
    "fill.tolerance": Setting(24, low=0, high=255),
    "pen.pressure": Setting(True),
    "autosave.seconds": Setting(0.8, low=0.2, high=60.0),
    "versions.megabytes": Setting(500, low=0, high=1_000_000),
    "thumbnails.megabytes": Setting(300, low=0, high=100_000),
    "memory.history": Setting(512, low=16, high=65_536),
    "memory.features": Setting(256, low=16, high=65_536),
    "view.opacity": Setting(0.5, low=0.0, high=1.0),
    "view.opacity.outlines": Setting(1.0, low=0.0, high=1.0),
    "view.opacity.changes": Setting(1.0, low=0.0, high=1.0),
    "view.opacity.heatmap": Setting(0.75, low=0.0, high=1.0),
    "view.opacity.uncertainty": Setting(0.75, low=0.0, high=1.0),
    "view.legend": Setting(False),
    "view.minimap": Setting(True),
    "view.rulers": Setting(False),
    "worklist.good_enough": Setting(0.01, low=0.0, high=1.0),
    "segment.encoder": Setting(""),
    "segment.decoder": Setting(""),
    "export.format": Setting("png"),
    "export.folders": Setting({}, kind=dict[str, str]),
    "open.folder": Setting(""),
    "recent.projects": Setting([], kind=list[str]),
    "recent.images": Setting({}, kind=dict[str, str]),
    "hints.dismissed": Setting([], kind=list[str]),
    "hints.uses": Setting({}, kind=dict[str, int]),
    "shortcuts": Setting({}, kind=dict[str, str | list[str]]),
    "window.geometry": Setting("", check=is_sealed),
    "window.state": Setting("", check=is_sealed),
    "window.docks": Setting({}, kind=dict[str, list[int]], check=are_sizes),
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
        """What was wrong with the file, for the person; empty when nothing was."""
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
        self._foreign.pop(key, None)
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
        text = json.dumps(
            {**self._foreign, **self._overrides, WRITTEN_BY: __version__}, indent=1, ensure_ascii=False, sort_keys=True
        )

        def write() -> None:
            if path is None:
                return
            try:
                # A path on disk may hold bytes that are no text; Python calls them surrogates, JSON can escape them.
                atomic_write_bytes(path, text.encode("utf-8", "backslashreplace"))
            except OSError as error:
                logger.warning("Settings could not be written to %s: %s", path, error)

        return write

    def _load(self, path: Path) -> None:
        try:
            data = _read(path)
        except FileNotFoundError:
            return
        except (OSError, ValueError, RecursionError, MemoryError) as error:
            text = self.tr("{path} cannot be read ({reason}); the defaults are used.")
            self._put_aside(path, text.format(path=path, reason=getattr(error, "strerror", None) or error))
            return
        writer = str(data.pop(WRITTEN_BY, ""))[:DIGITS]
        newer, wrong = is_newer(writer, __version__), []
        for key, value in data.items():
            if key in TABLE and TABLE[key].valid(value):
                self._overrides[key] = float(value) if isinstance(TABLE[key].default, float) else value
                continue
            if (key not in TABLE or newer) and is_plain(value):
                self._foreign[key] = value  # perhaps of a newer version: kept for it
            if key in TABLE or not is_plain(value):
                wrong.append(key if len(key) <= 40 else f"{key[:39]}…")
        if not wrong:
            return
        names = ", ".join(sorted(wrong)[:NAMED] + ["…"] * (len(wrong) > NAMED))
        if newer:
            text = self.tr("{path} is of Maskwright {version}. This is {own}: the defaults are used for: {names}.")
            self.warning = text.format(path=path, version=writer, own=__version__, names=names)
        else:
            text = self.tr("{path} is damaged; the defaults are used for: {names}.")
            self._put_aside(path, text.format(path=path, names=names))

    def _put_aside(self, path: Path, warning: str) -> None:
        self.warning = warning
        with suppress(OSError):
            kept = put_aside(path)
            where = self.tr("The file is kept as {name}.").format(name=kept.name)
            self.warning = f"{warning} {where}"
        logger.warning("%s", self.warning)


def is_newer(version: str, own: str) -> bool:
    """Whether ``version`` is later than ``own``; both as ``1.10.0``. One that is no version is not."""
    if not re.fullmatch(r"\d+(\.\d+)*", version):
        return False
    first, second = ([int(number) for number in re.findall(r"\d+", each)] for each in (version, own))
    return first > second


def is_of(value: Any, kind: Any) -> bool:
    """Whether ``value`` is of ``kind``: bool, int, str, float (or an int), ``list[...]``, ``dict[...]``, a union."""
    if isinstance(kind, UnionType):
        return any(is_of(value, each) for each in get_args(kind))
    if kind is float:
        return type(value) in (int, float) and is_plain(value)
    if get_origin(kind) is list:
        return type(value) is list and all(is_of(each, get_args(kind)[0]) for each in value)
    if get_origin(kind) is dict:
        of_keys, of_values = get_args(kind)
        return type(value) is dict and all(is_of(k, of_keys) and is_of(v, of_values) for k, v in value.items())
    return type(value) is kind and is_plain(value)


def is_plain(value: Any, depth: int = DEEPEST) -> bool:
    """Whether JSON can store it: finite numbers of a usual size, texts, and lists and objects of them, not too deep."""
    if isinstance(value, list):
        return depth > 0 and all(is_plain(each, depth - 1) for each in value)
    if isinstance(value, dict):
        return depth > 0 and all(isinstance(k, str) and is_plain(v, depth - 1) for k, v in value.items())
    if type(value) is int:
        return bool(abs(value) < 10**DIGITS)
    if type(value) is float:
        return math.isfinite(value)
    return value is None or type(value) in (bool, str)


def settings_path() -> Path:
    """Return the settings file of this person."""
    from platformdirs import user_config_dir

    return Path(user_config_dir("maskwright", appauthor=False)) / "settings.json"


def _read(path: Path) -> dict[str, Any]:
    """Read a JSON object. Raises OSError, ValueError or RecursionError when there is something else."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("it is not a file")
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise ValueError("it is too large")
    data = json.loads(content.decode("utf-8-sig"), parse_int=_number)
    if not isinstance(data, dict):
        raise ValueError("it is not a JSON object")
    return data


def _number(digits: str) -> float:
    """Read a whole number; one with too many digits becomes NaN, so that only its setting is refused."""
    return int(digits) if len(digits) <= DIGITS else math.nan
