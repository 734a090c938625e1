from __future__ import annotations

import os

import numpy as np
import pytest

from segcore.training import watched_states
from segcore.training.control import Control, ControlFile
from segcore.training.watched_states import StateFolder, WatchedState, superfluous
from tests.systems import posix_only


def test_a_state_is_read_as_it_was_written(tmp_path):
    folder = StateFolder(tmp_path / "states")
    labels = np.array([[0, 7], [255, 1]], np.uint8)
    folder.write(WatchedState(120, 0.25, {"a/b.png": labels, "c.png": labels.T.copy()}))
    found = folder.read(120)
    assert (found.step, found.mean_iou, list(found.labels)) == (120, 0.25, ["a/b.png", "c.png"])
    np.testing.assert_array_equal(found.labels["a/b.png"], labels)
    np.testing.assert_array_equal(found.labels["c.png"], labels.T)
    assert folder.steps() == [120]


@pytest.mark.parametrize("data", [b"", b"PK\3\4 no archive", b"\0" * 5000])
def test_damaged_states_are_none(tmp_path, data):
    (tmp_path / "00000001.npz").write_bytes(data)
    assert StateFolder(tmp_path).read(1) is None
    assert StateFolder(tmp_path / "no folder").steps() == []
    np.savez(tmp_path / "00000002.npz", notes=np.array([{}], object))
    assert StateFolder(tmp_path).read(2) is None


def test_the_first_the_last_and_an_even_spread_stay():
    assert superfluous([1, 2, 3, 10, 20], 4) == [2]
    assert superfluous([10, 20, 30], 3) == []
    left = list(range(100))
    for step in superfluous(left, 10):
        left.remove(step)
    assert (left[0], left[-1], len(left)) == (0, 99, 10)
    assert max(np.diff(left)) <= 4 * min(np.diff(left))


def test_states_are_thinned_to_the_number_and_to_the_room(tmp_path, monkeypatch):
    folder = StateFolder(tmp_path)
    labels = {"a": np.zeros((2, 2), np.uint8)}
    for step in range(45):
        folder.weights(step).write_bytes(b"0" * 100)
        folder.write(WatchedState(step, 0.5, labels))
        folder.thin()
    assert len(folder.steps()) == 40
    monkeypatch.setattr(watched_states, "ROOM", 1000)
    folder.thin()
    assert len(folder.steps()) == 10
    assert len(list(tmp_path.glob("*.safetensors"))) == 10
    assert (folder.steps()[0], folder.steps()[-1]) == (0, 44)


def test_the_control_is_read_again_when_it_changes_and_damage_changes_nothing(tmp_path):
    path = tmp_path / "control.json"
    file = ControlFile(path)
    assert file.now() == Control()
    wanted = Control(3, "a fine-tuning runs", "starter", {f"{n}.png": f"/x/{n}.png" for n in range(9)}, True, 12)
    wanted.write(path)
    found = file.now()
    assert (found.changes, found.paused, found.model, found.finish, found.keep) == (
        3,
        "a fine-tuning runs",
        "starter",
        True,
        12,
    )
    assert list(found.watched) == ["0.png", "1.png", "2.png", "3.png"], "at most four"
    for text in ("", "[", "[]", '{"schema": 2}', '{"schema": 1, "watched": 3}', "[" * 100000):
        path.write_text(text)
        assert file.now() == found
    path.unlink()
    assert file.now() == found


@pytest.mark.timeout(20)
@posix_only("no pipes in folders")
def test_pipes_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "00000001.npz")
    os.mkfifo(tmp_path / "control.json")
    assert StateFolder(tmp_path).read(1) is None
    assert Control.read(tmp_path / "control.json") is None
