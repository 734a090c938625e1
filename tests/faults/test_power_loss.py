"""Power cuts during a sitting: what was saved is there. `make power-loss` does hundreds, with any seed."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.faults.power_disk import Cut, Disk, Record
from tests.faults.power_loss import compiler, run
from tests.systems import linux_only

SEED, COUNT, STEPS = 3, 40, 40


@linux_only("LD_PRELOAD")
@pytest.mark.skipif(compiler() is None, reason="a C compiler makes the shim")
@pytest.mark.timeout(600)
def test_after_a_power_cut_at_any_moment_everything_that_was_saved_is_there():
    losses = list(run(SEED, COUNT, COUNT, STEPS))
    assert not [str(loss) for loss in losses if loss.wrong]
    assert len(losses) == COUNT


@pytest.fixture
def root(tmp_path):
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk"


def left(disk: Disk, place: Path, how: str) -> dict[str, bytes]:
    disk.write_to(place / how, Cut(how, Random(1)))
    return {path.name: path.read_bytes() for path in (place / how).iterdir()}


def test_only_what_was_synced_is_safe_and_a_name_only_with_its_folder(root, tmp_path):
    """A file of `atomic_write`: written, synced, renamed; then its folder is synced; then it is written again."""
    disk, top = Disk(root), root.stat().st_ino
    disk.apply(Record("C", 7, 0, f"{root}/.part".encode()))
    disk.apply(Record("W", 7, 0, b"old"))
    disk.apply(Record("S", 7, 0, b""))
    disk.apply(Record("R", 0, 0, f"{root}/.part\0{root}/a".encode()))
    assert left(disk, tmp_path / "1", "all") == {}
    assert left(disk, tmp_path / "1", "data") == {"a": b"old"}
    disk.apply(Record("S", top, 0, b""))
    assert left(disk, tmp_path / "2", "all") == {"a": b"old"}
    disk.apply(Record("W", 7, 1, b"EW and longer"))
    assert left(disk, tmp_path / "3", "all") == {"a": b"old"}
    assert bytes(disk.file(f"{root}/a").now) == b"oEW and longer"
    disk.apply(Record("U", 0, 0, f"{root}/a".encode()))
    assert left(disk, tmp_path / "4", "all") == {"a": b"old"}
    disk.apply(Record("A", 0, 0, b""))
    assert left(disk, tmp_path / "5", "all") == {}


def test_a_rename_over_a_file_leaves_one_or_the_other(root, tmp_path):
    disk = Disk(root)
    for number, (name, data) in enumerate((("a", b"1"), ("b", b"2")), 1):
        disk.apply(Record("C", number, 0, f"{root}/{name}".encode()))
        disk.apply(Record("W", number, 0, data))
    disk.apply(Record("A", 0, 0, b""))
    disk.apply(Record("R", 0, 0, f"{root}/b\0{root}/a".encode()))
    found = []
    for seed in range(20):
        place = tmp_path / str(seed)
        disk.write_to(place, Cut("some", Random(seed)))
        found.append({path.name: path.read_bytes() for path in place.iterdir()})
    assert {"a": b"1", "b": b"2"} in found
    assert {"a": b"2"} in found
    assert all(each in ({"a": b"1", "b": b"2"}, {"a": b"2"}) for each in found)
