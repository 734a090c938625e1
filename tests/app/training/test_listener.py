"""What a training process prints is read on a lane, in order, until it has ended."""

from __future__ import annotations

import threading

import pytest

from app.training.json_lines import CHUNK_BYTES, JsonLines
from app.training.listener import Listener
from app.training.training_process import TrainingProcess

MANY = 5 * CHUNK_BYTES // 10 - 1
LINES = f"for i in range({MANY}): print(f'{{i:09}}')\nprint('the last, without an end', end='')"


@pytest.fixture
def started(tmp_path):
    """Start Python code; return its process."""
    processes: list[TrainingProcess] = []

    def start(code: str) -> TrainingProcess:
        processes.append(TrainingProcess.start(["-c", code], tmp_path / "lines", tmp_path / "errors"))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.wait(5)


@pytest.fixture
def listener(jobs, tmp_path):
    found = Listener(tmp_path / "lines", jobs, 20)
    found.lines, found.overs = [], []
    found.heard.connect(found.lines.extend)
    found.over.connect(lambda: found.overs.append(len(found.lines)))
    return found


def test_all_lines_are_heard_in_order_and_then_that_it_is_over(qtbot, listener, started):
    listener.listen(started(LINES))
    qtbot.waitUntil(lambda: bool(listener.overs))
    assert [int(line) for line in listener.lines[:-1]] == list(range(MANY)), "more than one look reads"
    assert listener.lines[-1] == b"the last, without an end"
    assert (listener.overs, listener.active) == ([MANY + 1], False)


def test_blank_lines_are_not_told(qtbot, listener, started):
    listener.listen(started("print(); print('a'); print('  ')"))
    qtbot.waitUntil(lambda: bool(listener.overs))
    assert [line.strip() for line in listener.lines] == [b"a"]


def test_a_folder_that_hangs_does_not_hold_the_window(qtbot, jobs, listener, started, monkeypatch):
    asked, answers, threads = threading.Event(), threading.Event(), set()
    read = JsonLines.read

    def hanging(lines):
        threads.add(threading.current_thread())
        asked.set()
        answers.wait(20)
        return read(lines)

    monkeypatch.setattr(JsonLines, "read", hanging)
    listener.listen(started("print('a')"))
    qtbot.waitUntil(asked.is_set)
    listener.stop()
    answers.set()
    qtbot.waitUntil(lambda: not jobs.busy)
    qtbot.wait(50)
    assert (listener.lines, listener.overs) == ([], []), "nobody listens any more"
    assert threading.main_thread() not in threads


def test_who_stops_at_a_line_hears_no_end(qtbot, jobs, listener, started):
    process = started("print('a')")
    assert process.wait(10)
    listener.heard.connect(lambda _: listener.stop())
    listener.listen(process)
    qtbot.waitUntil(lambda: bool(listener.lines))
    qtbot.waitUntil(lambda: not jobs.busy)
    assert listener.overs == []


def test_a_line_is_given_once_it_is_whole(tmp_path):
    lines = JsonLines(tmp_path / "lines")
    assert lines.read() == [], "there is no file yet"
    (tmp_path / "lines").write_bytes(b"one\ntw")
    assert lines.read() == [b"one"]
    with (tmp_path / "lines").open("ab") as file:
        file.write(b"o\nthree")
    assert (lines.read(), lines.read(), lines.rest(), lines.rest()) == ([b"two"], [], b"three", b"")


def test_a_long_file_is_read_in_pieces(tmp_path):
    (tmp_path / "lines").write_bytes(b"123456789\n" * MANY)
    lines, found, looks = JsonLines(tmp_path / "lines"), [], 0
    while not looks or lines.more:
        found += lines.read()
        looks += 1
    assert (found, looks) == ([b"123456789"] * MANY, 5)
