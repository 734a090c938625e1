"""Label Studio's run-length encoding of brush strokes, as ``label_studio_converter.brush`` and the editor have it.

Bits, highest first: 32 for the count of values, 5 for the bits of a value less one, four times 4 for the bits of a
length less one; then pieces. A piece is one bit (1: one value repeated, 0: values in turn), two bits that choose the
size of its length, its length less one, and its value or values. The values are those of an RGBA picture, row by row:
all four channels are 255 where the brush was (`thi.ng/rle-pack`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_VALUE_BITS = 8
_LENGTH_BITS = (3, 4, 8, 16)
_CHANNELS = 4


def encode_brush(mask: NDArray[np.bool_], left: int, top: int, shape: tuple[int, int]) -> list[int]:
    """Encode a mask, bool [h, w], at its place in an image of this (height, width); return the bytes, 0-255."""
    height, width = shape
    band = np.zeros((mask.shape[0], width), np.bool_)
    band[:, left : left + mask.shape[1]] = mask
    flat = band.ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1 + top * width
    places = [0, *([top * width] if flat[0] and top else []), *edges.tolist()]
    last = (top + mask.shape[0]) * width
    if flat[-1] and last < height * width:
        places.append(last)
    value = bool(flat[0]) and not top
    sizes = [f"{each - 1:04b}" for each in _LENGTH_BITS]
    bits = [f"{height * width * _CHANNELS:032b}", f"{_VALUE_BITS - 1:05b}", *sizes]
    for start, end in zip(places, [*places[1:], height * width], strict=True):
        bits.append(_run((end - start) * _CHANNELS, 255 * value))
        value = not value
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return list(int(text, 2).to_bytes(len(text) // 8, "big"))


def _run(length: int, value: int) -> str:
    largest = 1 << _LENGTH_BITS[-1]
    whole, rest = divmod(length, largest)
    return _piece(largest, value) * whole + (_piece(rest, value) if rest else "")


def _piece(length: int, value: int) -> str:
    size = next(number for number, bits in enumerate(_LENGTH_BITS) if length <= 1 << bits)
    return f"1{size:02b}{length - 1:0{_LENGTH_BITS[size]}b}{value:0{_VALUE_BITS}b}"


def decode_brush(data: Sequence[int], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the mask, bool [H, W], of this (height, width). Raises ValueError or TypeError for anything else."""
    raw = bytes(data)
    bits = f"{int.from_bytes(raw, 'big'):0{len(raw) * 8}b}"
    count, value_bits = int(bits[:32], 2), int(bits[32:37], 2) + 1
    sizes = [int(bits[37 + 4 * n : 41 + 4 * n], 2) + 1 for n in range(4)]
    if count != shape[0] * shape[1] * _CHANNELS:
        raise ValueError(f"it holds {count} values, the image {shape[0] * shape[1] * _CHANNELS}")
    out = np.zeros(count, np.uint8)
    done, at = 0, 53
    while done < count:
        size = sizes[int(bits[at + 1 : at + 3], 2)]
        begin = at + 3 + size
        length = int(bits[at + 3 : begin], 2) + 1
        repeated = bits[at] == "1"
        at = begin + value_bits * (1 if repeated else length)
        if at > len(bits) or done + length > count:
            raise ValueError("it ends within a run")
        if repeated:
            out[done : done + length] = int(bits[begin:at], 2) != 0
        else:
            out[done : done + length] = [int(bits[n : n + value_bits], 2) != 0 for n in range(begin, at, value_bits)]
        done += length
    return np.asarray(out.reshape(*shape, _CHANNELS)[..., 3] != 0)
