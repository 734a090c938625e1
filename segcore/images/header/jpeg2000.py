"""The header of a JPEG 2000 file: its size, and how finely its pixels are cut into blocks."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from segcore.images.header.header import ImageHeader

CODESTREAM = b"\xff\x4f\xff\x51"
BOXES = b"\0\0\0\x0cjP  \r\n\x87\n"

_BLOCK = 600
"""Bytes that OpenJPEG keeps for each code-block, measured, with its precinct."""

_COD, _COC, _SOT, _SOD, _EOC = 0x52, 0x53, 0x90, 0x93, 0xD9
_MAX_PARTS = 100_000


@dataclass(frozen=True)
class _Grid:
    width: int
    height: int
    tile: tuple[int, int]
    components: int


def read_jpeg2000(file: IO[bytes]) -> ImageHeader:
    """Read the header. Raises ValueError or struct.error."""
    file.seek(0)
    start = 0 if file.read(4) == CODESTREAM else _codestream(file)
    file.seek(start + 4)
    data = file.read(40)
    _, _, x1, y1, x0, y0, tile_width, tile_height, tile_x, tile_y, components = struct.unpack_from(">HHIIIIIIIIH", data)
    grid = _Grid(x1 - x0, y1 - y0, (min(tile_width, x1), min(tile_height, y1)), components)
    if grid.width < 1 or grid.height < 1 or not tile_width or not tile_height or not 1 <= components <= 4:
        raise ValueError("its header names no size")
    if -(-(x1 - tile_x) // tile_width) * -(-(y1 - tile_y) // tile_height) > 0xFFFF:
        raise ValueError("it has too many tiles")
    area = grid.tile[0] * grid.tile[1]
    finest = max((_blocks(style, grid) for style in _styles(file, start)), default=0)
    decoding = 4 * grid.width * grid.height + 5 * components * area + finest
    return ImageHeader("JPEG2000", grid.width, grid.height, decoding)


def _codestream(file: IO[bytes]) -> int:
    """Return where the codestream begins among the boxes."""
    end, place = file.seek(0, os.SEEK_END), 0
    while place + 8 <= end:
        file.seek(place)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            size, head = int(struct.unpack(">Q", file.read(8))[0]), 16
        if kind == b"jp2c":
            if file.read(4) != CODESTREAM:
                break
            return place + head
        if size < head:
            break
        place += size
    raise ValueError("it holds no codestream")


def _styles(file: IO[bytes], start: int) -> Iterator[tuple[int, bytes]]:
    """Yield (layers, coding style) of the main header and of the headers of all tile-parts."""
    place, end, layers, part_end = start + 2, file.seek(0, os.SEEK_END), 1, 0
    for _ in range(_MAX_PARTS):
        file.seek(place)
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF or head[1] == _EOC:
            return
        kind, size = head[1], int.from_bytes(head[2:], "big")
        if kind == _SOD:
            if part_end <= place:
                return
            place = part_end
            continue
        data = file.read(size - 2) if size > 2 else b""
        if kind == _SOT and len(data) >= 6:
            length = int.from_bytes(data[2:6], "big")
            part_end = place + length if length else end
        elif kind == _COD and len(data) >= 10:
            layers = int.from_bytes(data[1:3], "big")
            yield layers, data[:1] + data[5:]
        elif kind == _COC and len(data) >= 7:
            yield layers, data[1:2] + data[2:]
        place += 2 + size
    raise ValueError("it has too many parts")


def _blocks(style: tuple[int, bytes], grid: _Grid) -> int:
    """Bytes that the blocks of a tile take: resolution by resolution, each half as wide and high as the next."""
    layers, data = style
    levels, across, down = data[1], (data[2] & 15) + 2, (data[3] & 15) + 2
    total = 0
    for level in range(min(levels, 32) + 1):
        shift = min(levels, 32) - level
        width, height = (-(-side >> shift) or 1 for side in grid.tile)
        precinct = data[6 + level] if data[0] & 1 and len(data) > 6 + level else 0xFF
        halved = int(level > 0)  # beyond the lowest resolution a precinct covers three bands of half its size
        one, other = precinct & 15, precinct >> 4
        precincts = -(-width >> one) * -(-height >> other)
        block = min(across, max(0, one - halved)), min(down, max(0, other - halved))
        blocks = -(-width >> block[0]) * -(-height >> block[1])
        total += grid.components * (_BLOCK * max(blocks, precincts) + 2 * layers * precincts)
    return total
