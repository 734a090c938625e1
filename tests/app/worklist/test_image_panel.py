from __future__ import annotations

import time

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from app.jobs.job_runner import JobRunner
from app.settings.settings import Settings
from app.worklist.image_model import ID_ROLE, STATE_ROLE, Order
from app.worklist.image_panel import ImagePanel
from app.worklist.thumbnails import HEIGHT, WIDTH, thumbnail
from segcore.labels.label_map import State
from segcore.project.index import ImageRecord

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def record(name, state=State.NEW, uncertainty=None):
    return ImageRecord(name, 64, 48, state, uncertainty, None, None)


@pytest.fixture
def panel(qtbot):
    jobs = JobRunner()
    panel = ImagePanel(jobs, Settings())
    qtbot.addWidget(panel)
    yield panel
    jobs.shutdown()


@pytest.fixture
def photos(tmp_path):
    for n in range(30):
        Image.fromarray(np.full((40, 60, 3), n * 8, np.uint8)).save(tmp_path / f"{n:02}.png")
    return tmp_path


def names(panel):
    return [panel.model.index(n).data(ID_ROLE) for n in range(panel.model.rowCount())]


def test_filter_by_words_and_state(panel, tmp_path):
    records = [record("a/road one.jpg"), record("a/road two.jpg", State.DONE), record("b/field.jpg", State.DONE)]
    panel.set_images(tmp_path, records)
    panel.model.set_filter("ROAD one", None)
    assert names(panel) == ["a/road one.jpg"]
    panel.model.set_filter("", State.DONE)
    assert names(panel) == ["a/road two.jpg", "b/field.jpg"]
    panel.states.setCurrentIndex(0)
    panel.search.setText("nothing like it")
    panel._filter()
    assert names(panel) == []
    assert "0 shown" in panel.summary.text()


def test_uncertain_first_puts_unknown_last(panel, tmp_path):
    panel.set_images(tmp_path, [record("a", uncertainty=0.1), record("b"), record("c", uncertainty=0.9)])
    panel.model.set_order(Order.UNCERTAIN_FIRST)
    assert names(panel) == ["c", "a", "b"]


def test_selection_follows_the_document_and_asks_once(panel, tmp_path):
    panel.set_images(tmp_path, [record(n) for n in "abc"])
    seen = []
    panel.image_chosen.connect(seen.append)
    panel.show_current("b")
    assert panel.list.currentIndex().row() == 1
    assert seen == []
    panel.list.setCurrentIndex(panel.model.index(2))
    assert seen == ["c"]
    panel.model.set_filter("a", None)
    assert seen == ["c"], "filtering chooses nothing"


def test_neighbours_follow_the_shown_order(panel, tmp_path):
    panel.set_images(tmp_path, [record("a"), record("b", State.DONE), record("c")])
    panel.model.set_filter("", State.NEW)
    assert panel.model.neighbour("a", 1) == "c"
    assert panel.model.neighbour("c", 1) is None
    assert panel.model.neighbour("b", 1) == "a", "from a hidden image: the first row"
    assert panel.model.neighbour(None, -1) == "c"


def test_states_change_in_place(panel, tmp_path):
    panel.set_images(tmp_path, [record("a"), record("b")])
    panel.model.set_state("b", State.DONE)
    assert panel.model.index(1).data(STATE_ROLE) is State.DONE
    assert panel.summary.text() == "1 of 2 done"
    assert "Done" in panel.model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    panel.update_records([record("a", State.DONE), record("b", State.DONE)])
    assert panel.summary.text() == "2 of 2 done"


def test_thumbnails_only_for_rows_that_are_seen(panel, photos, qtbot):
    panel.resize(260, 300)
    panel.show()
    panel.set_images(photos, [record(path.name) for path in sorted(photos.iterdir())])
    first = panel.model.index(0)
    qtbot.waitUntil(lambda: first.data(Qt.ItemDataRole.DecorationRole) is not None, timeout=5000)
    qtbot.wait(200)
    made = set(panel.thumbnails._kept)
    assert "00.png" in made
    assert "29.png" not in made
    assert len(made) < 15


def test_twenty_thousand_images_are_quick(panel, tmp_path, qtbot):
    panel.show()
    records = [record(f"folder/{n:05}.jpg", State(n % 4)) for n in range(20_000)]
    start = time.perf_counter()
    panel.set_images(tmp_path, records)
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


def test_a_broken_file_has_no_thumbnail(tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    assert thumbnail(tmp_path / "broken.jpg", WIDTH, HEIGHT) is None


def test_the_open_image_is_seen_in_a_long_list(qtbot, panel, tmp_path):
    panel.resize(260, 500)
    panel.show()
    panel.set_images(tmp_path, [record(f"{n:05}") for n in range(5000)])
    for name in ("04321", "00007"):
        panel.show_current(name)
        qtbot.waitUntil(
            lambda: panel.list.viewport().rect().contains(panel.list.visualRect(panel.list.currentIndex())),
            timeout=5000,
        )
        assert panel.list.currentIndex().data(ID_ROLE) == name
