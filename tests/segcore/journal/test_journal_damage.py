from __future__ import annotations

import os
import struct
import zlib

import numpy as np
import pytest

from segcore.editing import Box, Edit, Recorder
from segcore.editing.edit import Tile
from segcore.editing.fingerprint import fingerprint
from segcore.errors import LabelError, ProjectError
from segcore.journal.journal import Recalled, journal_path, recall, sweep
from segcore.journal.records import HEADER_BYTES, Header, Kind, meaning, pack, pack_edit, records
from segcore.labels.label_map import LabelMap
from tests.segcore.journal.desk import CLASSES, PAST, SHAPE, Desk, copy, same, stroke, undo_all
from tests.systems import needs_links, posix_only


def tiny(root) -> Desk:
    desk = Desk(root, LabelMap.blank(4, 132))
    for n, box in enumerate([Box(2, 1, 6, 3), Box(120, 0, 132, 4), Box(5, 0, 8, 4)]):
        desk.paint(box, n)
    desk.undo()
    desk.redo()
    desk.undo()
    desk.paint(Box(7, 1, 130, 3), 3)
    desk.undo()
    return desk


def goes_on(desk: Desk, found: Recalled, saved: LabelMap) -> bool:
    """Whether what is done next is kept, and what came before can be taken back to the blank image."""
    label_map, back = copy(found.label_map), copy(found.label_map)
    undone = undo_all(found.history, back)
    found.journal.edit(stroke(label_map, Box(1, 1, 3, 3), 1))
    found.journal.write()
    return same(desk.recall(saved).label_map, label_map) and (undone == 0 or same(back, desk.states[0]))


def test_cut_anywhere_as_by_a_kill_it_leads_to_the_last_state_that_is_whole(tmp_path):
    desk = tiny(tmp_path)
    path = journal_path(tmp_path, "a.png")
    data = path.read_bytes()
    reached = []
    for length in range(len(data)):
        path.write_bytes(data[:length])
        found = desk.recall(desk.states[0])
        number = next(n for n, state in enumerate(desk.states) if same(found.label_map, state))
        if not reached or not same(desk.states[reached[-1]], found.label_map):
            reached.append(number)
        assert length % 7 or goes_on(desk, found, desk.states[0])
    assert reached == [0, 1, 2, 3, 2, 3, 2, 7], "in their order; 2 is found before 4, which looks the same"


def test_flipped_anywhere_no_pixel_of_the_label_file_changes(tmp_path):
    desk = tiny(tmp_path)
    path = journal_path(tmp_path, "a.png")
    data = path.read_bytes()
    assert len(data) < 1200
    for at in range(len(data)):
        saved = desk.states[0] if at % 2 else desk.map
        path.write_bytes(data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :])
        found = desk.recall(saved)
        assert found.label_map is saved
        assert at % 7 or goes_on(desk, found, saved)


def test_a_stroke_that_was_saved_half_way_is_taken_back_as_one(desk):
    desk.paint(Box(0, 0, 10, 10), 1)
    recorder = Recorder(desk.map, "Brush")
    recorder.paint(Box(20, 20, 30, 30), np.ones((10, 10), np.bool_), 2)
    half = copy(desk.map)
    desk.journal.part(recorder.so_far()(half))
    desk.journal.write()
    recorder.paint(Box(30, 20, 40, 30), np.ones((10, 10), np.bool_), 2)

    killed = desk.recall(half)
    assert not killed.is_newer
    assert same(killed.label_map, half)
    back = copy(half)
    killed.history.undo().undo(back)
    assert same(back, desk.states[1])
    killed.journal.write()
    assert same(desk.recall(desk.states[1]).label_map, half), "and it is a step of the journal from now on"

    journal_path(desk.root, "a.png").unlink()
    desk = Desk(desk.root, desk.states[1])
    edit = stroke(desk.map, Box(20, 20, 40, 30), 2)
    desk.journal.part(stroke(copy(desk.states[0]), Box(20, 20, 30, 30), 2))
    desk.journal.edit(edit)
    desk.journal.write()
    ended = desk.recall(half)
    assert same(ended.label_map, desk.map)
    assert ended.is_newer
    ended.history.undo().undo(desk.map)
    assert same(desk.map, desk.states[0])


def test_what_cannot_be_written_is_written_later(desk):
    desk.paint(Box(0, 0, 10, 10), 1)
    folder = desk.root / "journal"
    folder.rename(desk.root / "away")
    folder.write_text("no folder")
    for n in range(2):
        edit = stroke(desk.map, Box(20 * n, 20, 20 * n + 10, 30), 2)
        desk.journal.edit(edit)
        with pytest.raises(ProjectError, match="journal"):
            desk.journal.write()
    folder.unlink()
    (desk.root / "away").rename(folder)
    desk.paint(Box(5, 5, 100, 100), 3)
    found = desk.recall(LabelMap.blank(*SHAPE))
    assert same(found.label_map, desk.map)
    assert len(found.history) == 4


def test_a_file_that_was_deleted_begins_with_the_labels_of_now(desk):
    desk.paint(Box(0, 0, 10, 10), 1)
    journal_path(desk.root, "a.png").unlink()
    desk.paint(Box(20, 20, 30, 30), 2)
    now = copy(desk.map)
    desk.paint(Box(40, 40, 50, 50), 2)
    assert same(desk.recall(now).label_map, desk.map)


@needs_links
def test_nothing_is_written_out_of_the_project(tmp_path):
    project, outside = tmp_path / "project", tmp_path / "outside"
    project.mkdir()
    outside.mkdir()
    (project / "journal").symlink_to(outside)
    desk = Desk(project)
    with pytest.raises(ProjectError, match="outside the project"):
        desk.paint(Box(0, 0, 9, 9), 1)
    assert not list(outside.iterdir())
    (project / "journal").unlink()
    (project / "journal").mkdir()
    (outside / "victim").write_text("mine")
    (project / "journal" / "a.png.journal").symlink_to(outside / "victim")
    desk.journal.edit(stroke(desk.map, Box(20, 0, 29, 9), 1))
    with pytest.raises(ProjectError, match=r"a\.png\.journal"):
        desk.journal.write()
    assert (outside / "victim").read_text() == "mine"


@posix_only("FIFOs are POSIX")
@pytest.mark.parametrize("kind", ["fifo", "folder"])
def test_what_is_no_file_is_not_read(tmp_path, kind):
    path = journal_path(tmp_path, "a.png")
    path.parent.mkdir()
    os.mkfifo(path) if kind == "fifo" else path.mkdir()
    found = recall(tmp_path, "a.png", LabelMap.blank(*SHAPE), CLASSES, PAST)
    assert "cannot be read" in found.warning
    found.journal.edit(stroke(LabelMap.blank(*SHAPE), Box(0, 0, 9, 9), 1))
    with pytest.raises(ProjectError):
        found.journal.write()


def forged(root, *records: bytes) -> Recalled:
    """Recall a journal whose checksums are right and whose content is not."""
    blank = LabelMap.blank(*SHAPE)
    path = journal_path(root, "a.png")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(Header(*SHAPE, meaning(PAST), fingerprint(blank)).pack() + b"".join(records))
    return recall(root, "a.png", blank, CLASSES, PAST)


def body(*tiles: tuple[int, int, int, int], blob: bytes = b"", name: bytes = b"x", count: int | None = None) -> bytes:
    head = struct.pack("<16sHI", bytes(16), len(name), len(tiles) if count is None else count)
    return head + name + b"".join(struct.pack("<4I", *tile) for tile in tiles) + blob


ZEROS = zlib.compress(bytes(2 * 128 * 128))


BOMB = zlib.compress(bytes(50_000_000))


BAD_PROVENANCE = zlib.compress(b"\1" * 2 * 128 * 128 + b"\7")


@pytest.mark.parametrize(
    "record",
    [
        pack(Kind.UNDO),
        pack(Kind.REDO),
        pack(Kind.EDIT),
        pack(Kind.EDIT, body(count=2**32 - 1)),
        pack(Kind.EDIT, body(name=b"n" * 60_000)),
        pack(Kind.EDIT, body((2**32 - 1, 2**32 - 1, 0, 0))),
        pack(Kind.EDIT, body((2, 0, 0, 0))),
        pack(Kind.EDIT, body((0, 0, 2**32 - 1, 2**32 - 1))),
        pack(Kind.EDIT, body((0, 0, 10, 10), blob=b"short")),
        pack(Kind.EDIT, body((0, 0, 2, 2), blob=b"longer")),
        pack(Kind.EDIT, body((0, 0, 3, 3), blob=b"no zip")),
        pack(Kind.EDIT, body((0, 0, len(ZEROS), len(BOMB)), blob=ZEROS + BOMB)),
        pack(Kind.EDIT, body((0, 0, len(ZEROS), len(ZEROS)), blob=ZEROS + ZEROS)),
        pack(Kind.EDIT, body((0, 0, len(ZEROS), len(BAD_PROVENANCE)), blob=ZEROS + BAD_PROVENANCE)),
        struct.pack("<IB", 2**32 - 1, 1),
    ],
)
def test_a_forged_record_ends_the_history_and_nothing_else(tmp_path, record):
    blank = LabelMap.blank(*SHAPE)
    found = forged(tmp_path, record)
    assert same(found.label_map, blank)
    assert undo_all(found.history, blank) == 0
    found.journal.edit(stroke(blank, Box(0, 0, 9, 9), 1))
    found.journal.write()
    assert same(recall(tmp_path, "a.png", LabelMap.blank(*SHAPE), CLASSES, PAST).label_map, blank)


def test_labels_of_no_class_are_not_brought_back(tmp_path):
    label_map = LabelMap.blank(*SHAPE)
    edit = stroke(label_map, Box(0, 0, 9, 9), 77)
    found = forged(tmp_path, pack(Kind.EDIT, pack_edit(edit, fingerprint(label_map))))
    assert not found.is_newer
    assert (found.label_map.labels == 255).all()


def test_steps_in_another_order_bring_nothing_back(desk):
    """The first stroke stands behind the second: done again on the labels of now, it would empty what came later."""
    desk.paint(Box(0, 0, 40, 40), 1)
    desk.paint(Box(50, 0, 90, 40), 2)
    path = journal_path(desk.root, "a.png")
    data = path.read_bytes()
    first, second = records(data)
    path.write_bytes(data[:HEADER_BYTES] + pack(second.kind, second.body) + pack(first.kind, first.body))
    found = desk.recall(desk.map)
    assert same(found.label_map, desk.map)
    assert not found.is_newer
    assert "damaged" in found.warning


def test_a_step_that_is_damaged_inside_changes_nothing_when_it_is_taken_back(desk):
    whole, broken = Box(0, 0, 128, 128), Box(128, 0, 150, 128)
    pixels = np.zeros((2, 128, 128), np.uint8)
    edit = Edit("x", [Tile(whole, pixels, pixels), Tile(broken, b"no zip", b"no zip")])
    before = copy(desk.map)
    with pytest.raises(LabelError, match="damaged"):
        edit.undo(desk.map)
    assert same(desk.map, before)


def test_the_oldest_journals_of_a_project_go_first(tmp_path):
    folder = tmp_path / "journal" / "day 1"
    folder.mkdir(parents=True)
    for age, name in enumerate(["new", "old", "older"]):
        (folder / f"{name}.journal").write_bytes(bytes(1000))
        os.utime(folder / f"{name}.journal", (1_000_000 - age, 1_000_000 - age))
    sweep(tmp_path, 5000)
    assert len(list(folder.iterdir())) == 3
    sweep(tmp_path, 2000)
    assert sorted(p.name for p in folder.iterdir()) == ["new.journal", "old.journal"]
    sweep(tmp_path / "nowhere", 0)


def test_an_empty_file_and_one_that_is_no_journal_begin_anew(desk):
    path = journal_path(desk.root, "a.png")
    path.parent.mkdir()
    for data in (b"", b"MWHIST\x00\x00" + bytes(60), bytes(HEADER_BYTES - 1), bytes(1000)):
        path.write_bytes(data)
        found = desk.recall(desk.map)
        assert ("damaged" in found.warning) is bool(data.strip(b"\0"))  # zeros: see below
        found.journal.edit(stroke(copy(desk.map), Box(0, 0, 9, 9), 1))
        found.journal.write()
        assert desk.recall(desk.map).is_newer


def test_a_journal_of_nothing_but_zeros_is_one_that_the_disk_never_had(desk):
    desk.paint(Box(2, 1, 6, 3), 1)
    journal_path(desk.root, "a.png").write_bytes(bytes(600))
    found = desk.recall(desk.states[0])
    assert (len(found.history), found.warning) == (0, "")


@posix_only("folders can be opened on POSIX only")
def test_the_name_of_a_new_journal_is_synced_once(desk, monkeypatch):
    synced = []
    monkeypatch.setattr("segcore.journal.journal.sync_folder", synced.append)
    desk.paint(Box(2, 1, 6, 3), 1)
    for _ in range(2):
        desk.journal.sync()
    assert synced == [desk.root / "journal"]
