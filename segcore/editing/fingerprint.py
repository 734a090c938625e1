"""Fingerprint: a number that identifies a label map and is updated after an edit at the cost of the edit.

It is the sum, modulo 2**128, of a hash of every tile with its position. The tiles that an edit changed are enough to
update it; the rest of the image is not read.
"""

from __future__ import annotations

import struct

import numpy as np

from segcore.editing.box import Box
from segcore.editing.edit import Edit, Pixels, read_tile, tile_boxes
from segcore.labels.label_map import LabelMap

BYTES = 16
_MODULUS = 1 << (8 * BYTES)


def fingerprint(label_map: LabelMap) -> int:
    """Return the fingerprint of labels and provenance, 0 ... 2**128 - 1."""
    height, width = label_map.shape
    boxes = tile_boxes(Box(0, 0, width, height), height, width)
    return sum(_hash(box, read_tile(label_map, box)) for box in boxes) % _MODULUS


def after(edit: Edit, state: int) -> int:
    """Return the fingerprint of the label map that has fingerprint ``state``, after ``edit``."""
    return (state + _difference(edit)) % _MODULUS


def before(edit: Edit, state: int) -> int:
    """Return the fingerprint of the label map that has fingerprint ``state``, before ``edit``."""
    return (state - _difference(edit)) % _MODULUS


def _difference(edit: Edit) -> int:
    return sum(_hash(tile.box, tile.after) - _hash(tile.box, tile.before) for tile in edit.tiles)


def _hash(box: Box, pixels: Pixels) -> int:
    from hashlib import blake2b  # imported here, because it loads OpenSSL, which would delay the window

    place = struct.pack("<4I", *box)
    return int.from_bytes(
        blake2b(np.ascontiguousarray(pixels).data, digest_size=BYTES, person=place).digest(), "little"
    )
