from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.appearance.hint import ENOUGH, Hint
from app.canvas.layers import View
from app.document.image_state import ImageState
from app.formats.export_dialog import ExportOrder
from app.project.new_project_dialog import NewProjectDialog
from app.window import main_window
from segcore.formats.export_options import ExportOptions
from segcore.progress import Progress
from segcore.project.project import Project
from tests.app.window.open_window import CLASSES, drag, key, wait_image

# The offscreen platform says this whenever a window or dialog is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_nothing_open_shows_the_start_page(window):
    assert window.start.isVisible()
    assert all(dock.isHidden() for dock in window.docks)
    assert not window.actions_["predict"].isEnabled()
    assert window.actions_["open_folder"].isEnabled()


def test_a_folder_with_a_project_beside_it_opens_at_once(opened):
    assert opened.canvas.isVisible()
    assert opened.images.model.rowCount() == 4
    assert opened.images.list.currentIndex().row() == 0
    assert all(dock.isVisible() for dock in opened.docks)
    assert "photos" in opened.windowTitle()
    assert opened.classes.tree.topLevelItemCount() == 4


def test_a_new_folder_asks_for_its_classes(qtbot, window, photos):
    window.open_path(photos)
    qtbot.waitUntil(lambda: isinstance(window.dialogs.current, NewProjectDialog))
    dialog = window.dialogs.current
    dialog.names.setPlainText("sky\n\n sky \n")
    dialog.create_button.click()
    assert dialog.isVisible(), "two classes of one name are refused in the dialog"
    dialog.names.setPlainText("sky\nsea\n")
    dialog.create_button.click()
    wait_image(qtbot, window, "a.png")
    assert window.document.classes.names == ["sky", "sea"]
    assert (photos.parent / "photos.maskwright" / "project.json").is_file()


def test_an_image_opens_its_folder_with_this_image(qtbot, window, photos):
    Project.for_folder(photos, CLASSES).close()
    window.open_path(photos / "süd" / "d.png")
    wait_image(qtbot, window, "süd/d.png")


def test_what_is_no_image_is_told_and_nothing_else_happens(qtbot, window, tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    window.open_path(tmp_path / "notes.txt")
    qtbot.waitUntil(lambda: "notes.txt" in window.banner.text)
    window.open_path(tmp_path / "gone")
    qtbot.waitUntil(lambda: "gone" in window.banner.text)
    assert window.document.project is None


def test_next_previous_and_back_to_the_last_image(qtbot, opened, photos):
    key(opened, Qt.Key.Key_D)
    wait_image(qtbot, opened, "b.png")
    key(opened, Qt.Key.Key_D)
    wait_image(qtbot, opened, "c.png")
    key(opened, Qt.Key.Key_A)
    wait_image(qtbot, opened, "b.png")
    assert opened.images.list.currentIndex().row() == 1
    with qtbot.waitSignal(opened.document.project_changed):
        opened.open_path(photos)
    wait_image(qtbot, opened, "b.png")


def test_hurrying_through_the_list_shows_only_the_last(qtbot, opened):
    for _ in range(3):
        key(opened, Qt.Key.Key_D)
    assert opened.document.coming == "süd/d.png"
    wait_image(qtbot, opened, "süd/d.png")
    qtbot.wait(50)
    assert opened.document.image_id == "süd/d.png"
    assert opened.document.coming is None


def test_a_stroke_is_undone_redone_and_saved(qtbot, opened, photos):
    opened.actions_["class_2"].trigger()
    drag(opened)
    assert (opened.document.label_map.labels == 1).any()
    assert opened.actions_["undo"].isEnabled()
    assert "Brush" in opened.actions_["undo"].text()
    key(opened, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not (opened.document.label_map.labels == 1).any()
    key(opened, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    painted = opened.document.label_map.labels.copy()
    qtbot.waitUntil(lambda: opened.status.saved.text() == "Saved")
    with Project.open(photos.parent / "photos.maskwright") as again:
        assert np.array_equal(again.load_label_map("a.png").labels, painted)
    assert opened.records.count(ImageState.IN_PROGRESS) == 1


def test_an_unsaved_stroke_is_saved_when_the_image_or_the_window_goes(qtbot, opened, photos):
    drag(opened)
    key(opened, Qt.Key.Key_D)
    drag(opened)
    wait_image(qtbot, opened, "b.png")
    drag(opened)
    opened.shutdown()
    with Project.open(photos.parent / "photos.maskwright") as again:
        assert again.corrected_ids() == ["a.png", "b.png"]


def test_tools_views_and_brush_by_key(opened):
    canvas = opened.canvas
    for pressed, name in ((Qt.Key.Key_E, "eraser"), (Qt.Key.Key_F, "fill"), (Qt.Key.Key_P, "polygon")):
        key(opened, pressed)
        assert canvas.tool_name == name
        assert opened.actions_[f"tool_{name}"].isChecked()
    radius = canvas.options.radius
    key(opened, Qt.Key.Key_BracketRight)
    assert canvas.options.radius > radius
    key(opened, Qt.Key.Key_V)
    assert canvas.view is View.OUTLINES
    key(opened, Qt.Key.Key_U)
    assert canvas.view is View.UNCERTAINTY
    assert opened.actions_["view_uncertainty"].isChecked()


def test_a_layer_is_added_in_the_view_tab_and_a_key_shows_one_alone_again(opened):
    views = opened.actions_.group("view").actions()
    opened.view.layers.boxes[View.HEATMAP].click()
    assert opened.canvas.layers == {View.OVERLAY, View.HEATMAP}
    assert not any(action.isChecked() for action in views)
    opened.view.layers.sliders[View.HEATMAP].setValue(20)
    assert opened.canvas._layers.opacities[View.HEATMAP] == 0.2
    key(opened, Qt.Key.Key_T)
    assert [action.objectName() for action in views if action.isChecked()] == ["view_outlines"]
    assert [layer for layer, box in opened.view.layers.boxes.items() if box.isChecked()] == [View.OUTLINES]
    opened.actions_["view_legend"].trigger()
    assert opened.settings["view.legend"]
    assert opened.canvas.legend_of_classes


def test_tab_held_shows_the_image_alone(opened, qapp):
    canvas = opened.canvas
    canvas.setFocus()
    for kind, view in ((QEvent.Type.KeyPress, View.IMAGE), (QEvent.Type.KeyRelease, View.OVERLAY)):
        qapp.sendEvent(canvas, QKeyEvent(kind, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier))
        assert canvas.view is view


def test_typing_in_the_search_field_paints_and_moves_nothing(qtbot, opened):
    opened.activateWindow()
    opened.images.search.setFocus()
    QTest.keyClicks(opened.images.search, "d1e")
    assert opened.images.search.text() == "d1e"
    assert opened.canvas.tool_name == "brush"
    assert opened.document.image_id == "a.png"


def test_a_project_opens_with_a_class_that_is_seen(opened):
    assert opened.document.classes.names[0] == "background"  # hidden at first
    assert opened.document.active_class == 1


def test_classes_are_added_and_removed_with_their_consequences(qtbot, opened, photos):
    opened.actions_["class_2"].trigger()
    drag(opened)
    opened.classes.add("tree")
    assert opened.document.classes.names[-1] == "tree"
    opened.class_editing.ask_removal(1)
    question = opened.class_editing.question
    qtbot.waitUntil(question.isVisible)
    assert "One image" in question.label.text()
    assert question.label.text().endswith("Earlier edits can no longer be undone, in any image.")
    assert opened.canvas.isEnabled(), "a person may go on painting"
    question.cancel_button.click()
    assert question.isHidden()
    assert opened.document.classes.find(1) is not None
    opened.class_editing.remove(1)
    qtbot.waitUntil(lambda: opened.document.classes.find(1) is None)
    wait_image(qtbot, opened, "a.png")
    assert not (opened.document.label_map.labels == 1).any()
    stored = json.loads((photos.parent / "photos.maskwright" / "project.json").read_text())
    assert [c["name"] for c in stored["classes"]] == ["background", "car", "tree"]


def test_done_and_next(qtbot, opened):
    opened.document.replace(
        type(opened.document.label_map)(np.zeros((64, 96), np.uint8), np.ones((64, 96), np.uint8)), "Accept"
    )
    opened.actions_["done_next"].trigger()
    wait_image(qtbot, opened, "b.png")
    qtbot.waitUntil(lambda: opened.records.count(ImageState.DONE) == 1)
    qtbot.waitUntil(lambda: opened.images.summary.text() == "1 of 4 done")


def test_done_says_when_nothing_is_labelled(qtbot, opened):
    said = []
    opened.navigation.message.connect(said.append)
    opened.actions_["done_next"].trigger()
    wait_image(qtbot, opened, "b.png")
    assert "a.png is not done" in said[0]


def test_export_writes_and_reports(qtbot, opened, tmp_path):
    drag(opened)
    with qtbot.waitSignal(opened.exporting.exported) as told:
        opened.exporting.export(ExportOrder(("png",), tmp_path / "out", ExportOptions()))
    assert told.args[0].exported == ("a.png",)
    assert len(list(Path(tmp_path / "out").rglob("a.png*"))) == 1
    assert Path(opened.exporting.ask().out.text()) == tmp_path / "out"


def test_a_running_job_is_shown_with_cancel(qtbot, opened):
    def slow():
        while True:
            time.sleep(0.002)
            yield Progress(1, 3)

    job = opened.jobs.submit("crf", slow, "Something slow")
    qtbot.waitUntil(lambda: opened.status._job.isVisible())
    assert "Something slow" in opened.status._title.text()
    opened.status.cancel_job()
    qtbot.waitUntil(lambda: job.finished)
    assert not opened.status._job.isVisible()


def test_pointer_facts(opened):
    opened.document.label_map.labels[:] = 1
    opened.pointer._move(3, 4)
    opened.pointer.show_now()
    assert opened.status.place.text() == "3, 4"
    assert opened.status.under.text() == "road"
    opened.pointer._leave()
    opened.pointer.show_now()
    assert opened.status.place.text() == ""


def test_the_background_is_hidden_and_the_heatmap_follows_the_active_class(opened):
    assert opened.canvas.hidden_classes == frozenset({0})
    opened.document.set_active_class(2)
    assert opened.canvas.heatmap_class == 2
    assert opened.canvas.predict_action is opened.actions_["predict"]


def test_a_stroke_that_changes_nothing_says_why_in_the_status_bar(opened):
    opened.document.set_active_class(1)
    drag(opened)
    assert opened.status.currentMessage() == ""
    drag(opened)
    assert opened.status.currentMessage() == "Nothing changed: these pixels are “road” already."


def test_dropping_a_folder_opens_it(qtbot, window, photos):
    Project.for_folder(photos, CLASSES).close()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photos))])
    copy, no = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), copy, data, Qt.MouseButton.LeftButton, no))
    wait_image(qtbot, window, "a.png")


def test_hints_are_dismissed_for_good_and_come_back_on_request(qtbot, opened, settings, tmp_path):
    assert opened.settings["hints.dismissed"] == []
    opened.settings["hints.dismissed"] = ["images"]
    file = tmp_path / "settings.json"
    qtbot.waitUntil(lambda: file.exists() and "images" in file.read_text())
    opened.actions_["hints"].trigger()
    assert opened.settings["hints.dismissed"] == []
    opened.actions_["hide_hints"].trigger()
    assert all(hint.isHidden() for hint in opened.findChildren(Hint))
    opened.actions_["hints"].trigger()
    assert len(opened.findChildren(Hint)) == 6
    assert not opened.findChildren(Hint)[0].dismissed


def test_a_hint_goes_away_after_some_uses_of_what_it_explains(opened):
    hint = next(hint for hint in opened.findChildren(Hint) if hint.name == "view")
    for _ in range(ENOUGH - 1):
        opened.actions_["view_cycle"].trigger()
    assert not hint.isHidden()
    opened.actions_["view_cycle"].trigger()
    assert hint.isHidden()
    assert opened.settings["hints.dismissed"] == ["view"]


def test_the_title_names_image_and_project_and_marks_what_is_not_saved(qtbot, opened):
    assert opened.windowTitle() == "a.png – photos – Maskwright[*]"
    assert not opened.isWindowModified()
    drag(opened)
    assert opened.isWindowModified()
    qtbot.waitUntil(lambda: not opened.isWindowModified())
    assert opened.status.saved.text() == "Saved"


def test_a_typed_radius_gives_the_keys_back(qtbot, opened):
    field = opened.tools._size
    # Until the icons have come the buttons show their names, and the field may be in the menu.
    qtbot.waitUntil(lambda: not opened.actions_["undo"].icon().isNull() and field.isVisible())
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "22")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert opened.canvas.options.radius == 22
    assert opened.canvas.hasFocus()
    key(opened, Qt.Key.Key_2)
    assert opened.document.active_class == 1
    assert opened.canvas.options.radius == 22


def test_a_new_class_is_named_in_the_list(qtbot, opened):
    opened.activateWindow()
    opened.classes.add_button.click()
    qtbot.waitUntil(lambda: len(opened.document.classes) == 4)
    assert opened.document.active_class == 3
    field = opened.classes.tree.findChild(QLineEdit)
    assert field.text() == "class 4"
    field.selectAll()
    qtbot.keyClicks(field, "kerb")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened.document.classes.classes[3].name == "kerb")


def test_the_project_is_closed_beside_the_thread_of_the_window(opened, monkeypatch):
    threads, close = [], Project.close
    monkeypatch.setattr(Project, "close", lambda project: (threads.append(threading.current_thread()), close(project)))
    opened.shutdown()
    assert threads
    assert threading.main_thread() not in threads
    assert opened.hanging == []
    assert not (opened.document.project.root / "writer.json").exists()


def test_a_folder_that_never_answers_does_not_keep_the_window(opened, monkeypatch):
    answers = threading.Event()
    close = opened.autosaver.close_all
    monkeypatch.setattr(main_window, "KEEP_SECONDS", 0.05)
    monkeypatch.setattr(opened.autosaver, "close_all", lambda: (answers.wait(20), close()))
    opened.shutdown()
    assert opened.hanging == ["closing"]
    answers.set()
    next(each for each in threading.enumerate() if each.name == "closing").join()
