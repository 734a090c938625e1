from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

import segcore
from segcore.errors import ProjectBusyError, ProjectError
from segcore.project.writer_lock import NAME, Holder, WriterLock
from tests.systems import posix_only

ROOT = Path(segcore.__file__).parent.parent

OTHER = """
import sys
from pathlib import Path
from segcore.errors import ProjectBusyError
from segcore.project.writer_lock import WriterLock

lock = WriterLock(Path(sys.argv[1]))
for line in sys.stdin:
    try:
        getattr(lock, line.strip())()
        print("done", flush=True)
    except ProjectBusyError as error:
        print(error.holder, flush=True)
"""


@pytest.fixture
def other(tmp_path):
    """Another process: ``other("acquire")`` calls a method of its lock and returns "done" or who is the holder."""
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def call(name):
        process.stdin.write(f"{name}\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    call.process = process
    with process:
        yield call
        process.kill()


def write_holder(root, **changes):
    holder = replace(Holder.this_process(), **changes)
    (root / NAME).write_text(json.dumps(asdict(holder)))


def test_one_process_at_a_time(tmp_path, other):
    lock = WriterLock(tmp_path)
    lock.acquire()
    assert f"process {os.getpid()} of" in other("acquire")
    lock.release()
    assert other("acquire") == "done"
    with pytest.raises(ProjectBusyError, match="open for writing in another Maskwright") as caught:
        lock.acquire()
    assert f"process {other.process.pid} of" in caught.value.holder
    assert other("release") == "done"
    lock.acquire()
    lock.release()
    assert not (tmp_path / NAME).exists()


def test_whose_project_was_taken_over_cannot_write_any_more(tmp_path, other):
    lock = WriterLock(tmp_path)
    lock.acquire()
    with lock.held():
        pass
    assert other("take_over") == "done"
    with pytest.raises(ProjectBusyError):
        lock.check()
    with pytest.raises(ProjectBusyError), lock.held():
        raise AssertionError("the body must not run")
    lock.release()
    assert (tmp_path / NAME).exists()  # it is the other's now
    lock.take_over()
    with lock.held():
        pass
    assert other("check") != "done"
    lock.release()


def test_a_writer_that_was_killed_is_replaced_at_once(tmp_path, other):
    assert other("acquire") == "done"
    other.process.kill()
    other.process.wait()
    lock = WriterLock(tmp_path)
    lock.acquire()
    lock.release()


def test_another_process_with_the_same_number_is_not_the_writer(tmp_path):
    write_holder(tmp_path, pid=os.getppid(), started=1.0, birth="another boot/1")
    lock = WriterLock(tmp_path)
    lock.acquire()
    lock.release()


def test_a_writer_on_another_machine_may_live(tmp_path):
    write_holder(tmp_path, host="elsewhere", pid=999_999_999)
    lock = WriterLock(tmp_path)
    with pytest.raises(ProjectBusyError, match="elsewhere"):
        lock.acquire()
    lock.take_over()
    lock.check()
    lock.release()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"pid": "x"}',
        b"\xff",
        b"[" * 9_000,
        b'{"pid": 1e400}',
        b'{"host": "h", "user": "u", "pid": -5, "started": 1, "since": ""}',
        b'{"host": 1, "user": [], "pid": %s, "started": "nan", "since": {}}' % (b"9" * 400),
    ],
)
def test_a_damaged_file_names_nobody(tmp_path, content):
    (tmp_path / NAME).write_bytes(content)
    lock = WriterLock(tmp_path)
    lock.acquire()
    lock.release()


def test_a_folder_in_its_place_is_told(tmp_path):
    (tmp_path / NAME).mkdir()
    with pytest.raises(ProjectError, match=r"writer\.json"):
        WriterLock(tmp_path).acquire()


@posix_only("no FIFOs here")
def test_a_fifo_in_its_place_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / NAME)
    lock = WriterLock(tmp_path)
    lock.acquire()
    lock.release()


def test_within_a_process_the_lock_is_shared(tmp_path):
    first, second = WriterLock(tmp_path), WriterLock(tmp_path)
    first.acquire()
    second.acquire()
    first.release()
    second.check()
    assert (tmp_path / NAME).exists()
    with second.held():
        pass
    second.release()
    second.release()
    assert not (tmp_path / NAME).exists()


def test_the_file_comes_back_when_somebody_tidied_up(tmp_path, other):
    lock = WriterLock(tmp_path)
    lock.acquire()
    (tmp_path / NAME).unlink()
    with lock.held():
        pass
    assert other("acquire") != "done"
    lock.release()
