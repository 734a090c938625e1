"""A window that crashes, and the next one: real processes of the real main()."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.window.crash_log import MOST_KEPT, crashes, note_seen, noting_crashes, seen, told
from app.window.log_file import log_folder
from tests.systems import posix_only

ROOT = Path(__file__).resolve().parents[3]

DRIVER = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

run = QApplication.exec

def watched(self=None):
    from app.window import main_window
    main_window.WARM_UP_MS = 3_600_000
    window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, main_window.MainWindow))
    QTimer.singleShot(0, lambda: act(window))
    return run()

QApplication.exec = watched
"""
CRASHES = """
import os, signal
act = lambda window: os.kill(os.getpid(), signal.SIGSEGV)
"""
REPORTS = """
from pathlib import Path
from app.window.report_dialog import ReportDialog

def act(window):
    notice = window.help.crash_notice
    print(notice.label.text() if notice.isVisible() else "nothing")
    if not notice.isVisible():
        window.close()
        return
    notice.report_button.click()
    (dialog,) = window.findChildren(ReportDialog)
    def look():
        if dialog.save_button.isEnabled():
            timer.stop()
            dialog.saved.connect(lambda _: window.close())
            dialog.save(Path(sys.argv[1]))
    timer = QTimer(window, interval=20)
    timer.timeout.connect(look)
    timer.start()
"""
START = """
from app.__main__ import main
raise SystemExit(main([]))
"""


def start(act: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the window; torch, which takes seconds to load, is one that does not load."""
    (folder / "torch.py").write_text("raise ImportError('not for this test')")
    return subprocess.run(
        [sys.executable, "-c", DRIVER + act + START, *arguments],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


@posix_only("signals of POSIX")
def test_the_next_window_offers_a_report_once(tmp_path):
    """Two starts and a visit of the doctor: the parts meet in a crashed process and the one after it only."""
    crashed = start(CRASHES, tmp_path)
    assert crashed.returncode == -11, crashed.stderr
    assert len(crashes(log_folder())) == 1
    reported = start(REPORTS, tmp_path, str(tmp_path / "report.txt"))
    assert reported.returncode == 0, reported.stderr
    assert reported.stdout.strip() == (
        "Maskwright stopped unexpectedly last time. "
        "Labels are saved about a second after each stroke: look at the image that was open."
    )
    text = (tmp_path / "report.txt").read_text("utf-8")
    assert text.startswith("What is wrong\n")
    assert "How it stopped\nFatal Python error: Segmentation fault" in text
    assert "in run_window" in text
    assert "PySide6-Essentials" in text
    assert str(tmp_path) not in text
    assert crashes(log_folder()) == seen(log_folder()) == []


def test_a_window_that_is_closed_leaves_nothing(tmp_path):
    with noting_crashes(tmp_path):
        [path] = tmp_path.iterdir()
        assert crashes(tmp_path) == []
        assert path.exists()
    assert list(tmp_path.iterdir()) == []


def test_an_error_that_ends_the_window_is_noted(tmp_path):
    with pytest.raises(ZeroDivisionError), noting_crashes(tmp_path):
        _ = 1 / 0
    [path] = tmp_path.iterdir()
    assert "ZeroDivisionError" in told(path)


def test_a_process_that_was_killed_is_nothing_to_report(tmp_path):
    (tmp_path / "window-4000000000.crash").write_text("Maskwright 1, process 4000000000\n")
    assert crashes(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_few_crashes_are_kept_and_the_newest_comes_first(tmp_path):
    for number in range(MOST_KEPT + 2):
        path = tmp_path / f"window-{4_000_000_000 + number}.crash"
        path.write_text(f"Maskwright 1\nFatal {number}")
        os.utime(path, (1000 + number, 1000 + number))
    assert [told(path) for path in crashes(tmp_path)] == ["Fatal 4", "Fatal 3", "Fatal 2"]
    assert len(list(tmp_path.iterdir())) == MOST_KEPT


def test_a_folder_that_refuses_is_no_reason_to_stop(tmp_path):
    (tmp_path / "log").write_text("")
    with noting_crashes(tmp_path / "log"):
        pass
    assert crashes(tmp_path / "log") == []


def test_a_crash_is_told_once_and_stays_for_the_report(tmp_path):
    (tmp_path / "window-4000000000.crash").write_text("Maskwright 1\nFatal")
    note_seen(crashes(tmp_path))
    assert crashes(tmp_path) == []
    assert [told(path) for path in seen(tmp_path)] == ["Fatal"]


def test_the_notice_promises_nothing_that_is_not_known_and_is_not_repeated(window, monkeypatch, tmp_path):
    path = tmp_path / "window-4000000000.crash"
    path.write_text("Maskwright 1\nFatal")
    window.help.offer_report(crashes(tmp_path))
    assert not window.help.crash_notice.isHidden()
    assert "Your labels are saved" not in window.help.crash_notice.label.text()
    assert crashes(tmp_path) == []
