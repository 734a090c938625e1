"""Steps that change a large label map: done in several turns, in the order in which they were asked for."""

from __future__ import annotations

import numpy as np
import pytest

from app.document.copies import Copies
from app.document.document import Document
from app.document.loaded_image import LoadedImage
from app.document.pieces import PIECE, Pieces
from segcore.editing import Box, History
from segcore.editing.edit import Edit, Tile, diff
from segcore.errors import LabelError
from segcore.labels.label_map import LabelMap, Provenance

SIDE = 12 * 128
"""144 tiles: more than one piece."""
DAB = Box(0, 0, 4, 4)


@pytest.fixture
def document(qapp):
    document = Document()
    label_map = LabelMap(np.ones((SIDE, SIDE), np.uint8), np.full((SIDE, SIDE), Provenance.PREDICTED, np.uint8))
    document.show(LoadedImage("a.png", np.zeros((SIDE, SIDE, 3), np.uint8), label_map))
    yield document
    document.clear_image()


def kinds(document: Document) -> set[int]:
    return set(np.unique(document.label_map.provenance).tolist())


def test_pieces_give_all_that_is_not_none_and_end_what_came_before(qapp, qtbot):
    pieces, found = Pieces(), []
    pieces.run((n if n % 2 else None for n in range(2 * PIECE)), found.append)
    assert found == []
    pieces.run(iter([7]), found.append)
    assert found == [list(range(1, 2 * PIECE, 2)), [7]]
    pieces.run(iter(range(PIECE)), found.append)
    qtbot.waitUntil(lambda: len(found) == 3)
    pieces.run(iter(range(PIECE)), found.append, at_once=True)
    assert len(found) == 4


def test_a_large_image_is_done_later_and_told_at_once(document, qtbot):
    told = []
    document.committed.connect(told.append)
    assert document.mark_done()
    assert kinds(document) == {Provenance.PREDICTED}
    qtbot.waitUntil(lambda: bool(told))
    assert kinds(document) == {Provenance.CONFIRMED}
    assert len(told[0].tiles) == 144
    document.undo()
    assert kinds(document) == {Provenance.CONFIRMED}
    qtbot.waitUntil(lambda: kinds(document) == {Provenance.PREDICTED})
    document.redo()
    qtbot.waitUntil(lambda: kinds(document) == {Provenance.CONFIRMED})


def test_a_large_edit_is_written_in_pieces_and_no_copy_has_a_part_of_it(document, qtbot):
    after = LabelMap(np.zeros((SIDE, SIDE), np.uint8), document.label_map.provenance.copy())
    edit, revision, copies = diff(document.label_map, after, "all"), document.revision, Copies(document)
    assert document.apply(edit, revision)
    document._pieces._go_on()  # all are unpacked: the first are written
    assert set(np.unique(document.label_map.labels).tolist()) == {0, 1}
    assert document.between_states
    assert document.revision == revision
    assert not copies.ready(document.label_map, 1.0)
    assert not copies.take(document.label_map).labels.any()
    assert not document.between_states
    assert (document.revision, document.undo_name) == (revision + 1, "all")
    document.undo()
    qtbot.waitUntil(lambda: not document.between_states)
    assert document.label_map.labels.all()


@pytest.mark.parametrize("what", ["begin", "undo", "settle", "apply", "replace", "leave"])
def test_what_comes_next_finds_it_done(document, what):
    document.mark_done()
    label_map, after = document.label_map, {Provenance.CONFIRMED}
    if what == "begin":
        recorder = document.begin("Brush")
        recorder.paint(DAB, np.ones((4, 4), np.bool_), 0)
        document.commit(recorder)
        after = {Provenance.CONFIRMED, Provenance.PAINTED}
    elif what == "undo":
        document.undo()
        document.settle()
        after = {Provenance.PREDICTED}
    elif what == "settle":
        document.settle()
    elif what == "replace":
        document.replace(LabelMap.blank(SIDE, SIDE), "all")
        document.settle()
        after = {Provenance.UNTOUCHED}
    elif what == "apply":
        document.apply(Edit("none", ()), document.revision)
    else:
        document.clear_image()
    assert set(np.unique(label_map.provenance).tolist()) == after


def test_a_stroke_that_goes_on_keeps_what_it_painted(document):
    recorder = document.begin("Brush")
    recorder.paint(DAB, np.ones((4, 4), np.bool_), 0)
    document.mark_done()
    recorder.paint(Box(8, 0, 12, 4), np.ones((4, 4), np.bool_), 0)
    document.commit(recorder)
    assert (document.label_map.labels[:4, 8:12] == 0).all()
    assert (document.label_map.provenance[DAB.slices] == Provenance.PAINTED_CONFIRMED).all()
    document.undo()
    assert (document.label_map.labels[:4, 8:12] == 1).all()
    assert (document.label_map.labels[DAB.slices] == 0).all()


def test_a_damaged_step_changes_no_pixel_and_ends_the_history(document):
    document.mark_done()
    document.settle()
    edit = document.history.newest
    broken = Edit(edit.name, [*edit.tiles[:-1], Tile(edit.tiles[-1].box, b"no stream", b"no stream")])
    document.history = History(done=[broken])
    document.undo()
    with pytest.raises(LabelError):
        document.settle()
    assert kinds(document) == {Provenance.CONFIRMED}
    assert document.undo_name == ""
    document.settle()
