"""Statistics of the classes in the window."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.labels.label_map import State

pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise)", extend=True)


def cells(dialog):
    return [[dialog.table.item(row, column).text() for column in range(5)] for row in range(dialog.table.rowCount())]


@pytest.fixture
def counted(qtbot, opened):
    labels = np.full((64, 96), 255, np.uint8)
    labels[:2] = 1
    opened.document.project.import_labels("b.png", labels)
    opened.records.saved("b.png", State.DONE)
    opened.actions_["statistics"].trigger()
    dialog = opened.worklist.statistics
    qtbot.waitUntil(lambda: dialog.table.rowCount() == 3)
    return dialog


def test_pixels_shares_and_areas(qtbot, opened, counted):
    assert [row[:4] for row in cells(counted)] == [
        ["background", "0", "0.00 %", "0"],
        ["road", "192", "100.00 %", "1"],
        ["car", "0", "0.00 %", "0"],
    ]
    assert counted.table.isColumnHidden(4)
    assert "tab View" in counted.note.text()
    opened.document.project.set_setting("view.pixel_size", {"source": "own", "x": 0.5, "y": 0.5, "unit": "µm"})
    counted.again.click()
    qtbot.waitUntil(lambda: not counted.table.isColumnHidden(4))
    assert cells(counted)[1][4] == "48"
    assert "road 100.0 %" in counted.chart.accessibleName()


def test_the_table_is_saved(qtbot, opened, counted, tmp_path):
    counted.write(tmp_path / "pixels.csv")
    qtbot.waitUntil((tmp_path / "pixels.csv").exists)
    lines = (tmp_path / "pixels.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "image,class,value,pixels,share,area,unit"
    assert "b.png,road,1,192,1.000000,," in lines


def test_without_labels_it_says_what_to_do(qtbot, opened):
    opened.actions_["statistics"].trigger()
    dialog = opened.worklist.statistics
    qtbot.waitUntil(lambda: dialog.table.rowCount() == 3)
    assert "Paint in an image" in dialog.note.text()


def test_the_size_of_a_pixel_that_the_note_names_is_there_without_rulers(opened):
    assert not opened.actions_["view_rulers"].isChecked()
    assert not opened.view.ruler.isHidden()
