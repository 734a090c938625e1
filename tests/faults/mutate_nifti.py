"""Mutators of NIfTI files: fields of the header, and damage below the packing."""

from __future__ import annotations

import gzip
import struct

from tests.faults.mutate_bytes import Dice, Mutator, byte_run, flip_bits, truncate

_FIELDS = ((0, "i"), *((40 + 2 * n, "h") for n in range(8)), (70, "h"), *((76 + 4 * n, "f") for n in range(4)))
_PLACES = (*_FIELDS, (108, "f"), (112, "f"), (116, "f"), (123, "b"), (344, "i"))
"""Offset and kind: the size of the header, axes, the voxels' type and size, where they begin, slope, unit, magic."""
_NUMBERS = {
    "b": (-1, 0, 127),
    "h": (-1, 0, 1, 2, 3, 4, 7, 8, 16, 64, 128, 255, 256, 512, 1280, 32767, -32768),
    "i": (0, -1, 348, 540, 1 << 30),
    "f": (0.0, -1.0, 1e-30, 1e30, 352.0, 1e9, float("nan"), float("inf"), float("-inf")),
}


def _below(change: Mutator) -> Mutator:
    """Return a mutator that unpacks, changes and packs again."""

    def mutate(data: bytes, random: Dice) -> bytes:
        return gzip.compress(change(gzip.decompress(data), random), 1, mtime=0)

    mutate.__name__ = f"unpacked_{change.__name__}"
    return mutate


def field(data: bytes, random: Dice) -> bytes:
    """Set one to three fields to numbers at the edge."""
    out = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 3))):
        place, kind = random.choice(_PLACES)
        struct.pack_into(f"{random.choice('<<<>')}{kind}", out, place, random.choice(_NUMBERS[kind]))
    return bytes(out)


NIFTI: dict[str, Mutator] = {
    each.__name__: each for each in (_below(field), _below(flip_bits), _below(byte_run), _below(truncate))
}
