from __future__ import annotations

import random
import time

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.document.image_state import ImageState
from app.worklist.image_model import ID_ROLE, STATE_ROLE, Order
from app.worklist.image_panel import ImagePanel
from app.worklist.thumbnail_maker import thumbnail
from app.worklist.thumbnails import HEIGHT, WIDTH
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, State
from segcore.project.index import ImageRecord
from segcore.project.project import Project

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def record(name, state=State.NEW, uncertainty=None, unreadable="", layout=""):
    return ImageRecord(name, 64, 48, state, uncertainty, None, None, layout, unreadable)


@pytest.fixture
def panel(qtbot, session):
    panel = ImagePanel(session)
    qtbot.addWidget(panel)
    return panel


@pytest.fixture
def show(session):
    """Fill the list with records of no project."""
    return lambda records: session.records.take(None, records)


@pytest.fixture
def photos(tmp_path):
    for n in range(30):
        Image.fromarray(np.full((40, 60, 3), n * 8, np.uint8)).save(tmp_path / f"{n:02}.png")
    return tmp_path


def names(panel):
    return [panel.model.index(n).data(ID_ROLE) for n in range(panel.model.rowCount())]


def summary(panel):
    return panel.summary.text().replace("\u00a0", " ")


def test_filter_by_words_and_state(panel, show):
    records = [record("a/road one.jpg"), record("a/road two.jpg", State.DONE), record("b/field.jpg", State.DONE)]
    show(records)
    panel.model.set_filter("ROAD one", None)
    assert names(panel) == ["a/road one.jpg"]
    panel.model.set_filter("", ImageState.DONE)
    assert names(panel) == ["a/road two.jpg", "b/field.jpg"]
    panel.states.setCurrentIndex(0)
    panel.search.setText("nothing like it")
    panel._filter()
    assert names(panel) == []
    assert "0 shown" in summary(panel)


def test_uncertain_first_puts_done_images_behind_unknown_ones_and_unreadable_ones_last(panel, show):
    show(
        [
            record("unreadable", uncertainty=1.0, unreadable="It is truncated."),
            record("done", State.DONE, 0.95),
            record("certain", State.PREDICTED, 0.1),
            record("unknown"),
            record("uncertain", State.IN_PROGRESS, 0.9),
        ]
    )
    panel.order.setCurrentIndex(panel.order.findData(Order.UNCERTAIN_FIRST))
    assert names(panel) == ["uncertain", "certain", "unknown", "done", "unreadable"]


def test_a_change_moves_no_row_until_it_is_asked_for(qtbot, panel, session, show):
    show([record("a", uncertainty=0.9), record("b", uncertainty=0.5)])
    panel.order.setCurrentIndex(panel.order.findData(Order.UNCERTAIN_FIRST))
    with qtbot.waitSignal(session.records.changed):
        session.records.saved("a", State.DONE)
    assert names(panel) == ["a", "b"]
    panel.order_again()
    assert names(panel) == ["b", "a"]


def test_selection_follows_the_document_and_asks_once(panel, show):
    show([record(n) for n in "abc"])
    seen = []
    panel.image_chosen.connect(seen.append)
    panel.show_current("b")
    assert panel.list.currentIndex().row() == 1
    assert seen == []
    panel.list.setCurrentIndex(panel.model.index(2))
    assert seen == ["c"]
    panel.model.set_filter("a", None)
    assert seen == ["c"], "filtering chooses nothing"


def test_ctrl_return_does_not_add_the_next_image_to_the_selection(panel, show, qtbot):
    panel.show()
    show([record(n) for n in "abc"])
    panel.show_current("a")
    QTest.keyPress(panel.windowHandle(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.ControlModifier
    panel.show_current("b")
    QTest.keyRelease(panel.windowHandle(), Qt.Key.Key_Return)
    assert [index.data(ID_ROLE) for index in panel.list.selectionModel().selectedRows()] == ["b"]


def test_neighbours_follow_the_shown_order(panel, show):
    show([record("a"), record("b", State.DONE), record("c")])
    panel.model.set_filter("", ImageState.NEW)
    assert panel.model.neighbour("a", 1) == ("c", 0)
    assert panel.model.neighbour("c", 1) == (None, 0)
    assert panel.model.neighbour("b", 1) == ("a", 0), "from a hidden image: the first row"
    assert panel.model.neighbour(None, -1) == ("c", 0)


def test_neighbours_pass_over_unreadable_images(panel, show):
    bad = {name: record(name, unreadable="It is truncated.") for name in "bcf"}
    show([record("a"), bad["b"], bad["c"], record("d"), record("e"), bad["f"]])
    assert panel.model.neighbour("a", 1) == ("d", 2)
    assert panel.model.neighbour("d", -1) == ("a", 2)
    assert panel.model.neighbour("d", 1) == ("e", 0)
    assert panel.model.neighbour("e", 1) == (None, 1)
    assert panel.model.neighbour("b", 1) == ("d", 1), "from an unreadable image one can go on"
    panel.states.setCurrentIndex(panel.states.findData(ImageState.UNREADABLE))
    assert names(panel) == ["b", "c", "f"]
    assert panel.model.neighbour("b", 1) == ("c", 0), "who looks at unreadable ones only goes through them"


def test_what_is_odd_about_a_file_is_said_in_its_row(panel, show):
    show([record("a", State.DONE, unreadable="a cannot be read."), record("b", layout="grey page 12"), record("c")])
    states = [panel.model.index(n).data(STATE_ROLE) for n in range(3)]
    tips = [panel.model.index(n).data(Qt.ItemDataRole.ToolTipRole) for n in range(3)]
    assert states == [ImageState.UNREADABLE, ImageState.NEW, ImageState.NEW]
    assert "a cannot be read." in tips[0]
    assert "12 pages" in tips[1]
    assert tips[2] == "c"
    assert "Unreadable" in panel.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert summary(panel) == "0 of 3 done · 1 unreadable"


def test_states_change_in_place(qtbot, panel, session, show):
    show([record("a"), record("b")])
    with qtbot.waitSignal(session.records.changed):
        session.records.saved("b", State.DONE)
    assert panel.model.index(1).data(STATE_ROLE) is ImageState.DONE
    assert summary(panel) == "1 of 2 done"
    assert "Done" in panel.model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)


def test_the_list_follows_saves_of_the_project(qtbot, panel, session, photos, tmp_path):
    with Project.create(tmp_path / "p", photos, ClassSet.from_names(["x"])) as project:
        session.document.set_project(project)
        qtbot.waitUntil(lambda: panel.model.rowCount() == 30)
        done = LabelMap.blank(40, 60)
        done.labels[:], done.provenance[:] = 0, 3
        session.records.saved("07.png", project.save_label_map("07.png", done))
        qtbot.waitUntil(lambda: summary(panel) == "1 of 30 done")
        qtbot.waitUntil(lambda: session.records.of("07.png").labelled_at is not None)
        qtbot.waitUntil(lambda: not session.jobs.busy)


def test_a_file_whose_thumbnail_fails_is_unreadable_until_it_changes(qtbot, panel, session, photos, tmp_path):
    path = photos / "01.png"
    sound = path.read_bytes()
    path.write_bytes(sound[:60])  # its header is sound
    panel.resize(260, 300)
    panel.show()
    with Project.create(tmp_path / "p", photos, ClassSet.from_names(["x"])) as project:
        session.document.set_project(project)
        row = panel.model.index
        qtbot.waitUntil(lambda: panel.model.rowCount() == 30)
        qtbot.waitUntil(lambda: row(1).data(STATE_ROLE) is ImageState.UNREADABLE)
        qtbot.waitUntil(lambda: "1 unreadable" in summary(panel))  # told a turn after the row
        path.write_bytes(sound)
        session.records.look_again()
        qtbot.waitUntil(lambda: row(1).data(STATE_ROLE) is ImageState.NEW)
        qtbot.waitUntil(lambda: row(1).data(Qt.ItemDataRole.DecorationRole) is not None)
        qtbot.waitUntil(lambda: not session.jobs.busy)


def test_uncertain_ones_come_first_then_done_ones_then_those_nobody_can_read(panel, show):
    choose = random.Random(0)
    records = [
        record(
            f"{n}", choose.choice(list(State)), choose.choice([None, 0.0, 0.25, 1.0]), choose.choice(["", "", "bad"])
        )
        for n in range(300)
    ]
    panel.model.set_order(Order.UNCERTAIN_FIRST)
    show(records)

    def place(image):
        is_done = not image.unreadable and image.state is State.DONE
        return bool(image.unreadable), is_done, 1.0 if image.uncertainty is None else -image.uncertainty

    assert names(panel) == [image.id for image in sorted(records, key=place)]


def test_thumbnails_only_for_rows_that_are_seen(panel, show, photos, qtbot):
    panel.resize(260, 300)
    panel.show()
    show([record(path.name) for path in sorted(photos.iterdir())])
    panel.thumbnails.set_folder(photos)
    first = panel.model.index(0)
    qtbot.waitUntil(lambda: first.data(Qt.ItemDataRole.DecorationRole) is not None)
    qtbot.wait(200)
    made = set(panel.thumbnails._kept)
    assert "00.png" in made
    assert "29.png" not in made
    assert len(made) < 15


def test_thumbnails_are_there_the_next_time_without_reading_the_images(qtbot, session, photos, monkeypatch):
    def seen(row):
        panel = ImagePanel(session)
        qtbot.addWidget(panel)
        session.records.take(None, [record(path.name) for path in sorted(photos.iterdir())])
        panel.model.apply()
        panel.thumbnails.set_folder(photos)
        shown = panel.model.index(row)
        qtbot.waitUntil(lambda: shown.data(Qt.ItemDataRole.DecorationRole) is not None)
        grey = shown.data(Qt.ItemDataRole.DecorationRole).toImage().pixelColor(WIDTH // 2, HEIGHT // 2).red()
        qtbot.waitUntil(lambda: not session.jobs.busy)
        panel.thumbnails.close()
        return grey

    assert abs(seen(20) - 160) <= 2
    monkeypatch.setattr("app.worklist.thumbnail_maker.thumbnail", lambda *_: None)
    assert abs(seen(20) - 160) <= 2


def test_one_thumbnail_that_fails_oddly_does_not_keep_the_others_from_being_seen(
    qtbot, panel, show, photos, monkeypatch
):
    def fails(path, *size):
        if path.name == "00.png":
            raise ZeroDivisionError
        return thumbnail(path, *size)

    monkeypatch.setattr("app.worklist.thumbnail_maker.thumbnail", fails)
    show([record(path.name) for path in sorted(photos.iterdir())])
    panel.thumbnails.set_folder(photos)
    rows = [panel.model.index(n) for n in range(5)]
    assert [row.data(Qt.ItemDataRole.DecorationRole) for row in rows] == [None] * 5
    qtbot.waitUntil(lambda: all(row.data(Qt.ItemDataRole.DecorationRole) is not None for row in rows[1:]))
    assert rows[0].data(Qt.ItemDataRole.DecorationRole) is None


def test_twenty_thousand_images_are_quick(panel, show, qtbot):
    panel.show()
    records = [record(f"folder/{n:05}.jpg", State(n % 4)) for n in range(20_000)]
    start = time.perf_counter()
    show(records)
    panel.show_current("folder/15000.jpg")
    panel.model.set_filter("123", None)
    panel.model.set_filter("", None)
    assert time.perf_counter() - start < 1.0
    assert panel.model.rowCount() == 20_000


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "I;16", "CMYK"])
def test_a_thumbnail_of_any_kind(tmp_path, mode, qtbot):
    path = tmp_path / "image.tif"
    values = np.linspace(0, 60000, 90 * 60).reshape(60, 90).astype(np.uint16)
    image = Image.fromarray(values) if mode == "I;16" else Image.new(mode, (90, 60))
    image.save(path)
    made = thumbnail(path, WIDTH, HEIGHT)
    assert (made.shape, made.dtype) == ((HEIGHT, WIDTH, 3), np.uint8)


def test_the_thumbnail_of_a_broken_file_is_the_reason(tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    assert "cannot be read" in str(thumbnail(tmp_path / "broken.jpg", WIDTH, HEIGHT))


def test_an_image_too_large_for_a_thumbnail_is_not_unreadable(tmp_path, monkeypatch):
    monkeypatch.setattr("segcore.images.image.THUMBNAIL_PIXELS", 100)
    Image.new("RGB", (60, 40)).save(tmp_path / "large.png")
    assert thumbnail(tmp_path / "large.png", WIDTH, HEIGHT) is None


def is_seen(panel, name):
    index = panel.list.currentIndex()
    return index.data(ID_ROLE) == name and panel.list.viewport().rect().contains(panel.list.visualRect(index))


def test_the_list_scrolls_to_the_open_image_when_the_search_is_cleared(qtbot, panel, show):
    panel.resize(260, 500)
    panel.show()
    show([record(f"{n:05}") for n in range(5000)])
    panel.show_current("04321")
    for text in ("43", "nothing like it", "0001"):
        panel.search.setText(text)
        qtbot.waitUntil(lambda: panel.model.rowCount() < 5000)
        panel.search.clear()
        qtbot.waitUntil(lambda: panel.model.rowCount() == 5000)
        assert is_seen(panel, "04321"), f"after the search for {text}"


def test_the_tab_key_opens_no_other_image_while_a_filter_hides_the_open_one(panel, show, qtbot):
    panel.show()
    show([record(n) for n in "abc"])
    panel.show_current("b")
    panel.model.set_filter("c", None)
    asked = []
    panel.image_chosen.connect(asked.append)
    QApplication.sendEvent(panel.list, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert asked == []
    panel.search.setText("c")
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert asked == ["c"], "Enter in the search opens the first image found"


def test_home_and_end_go_to_the_first_and_the_last_row(panel, show, qtbot):
    panel.show()
    show([record(n) for n in "abc"])
    panel.show_current("b")
    qtbot.keyClick(panel.list, Qt.Key.Key_End)
    assert panel.list.currentIndex().row() == 2
    qtbot.keyClick(panel.list, Qt.Key.Key_Home)
    assert panel.list.currentIndex().row() == 0


def test_the_open_image_is_seen_in_a_long_list(qtbot, panel, show):
    panel.resize(260, 500)
    panel.show()
    show([record(f"{n:05}") for n in range(5000)])
    for name in ("04321", "00007"):
        panel.show_current(name)
        qtbot.waitUntil(
            lambda: panel.list.viewport().rect().contains(panel.list.visualRect(panel.list.currentIndex())),
        )
        assert panel.list.currentIndex().data(ID_ROLE) == name
