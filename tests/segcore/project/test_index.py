from __future__ import annotations

import sqlite3
import threading
import time

import pytest

from segcore.labels.label_map import State
from segcore.project.index import ImageRecord, Index, IndexRow


@pytest.fixture
def index(tmp_path):
    index = Index(tmp_path / "index.sqlite")
    yield index
    index.close()


def test_rows_come_back(index):
    row = IndexRow("sub/ü.jpg", 640, 480, int(State.DONE), 0.25, "t1", "t2", 5, "6:7", 8)
    index.replace([row, IndexRow("b.jpg")])
    assert index.row("sub/ü.jpg") == row
    assert index.row("none") is None
    assert set(index.rows()) == {"sub/ü.jpg", "b.jpg"}
    assert row.record() == ImageRecord("sub/ü.jpg", 640, 480, State.DONE, 0.25, "t1", "t2")
    assert index.count() == {State.NEW: 1, State.PREDICTED: 0, State.IN_PROGRESS: 0, State.DONE: 1}


def test_update_changes_some_columns_and_adds_rows(index):
    index.update("a", width=3, height=2)
    index.update("a", state=2)
    assert index.row("a") == IndexRow("a", width=3, height=2, state=2)


def test_closing_waits_for_who_reads(index):
    """SQLite crashes the whole program otherwise."""
    index.replace([IndexRow("a"), IndexRow("b")])
    reads, goes_on, found = threading.Event(), threading.Event(), []

    def read():
        with index._reading() as connection:
            rows = connection.execute("SELECT id FROM images ORDER BY id")
            found.append(rows.fetchone())
            reads.set()
            goes_on.wait(10)
            found.append(rows.fetchone())

    reader, closer = threading.Thread(target=read), threading.Thread(target=index.close)
    reader.start()
    assert reads.wait(10)
    closer.start()
    closer.join(0.1)
    assert closer.is_alive()
    goes_on.set()
    reader.join(10)
    closer.join(10)
    assert found == [("a",), ("b",)]
    assert not closer.is_alive()


def test_a_connection_that_failed_is_closed_and_another_works(index):
    index.update("a", state=1)
    failed = []

    def fail():
        with index._reading() as connection:
            failed.append(connection)
            connection.execute("SELECT * FROM what_went_away")

    for _ in range(5):
        with pytest.raises(sqlite3.OperationalError):
            fail()
    assert len(set(map(id, failed))) == 5
    for connection in failed:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")
    assert set(index.rows()) == {"a"}


def test_a_failure_within_another_use_of_the_connection_closes_it_once(index):
    def fail():
        with index._reading():
            index.update("a", state=1)
            with index._reading() as connection:
                connection.execute("SELECT * FROM what_went_away")

    with pytest.raises(sqlite3.OperationalError, match="went_away"):
        fail()
    assert set(index.rows()) == {"a"}


def test_threads_that_have_ended_leave_no_connections(index):
    """An export reads in a thread of its own: each would leave two open files for as long as the project is open."""
    for number in range(10):
        thread = threading.Thread(target=index.update, args=(f"{number}",))
        thread.start()
        thread.join()
    assert len(index._connections) <= 2  # of this thread, and of the last one
    assert len(index.rows()) == 10


def test_replace_is_all_or_nothing(index):
    index.replace([IndexRow("a")])

    def rows():
        yield IndexRow("b")
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        index.replace(rows(), removed=["a"])
    assert set(index.rows()) == {"a"}
    index.replace([], removed=["a"])
    assert index.rows() == {}


def test_it_uses_wal(index):
    connection = sqlite3.connect(index.path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_many_threads(index):
    def work(number):
        for k in range(20):
            index.update(f"{number}/{k}", state=1)
            index.row(f"{number}/{k}")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert index.count()[State.PREDICTED] == 120


def test_quick_with_20000_images_while_another_thread_writes(index):
    index.replace([IndexRow(f"{n:06}.jpg") for n in range(20_000)])
    stop = threading.Event()

    def write():
        while not stop.is_set():
            index.replace([IndexRow(f"{n:06}.jpg", state=1) for n in range(2000)])

    writer = threading.Thread(target=write)
    writer.start()
    times = []
    for n in range(50):
        started = time.perf_counter()
        index.row(f"{n:06}.jpg")
        times.append(time.perf_counter() - started)
        time.sleep(0.002)
    stop.set()
    writer.join()
    assert sorted(times)[25] < 0.01


@pytest.mark.parametrize("damage", [b"", b"garbage" * 1000, None])
def test_a_damaged_file_is_made_again(tmp_path, damage):
    path = tmp_path / "index.sqlite"
    first = Index(path)
    first.replace([IndexRow(f"{n}") for n in range(500)])
    first.close()
    if damage is None:
        data = bytearray(path.read_bytes())
        data[4096:] = b"\xaa" * (len(data) - 4096)
        damage = bytes(data)
    path.write_bytes(damage)
    second = Index(path)
    assert second.rows() == {}
    second.update("a", state=1)
    second.close()
    third = Index(path)
    assert set(third.rows()) == {"a"}
    third.close()


def test_another_version_is_made_again(tmp_path):
    path = tmp_path / "index.sqlite"
    first = Index(path)
    first.update("a", state=1)
    first.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    second = Index(path)
    assert second.rows() == {}
    second.close()


def test_where_nothing_can_be_written_it_lives_elsewhere(tmp_path):
    index = Index(tmp_path / "not" / "there" / "index.sqlite")
    index.update("a", state=1)
    assert index.row("a") is not None
    place = index.path
    index.close()
    assert not place.exists()


def test_on_a_full_disk_it_lives_elsewhere(tmp_path, monkeypatch):
    real, calls = Index._connect, []

    def full_at_first(self):
        calls.append(self.path)
        if len(calls) == 1:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return real(self)

    monkeypatch.setattr(Index, "_connect", full_at_first)
    index = Index(tmp_path / "index.sqlite")
    index.update("a", state=1)
    assert index.path != tmp_path / "index.sqlite"
    assert index.row("a") is not None
    index.close()


DAMAGE = {
    "state": "UPDATE images SET state = 99",
    "negative state": "UPDATE images SET state = -1",
    "text": "UPDATE images SET width = 'wide'",
    "no time": "UPDATE images SET predicted_at = x'ff'",
    "long time": "UPDATE images SET labelled_at = printf('%.*c', 5000, 'x')",
    "infinite": "UPDATE images SET uncertainty = 9e999",
    "stamp": "UPDATE images SET prediction_stamp = 'x'",
    "absolute": "UPDATE images SET id = '/etc/passwd' WHERE id = 'a'",
    "parent": "UPDATE images SET id = '../../x' WHERE id = 'a'",
    "blob": "UPDATE images SET id = x'fffe' WHERE id = 'a'",
    "no text": "UPDATE images SET labelled_at = CAST(x'ff' AS TEXT)",
    "column": "ALTER TABLE images DROP COLUMN uncertainty",
    "another table": "CREATE TABLE others (a)",
    "trigger": "CREATE TRIGGER t AFTER INSERT ON images BEGIN DELETE FROM images; END",
    "view": "DROP TABLE images; CREATE VIEW images AS WITH RECURSIVE r(id, width, height, state, uncertainty,"
    " predicted_at, labelled_at, image_stamp, label_stamp, prediction_stamp) AS (SELECT 1,1,1,1,1,1,1,1,1,1 UNION ALL"
    " SELECT id + 1,1,1,1,1,1,1,1,1,1 FROM r) SELECT * FROM r",
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("copied", [False, True])
def test_what_no_index_of_ours_can_hold_is_not_believed(tmp_path, damage, copied):
    path = tmp_path / "index.sqlite"
    first = Index(path)
    first.replace([IndexRow("a", state=1), IndexRow("b", state=2)])
    first.close()
    connection = sqlite3.connect(path)
    connection.executescript(DAMAGE[damage])
    connection.close()
    before = path.read_bytes()
    second = Index(path, copied)
    assert second.rebuilt
    assert second.rows() == {}
    second.update("a", state=1)
    second.close()
    assert (path.read_bytes() == before) is copied


def test_a_copy_leaves_the_file_alone(tmp_path):
    path = tmp_path / "index.sqlite"
    first = Index(path)
    first.update("a", state=1)
    second = Index(path, copied=True)
    assert set(second.rows()) == {"a"}
    second.update("b", state=1)
    assert set(first.rows()) == {"a"}
    first.close()
    second.close()
    third = Index(tmp_path / "none.sqlite", copied=True)
    assert third.rows() == {}
    third.close()
    assert not (tmp_path / "none.sqlite").exists()


def test_a_folder_in_its_place_is_moved_away(tmp_path):
    path = tmp_path / "index.sqlite"
    path.mkdir()
    index = Index(path)
    index.update("a", state=1)
    index.close()
    assert path.is_file()


def test_records_are_the_public_parts_of_the_rows(index):
    index.replace(
        [
            IndexRow("b.tif", 640, 480, int(State.DONE), 0.25, "t1", "t2", 5, "6:7", 8, "slice 3", "broken"),
            IndexRow("a.jpg"),
        ]
    )
    assert index.records() == {image_id: row.record() for image_id, row in index.rows().items()}
    assert index.records()["b.tif"].pages == 3
    assert index.records()["a.jpg"] == ImageRecord("a.jpg", None, None, State.NEW, None, None, None, "", "")
