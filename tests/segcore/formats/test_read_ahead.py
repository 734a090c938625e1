from __future__ import annotations

import threading

import pytest

from segcore.formats.read_ahead import AHEAD, MOST_PIXELS, read_ahead


def test_each_image_has_what_was_read_or_raised_in_its_order():
    def read(image_id):
        assert threading.current_thread() is not threading.main_thread()
        if image_id == "bad":
            raise ValueError(image_id)
        return image_id.upper()

    found = read_ahead(["a", "bad", *"bcdefgh"], read)
    assert next(found)[1].result() == "A"
    name, bad = next(found)
    assert name == "bad"
    with pytest.raises(ValueError, match="bad"):
        bad.result()
    assert [(name, each.result()) for name, each in found] == [(name, name.upper()) for name in "bcdefgh"]


def test_it_reads_no_further_than_so_many_ahead_and_ends_when_it_is_closed():
    read = []
    found = read_ahead([str(n) for n in range(100)], read.append)
    next(found)[1].result()
    found.close()
    assert 1 <= len(read) <= 1 + AHEAD
    assert not [t for t in threading.enumerate() if t.name.startswith("read ahead")]


def test_large_label_maps_are_not_held_beside_each_other():
    """Five of 400 million pixels would take 4 GB."""
    read, ids = [], ["small", "large", "larger", "a", "b", "c"]
    pixels = {"small": 10, "large": MOST_PIXELS, "larger": 3 * MOST_PIXELS}
    held = []
    for image_id, reading in read_ahead(ids, read.append, pixels):
        reading.result()
        held.append((image_id, list(read)))
    assert held[:3] == [
        ("small", ["small"]),
        ("large", ["small", "large"]),
        ("larger", ["small", "large", "larger"]),
    ]
    assert read == ids
