"""What the colours of new projects promise, measured as CIE L* and CIEDE2000 of what the overlay shows."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.labels.classes import ClassSet
from segcore.labels.palette import (
    BACKGROUND_COLOR,
    VISIBLE,
    class_color,
    fresh_color,
    is_background,
    voc_color,
)

OPACITY = 0.5
"""The default of the setting "view.opacity"."""
GREYS = np.array([0, 64, 128, 192, 255], np.float64)

PROTAN = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
DEUTAN = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
"""Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB."""


def linear(rgb: np.ndarray) -> np.ndarray:
    value = rgb / 255.0
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of linear RGB [..., 3]."""
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    x = light @ np.transpose(to_xyz) / (0.95047, 1.0, 1.08883)
    f = np.where(x > 216 / 24389, np.cbrt(x), (24389 / 27 * x + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def difference(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """CIEDE2000 between colours of `lab`."""
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(other, -1, 0)
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean**7 / (mean**7 + 25.0**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    turn = np.where(c1 * c2 == 0, 0.0, (h2 - h1 + 180) % 360 - 180)
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    light, chroma, middle = (l1 + l2) / 2, (c1 + c2) / 2, np.where(c1 * c2 == 0, h1 + h2, h1 + turn / 2)
    t = 1 + sum(
        weight * np.cos(np.radians(times * middle + shift))
        for weight, times, shift in ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))
    )
    sl = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    sc, sh = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    bend = np.exp(-((((middle % 360) - 275) / 25) ** 2))
    r = -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * np.sin(np.radians(60 * bend))
    dl, dc, dh = (l2 - l1) / sl, (c2 - c1) / sc, hue / sh
    return np.sqrt(dl**2 + dc**2 + dh**2 + r * dc * dh)


def blends(colors) -> np.ndarray:
    """Linear RGB [N, 5, 3] of each colour over each grey at the default opacity."""
    over = np.asarray(colors, np.float64)[:, None] * OPACITY + GREYS[None, :, None] * (1 - OPACITY)
    return linear(over)


def contrasts(colors) -> np.ndarray:
    """CIEDE2000 [N, 5] between each colour over each grey, and the grey alone."""
    grey = np.broadcast_to(linear(GREYS)[None, :, None], (len(colors), len(GREYS), 3))
    return difference(lab(blends(colors)), lab(grey))


def nearest(light: np.ndarray) -> float:
    """Smallest CIEDE2000 between two of the colours over the same grey, of linear RGB [N, 5, 3]."""
    found = lab(light)
    apart = difference(found[:, None], found[None]).min(-1)
    return float(apart[~np.eye(len(found), dtype=bool)].min())


@pytest.mark.parametrize(
    ("one", "other", "expected"),  # three of the pairs that Sharma, Wu and Dalal (2005) give for testing
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_measure_is_that_of_the_paper(one, other, expected):
    assert difference(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-4)


def test_every_colour_is_seen_on_black_white_and_the_greys_between():
    assert contrasts(VISIBLE).min() >= 18.0
    assert contrasts(VISIBLE[:8]).min() >= 20.0


def test_every_colour_is_seen_in_the_dark():
    """A difference in hue alone is overlooked there: dark red over black has an L* of 12."""
    in_the_dark = lab(blends(VISIBLE))[:, 0, 0]
    assert in_the_dark.min() >= 24.0
    assert lab(blends([voc_color(1)]))[0, 0, 0] < 14.0


def test_twenty_four_classes_can_be_told_apart():
    assert len(VISIBLE) == len(set(VISIBLE)) >= 20
    assert nearest(blends(VISIBLE)) >= 9.0
    assert nearest(blends([voc_color(i) for i in range(1, 21)])) < 6.0


@pytest.mark.parametrize("blindness", [PROTAN, DEUTAN])
def test_colour_blind_people_tell_the_first_eight_apart(blindness):
    assert nearest(np.clip(blends(VISIBLE[:8]) @ np.transpose(blindness), 0, 1)) >= 8.0


def test_254_classes_have_254_colours():
    assert len({class_color(number) for number in range(254)}) == 254


def test_a_new_project_has_a_black_background_and_the_colours_in_order():
    classes = ClassSet.from_names(["road", "Background", "car"])
    assert [c.color for c in classes] == [VISIBLE[0], BACKGROUND_COLOR, VISIBLE[1]]
    assert classes.removed(0).added("tree").find(0).color == VISIBLE[0]
    assert classes.added("tree").classes[-1].color == VISIBLE[2]


def test_colours_in_use_are_not_given_again():
    assert fresh_color("tree", {VISIBLE[0], VISIBLE[2]}) == VISIBLE[1]
    assert fresh_color("tree", set(VISIBLE)) not in VISIBLE


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("background", True), (" BACKGROUND ", True), ("__background__", True), ("background noise", False), ("", False)],
)
def test_names_of_the_background(name, is_one):
    assert is_background(name) is is_one
