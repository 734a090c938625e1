"""What every test stands on: its own user folders, an offscreen Qt, and no thread or process left behind."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from segcore.models import consent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")
if sys.platform == "win32":  # without a display, Qt finds no font of Windows by itself, and warns of it
    os.environ.setdefault("QT_QPA_FONTDIR", str(Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "Fonts")))

if "PYTEST_XDIST_WORKER" in os.environ:  # one of several, one a core: torch in its processes too takes one thread
    os.environ.setdefault("OMP_NUM_THREADS", "1")

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # of a job in the background; processes of tests would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


class PatientBot(QtBot):
    """Waits 60 s where the test names no limit, not 5: a machine that others use, too, may take as long."""

    def waitUntil(self, callback, *, timeout=60_000):  # noqa: N802
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal, *, timeout=60_000, **more):  # noqa: N802
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    """pytest-qt's fixture, more patient."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def user_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, logs, data and downloaded weights of this test alone; nobody's own are read or changed."""
    home = tmp_path_factory.mktemp("home")
    for name in (
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_CACHE_HOME",
        "XDG_STATE_HOME",
        "TORCH_HOME",
        "APPDATA",
        "LOCALAPPDATA",
    ):
        monkeypatch.setenv(name, str(home / name.lower()))
    consent.forget()
    monkeypatch.delenv("MASKWRIGHT_OFFLINE", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return home


@pytest.fixture(autouse=True)
def same_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that makes way for others (``train --json``) runs in this process in some tests, and others follow."""
    if hasattr(os, "nice"):
        monkeypatch.setattr(os, "nice", lambda _: 0)


@pytest.fixture(autouse=True)
def nothing_left_in_qt(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test starts with no widget and no style sheet, as the app does: with them a window takes 4 times as long.

    As in the app (see app/jobs/garbage.py), garbage is collected in the UI thread alone.
    """
    if "qapp" not in request.fixturenames:
        yield
        return
    gc.disable()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QApplication.instance().setStyleSheet("")
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail when a test leaves a thread or a child process."""
    threads, children = set(threading.enumerate()), child_processes()
    yield
    crf = sys.modules.get("segcore.crf")
    if crf is not None:
        crf.shutdown()
    deadline = time.monotonic() + 3.0
    while time.monotonic() < deadline:
        left = [t for t in threading.enumerate() if t not in threads and t.is_alive()]
        born = child_processes() - children
        if not left and not born:
            return
        time.sleep(0.02)
    assert not left, f"threads left behind: {left}"
    assert not born, f"processes left behind: {born}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    r"""Write a name that is no text, as of some files, as ``\udcff``: execnet sends UTF-8 from process to process."""
    report = yield
    report.sections = [
        (title, printed.encode(errors="backslashreplace").decode()) for title, printed in report.sections
    ]
    return report


def child_processes() -> set[int]:
    """Process numbers of our living children (Linux; elsewhere none are counted)."""
    found: set[int] = set()
    for task in Path("/proc/self/task").glob("*/children") if sys.platform == "linux" else ():
        try:
            found.update(int(pid) for pid in task.read_text().split())
        except OSError:
            continue
    return {pid for pid in found if not is_tracker(pid)}


def is_tracker(pid: int) -> bool:
    """multiprocessing's resource tracker lives as long as the interpreter by design; zombies are already dead."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        return b"resource_tracker" in command or command == b""
    except OSError:
        return True


def pytest_unconfigure() -> None:
    """Let the interpreter end with everything in reach; frozen extension types would complain of leaks."""
    gc.unfreeze()
