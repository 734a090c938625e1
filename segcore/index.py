"""Index: what must be quick to ask about every image, in SQLite. It can be deleted at any time: files are the truth."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from segcore.labelmap import State

_VERSION = 2
"""Rows of version 1 may say DONE of images that nobody marked as done."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS images (
    id TEXT PRIMARY KEY, width INTEGER, height INTEGER, state INTEGER NOT NULL, uncertainty REAL,
    predicted_at TEXT, labelled_at TEXT, image_stamp INTEGER,
    label_stamp TEXT NOT NULL, prediction_stamp INTEGER NOT NULL
) WITHOUT ROWID
"""


class ImageRecord(NamedTuple):
    """What the index knows of one image.

    ``width`` and ``height`` are None until somebody asked for the size; ``uncertainty`` is the mean of the prediction,
    0.0-1.0; times are ISO 8601 UTC.
    """

    id: str
    width: int | None
    height: int | None
    state: State
    uncertainty: float | None
    predicted_at: str | None
    labelled_at: str | None


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

    def record(self) -> ImageRecord:
        """Return the public part."""
        return ImageRecord(self.id, self.width, self.height, _STATES[self.state], *self[4:7])


_STATES = tuple(State)
_ROW = ", ".join(IndexRow._fields)
_INSERT = f"INSERT OR REPLACE INTO images ({_ROW}) VALUES ({', '.join('?' * len(IndexRow._fields))})"


_UNWRITEABLE = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
)


class Index:
    """The SQLite file of a project. Every thread has its own connection; WAL lets readers go on while one writes.

    A damaged file, or one of another version, is deleted and made again (`rebuilt` is then True and the rows are
    gone: the project reads them from its files). Where no file can be written, the index lives in a temporary folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rebuilt = False
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        try:
            self._check()
        except sqlite3.Error as error:
            self.close()
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in _UNWRITEABLE:
                self._temporary = tempfile.TemporaryDirectory(prefix="maskwright-index-")
                self.path = Path(self._temporary.name) / "index.sqlite"
            elif code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                self._delete()
            else:
                raise
            self._check()

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._local = threading.local()
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    def rows(self) -> dict[str, IndexRow]:
        """All rows by image id."""
        with self._reading() as connection:
            return {row[0]: IndexRow._make(row) for row in connection.execute(f"SELECT {_ROW} FROM images")}

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

    def replace(self, rows: Iterable[IndexRow], removed: Iterable[str] = ()) -> None:
        """Write many rows and delete the ``removed`` ids in one transaction."""
        with self._reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.executemany(_INSERT, rows)
                connection.executemany("DELETE FROM images WHERE id = ?", ((key,) for key in removed))
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
        yield connection

    def _connect(self) -> sqlite3.Connection:
        # Only close() uses a connection from another thread than its own.
        connection = sqlite3.connect(self.path, timeout=10.0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(_SCHEMA)
        except BaseException:
            connection.close()
            raise
        with self._lock:
            self._connections.append(connection)
        return connection

    def _check(self) -> None:
        new = not self.path.exists()
        with self._reading() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            healthy = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        if not new and (version != _VERSION or not healthy):
            self.close()
            self._delete()
        elif new:
            self.rebuilt = True
        with self._reading() as connection:
            connection.execute(f"PRAGMA user_version = {_VERSION}")

    def _delete(self) -> None:
        self.rebuilt = True
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):
                Path(f"{self.path}{suffix}").unlink()
