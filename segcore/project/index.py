"""Index: what must be quick to ask about every image, in SQLite.

It is only a cache and can be deleted at any time: the files are the truth. What stands in it is checked before it is
used: the layout when it is opened, each row when it is read. In doubt everything is read from the files again.
"""

from __future__ import annotations

import sqlite3
import stat
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from segcore.errors import ProjectError
from segcore.images.layout import MAX_LAYOUT, Layout
from segcore.labels.label_map import State
from segcore.project.image_id import only_image_ids

_VERSION = 4
"""2: an image is done only when a person says so; states of version 1 are read from the files again. 3: pages, and why
an image cannot be read. 4: which images a file holds."""

_SCHEMA = """CREATE TABLE images (
    id TEXT PRIMARY KEY, width INTEGER, height INTEGER, state INTEGER NOT NULL, uncertainty REAL,
    predicted_at TEXT, labelled_at TEXT, image_stamp INTEGER,
    label_stamp TEXT NOT NULL, prediction_stamp INTEGER NOT NULL, layout TEXT, unreadable TEXT
) WITHOUT ROWID"""

_MAX_SIDE = 10_000_000
_MAX_TEXT = 100
MAX_REASON = 1000
"""Letters of the reason why an image cannot be read."""
_MAX_BYTES = 4_000_000_000


class ImageRecord(NamedTuple):
    """What the index knows of one image.

    ``width`` and ``height`` are None until somebody asked for the size; ``uncertainty`` is the mean of the prediction,
    0.0-1.0; times are ISO 8601 UTC; ``layout`` says which images a file holds, of which this is the first, see
    `segcore.images.layout.Layout`; ``unreadable`` says why the image cannot be read, "" when it can or was not tried.
    """

    id: str
    width: int | None
    height: int | None
    state: State
    uncertainty: float | None
    predicted_at: str | None
    labelled_at: str | None
    layout: str = ""
    unreadable: str = ""

    @property
    def pages(self) -> int:
        """How many images the file holds of which this is the first; 1 for another one."""
        return len(Layout.from_text(self.layout))


class IndexRow(NamedTuple):
    """A whole row: an `ImageRecord` and the stamps of the files it was read from."""

    id: str
    width: int | None = None
    height: int | None = None
    state: int = State.NEW
    uncertainty: float | None = None
    predicted_at: str | None = None
    labelled_at: str | None = None
    image_stamp: int | None = None
    label_stamp: str = ""
    prediction_stamp: int = 0
    layout: str | None = None
    unreadable: str | None = None

    def record(self) -> ImageRecord:
        """Return the public part."""
        return ImageRecord(
            self.id, self.width, self.height, _STATES[self.state], *self[4:7], self.layout or "", self.unreadable or ""
        )


def _merged(row: IndexRow, before: IndexRow | None, now: IndexRow | None) -> IndexRow:
    """Return a row with the columns that differ ``now`` from those ``before``."""
    if now is None or now == before:
        return row
    return IndexRow._make(
        new if found == old else found for new, found, old in zip(row, now, before or IndexRow(row.id), strict=True)
    )


class _Connection(NamedTuple):
    """The connection of one thread, what is held while it is used, and the thread."""

    connection: sqlite3.Connection
    in_use: threading.RLock
    thread: threading.Thread


class UnsoundError(sqlite3.DatabaseError):
    """The index holds what no index of Maskwright can hold."""


_STATES = tuple(State)
_ROW = ", ".join(IndexRow._fields)
_INSERT = f"INSERT OR REPLACE INTO images ({_ROW}) VALUES ({', '.join('?' * len(IndexRow._fields))})"


def _all(condition: str, *columns: str) -> str:
    return " AND ".join(condition.format(column) for column in columns)


_SOUND = " AND ".join(
    (
        "typeof(id) = 'text'",
        f"typeof(state) = 'integer' AND state BETWEEN 0 AND {len(_STATES) - 1}",
        _all(
            f"({{0}} IS NULL OR (typeof({{0}}) = 'integer' AND {{0}} BETWEEN 1 AND {_MAX_SIDE}))",
            "width",
            "height",
        ),
        "(uncertainty IS NULL OR (typeof(uncertainty) IN ('integer', 'real') AND uncertainty BETWEEN 0 AND 1))",
        _all(
            f"({{0}} IS NULL OR (typeof({{0}}) = 'text' AND length({{0}}) <= {_MAX_TEXT}))",
            "predicted_at",
            "labelled_at",
        ),
        f"typeof(label_stamp) = 'text' AND length(label_stamp) <= {_MAX_TEXT}",
        "(image_stamp IS NULL OR typeof(image_stamp) = 'integer') AND typeof(prediction_stamp) = 'integer'",
        f"(layout IS NULL OR (typeof(layout) = 'text' AND length(layout) <= {MAX_LAYOUT}))",
        f"(unreadable IS NULL OR (typeof(unreadable) = 'text' AND length(unreadable) BETWEEN 1 AND {MAX_REASON}))",
    )
)
"""Whether every value has the type and the range that it must have; an id, the type. SQLite is many times quicker."""
_TEXTS = "SELECT predicted_at, labelled_at, label_stamp, layout, unreadable FROM images WHERE label_stamp <> '' OR "
_TEXTS += "predicted_at IS NOT NULL OR labelled_at IS NOT NULL OR layout <> '' OR unreadable IS NOT NULL"


_UNWRITEABLE = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
)
_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT)
"""Errors that say nothing about the file."""


@contextmanager
def opening_index(root: Path) -> Iterator[None]:
    """Turn what SQLite says when the index of a project is opened into a ProjectError."""
    try:
        yield
    except sqlite3.Error as error:
        raise ProjectError(
            f"The index of {root} cannot be opened ({error}).", "Close other programs that use it and try again."
        ) from error


class Index:
    """The SQLite file of a project. Every thread has its own connection; WAL lets readers go on while one writes.

    A damaged file, one of another version, and one that holds other tables or unsound rows is deleted and made again
    (`rebuilt` is then True and the rows are gone: the project reads them from its files). Where no file can be written,
    the index lives in a temporary folder.

    Parameters
    ----------
    path : Path
        The file.
    copied : bool
        Work on a temporary copy and leave the file alone: for those who only read the project.
    """

    def __init__(self, path: Path, copied: bool = False) -> None:
        self.path = path
        self.rebuilt = False
        self._local = threading.local()
        self._connections: list[_Connection] = []
        self._lock = threading.Lock()
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        if copied:
            self._copy()
        try:
            self._check()
        except (sqlite3.Error, OSError, ValueError, OverflowError) as error:  # ValueError: text that is no UTF-8
            self.close(keep=True)
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in _UNWRITEABLE and self._temporary is None:
                self._live_elsewhere()
            elif code in _PASSING:
                raise
            else:
                self._delete()
            self._check()

    def close(self, keep: bool = False) -> None:
        """Close the connections of all threads, once nobody uses them; with ``keep`` a temporary folder stays."""
        with self._lock:
            connections, self._connections = self._connections, []
            self._local = threading.local()
        for each in connections:
            with each.in_use:  # SQLite crashes when a connection is closed while another thread reads with it
                each.connection.close()
        if self._temporary is not None and not keep:
            self._temporary.cleanup()
            self._temporary = None

    def rows(self) -> dict[str, IndexRow]:
        """All rows by image id."""
        with self._reading() as connection:
            new_row = partial(tuple.__new__, IndexRow)  # `IndexRow._make` takes twice as long
            return {row[0]: row for row in map(new_row, connection.execute(f"SELECT {_ROW} FROM images"))}

    def ids(self) -> list[str]:
        """Return the image ids, in the order of their letters."""
        with self._reading() as connection:
            found = connection.execute("SELECT group_concat(id, char(10)), count(*) FROM images").fetchone()
            ids: list[str] = (
                found[0].split("\n") if found[0] else []
            )  # as one text: a third of the time of as many rows
            if len(ids) != found[1]:  # one has a line break
                ids = [image_id for (image_id,) in connection.execute("SELECT id FROM images")]
        return sorted(ids)

    def records(self) -> dict[str, ImageRecord]:
        """Return the public part of all rows, by image id."""
        columns = f"{', '.join(ImageRecord._fields[:7])}, coalesce(layout, ''), coalesce(unreadable, '')"
        new, states = partial(tuple.__new__, ImageRecord), _STATES
        with self._reading() as connection:
            found = connection.execute(f"SELECT {columns} FROM images")
            return {row[0]: new((*row[:3], states[row[3]], *row[4:])) for row in found}

    def row(self, image_id: str) -> IndexRow | None:
        """One row, or None."""
        with self._reading() as connection:
            found = connection.execute(f"SELECT {_ROW} FROM images WHERE id = ?", (image_id,)).fetchone()
        return None if found is None else IndexRow._make(found)

    def count(self) -> dict[State, int]:
        """How many images are in each state."""
        with self._reading() as connection:
            found = dict(connection.execute("SELECT state, COUNT(*) FROM images GROUP BY state").fetchall())
        return {state: found.get(int(state), 0) for state in State}

    def update(self, image_id: str, **columns: object) -> None:
        """Change some columns of one image, adding its row when it is new."""
        names = ", ".join(columns)
        changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
        row = IndexRow(image_id)._replace(**columns)  # type: ignore[arg-type]
        with self._reading() as connection:
            connection.execute(
                f"INSERT INTO images ({_ROW}) VALUES ({', '.join('?' * len(row))}) "
                f"ON CONFLICT (id) DO UPDATE SET {changes}"
                if names
                else _INSERT,
                row,
            )

    def replace(
        self, rows: Iterable[IndexRow], removed: Iterable[str] = (), before: Mapping[str, IndexRow] | None = None
    ) -> None:
        """Write many rows and delete the ``removed`` ids in one transaction.

        ``before``: all rows as they were when the new ones were begun. Columns that were changed since, for example by
        a save, stay.
        """
        with self._reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                if before is not None:
                    now = self.rows()
                    rows = [_merged(row, before.get(row.id), now.get(row.id)) for row in rows]
                connection.executemany(_INSERT, rows)
                connection.executemany("DELETE FROM images WHERE id = ?", ((key,) for key in removed))
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        mine: _Connection | None = getattr(self._local, "connection", None)
        if mine is None:
            mine = self._connect()
            self._local.connection = mine
        with mine.in_use:
            try:
                yield mine.connection
            except sqlite3.OperationalError:  # its disk went away: another connection may work when it is back
                self._drop(mine)
                raise

    def _drop(self, mine: _Connection) -> None:
        self._local.connection = None
        with self._lock:
            self._connections = [each for each in self._connections if each is not mine]
        mine.connection.close()

    def _connect(self) -> _Connection:
        # Another thread than its own only closes a connection.
        connection = sqlite3.connect(self.path, timeout=10.0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
        mine = _Connection(connection, threading.RLock(), threading.current_thread())
        with self._lock:
            over = [each for each in self._connections if not each.thread.is_alive()]
            self._connections = [*(each for each in self._connections if each not in over), mine]
        for each in over:
            each.connection.close()
        return mine

    def _check(self) -> None:
        """Make the table in a new file; raise `UnsoundError` or another sqlite3.Error for one that cannot be used."""
        with suppress(FileNotFoundError):
            found = self.path.stat()
            if not stat.S_ISREG(found.st_mode) or found.st_size > _MAX_BYTES:
                raise UnsoundError("it is no file, or too large")
        with self._reading() as connection:
            layout = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
            if not layout:
                self.rebuilt = True
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(_SCHEMA.replace("TABLE", "TABLE IF NOT EXISTS", 1))
                connection.execute(f"PRAGMA user_version = {_VERSION}")
                connection.execute("COMMIT")
                return
            # The layout first: a view or a trigger of a stranger must not run.
            if layout != [("table", "images", _SCHEMA)]:
                raise UnsoundError("it holds other tables")
            if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                raise UnsoundError("it is of another version")
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise UnsoundError("it is damaged")
            for (image_id,) in connection.execute(f"SELECT id FROM images WHERE NOT ({_SOUND}) LIMIT 1"):
                raise UnsoundError(f"the row of {image_id!a:.200} is unsound")
            ids = self.ids()
            if len(only_image_ids(ids)) < len(ids):
                raise UnsoundError("it names what cannot be an image")
            for _ in connection.execute(_TEXTS):  # each is UTF-8, or sqlite3 says that it is not
                pass

    def _copy(self) -> None:
        """Work on a copy of the file, or on an empty one when it cannot be copied."""
        source = self.path
        self._live_elsewhere()
        if not source.is_file() or source.stat().st_size > _MAX_BYTES:
            return
        with suppress(sqlite3.Error):
            # SQLite makes two files beside one that it reads, unless it knows that nobody writes.
            how = "mode=ro" if Path(f"{source}-wal").exists() else "immutable=1"
            original = sqlite3.connect(f"{source.absolute().as_uri()}?{how}", uri=True, timeout=10.0)
            copy = sqlite3.connect(self.path)
            try:
                original.backup(copy)
            finally:
                copy.close()
                original.close()

    def _live_elsewhere(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="maskwright-index-")
        self.path = Path(self._temporary.name) / "index.sqlite"

    def _delete(self) -> None:
        self.rebuilt = True
        for suffix in ("", "-wal", "-shm"):
            path = Path(f"{self.path}{suffix}")
            with suppress(OSError):
                path.unlink() if path.is_symlink() or not path.is_dir() else path.rename(f"{path}.damaged")
