from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from segcore.errors import ImageError
from segcore.images.channels import ShownChannel, first_channels, frequencies, mixed, own_range
from segcore.images.raw_image import MOST_CHANNELS, read_raw

RANGE = (0.0, 100.0)


def test_a_channel_goes_from_black_to_its_colour():
    """By hand: 25 of 0 to 100 is a quarter of (200, 100, 0); 200 is above the range, -5 below it."""
    raw = np.array([[[25.0], [200.0], [-5.0]]], np.float32)
    assert mixed(raw, [ShownChannel(color=(200, 100, 0))], [RANGE]).tolist() == [
        [[50, 25, 0], [200, 100, 0], [0, 0, 0]]
    ]


def test_channels_add_up_and_hidden_ones_do_not_count():
    raw = np.array([[[50.0, 100.0, 100.0]]], np.float32)
    red, green, white = ShownChannel(color=(255, 0, 0)), ShownChannel(color=(100, 200, 0)), ShownChannel(shown=False)
    # 255 / 2 + 100 = 227.5, rounded to even
    assert mixed(raw, [red, green, white], [RANGE] * 3).tolist() == [[[228, 200, 0]]]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_the_persons_range_goes_before_that_of_the_image(dtype):
    """By hand: from 20 to 60, 30 is a quarter: 63.75."""
    raw = np.full((2, 2, 1), 30, dtype)
    assert mixed(raw, [ShownChannel(low=20.0, high=60.0)], [(0.0, 255.0)]).ravel().tolist() == [64] * 12


def test_what_is_not_finite_is_black_or_brightest():
    raw = np.array([[[np.nan], [np.inf], [-np.inf]]], np.float32)
    assert mixed(raw, [ShownChannel()], [RANGE])[0, :, 0].tolist() == [0, 255, 0]


def test_ranges_and_histograms():
    assert own_range(np.zeros((3, 3), np.uint8)) == (0.0, 255.0)
    assert own_range(np.full((3, 3), 7, np.uint16)) == (7.0, 8.0)
    assert own_range(np.full((3, 3), np.nan, np.float32)) == (0.0, 1.0)
    low, high = own_range(np.arange(1001, dtype=np.float32).reshape(7, 143))
    assert (low, high) == (pytest.approx(1.0), pytest.approx(999.0))
    assert frequencies(np.array([[0.0, 0.0, 1.0, 3.9]], np.float32), 0.0, 4.0, 4).tolist() == [1.0, 0.5, 0.0, 0.5]


def test_what_is_kept_may_be_anything():
    channel = ShownChannel(False, (1, 2, 3), 4.0, 5.5)
    assert ShownChannel.from_json(channel.to_json()) == channel
    for kept in (None, 3, {}, {"shown": 1, "color": [1, 2], "low": "a"}, {"color": [0, 0, 256]}, {"low": 9, "high": 2},
                 {"low": float("nan"), "high": 10**400}):  # fmt: skip
        assert ShownChannel.from_json(kept) == ShownChannel()
    assert [c.color for c in first_channels(3)] == [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    assert first_channels(1) == (ShownChannel(),)
    assert [c.shown for c in first_channels(5)] == [True, True, True, False, False]


def test_stored_values_are_read_as_they_are(tmp_path):
    deep = np.arange(20, dtype=np.uint16).reshape(4, 5) * 3000
    cv2.imwrite(str(tmp_path / "grey.png"), deep)
    found = read_raw(tmp_path / "grey.png")
    assert found.dtype == np.uint16
    assert (found[..., 0] == deep).all()
    colors = np.stack([deep, deep + 1, deep + 2], axis=-1)
    cv2.imwrite(str(tmp_path / "colour.tif"), colors[..., ::-1])
    assert (read_raw(tmp_path / "colour.tif") == colors).all()
    fine = deep.astype(np.float32) / 7
    Image.fromarray(fine).save(tmp_path / "fine.tif")
    assert (read_raw(tmp_path / "fine.tif")[..., 0] == fine).all()


def test_eight_bit_images_have_one_or_three_channels(tmp_path):
    Image.fromarray(np.full((4, 5), 9, np.uint8)).save(tmp_path / "grey.png")
    Image.fromarray(np.full((4, 5, 3), (1, 2, 3), np.uint8)).save(tmp_path / "colour.png")
    assert read_raw(tmp_path / "grey.png").shape == (4, 5, 1)
    assert read_raw(tmp_path / "colour.png")[0, 0].tolist() == [1, 2, 3]


def test_grey_pages_become_channels_when_a_person_says_so(tmp_path):
    pages = [Image.fromarray(np.full((4, 5), 1000 * n, np.uint16)) for n in range(3)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    assert read_raw(tmp_path / "a.tif", pages_are_channels=True)[0, 0].tolist() == [0, 1000, 2000]
    assert read_raw(tmp_path / "a.tif", 2)[0, 0].tolist() == [2000]
    odd = [pages[0], Image.fromarray(np.zeros((9, 9), np.uint16)), pages[2]]
    odd[0].save(tmp_path / "odd.tif", save_all=True, append_images=odd[1:])
    assert read_raw(tmp_path / "odd.tif", pages_are_channels=True)[0, 0].tolist() == [0], "they are not of one size"
    pages[0].save(tmp_path / "many.tif", save_all=True, append_images=pages[1:] * 9)
    assert read_raw(tmp_path / "many.tif", pages_are_channels=True).shape[2] == MOST_CHANNELS


def test_a_file_that_is_no_image_is_refused(tmp_path):
    (tmp_path / "a.tif").write_bytes(b"II*\0 nothing")
    with pytest.raises(ImageError):
        read_raw(tmp_path / "a.tif")
