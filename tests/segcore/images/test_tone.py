from __future__ import annotations

import numpy as np
import pytest

from segcore.images.tone import Tone

GREY = np.zeros((4, 4, 3), np.uint8)


def test_a_plain_tone_changes_nothing():
    assert Tone().is_plain
    assert np.array_equal(Tone().table(GREY), np.arange(256))


@pytest.mark.parametrize(
    ("tone", "value", "expected"),
    [
        (Tone(brightness=0.5), 100, 164),  # 100 / 255 + 0.25 = 0.6422
        (Tone(brightness=-1.0), 127, 0),
        (Tone(contrast=-1.0), 37, 128),  # tan(0) = 0: all is the middle
        (Tone(contrast=0.5), 191, 255),  # tan(67.5 degrees) = 2.414: 0.249 * 2.414 + 0.5 = 1.101
        (Tone(contrast=0.5), 140, 158),  # 0.04902 * 2.4142 + 0.5 = 0.61834
        (Tone(gamma=2.0), 64, 128),  # sqrt(64 / 255) = 0.501
        (Tone(gamma=0.5), 128, 64),  # (128 / 255)^2 = 0.252
    ],
)
def test_values_by_hand(tone, value, expected):
    assert tone.table(GREY)[value] == expected


def test_auto_stretch_makes_the_darkest_black_and_the_brightest_white():
    image = np.repeat(np.linspace(50, 100, 300).astype(np.uint8)[:, None, None], 3, axis=2)
    table = Tone(stretch=True).table(image)
    assert (table[:51] == 0).all()
    assert (table[100:] == 255).all()
    assert 120 <= table[75] <= 135


def test_auto_stretch_of_one_value_changes_nothing():
    assert np.array_equal(Tone(stretch=True).table(np.full((3, 3, 3), 7, np.uint8)), np.arange(256))


def test_the_table_never_falls():
    for tone in (Tone(0.3, 1.0, 5.0, True), Tone(-0.7, -0.9, 0.2), Tone(1.0, 1.0)):
        assert (np.diff(tone.table(GREY).astype(int)) >= 0).all()


def test_json_keeps_it_and_odd_values_become_the_default():
    tone = Tone(0.25, -0.5, 2.0, True)
    assert Tone.from_json(tone.to_json()) == tone
    assert Tone.from_json(None) == Tone.from_json([1]) == Tone()
    assert Tone.from_json({"brightness": 3, "contrast": "x", "gamma": float("nan"), "stretch": 1}) == Tone()
