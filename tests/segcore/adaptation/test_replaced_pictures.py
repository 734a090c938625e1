"""An image whose file was replaced by another picture is a new one: what the earlier picture brought is forgotten."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.adaptation import learned_images
from segcore.adaptation.head_file import load_head, save_head
from segcore.adaptation.live_head import LiveHead
from segcore.errors import AdaptationError
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from tests.segcore.adaptation.scenes import TRUTH, assert_same, dab, knowledge, scene

CLASSES = ClassSet.from_names([f"class {number}" for number in range(8)])


def learn(head: LiveHead, key: str, seed: int, picture: str = "", done: bool = True) -> LiveHead:
    drive(head.open_image(*scene(seed), key=key, picture=picture))
    if done:
        drive(head.finish_image(TRUTH))
    else:
        head.add_stroke(dab(8, 20), 3)
        head.leave_image()
    return head


def replaced(done: bool) -> LiveHead:
    """One image was learned, then its picture was replaced, and the new one is open."""
    head = learn(LiveHead(), "a", 0, "first", done)
    drive(head.open_image(*scene(1), key="a", picture="second"))
    return head


@pytest.mark.parametrize("done", [True, False])
def test_what_the_earlier_picture_brought_is_forgotten(done):
    nothing = LiveHead()
    drive(nothing.open_image(*scene(0), key="a", picture="first"))
    sums = {name: array for name, array in knowledge(replaced(done)).items() if name.startswith("coarse.x")}
    for name, array in sums.items():
        assert np.abs(array).max(initial=0) < 1e-6, name
    assert replaced(done).state()[1] == {}


def test_the_new_picture_is_learned_when_it_is_done_though_the_earlier_one_was():
    head = replaced(done=True)
    head.add_stroke(dab(8, 20), 3)
    head.leave_image()
    assert head.state()[1] == {"a": False}  # strokes only
    drive(head.open_image(*scene(1), key="a", picture="second"))
    drive(head.finish_image(TRUTH))
    assert head.state()[1] == {"a": True}


def test_the_new_picture_is_learned_also_when_the_earlier_one_cannot_be_taken_back(monkeypatch):
    monkeypatch.setattr(learned_images, "RECENT", 1)
    head = learn(learn(LiveHead(), "a", 0, "first"), "b", 1, "other")
    before = knowledge(head)
    learn(head, "a", 2, "second")
    assert not np.allclose(before["coarse.xx"], knowledge(head)["coarse.xx"])
    assert head.state()[1] == {"a": True, "b": True}


@pytest.mark.parametrize("picture", ["first", ""])
def test_the_same_picture_and_one_that_is_not_known_count_once(picture):
    once, again = learn(LiveHead(), "a", 0, "first"), learn(LiveHead(), "a", 0, "first")
    drive(again.open_image(*scene(0), key="a", picture=picture))
    drive(again.finish_image(TRUTH))
    assert again.state()[1] == once.state()[1] == {"a": True}
    assert again._images.done("a")


def test_a_stopped_opening_leaves_the_earlier_picture_known():
    head = learn(LiveHead(), "a", 0, "first")
    before, keys = knowledge(head), head.state()[1]
    opening = head.open_image(*scene(1), key="a", picture="second")
    next(opening)
    next(opening)
    opening.close()
    assert_same(before, knowledge(head))
    assert head.state()[1] == keys


def test_the_file_names_the_pictures(tmp_path):
    path = tmp_path / "head.npz"
    save_head(path, learn(LiveHead(), "a", 0, "first"), CLASSES)
    same, other = load_head(path, CLASSES), load_head(path, CLASSES)
    drive(same.open_image(*scene(0), key="a", picture="first"))
    drive(other.open_image(*scene(1), key="a", picture="second"))
    assert same._now.known_before
    assert not other._now.known_before


def test_a_file_without_pictures_counts_images_as_before(tmp_path):
    path = tmp_path / "head.npz"
    save_head(path, learn(LiveHead(), "a", 0), CLASSES)
    head = load_head(path, CLASSES)
    drive(head.open_image(*scene(1), key="a", picture="second"))
    assert head._now.known_before


@pytest.mark.parametrize("pictures", [b"[1]", b'{"a": 1}', b"{", b"\xff"])
def test_damaged_names_of_pictures_are_told(tmp_path, pictures):
    head = learn(LiveHead(), "a", 0, "first")
    arrays, keys = head.state()
    arrays["images.pictures"] = np.frombuffer(pictures, np.uint8)
    path = tmp_path / "head.npz"
    head.state = lambda: (arrays, keys)
    save_head(path, head, CLASSES)
    with pytest.raises(AdaptationError, match="damaged"):
        load_head(path, CLASSES)
