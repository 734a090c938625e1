"""ThumbnailCache: small pictures of images on the disk, so that a folder that is opened again shows them at once.

It is only a cache: what cannot be read is thrown away without a word, and where nothing can be written it is empty.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segcore.files.stamp import Stamp
from segcore.images.page_path import file_of

_SCHEMA = """CREATE TABLE thumbnails (
    path BLOB PRIMARY KEY, time INTEGER NOT NULL, size INTEGER NOT NULL, width INTEGER NOT NULL,
    height INTEGER NOT NULL, used INTEGER NOT NULL, picture BLOB NOT NULL
)"""
_FIND = "SELECT picture, used FROM thumbnails WHERE (path, time, size, width, height) = (?, ?, ?, ?, ?)"
_KEEP = "INSERT OR REPLACE INTO thumbnails VALUES (?, ?, ?, ?, ?, ?, ?)"
_OLDEST = "DELETE FROM thumbnails WHERE path IN (SELECT path FROM thumbnails ORDER BY used, rowid LIMIT ?)"
QUALITY = 90
"""Of the JPEG: 3 kB for 72x48 pixels, where the pixels alone take 10 kB."""
LARGEST = 1_000_000
"""Bytes of a picture; a thumbnail has a hundredth of it."""
ROOM = 0.9
"""How much of the space is left when the pictures that were not seen for longest have gone."""
BUSY_SECONDS = 0.5
"""How long another window is waited for that writes."""
DAY = 86_400

Pixels = NDArray[np.uint8]


class ThumbnailCache:
    """One SQLite file for all folders; a picture is found by its path while the `Stamp` of the image is the same.

    Opened when it is first used, which may be in another thread, but one at a time.

    Parameters
    ----------
    file : Path
        It is made with its folder, and thrown away when it is damaged or holds anything else.
    megabytes : float
        What it may take on the disk; 0 keeps nothing.
    """

    def __init__(self, file: Path, megabytes: float) -> None:
        self._file, self._bytes = file, megabytes * 1e6
        self._connection: sqlite3.Connection | None = None
        self._over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go; nothing is found from then on."""
        self._over = True
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    def get(self, path: Path, width: int, height: int) -> Pixels | None:
        """Return the kept picture of an image, uint8 [height, width, 3] RGB; None when there is none of its file."""
        key, connection = _key(path, width, height), self._opened()
        if connection is None or key is None:
            return None
        today = int(time.time()) // DAY
        try:
            found = connection.execute(_FIND, key).fetchone()
            if found is None:
                return None
            if found[1] != today:
                connection.execute("UPDATE thumbnails SET used = ? WHERE path = ?", (today, key[0]))
        except sqlite3.Error as error:
            self._give_up(error)
            return None
        return _pixels(found[0], width, height)

    def put(self, pictures: Mapping[Path, Pixels]) -> None:
        """Keep pictures, uint8 [height, width, 3] RGB, of files as they are now."""
        connection, today, rows = self._opened(), int(time.time()) // DAY, []
        for path, pixels in pictures.items() if connection is not None else ():
            key = _key(path, pixels.shape[1], pixels.shape[0])
            if key is not None:
                rows.append((*key, today, _jpeg(pixels)))
        if connection is None or not rows:
            return
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_KEEP, rows)
            connection.execute("COMMIT")
            self._make_room(connection)
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            self._give_up(error)

    def _opened(self) -> sqlite3.Connection | None:
        """Open the file, once; a damaged one is made again."""
        if self._connection is None and not self._over:
            self._over = True
            for _ in range(2):
                try:
                    self._connection = self._open()
                    break
                except sqlite3.DatabaseError as error:
                    if _is_busy(error) or not self._throw_away():
                        break
                except OSError:
                    break
        return self._connection

    def _open(self) -> sqlite3.Connection:
        if self._bytes <= 0:
            self._throw_away()
            raise FileNotFoundError(self._file)
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(self._file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            layout = connection.execute("SELECT type, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
            if not layout:
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(_SCHEMA)
            elif layout != [("table", _SCHEMA)]:  # before a view or a trigger of a stranger could run
                raise sqlite3.DatabaseError("it holds other tables")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            self._make_room(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _make_room(self, connection: sqlite3.Connection) -> None:
        """Delete the pictures that were not seen for longest when the file has become too large."""
        page, pages, free = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "page_count", "freelist_count")
        )
        taken = page * (pages - free)
        if taken > self._bytes:
            (count,) = connection.execute("SELECT count(*) FROM thumbnails").fetchone()
            connection.execute(_OLDEST, (int(count * (1 - ROOM * self._bytes / taken)) + 1,))
            with closing(connection.execute("PRAGMA incremental_vacuum")) as freed:
                freed.fetchall()

    def _give_up(self, error: sqlite3.Error) -> None:
        """Do without until the next start; a damaged file goes. Another window that writes is no reason."""
        if not _is_busy(error):
            self.close()
            self._throw_away()

    def _throw_away(self) -> bool:
        """Delete the file; return whether it is gone."""
        for ending in ("-wal", "-shm", ""):
            with suppress(OSError):
                Path(f"{self._file}{ending}").unlink(missing_ok=True)
        return not os.path.lexists(self._file)


def _key(path: Path, width: int, height: int) -> tuple[bytes, int, int, int, int] | None:
    stamp = Stamp.of(file_of(path))
    return (os.fsencode(path), stamp.key, stamp.size, width, height) if stamp.key else None


def _is_busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _jpeg(pixels: Pixels) -> bytes:
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=QUALITY, subsampling=0)
    return out.getvalue()


def _pixels(picture: object, width: int, height: int) -> Pixels | None:
    """Decode what the cache holds, which may be anything; None when it is no picture of this size."""
    if not isinstance(picture, bytes) or len(picture) > LARGEST:
        return None
    try:
        with Image.open(BytesIO(picture), formats=["JPEG"]) as image:
            if image.size != (width, height) or image.mode != "RGB":
                return None
            return np.asarray(image)
    except (OSError, ValueError, SyntaxError):
        return None
