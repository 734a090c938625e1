from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from app.document.autosave import Autosaver
from app.document.document import Document
from app.document.loaded_image import load_image
from app.document.rescue import NOTE, ended_folder, rescued_below
from app.jobs.job_runner import JobRunner
from app.window import leaving
from app.window.leaving import Leaving
from app.window.unsaved_dialog import UnsavedDialog
from segcore.editing import Box
from segcore.labels.classes import ClassSet
from segcore.project.project import Project

# The offscreen platform says these whenever a window or dialog is shown or raised.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise", extend=True)


class Window(QWidget):
    """What the main window does at its end, without the rest of it."""

    def __init__(self, project):
        super().__init__()
        self.project = project
        self.document, self.jobs = Document(self), JobRunner(self)
        self.autosaver = Autosaver(self.document, self.jobs)
        self.leaving = Leaving(self.autosaver, self.jobs, self)
        self.document.edited.connect(lambda _: self.leaving.painted())
        self.ended = False
        self.said, self.errors = [], []
        self.leaving.message.connect(self.said.append)
        self.leaving.error.connect(self.errors.append)
        self.document.set_project(project)
        self.open("a.png")

    def open(self, image_id):
        self.document.show(load_image(self.project, image_id))

    def paint(self, row=0):
        recorder = self.document.begin("Brush")
        recorder.paint(Box(0, row, 4, row + 1), np.ones((1, 4), np.bool_), 1)
        self.document.commit(recorder)

    def closeEvent(self, event):  # noqa: N802
        if not self.ended:
            if not self.leaving.may_close():
                event.ignore()
                return
            self.gave_up = self.leaving.gave_up
            self.end()
        super().closeEvent(event)

    def end(self):
        self.ended = True
        self.jobs.shutdown(seconds=3.0, keep_seconds=0.2)

    # what a disk does

    def fill_disk(self):
        (self.project.root / "labels").write_text("in the way")

    def free_disk(self):
        (self.project.root / "labels").unlink()

    def painted_on_disk(self, image_id="a.png"):
        return int((self.project.load_label_map(image_id).labels == 1).sum())

    @property
    def dialog(self) -> UnsavedDialog:
        assert isinstance(self.leaving.dialog, UnsavedDialog)
        return self.leaving.dialog


@pytest.fixture
def window(qtbot, tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("a.png", "<b>b.png"):
        Image.fromarray(np.zeros((20, 30, 3), np.uint8)).save(photos / name)
    with Project.for_folder(photos, ClassSet.from_names(["road", "car"])) as project:
        window = Window(project)
        qtbot.addWidget(window, before_close_func=lambda w: w.ended or w.end())
        window.show()
        yield window
        if not window.ended:
            window.end()


def asked(qtbot, window):
    qtbot.waitUntil(lambda: isinstance(window.leaving.dialog, UnsavedDialog))
    return window.dialog


def closed(qtbot, window):
    qtbot.waitUntil(lambda: window.ended)
    assert not window.isVisible()
    assert window.leaving.dialog is None


def idle(qtbot, window):
    qtbot.waitUntil(lambda: not window.jobs.busy)


def words(dialog):
    return " ".join([label.text() for label in dialog.findChildren(QLabel)] + [dialog.list.toPlainText()])


def test_a_window_without_edits_closes_at_once(window):
    assert window.close()
    assert window.ended
    assert not window.gave_up


def test_closing_waits_for_the_save_and_asks_nothing(qtbot, window):
    window.paint()
    assert not window.close()
    closed(qtbot, window)
    assert not window.gave_up
    assert window.painted_on_disk() == 4


def test_who_goes_on_painting_did_not_mean_to_close(qtbot, window):
    window.paint()
    with window.project._store.lock:
        window.close()
        window.paint(1)
    qtbot.waitUntil(lambda: not window.autosaver.pending)
    assert not window.ended
    assert window.isVisible()


def test_labels_that_cannot_be_saved_are_asked_about_and_a_second_click_loses_nothing(qtbot, window):
    window.fill_disk()
    window.paint()
    window.open("<b>b.png")
    window.paint()
    window.close()
    window.close()
    dialog = asked(qtbot, window)
    assert dialog.isVisible()
    text = words(dialog)
    assert "2 images" in text
    assert f"a.png: {window.project.root}" in text
    assert "<b>b.png: " in text
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in dialog.findChildren(QLabel) if label.text())
    for _ in range(3):
        assert not window.close()
        idle(qtbot, window)
    assert window.dialog is dialog
    assert not window.ended
    assert len(window.autosaver.unsaved) == 2


def test_cancel_stays(qtbot, window):
    window.fill_disk()
    window.paint()
    window.close()
    asked(qtbot, window).cancel_button.click()
    assert window.leaving.dialog is None
    window.free_disk()
    window.autosaver.flush()
    idle(qtbot, window)
    assert not window.ended, "it was to stay"
    assert window.painted_on_disk() == 4


def test_trying_again_closes_when_it_works_and_asks_anew_when_not(qtbot, window):
    window.fill_disk()
    window.paint()
    window.close()
    first = asked(qtbot, window)
    first.again_button.click()
    qtbot.waitUntil(lambda: window.leaving.dialog not in (None, first))
    window.free_disk()
    window.dialog.again_button.click()
    closed(qtbot, window)
    assert window.painted_on_disk() == 4


def test_it_closes_by_itself_when_the_disk_comes_back_while_it_asks(qtbot, window):
    window.fill_disk()
    window.paint()
    window.close()
    asked(qtbot, window)
    window.free_disk()
    window.autosaver.flush()  # as it does by itself after a while
    closed(qtbot, window)
    assert window.painted_on_disk() == 4


def test_labels_are_lost_only_by_that_button(qtbot, window):
    window.fill_disk()
    window.paint()
    window.close()
    asked(qtbot, window).lose_button.click()
    closed(qtbot, window)
    assert window.gave_up
    window.leaving.save_what_is_left()
    assert rescued_below(ended_folder()) == [], "the person said so"


def test_giving_up_is_for_what_was_asked_about(qtbot, window):
    window.fill_disk()
    window.paint()
    window.close()
    dialog = asked(qtbot, window)
    window.paint(1)  # a prediction that arrives, say
    dialog.lose_button.click()
    again = asked(qtbot, window)
    assert again is not dialog
    assert not window.ended
    again.lose_button.click()
    closed(qtbot, window)


def test_another_folder_takes_them_and_the_window_closes(qtbot, window, tmp_path):
    window.fill_disk()
    window.paint()
    window.close()
    asked(qtbot, window).place_button.click()
    chooser = window.leaving.dialog
    assert isinstance(chooser, QFileDialog)
    window.paint(1)  # nothing that comes meanwhile is left out
    chooser.fileSelected.emit(str(tmp_path / "elsewhere"))
    chooser.done(1)
    closed(qtbot, window)
    assert window.gave_up
    (folder,) = rescued_below(tmp_path / "elsewhere")
    assert "still being saved" in window.said[0]
    assert window.said[-1] == f"The unsaved labels are in {folder}."
    labels = np.asarray(Image.open(folder / "labels" / "a.png.png"))
    assert (labels == 1).sum() == 8
    assert (folder / "provenance" / "a.png.png").is_file()
    assert str(window.project.root) in (folder / NOTE).read_text()


def test_a_folder_that_cannot_be_written_is_told_and_asked_again(qtbot, window, tmp_path):
    (tmp_path / "file").write_text("x")
    window.fill_disk()
    window.paint()
    window.close()
    asked(qtbot, window).place_button.click()
    window.leaving.dialog.reject()
    dialog = asked(qtbot, window)
    dialog.place_button.click()
    chooser = window.leaving.dialog
    chooser.fileSelected.emit(str(tmp_path / "file"))
    chooser.done(1)
    again = asked(qtbot, window)
    assert f"{tmp_path / 'file'}" in words(again)
    assert not window.ended
    again.lose_button.click()
    closed(qtbot, window)


def test_a_save_that_hangs_is_asked_about_and_another_folder_still_works(qtbot, window, tmp_path, monkeypatch):
    window.leaving._patience.setInterval(50)
    window.paint()
    with window.project._store.lock:
        window.close()
        dialog = asked(qtbot, window)
        assert "still being written" in words(dialog)
        dialog.again_button.click()
        dialog = asked(qtbot, window)
        dialog.place_button.click()
        window.leaving.save_to(tmp_path / "elsewhere")
        window.leaving.dialog.done(1)
        closed(qtbot, window)
    assert len(rescued_below(tmp_path / "elsewhere")) == 1


def test_unsaved_labels_can_be_saved_elsewhere_without_closing(qtbot, window, tmp_path):
    window.fill_disk()
    window.paint()
    window.leaving.choose_place()
    window.leaving.dialog.reject()
    assert window.leaving.dialog is None
    window.leaving.save_to(tmp_path / "elsewhere")
    idle(qtbot, window)
    assert len(rescued_below(tmp_path / "elsewhere")) == 1
    assert window.isVisible()
    assert window.autosaver.pending, "the project has them no more than before"
    window.close()
    closed(qtbot, window)
    assert window.leaving.dialog is None, "they are safe: nothing to ask"


def test_what_is_painted_after_saving_elsewhere_is_asked_about(qtbot, window, tmp_path):
    window.fill_disk()
    window.paint()
    window.leaving.save_to(tmp_path / "elsewhere")
    idle(qtbot, window)
    window.paint(1)
    window.close()
    asked(qtbot, window).lose_button.click()
    closed(qtbot, window)


def test_saving_elsewhere_that_fails_is_told(qtbot, window, tmp_path):
    (tmp_path / "file").write_text("x")
    window.fill_disk()
    window.paint()
    window.leaving.save_to(tmp_path / "file")
    idle(qtbot, window)
    assert "cannot be written" in str(window.errors[0])
    assert window.leaving.dialog is None


def test_when_nobody_can_be_asked_labels_go_to_a_folder_that_the_next_start_names(qtbot, window):
    window.leaving.tell_what_was_left()
    assert window.errors == []
    window.fill_disk()
    window.paint()
    window.autosaver.flush()
    window.end()
    window.leaving.save_what_is_left()
    (folder,) = rescued_below(ended_folder())
    window.leaving.tell_what_was_left()
    assert str(folder) in str(window.errors[0])
    assert (folder / "labels" / "a.png.png").is_file()


def test_when_not_even_that_folder_can_be_written_the_log_says_so(qtbot, window, caplog):
    ended_folder().parent.mkdir(parents=True)
    ended_folder().write_text("in the way")
    window.fill_disk()
    window.paint()
    window.autosaver.flush()
    window.end()
    window.leaving.save_what_is_left()
    assert "Labels are lost" in caplog.text


def test_patience_is_a_few_seconds():
    assert 2000 <= leaving.PATIENCE_MS <= 5000
