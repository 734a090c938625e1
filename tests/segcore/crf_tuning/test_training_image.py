from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from segcore.crf.protection import channels_of, protect
from segcore.crf_tuning.training_image import HELD_OUT_SHARE, TrainingImage, hold_out
from segcore.editing.box import Box
from segcore.errors import CrfError


def training_image(key: str = "a", height: int = 40, width: int = 60, seen: bool = False) -> TrainingImage:
    truth = np.zeros((height, width), np.uint8)
    truth[:, width // 2 :] = 1
    image = np.zeros((height, width, 3), np.uint8)
    return TrainingImage(key, image, np.zeros((2, height, width), np.uint8), truth, seen)


def test_bytes_are_shares_of_255():
    bytes_ = np.array([0, 51, 255], np.uint8).reshape(1, 1, 3)
    one = TrainingImage("a", np.zeros((1, 3, 3), np.uint8), bytes_, np.zeros((1, 3), np.uint8))
    assert np.allclose(one.as_float(), [[[0.0, 0.2, 1.0]]])
    assert np.allclose(replace(one, probabilities=one.as_float()).as_float(), [[[0.0, 0.2, 1.0]]])


def test_a_small_image_is_one_window():
    small = training_image()
    assert small.windows() == [small]
    assert replace(small, truth=np.full_like(small.truth, 255)).windows() == []


def test_windows_of_a_large_image_lie_on_its_borders():
    large = training_image(height=700, width=2400)
    large.image[...] = np.arange(2400)[None, :, None] // 10
    found = large.windows()
    assert len(found) == 2
    for window in found:
        assert window.truth.shape == (448, 448)
        assert {0, 1} == set(np.unique(window.truth))
        assert 120 in window.image[0, :, 0]  # the border's column, 1200
        assert not np.shares_memory(window.truth, large.truth)


def test_a_window_is_cut_from_all():
    part = training_image().cut(Box(28, 3, 33, 7))
    assert part.image.shape == (4, 5, 3)
    assert part.probabilities.shape == (2, 4, 5)
    assert part.truth.tolist() == [[0, 0, 1, 1, 1]] * 4


@pytest.mark.parametrize(("images", "held"), [(2, 1), (3, 1), (4, 1), (5, 2), (9, 3)])
def test_a_third_of_the_images_is_held_out(images, held):
    search, back = hold_out([training_image(str(number)) for number in range(images) for _ in range(2)])
    assert len({s.key for s in back}) == held == max(1, round(images * HELD_OUT_SHARE))
    assert len(search) + len(back) == 2 * images
    assert not {s.key for s in search} & {s.key for s in back}


def test_seen_images_are_held_out_last():
    training_images = [training_image(str(number), seen=number not in (2, 5)) for number in range(6)]
    assert {s.key for s in hold_out(training_images)[1]} == {"2", "5"}


def test_a_single_image_is_split_by_pixels():
    one = training_image()
    (search,), (back,) = hold_out([one])
    assert not (search.known & back.known).any()
    assert (search.known | back.known).all()
    assert 0.2 < back.known.mean() < 0.3
    assert (search.truth[search.known] == one.truth[search.known]).all()


def test_sizes_must_agree():
    with pytest.raises(CrfError, match="differ in size"):
        replace(training_image(), truth=np.zeros((3, 3), np.uint8))


def test_protected_pixels_get_their_probabilities_back():
    before = np.array([[[0.6, 0.2, 0.1]], [[0.3, 0.5, 0.2]], [[0.1, 0.3, 0.7]]], np.float32)
    after = np.array([[[0.1, 0.8, 0.9]], [[0.8, 0.1, 0.1]], [[0.1, 0.1, 0.0]]], np.float32)
    result = protect(after, before, (1, 2))
    assert result.argmax(0).tolist() == [[1, 1, 2]]
    assert (result[:, 0, 1:] == before[:, 0, 1:]).all()
    assert (result[:, 0, 0] == after[:, 0, 0]).all()
    assert protect(after, before, ()) is after


def test_protected_classes_are_found_by_name():
    assert channels_of(("Pole", "gone"), ["Sky", "Pole"]) == (1,)
