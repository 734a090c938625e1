"""FactsStore: the facts of all images of a project, in SQLite beside its index. It may be deleted at any time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segcore.project.project_file import is_project
from segcore.worklist.descriptor import LENGTH
from segcore.worklist.image_facts import ImageFacts

NAME = "worklist.sqlite"
_VERSION = 1
_SCHEMA = (
    "CREATE TABLE facts (id TEXT PRIMARY KEY, image_stamp INTEGER, descriptor BLOB, stamp TEXT, facts TEXT)"
    " WITHOUT ROWID"
)
_MAX_BYTES = 1_000_000_000


class StoredFacts(NamedTuple):
    """A row: the facts of an image and what its files were when they were read.

    ``image_stamp`` belongs to ``descriptor`` (uint8 [`LENGTH`]), ``stamp`` to ``facts``.
    """

    id: str
    image_stamp: int
    descriptor: NDArray[np.uint8]
    stamp: str
    facts: ImageFacts


class FactsStore:
    """Rows by image id. For one thread. A failing database costs speed, never work: its errors are passed over.

    Parameters
    ----------
    connection : sqlite3.Connection
        Of a database that `opened` has prepared.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self) -> dict[str, StoredFacts]:
        """Return all rows that are sound."""
        found = {}
        with suppress(sqlite3.Error):
            for row in self._connection.execute("SELECT id, image_stamp, descriptor, stamp, facts FROM facts"):
                with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
                    stored = StoredFacts(
                        row[0], int(row[1]), np.frombuffer(row[2], np.uint8), row[3], ImageFacts.from_json(row[4])
                    )
                    if stored.descriptor.size == LENGTH:
                        found[stored.id] = stored
        return found

    def put(self, row: StoredFacts) -> None:
        """Write one row; `commit` makes it last."""
        with suppress(sqlite3.Error):
            self._connection.execute(
                "INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?, ?)",
                (row.id, row.image_stamp, row.descriptor.tobytes(), row.stamp, row.facts.to_json()),
            )

    def remove(self, image_ids: set[str]) -> None:
        """Delete rows of images that are gone."""
        with suppress(sqlite3.Error):
            self._connection.executemany("DELETE FROM facts WHERE id = ?", ((each,) for each in image_ids))

    def commit(self) -> None:
        """Make what was written last."""
        with suppress(sqlite3.Error):
            self._connection.commit()


@contextmanager
def opened(root: Path, read_only: bool) -> Iterator[FactsStore]:
    """Open the store of a project folder; a damaged one, or one of another version, is made again.

    With ``read_only``, and where the folder is gone or read-only, it lives in memory and starts with what the file has.
    """
    with closing(_connect(root / NAME, read_only)) as connection:
        store = FactsStore(connection)
        yield store
        store.commit()


def _connect(path: Path, read_only: bool) -> sqlite3.Connection:
    if read_only or not is_project(path.parent):
        return _in_memory(path)
    with suppress(sqlite3.Error, OSError):
        return _prepared(sqlite3.connect(path, timeout=10.0))
    with suppress(sqlite3.Error, OSError):
        for ending in ("", "-journal", "-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
        return _prepared(sqlite3.connect(path, timeout=10.0))
    return _in_memory(path)


def _in_memory(path: Path) -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:")
    if path.is_file() and path.stat().st_size <= _MAX_BYTES:
        with suppress(sqlite3.Error):
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
                file.backup(memory)
            return _prepared(memory)
        memory.close()
        memory = sqlite3.connect(":memory:")
    return _prepared(memory)


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Make the table in a new database; raise sqlite3.Error, and close it, when it is not one of this version."""
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        layout = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        if not layout:
            connection.execute(_SCHEMA)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        elif layout != [("table", "facts", _SCHEMA)]:
            raise sqlite3.DatabaseError("it holds other tables")
        elif connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            raise sqlite3.DatabaseError("it is of another version")
        connection.execute("PRAGMA synchronous = OFF")  # it can be made again
    except BaseException:
        connection.close()
        raise
    return connection
