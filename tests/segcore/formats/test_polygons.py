from __future__ import annotations

import numpy as np
import pytest

from segcore.formats.pieces import pieces_of
from segcore.formats.polygons import Polygon, area, fill, fill_each, polygon_of, rings_of, simplified


def drawn(rings, shape):
    rows, columns, mask = fill(rings, shape)
    whole = np.zeros(shape, np.bool_)
    whole[rows, columns] = mask
    return whole


def test_a_pixel_has_four_corners():
    (ring,) = rings_of(np.array([[0, 0, 0], [0, 1, 0]], np.bool_))
    assert ring.tolist() == [[1, 1], [2, 1], [2, 2], [1, 2]]
    assert area(ring) == 1


def test_a_hole_goes_the_other_way():
    mask = np.ones((3, 4), np.bool_)
    mask[1, 1] = False
    found = polygon_of(mask)
    assert found.outline.tolist() == [[0, 0], [4, 0], [4, 3], [0, 3]]
    assert [area(hole) for hole in found.holes] == [-1]


@pytest.mark.parametrize("seed", range(30))
def test_every_mask_comes_back(seed):
    rng = np.random.default_rng(seed)
    mask = rng.random(tuple(rng.integers(1, 12, 2))) < rng.choice([0.2, 0.5, 0.9])
    rings = rings_of(mask)
    assert np.array_equal(drawn(rings, mask.shape), mask)
    assert sum(map(area, rings)) == mask.sum()
    pieces = list(pieces_of(np.where(mask, 1, 255).astype(np.uint8)))
    assert sum(area(ring) > 0 for ring in rings) == len(pieces), "one outline for each piece"


@pytest.mark.parametrize("seed", range(20))
def test_a_label_map_comes_back_piece_by_piece(seed):
    labels = np.random.default_rng(seed).choice(np.array([0, 3, 255], np.uint8), (9, 13))
    found = np.full_like(labels, 255)
    slit = np.full_like(labels, 255)
    for piece in pieces_of(labels):
        (polygon,) = piece.polygons
        assert piece.in_image(labels.shape).sum() == piece.mask.sum()
        found[drawn(polygon.rings(), labels.shape)] = piece.value
        slit[drawn([polygon.without_holes()], labels.shape)] = piece.value
    assert np.array_equal(found, labels)
    assert np.array_equal(slit, labels)


def test_all_of_a_class_can_be_one_piece():
    labels = np.array([[1, 0, 1, 255, 1]], np.uint8)
    (piece,) = pieces_of(labels, leave_out={0}, one_object_a_class=True)
    assert (piece.value, piece.left, piece.mask.tolist()) == (1, 0, [[True, False, True, False, True]])
    assert len(piece.polygons) == 3


def test_centres_decide_and_what_is_outside_is_cut_off():
    assert drawn([np.array([[-5, -5], [1.4, -5], [1.4, 9], [-5, 9.0]])], (2, 3)).tolist() == [[True, False, False]] * 2
    assert drawn([np.array([[0.6, 0], [2.6, 0], [2.6, 1], [0.6, 1.0]])], (2, 3)).tolist() == [
        [False, True, True],
        [False] * 3,
    ]
    for points in ([[5, 5], [9, 5], [9, 9]], [[0, 0], [1, 1]], [[0, 0], [np.nan, 1], [2, 2]]):
        assert not drawn([np.array(points, float)], (2, 3)).any()
    assert not drawn([], (2, 3)).any()


def test_simplified_stays_within_its_tolerance():
    yy, xx = np.mgrid[:200, :200]
    mask = (xx - 100) ** 2 + (yy - 90) ** 2 < 80**2
    exact = polygon_of(mask)
    fewer = simplified(exact, 1.0)
    assert len(fewer.outline) < len(exact.outline) / 3
    found = drawn(fewer.rings(), mask.shape)
    assert (found & mask).sum() / (found | mask).sum() > 0.99
    tiny = polygon_of(np.ones((1, 1), np.bool_))
    assert isinstance(simplified(tiny, 5.0), Polygon)
    assert len(simplified(tiny, 5.0).outline) >= 3


def test_many_polygons_at_once_are_those_drawn_one_by_one():
    rng = np.random.default_rng(0)
    rings = [rng.uniform(-5, 45, (rng.integers(3, 9), 2)).round(int(rng.integers(0, 3))) for _ in range(600)]
    rings[3], rings[7] = np.full((3, 2), np.nan), np.array([[5.0, 5.0], [5.0, 5.0], [5.0, 5.0]])
    for ring, (rows, columns, mask) in zip(rings, fill_each(rings, (30, 40)), strict=True):
        one, many = np.zeros((2, 30, 40), np.bool_)
        own_rows, own_columns, own = fill([ring], (30, 40))
        one[own_rows, own_columns], many[rows, columns] = own, mask
        assert np.array_equal(one, many)
    assert list(fill_each([], (30, 40))) == []
