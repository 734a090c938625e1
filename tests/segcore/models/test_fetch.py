"""Downloads from a server on this machine: agreed to, resumed, checked as a whole, never offline."""

from __future__ import annotations

import ast
import errno
import hashlib
import pickle
from pathlib import Path

import pytest

import app
import segcore
from segcore.errors import DownloadNeededError, WeightsUnavailableError
from segcore.models import consent
from segcore.models import fetch as fetching
from segcore.models.fetch import fetch
from segcore.progress import drive
from tests.segcore.models.weights_server import CONTENT, CUT, serving

SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = f"w-{SHA256[:8]}.pth"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(fetching, "PAUSES", (0.0, 0.0))


@pytest.fixture
def server():
    with serving() as server:
        consent.agree(server.address)
        yield server


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_it_reports_bytes_and_leaves_the_file_alone(server, tmp_path):
    steps = []
    target = tmp_path / "weights" / NAME
    assert drive(fetch(server.address, target), steps.append) == target
    assert target.read_bytes() == CONTENT
    assert steps[-1].done == steps[-1].total == len(CONTENT)
    assert names(target.parent) == [NAME]


def test_nothing_is_asked_for_without_consent(server, tmp_path):
    consent.forget()
    consent.agree(server.address + "2")
    with pytest.raises(DownloadNeededError) as caught:
        drive(fetch(server.address, tmp_path / "new" / NAME, 42.3))
    assert server.address in caught.value.message
    assert "42.3 MB" in caught.value.message
    assert "--yes" in caught.value.remedy
    assert (server.asked, names(tmp_path)) == ([], [])
    again = pickle.loads(pickle.dumps(caught.value))  # errors come from other processes, too
    assert (again.url, again.megabytes, str(again)) == (server.address, 42.3, str(caught.value))


@pytest.mark.parametrize("switch", ["environment", "setting"])
def test_offline_nothing_is_tried(server, tmp_path, monkeypatch, switch):
    if switch == "environment":
        monkeypatch.setenv(consent.OFFLINE, "1")
    else:
        consent.go_offline("setting")
    with pytest.raises(WeightsUnavailableError, match="offline") as caught:
        drive(fetch(server.address, tmp_path / NAME))
    assert not isinstance(caught.value, DownloadNeededError)
    assert str(tmp_path) in caught.value.remedy
    assert server.asked == []
    monkeypatch.setenv(consent.OFFLINE, "0")
    consent.go_offline("setting", False)
    drive(fetch(server.address, tmp_path / NAME))


def test_a_broken_connection_goes_on_where_it_broke(server, tmp_path):
    server.breaks = 1
    steps = []
    drive(fetch(server.address, tmp_path / NAME), steps.append)
    assert server.asked == ["", f"bytes={CUT}-"]
    assert (tmp_path / NAME).read_bytes() == CONTENT
    assert [step.done for step in steps if step.total] == sorted(step.done for step in steps if step.total)


@pytest.mark.parametrize("ranges", ["ignored", "wrong"])
def test_a_server_that_lies_about_ranges(server, tmp_path, ranges):
    server.breaks, server.ranges = 1, ranges
    drive(fetch(server.address, tmp_path / NAME))
    assert (tmp_path / NAME).read_bytes() == CONTENT
    assert server.asked[1] == f"bytes={CUT}-"
    assert len(server.asked) == (2 if ranges == "ignored" else 3)


def test_when_it_keeps_breaking_the_part_stays_for_the_next_time(server, tmp_path):
    server.breaks, server.ranges = 3, "ignored"
    with pytest.raises(WeightsUnavailableError, match=r"600000 of 1048576 bytes") as caught:
        drive(fetch(server.address, tmp_path / NAME))
    assert NAME in caught.value.remedy
    assert names(tmp_path) == [f"{NAME}.part"]
    server.asked, server.ranges = [], "kept"
    drive(fetch(server.address, tmp_path / NAME))
    assert server.asked == [f"bytes={CUT}-"]
    assert names(tmp_path) == [NAME]


def test_a_cancelled_download_is_continued(server, tmp_path):
    task = fetch(server.address, tmp_path / NAME)
    for _ in range(3):
        next(task)
    task.close()
    assert names(tmp_path) == [f"{NAME}.part"]
    assert (tmp_path / f"{NAME}.part").read_bytes() == CONTENT[: 2 * fetching._CHUNK]
    drive(fetch(server.address, tmp_path / NAME))
    assert server.asked == ["", f"bytes={2 * fetching._CHUNK}-"]


def test_a_busy_server_may_send_the_rest_later(server, tmp_path):
    (tmp_path / f"{NAME}.part").write_bytes(CONTENT[:CUT])
    server.busy = 503
    with pytest.raises(WeightsUnavailableError, match="503"):
        drive(fetch(server.address, tmp_path / NAME))
    server.busy = 0
    drive(fetch(server.address, tmp_path / NAME))
    assert server.asked == [f"bytes={CUT}-"] * 2
    assert (tmp_path / NAME).read_bytes() == CONTENT


def test_a_disk_without_locks_holds_weights(server, tmp_path, monkeypatch):
    def refuse(*_args, **_options):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fetching.FileLock, "acquire", refuse)
    drive(fetch(server.address, tmp_path / NAME))
    assert names(tmp_path) == [NAME]


@pytest.mark.parametrize("part", [CONTENT, b"of another file", CONTENT + b"more"])
def test_a_part_that_is_whole_or_foreign(server, tmp_path, part):
    (tmp_path / f"{NAME}.part").write_bytes(part)
    drive(fetch(server.address, tmp_path / NAME))
    assert (tmp_path / NAME).read_bytes() == CONTENT


@pytest.mark.parametrize("address", ["w", "gone"])
def test_a_wrong_or_missing_file_leaves_nothing(server, tmp_path, address):
    server.content = CONTENT[::-1]
    consent.agree()
    with pytest.raises(WeightsUnavailableError, match="not the published one" if address == "w" else "404"):
        drive(fetch(server.address[:-1] + address, tmp_path / NAME))
    assert len(server.asked) == 1
    assert names(tmp_path) == []


def test_the_checksum_that_the_server_names_counts(server, tmp_path):
    moved = server.address.replace("/w", "/moved/w")
    consent.agree(moved)
    server.checksum = SHA256
    drive(fetch(moved, tmp_path / "model.safetensors"))
    server.checksum = "0" * 64
    with pytest.raises(WeightsUnavailableError, match="not the published one"):
        drive(fetch(moved, tmp_path / "other.safetensors"))
    assert names(tmp_path) == ["model.safetensors"]


def test_two_processes_do_not_write_one_part(server, tmp_path):
    first = fetch(server.address, tmp_path / NAME)
    for _ in range(2):
        next(first)
    with pytest.raises(WeightsUnavailableError, match="another process"):
        drive(fetch(server.address, tmp_path / NAME))
    drive(first)


NETWORK = {
    "socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "telnetlib", "xmlrpc", "asyncio",
    "requests", "urllib3", "httpx", "aiohttp", "huggingface_hub", "torch.hub", "PySide6.QtNetwork",
}  # fmt: skip
ALLOWED = {("segcore/models/fetch.py", "http"), ("segcore/models/fetch.py", "urllib.request")}
LOCAL = {(f"{file}.py", "socket") for file in ("app/window/ending", "segcore/crf/worker", "segcore/crf/process")}
"""Pairs of connected sockets within this machine."""
PURE = {("segcore/models/imagenet.py", "huggingface_hub")}
"""`hf_hub_url` only puts an address together."""


def test_no_other_module_can_open_a_connection():
    root = Path(segcore.__file__).parents[1]
    found = set()
    for file in [*Path(segcore.__file__).parent.rglob("*.py"), *Path(app.__file__).parent.rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            for module in modules:
                found |= {
                    (file.relative_to(root).as_posix(), name) for name in NETWORK if f"{module}.".startswith(f"{name}.")
                }
    assert found == ALLOWED | LOCAL | PURE
