from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from segcore.editing import Box, Edit, History, PaintPolicy, Recorder, diff
from segcore.editing.edit import TILE, tile_boxes
from segcore.errors import LabelError
from segcore.labels.label_map import LabelMap, Provenance


def all_of(box: Box) -> np.ndarray:
    return np.ones((box.height, box.width), np.bool_)


def one_edit(label_map: LabelMap, box: Box, value: int, name: str = "Brush") -> Edit:
    recorder = Recorder(label_map, name)
    recorder.paint(box, all_of(box), value)
    return recorder.finish()


def test_tiles_cover_the_image_exactly_once():
    count = np.zeros((300, 260), int)
    for box in tile_boxes(Box(0, 0, 260, 300), 300, 260):
        count[box.slices] += 1
    assert (count == 1).all()
    assert len(list(tile_boxes(Box(127, 0, 129, 1), 300, 260))) == 2
    assert list(tile_boxes(Box(300, 0, 310, 5), 300, 260)) == []


def test_a_stroke_touches_only_the_tiles_under_it():
    label_map = LabelMap.blank(512, 512)
    edit = one_edit(label_map, Box(10, 10, 20, 20), 3)
    assert [tile.box for tile in edit.tiles] == [Box(0, 0, TILE, TILE)]
    assert (label_map.labels == 3).sum() == 100
    assert (label_map.provenance == Provenance.PAINTED).sum() == 100


def test_undo_and_redo_restore_labels_and_provenance_raw_and_compressed():
    rng = np.random.default_rng(1)
    label_map = LabelMap(rng.integers(0, 4, (200, 300), np.uint8), rng.integers(0, 4, (200, 300), np.uint8))
    labels, provenance = label_map.labels.copy(), label_map.provenance.copy()
    edit = one_edit(label_map, Box(100, 100, 280, 190), 2)
    painted = label_map.labels.copy()
    for compressed in (False, True):
        if compressed:
            edit.compress()
        edit.undo(label_map)
        np.testing.assert_array_equal(label_map.labels, labels)
        np.testing.assert_array_equal(label_map.provenance, provenance)
        edit.redo(label_map)
        np.testing.assert_array_equal(label_map.labels, painted)


def test_painting_what_is_there_already_is_no_edit():
    label_map = LabelMap.blank(50, 50)
    one_edit(label_map, Box(0, 0, 9, 9), 1)
    assert one_edit(label_map, Box(2, 2, 8, 8), 1).is_empty


def test_erasing_gives_the_pixel_back_to_the_model():
    label_map = LabelMap.blank(8, 8)
    one_edit(label_map, Box(0, 0, 8, 8), 1)
    one_edit(label_map, Box(2, 2, 4, 4), 255)
    assert label_map.labels[3, 3] == 255
    assert label_map.provenance[3, 3] == Provenance.UNTOUCHED
    assert label_map.provenance[0, 0] == Provenance.PAINTED


def test_overwrite_policy_protects_other_classes_but_lets_a_class_vouch_for_itself():
    label_map = LabelMap(np.array([[255, 0, 1, 2]], np.uint8), np.ones((1, 4), np.uint8))
    box = Box(0, 0, 4, 1)
    Recorder(label_map, "Brush", PaintPolicy(frozenset({255, 1}))).paint(box, all_of(box), 2)
    assert label_map.labels.tolist() == [[2, 0, 2, 2]]
    assert label_map.provenance.tolist() == [[2, 1, 2, 2]]


def test_revert_restores_and_closed_recorder_paints_nothing():
    label_map = LabelMap.blank(300, 300)
    boxes: list[Box] = []
    recorder = Recorder(label_map, "Brush", on_change=boxes.append)
    box = Box(120, 120, 140, 140)
    recorder.paint(box, all_of(box), 5)
    assert boxes == [box]
    assert recorder.revert() == Box(0, 0, 256, 256)
    assert (label_map.labels == 255).all()
    recorder.close()
    assert recorder.paint(box, all_of(box), 5).is_empty
    assert (label_map.labels == 255).all()


def test_diff_holds_only_changed_tiles_and_its_provenance():
    old = LabelMap.blank(300, 300)
    new = LabelMap(old.labels.copy(), old.provenance.copy())
    new.provenance[299, 299] = Provenance.CONFIRMED
    edit = diff(old, new, "Mark as done")
    assert [tile.box for tile in edit.tiles] == [Box(256, 256, 300, 300)]
    edit.redo(old)
    assert old.provenance[299, 299] == Provenance.CONFIRMED
    with pytest.raises(LabelError):
        diff(old, LabelMap.blank(299, 300), "x")


def test_diff_does_not_change_when_its_inputs_do():
    old, new = LabelMap.blank(4, 4), LabelMap.blank(4, 4)
    new.labels[:] = 1
    edit = diff(old, new, "x")
    old.labels[:] = 7
    new.labels[:] = 8
    edit.redo(old)
    assert (old.labels == 1).all()


def test_rebase_keeps_what_was_painted_meanwhile():
    seen = LabelMap.blank(1, 3)
    edit = diff(seen, seen.accept(np.array([[1, 1, 1]], np.uint8)), "Accept prediction")
    now = LabelMap.blank(1, 3)
    one_edit(now, Box(1, 0, 2, 1), 4)
    rebased = edit.rebased(now)
    rebased.redo(now)
    assert now.labels.tolist() == [[1, 4, 1]]
    assert now.provenance.tolist() == [[1, 2, 1]]
    rebased.undo(now)
    assert now.labels.tolist() == [[255, 4, 255]]


def test_history_goes_back_and_forth_and_a_new_edit_cuts_the_future():
    label_map, history = LabelMap.blank(8, 8), History()
    for value in (1, 2):
        history.push(one_edit(label_map, Box(0, 0, 8, 8), value, f"paint {value}"))
    assert (history.undo_name, history.redo_name) == ("paint 2", "")
    history.undo().undo(label_map)
    assert label_map.labels[0, 0] == 1
    assert (history.undo_name, history.redo_name) == ("paint 1", "paint 2")
    history.push(one_edit(label_map, Box(0, 0, 8, 8), 3, "paint 3"))
    assert history.redo() is None
    history.undo().undo(label_map)
    history.undo().undo(label_map)
    assert (label_map.labels == 255).all()
    assert history.undo() is None


def test_history_is_limited_by_bytes_beyond_the_number_kept():
    rng = np.random.default_rng(2)
    label_map, history = LabelMap.blank(TILE, TILE), History(keep=3, max_bytes=100_000)
    for _ in range(12):
        old = LabelMap(label_map.labels.copy(), label_map.provenance.copy())
        label_map.labels[:] = rng.integers(0, 255, label_map.shape, np.uint8)
        history.push(diff(old, label_map, "noise"))
        assert history.compress() is False
    # Noise does not compress: 16 KiB before, 16 KiB after, each with a provenance of nothing.
    assert len(history) == 3
    assert 3 * 32_768 <= history.nbytes < 3 * 33_500
    roomy = History(keep=3, max_bytes=10_000_000)
    for value in range(200):
        roomy.push(one_edit(label_map, Box(0, 0, 9, 9), value))
    roomy.compress()
    assert len(roomy) == 200


def test_compressing_is_done_in_slices_and_shrinks():
    old, new = LabelMap.blank(1024, 1024), LabelMap.blank(1024, 1024)
    new.labels[:] = 1
    history = History()
    history.push(diff(old, new, "x"))
    raw = history.nbytes
    assert raw == 4 * 1024 * 1024
    steps = 1
    while history.compress(0.0):
        steps += 1
    assert steps == 64
    assert history.nbytes < raw / 100


def test_two_threads_may_compress_and_read_an_edit_at_the_same_time():
    old, new = LabelMap.blank(640, 640), LabelMap.blank(640, 640)
    new.labels[:] = np.arange(640, dtype=np.uint8)
    for _ in range(20):
        edit = diff(old, new, "x")
        with ThreadPoolExecutor(4) as threads:
            packed = threads.submit(lambda edit=edit: [tile.packed for tile in edit.tiles])
            works = [threads.submit(edit.compress) for _ in range(2)]
            edit.redo(LabelMap.blank(640, 640))
            for work in works:
                work.result()
        assert packed.result() == [tile.packed for tile in edit.tiles]
        again = LabelMap.blank(640, 640)
        edit.redo(again)
        np.testing.assert_array_equal(again.labels, new.labels)


def test_a_history_begins_with_edits_of_before():
    label_map = LabelMap.blank(8, 8)
    edits = [one_edit(label_map, Box(n, 0, n + 1, 8), n, f"paint {n}").compress() for n in range(4)]
    history = History(done=edits[:2], undone=edits[:1:-1])
    assert (history.undo_name, history.redo_name, len(history)) == ("paint 1", "paint 2", 2)
    assert history.redo() is edits[2]
    assert history.redo() is edits[3]
    assert history.redo() is None


def test_what_a_stroke_has_painted_so_far_is_an_edit_of_a_copy_and_the_stroke_goes_on():
    label_map = LabelMap.blank(300, 300)
    recorder = Recorder(label_map, "Brush")
    recorder.paint(Box(0, 0, 9, 9), all_of(Box(0, 0, 9, 9)), 1)
    so_far, copy = recorder.so_far(), LabelMap(label_map.labels.copy(), label_map.provenance.copy())
    recorder.paint(Box(200, 200, 209, 209), all_of(Box(200, 200, 209, 209)), 1)
    half = so_far(copy)
    assert [tile.box for tile in half.tiles] == [Box(0, 0, TILE, TILE)]
    half.undo(copy)
    assert (copy.labels == 255).all()
    assert len(recorder.finish().tiles) == 2


def test_an_edit_that_goes_on_is_one_step():
    label_map = LabelMap.blank(200, 300)
    history = History()
    first = one_edit(label_map, Box(100, 100, 140, 140), 1)
    history.push(first)
    before = label_map.labels.copy()
    more = one_edit(label_map, Box(0, 0, 130, 130), 2, "Live")
    joined = history.extend(more)
    after, provenance = label_map.labels.copy(), label_map.provenance.copy()
    assert len(history) == 1
    assert history.newest is joined
    assert joined.name == "Brush"
    assert joined.box == first.box.united(more.box)
    assert len({tile.box for tile in joined.tiles}) == len(joined.tiles)
    first.compress()
    history.compress()
    assert all(tile.is_compressed for tile in joined.tiles)
    history.undo().undo(label_map)
    assert (label_map.labels == 255).all()
    assert (label_map.provenance == Provenance.UNTOUCHED).all()
    history.redo().redo(label_map)
    np.testing.assert_array_equal(label_map.labels, after)
    np.testing.assert_array_equal(label_map.provenance, provenance)
    assert (before != after).any()


def test_nothing_goes_on_without_an_edit_nor_behind_one_that_was_taken_back():
    label_map = LabelMap.blank(20, 20)
    history = History()
    more = one_edit(label_map, Box(0, 0, 5, 5), 2)
    assert history.extend(more) is None
    history.push(more)
    history.push(one_edit(label_map, Box(5, 5, 9, 9), 1))
    history.undo()
    assert history.extend(more) is None
    assert len(history) == 1
    assert history.redo() is not None
