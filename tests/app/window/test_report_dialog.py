from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from app.jobs.job_runner import JobRunner
from app.window.report_dialog import ReportDialog
from segcore.errors import MaskwrightError
from segcore.progress import Progress

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def jobs(qtbot):
    runner = JobRunner()
    yield runner
    runner.shutdown()


def report(text="What is wrong\n  Nothing was found.\n"):
    yield Progress(1, 2, "Asking torch")
    return text


def test_the_text_is_shown_copied_and_saved(qtbot, jobs, tmp_path):
    dialog = ReportDialog(jobs, report)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.copy_button.isEnabled()
    qtbot.waitUntil(dialog.save_button.isEnabled)
    assert "Nothing was found" in dialog.text.toPlainText()
    dialog.copy()
    assert "Nothing was found" in QGuiApplication.clipboard().text()
    with qtbot.waitSignal(dialog.saved):
        dialog.save(tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text().startswith("What is wrong")
    assert "a.txt" in dialog.state.text()


def test_a_place_that_refuses_is_told(qtbot, jobs, tmp_path):
    (tmp_path / "file").write_text("")
    dialog = ReportDialog(jobs, report)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(dialog.save_button.isEnabled)
    dialog.save(tmp_path / "file" / "a.txt")
    qtbot.waitUntil(lambda: "file" in dialog.state.text())
    assert dialog.save_button.isEnabled()


def test_a_report_that_fails_says_why(qtbot, jobs):
    def fails():
        yield Progress(0, 0)
        raise MaskwrightError("It failed.", "Try again.")

    dialog = ReportDialog(jobs, fails)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.state.text() == "It failed. Try again.")


def test_an_unexpected_error_offers_the_report(qtbot, window):
    window.banner.show_error(ValueError("odd"))
    assert not window.banner.report_button.isHidden()
    window.banner.show_error(OSError("no disk"))
    assert window.banner.report_button.isHidden()
