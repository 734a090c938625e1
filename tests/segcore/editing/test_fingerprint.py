from __future__ import annotations

import numpy as np
import pytest

from segcore.editing import Box, diff
from segcore.editing.fingerprint import after, before, fingerprint
from segcore.labels.label_map import LabelMap


def test_it_follows_an_edit_there_and_back():
    rng = np.random.default_rng(0)
    old = LabelMap(rng.integers(0, 5, (200, 300), np.uint8), rng.integers(0, 4, (200, 300), np.uint8))
    new = LabelMap(old.labels.copy(), old.provenance.copy())
    new.labels[100:180, 90:140] = 3
    new.provenance[199, 299] = 2
    edit = diff(old, new, "x")
    assert after(edit, fingerprint(old)) == fingerprint(new)
    assert before(edit.compress(), fingerprint(new)) == fingerprint(old)


@pytest.mark.parametrize("where", ["labels", "provenance"])
def test_one_pixel_and_its_place_count(where):
    seen = {fingerprint(LabelMap.blank(260, 260)), fingerprint(LabelMap.blank(260, 259))}
    for y, x in ((0, 0), (0, 1), (130, 0), (259, 259)):
        label_map = LabelMap.blank(260, 260)
        getattr(label_map, where)[y, x] = 1
        seen.add(fingerprint(label_map))
    assert len(seen) == 6


def test_equal_tiles_at_other_places_differ():
    one, other = LabelMap.blank(128, 256), LabelMap.blank(128, 256)
    one.labels[Box(0, 0, 128, 128).slices] = 1
    other.labels[Box(128, 0, 256, 128).slices] = 1
    assert fingerprint(one) != fingerprint(other)
