from __future__ import annotations

import os
import struct
import zlib

import numpy as np
import pytest

from segcore.editing import Box, Edit, History, Recorder
from segcore.editing.edit import Tile
from segcore.editing.fingerprint import fingerprint
from segcore.errors import LabelError, ProjectError
from segcore.journal import journal as module
from segcore.journal.journal import Recalled, journal_path, recall, sweep
from segcore.journal.records import HEADER_BYTES, Header, Kind, meaning, pack, pack_edit
from segcore.labels.class_history import ClassHistory
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap

CLASSES = ClassSet.from_names(["road", "car", "tree", "sky"])
PAST = ClassHistory()
SHAPE = (140, 150)


def copy(label_map: LabelMap) -> LabelMap:
    return LabelMap(label_map.labels.copy(), label_map.provenance.copy())


def same(one: LabelMap, other: LabelMap) -> bool:
    return np.array_equal(one.labels, other.labels) and np.array_equal(one.provenance, other.provenance)


class Desk:
    """A label map, its history in memory and its journal; ``states`` are all the label maps that there were."""

    def __init__(self, root, label_map=None):
        self.root = root
        self.map = LabelMap.blank(*SHAPE) if label_map is None else copy(label_map)
        found = self.recall(self.map)
        assert found.warning == ""
        self.journal, self.history = found.journal, found.history
        self.states = [copy(self.map)]

    def recall(self, label_map, past=PAST) -> Recalled:
        return recall(self.root, "a.png", label_map, CLASSES, past)

    def paint(self, box: Box, value: int) -> None:
        edit = stroke(self.map, box, value)
        self.history.push(edit)
        self.journal.edit(edit)
        self._written()

    def undo(self) -> None:
        edit = self.history.undo()
        edit.undo(self.map)
        self.journal.undo(edit)
        self._written()

    def redo(self) -> None:
        edit = self.history.redo()
        edit.redo(self.map)
        self.journal.redo(edit)
        self._written()

    def _written(self) -> None:
        self.journal.write()
        self.states.append(copy(self.map))


def stroke(label_map: LabelMap, box: Box, value: int) -> Edit:
    recorder = Recorder(label_map, f"Brush {value}")
    recorder.paint(box, np.ones((box.height, box.width), np.bool_), value)
    return recorder.finish()


def undo_all(history: History, label_map: LabelMap) -> int:
    count = 0
    while (edit := history.undo()) is not None:
        edit.undo(label_map)
        count += 1
    return count


def assert_equal_histories(found: Recalled, desk: Desk) -> None:
    """What was recalled goes back and forth exactly as the history in memory does."""
    assert same(found.label_map, desk.map)
    for steps in ("redo", "undo"):
        mine, theirs = copy(desk.map), copy(found.label_map)
        while (edit := getattr(desk.history, steps)()) is not None:
            getattr(edit, steps)(mine)
            getattr(getattr(found.history, steps)(), steps)(theirs)
            assert same(mine, theirs)
        assert getattr(found.history, steps)() is None
        desk.map, found.label_map.labels[:], found.label_map.provenance[:] = mine, theirs.labels, theirs.provenance


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def busy(desk: Desk) -> Desk:
    """Three strokes, one taken back, done again, two taken back, another one."""
    desk.paint(Box(2, 3, 60, 40), 1)
    desk.paint(Box(100, 100, 150, 140), 2)
    desk.paint(Box(30, 20, 140, 130), 3)
    desk.undo()
    desk.redo()
    desk.undo()
    desk.undo()
    desk.paint(Box(50, 50, 80, 60), 0)
    desk.paint(Box(0, 0, 20, 139), 2)
    desk.undo()
    return desk


def test_whatever_the_label_file_holds_the_last_state_and_all_of_the_history_come_back(desk):
    busy(desk)
    for state in desk.states:
        found = desk.recall(state)
        assert found.warning == "" if same(state, desk.map) else "brought them back" in found.warning
        assert found.is_newer is not same(state, desk.map)
        assert same(found.label_map, desk.map)
    assert_equal_histories(desk.recall(desk.states[0]), desk)


def test_a_recalled_history_goes_on(desk):
    busy(desk)
    for _ in range(3):
        again = Desk(desk.root, desk.map)
        again.paint(Box(5, 5, 130, 9), 3)
        again.undo()
        again.undo()
        again.redo()
        again.redo()
        desk = again
    assert_equal_histories(desk.recall(desk.states[0]), desk)


def test_recalling_changes_neither_the_label_map_nor_any_file(desk):
    busy(desk)
    path = journal_path(desk.root, "a.png")
    data, blank = path.read_bytes() + b"torn", LabelMap.blank(*SHAPE)
    path.write_bytes(data)
    assert desk.recall(blank).is_newer
    assert same(blank, LabelMap.blank(*SHAPE))
    assert path.read_bytes() == data
    assert [p.name for p in path.parent.iterdir()] == ["a.png.journal"]


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


def test_it_is_shortened_to_its_newest_steps(desk, monkeypatch):
    monkeypatch.setattr(module, "IMAGE_BYTES", 60_000)
    path = journal_path(desk.root, "a.png")
    rng = np.random.default_rng(3)
    longest = 0
    for n in range(120):
        left, top = int(rng.integers(0, 100)), int(rng.integers(0, 100))
        desk.paint(Box(left, top, left + 9 + n % 30, top + 20), n % 4)
        if n % 7 == 3:
            desk.undo()
        if n % 21 == 3:
            desk.redo()
        longest = max(longest, path.stat().st_size)
        if n % 5 == 3:
            assert same(desk.recall(desk.states[-2]).label_map, desk.map)
    assert longest < 1.5 * 60_000
    found = desk.recall(desk.map)
    assert 5 < len(found.history) < len(desk.history)
    mine, theirs = copy(desk.map), copy(desk.map)
    for _ in range(len(found.history)):
        desk.history.undo().undo(mine)
        found.history.undo().undo(theirs)
        assert same(mine, theirs)


def test_undo_beyond_what_the_file_holds_is_followed(desk, monkeypatch):
    monkeypatch.setattr(module, "IMAGE_BYTES", 3000)
    for n in range(40):
        desk.paint(Box(n, n, n + 30, n + 30), n % 4)
    while desk.history.undo_name:
        desk.undo()
        assert same(desk.recall(desk.map).label_map, desk.map)
    while desk.history.redo_name:
        desk.redo()
        assert same(desk.recall(desk.states[-2]).label_map, desk.map)


def test_an_edit_that_is_too_large_is_left_out(desk, monkeypatch):
    desk.paint(Box(0, 0, 9, 9), 1)
    monkeypatch.setattr(module, "IMAGE_BYTES", 3000)
    noise = np.random.default_rng(0).integers(0, 4, SHAPE, np.uint8)
    recorder = Recorder(desk.map, "Noise")
    for value in range(4):
        recorder.paint(Box(0, 0, SHAPE[1], SHAPE[0]), noise == value, value)
    desk.journal.edit(recorder.finish())
    desk.journal.write()
    monkeypatch.setattr(module, "IMAGE_BYTES", 100_000)
    before = copy(desk.map)
    desk.paint(Box(3, 3, 20, 20), 2)
    found = desk.recall(before)
    assert same(found.label_map, desk.map)
    assert undo_all(found.history, found.label_map) == 1
    assert same(found.label_map, before)


@pytest.mark.parametrize("change", ["labels", "size", "classes"])
def test_a_history_of_other_labels_is_not_used_and_stays_until_the_first_edit(desk, change):
    desk.paint(Box(0, 0, 10, 10), 1)
    path = journal_path(desk.root, "a.png")
    data = path.read_bytes()
    label_map = LabelMap.blank(100, 100) if change == "size" else copy(desk.map)
    if change == "labels":
        label_map.labels[139, 149] = 2
    past = ClassHistory(removed={7: "crack"}) if change == "classes" else PAST
    found = desk.recall(label_map, past)
    assert "undo begins here" in found.warning
    assert (len(found.history), found.is_newer) == (0, False)
    assert found.label_map is label_map
    assert path.read_bytes() == data
    found.journal.edit(stroke(label_map, Box(50, 50, 60, 60), 3))
    found.journal.write()
    again = desk.recall(label_map, past)
    assert again.warning == ""
    assert len(again.history) == 1


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


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="FIFOs are POSIX")
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


def test_an_empty_file_and_one_of_another_version_begin_anew(desk):
    path = journal_path(desk.root, "a.png")
    path.parent.mkdir()
    for data in (b"", b"MWHIST\x00\x09" + bytes(60), bytes(HEADER_BYTES - 1), bytes(1000)):
        path.write_bytes(data)
        found = desk.recall(desk.map)
        assert ("damaged" in found.warning) is bool(data)
        found.journal.edit(stroke(copy(desk.map), Box(0, 0, 9, 9), 1))
        found.journal.write()
        assert desk.recall(desk.map).is_newer
