"""Mutators of index.sqlite: wrong values in a right file, other tables, views and triggers."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.faults.mutate_bytes import Dice, Mutator

Edit = Callable[[sqlite3.Connection, Dice], None]

NUMBERS = (0, -1, 1, 47, 49, 63, 65, 99, 10**9, 2**31, 2**63 - 1, -(2**63), 3.7, 1e308, float("inf"))
TEXTS = ("", "x", "DONE", "2", "\0", "\u202e", "9" * 400, "x" * 100_000, "9999-99-99T99:99:99")
BLOBS = (b"", b"\xff\xfe", bytes(1000))
COLUMNS = {
    "width": (*NUMBERS, *TEXTS, *BLOBS),
    "height": (*NUMBERS, *TEXTS, *BLOBS),
    "state": (*NUMBERS, *TEXTS, *BLOBS),
    "uncertainty": (*NUMBERS, *TEXTS, *BLOBS),
    "predicted_at": (*NUMBERS, *TEXTS, *BLOBS),
    "labelled_at": (*NUMBERS, *TEXTS, *BLOBS),
    "image_stamp": (*NUMBERS, *TEXTS, *BLOBS),
    "label_stamp": (*NUMBERS, *TEXTS, *BLOBS),
    "prediction_stamp": (*NUMBERS, *TEXTS, *BLOBS),
    "layout": (*NUMBERS, *TEXTS, *BLOBS),
    "unreadable": (*NUMBERS, *TEXTS, *BLOBS),
}
IDS = ("../../outside/real.png", "{cage}/outside/real.png", "..", ".", "", "/", "a\0.png", "x" * 5000, "sub", "a.png/")
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"


def wrong_size(db: sqlite3.Connection, random: Dice) -> None:
    """A width or a height, as the index would believe it."""
    column, value = random.choice(("width", "height")), random.choice((1, 32, 47, 63, 65, 128, 10**9, -5))
    db.execute(f"UPDATE images SET {column} = ?", (value,))


def wrong_value(db: sqlite3.Connection, random: Dice) -> None:
    """A value of any column: too large, of another type, no text."""
    column = random.choice(list(COLUMNS))
    where = random.choice(("", " WHERE id = 'a.png'"))
    db.execute(f"UPDATE images SET {column} = ?{where}", (random.choice(COLUMNS[column]),))


def wrong_text(db: sqlite3.Connection, random: Dice) -> None:
    """Text that is no UTF-8."""
    column = random.choice([*COLUMNS, "id"])
    where = " WHERE id = 'a.png'"
    db.execute(f"UPDATE images SET {column} = CAST(x'ff61ed00c0' AS TEXT){where}")


def odd_id(db: sqlite3.Connection, random: Dice) -> None:
    """An image that lies elsewhere: an absolute path, .., a folder, no path at all."""
    new = random.choice(IDS).format(cage=random.cage)
    for _ in range(random.choice((1, 1, 3))):
        db.execute("UPDATE OR REPLACE images SET id = ? WHERE id = 'a.png'", (new,))
        copy = "SELECT ?, width, height, state, uncertainty, predicted_at, labelled_at, image_stamp, label_stamp, "
        db.execute(
            f"INSERT OR REPLACE INTO images {copy} prediction_stamp, layout, unreadable FROM images LIMIT 1", (new,)
        )
        new = random.choice(IDS).format(cage=random.cage)


def many_rows(db: sqlite3.Connection, random: Dice) -> None:
    """Images that nobody has."""
    rows = ((f"{n}.png", random.choice((0, 3))) for n in range(300))
    db.executemany("INSERT INTO images (id, state, label_stamp, prediction_stamp) VALUES (?, ?, '', 0)", rows)


def column_gone(db: sqlite3.Connection, random: Dice) -> None:
    """A column dropped, renamed or added."""
    column = random.choice(list(COLUMNS))
    db.execute(
        random.choice(
            (
                f"ALTER TABLE images DROP COLUMN {column}",
                f"ALTER TABLE images RENAME COLUMN {column} TO other",
                "ALTER TABLE images ADD COLUMN more TEXT NOT NULL DEFAULT 'x'",
                "ALTER TABLE images RENAME TO pictures",
                "DROP TABLE images",
            )
        )
    )


def view(db: sqlite3.Connection, random: Dice) -> None:
    """A view in the place of the table, that ends or does not."""
    db.execute("ALTER TABLE images RENAME TO pictures")
    row = "i || '.png', 64, 48, 1, 0.5, '', '', 0, '', 0"
    db.execute(
        random.choice(
            (
                "CREATE VIEW images AS SELECT * FROM pictures",
                f"CREATE VIEW images AS {ENDLESS} SELECT i || '.png' AS id, 64 AS width, 48 AS height, 1 AS state, "
                "0.5 AS uncertainty, '' AS predicted_at, '' AS labelled_at, 0 AS image_stamp, '' AS label_stamp, "
                "0 AS prediction_stamp FROM n",
                f"CREATE VIEW images(id) AS {ENDLESS} SELECT {row} FROM n LIMIT 1",
                "CREATE VIEW images AS SELECT id, width, height, state, uncertainty, predicted_at, labelled_at, "
                "image_stamp, label_stamp, randomblob(100000000) AS prediction_stamp FROM pictures",
            )
        )
    )


def trigger(db: sqlite3.Connection, random: Dice) -> None:
    """A trigger that refuses, deletes, or never ends."""
    body = random.choice(
        (
            "SELECT RAISE(ABORT, 'no')",
            "SELECT RAISE(IGNORE)",
            "DELETE FROM images",
            "UPDATE images SET width = 5, height = 5",
            f"INSERT INTO images (id, state, label_stamp, prediction_stamp) {ENDLESS} SELECT 'q' || i, 0, '', 0 FROM n",
        )
    )
    when = random.choice(("INSERT", "UPDATE", "DELETE"))
    db.execute("UPDATE images SET label_stamp = ''")
    db.execute(f"CREATE TRIGGER t AFTER {when} ON images BEGIN {body}; END")


def other_table(db: sqlite3.Connection, random: Dice) -> None:
    """A table of this name that is another: constraints, generated columns, no key."""
    names = "id, width, height, state, uncertainty, predicted_at, labelled_at, image_stamp, label_stamp"
    db.execute("DROP TABLE images")
    db.execute(
        random.choice(
            (
                f"CREATE TABLE images ({names}, prediction_stamp CHECK (prediction_stamp > 1e9))",
                f"CREATE TABLE images ({names}, prediction_stamp AS (abs(-9223372036854775808)))",
                f"CREATE TABLE images ({names}, prediction_stamp UNIQUE ON CONFLICT ROLLBACK)",
                f"CREATE TABLE images ({names}, prediction_stamp)",
                "CREATE TABLE images (id)",
                "CREATE TABLE images (id TEXT PRIMARY KEY, a, b, c, d, e, f, g, h, i, j, k)",
            )
        )
    )


def schema_text(db: sqlite3.Connection, random: Dice) -> None:
    """The schema itself, which SQLite keeps as text."""
    db.execute("PRAGMA writable_schema = ON")
    sql = random.choice(("", "CREATE TABLE images (", "CREATE TABLE x (y)", "x" * 10_000, "SELECT 1"))
    db.execute(f"UPDATE sqlite_master SET {random.choice(('sql', 'sql', 'name', 'type'))} = ?", (sql,))


def root_page(db: sqlite3.Connection, random: Dice) -> None:
    """The page where the table begins."""
    db.execute("PRAGMA writable_schema = ON")
    db.execute("UPDATE sqlite_master SET rootpage = ?", (random.choice((0, 1, 3, 99, -1, 2**31)),))


def pragma(db: sqlite3.Connection, random: Dice) -> None:
    """Version, mode and application of the file."""
    for text in random.choice(
        (
            ("PRAGMA user_version = 2",),
            ("PRAGMA user_version = -1",),
            ("PRAGMA user_version = 0",),
            ("PRAGMA application_id = 7",),
            ("PRAGMA journal_mode = DELETE",),
            ("PRAGMA page_size = 512", "VACUUM"),
        )
    ):
        db.execute(text)


def _edited(edit: Edit) -> Mutator:
    def change(data: bytes, random: Dice) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "index.sqlite"
            path.write_bytes(data)
            db = sqlite3.connect(path, isolation_level=None)
            try:
                edit(db, random)
                db.execute("PRAGMA journal_mode = DELETE")
            finally:
                db.close()
            return path.read_bytes()

    return change


SQLITE: dict[str, Mutator] = {
    edit.__name__: _edited(edit)
    for edit in (
        *(wrong_size, wrong_value, wrong_text, odd_id, many_rows, column_gone, view, trigger, other_table),
        *(schema_text, root_page, pragma),
    )
}
