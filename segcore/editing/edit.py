"""Edit: one gesture, stored as the tiles that it changed, before and after."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import EMPTY, Box
from segcore.errors import LabelError
from segcore.labels.label_map import LabelMap, Provenance

TILE = 128
"""Side of a tile in pixels; tiles at the right and lower border are smaller."""

Pixels = NDArray[np.uint8]
"""Uint8 [2, h, w]: labels and provenance of one tile."""


def tile_boxes(box: Box, height: int, width: int) -> Iterator[Box]:
    """Yield the tiles of an image of this size that ``box`` touches, row by row."""
    inside = box.clipped(height, width)
    if inside.is_empty:
        return
    for top in range(inside.top // TILE * TILE, inside.bottom, TILE):
        for left in range(inside.left // TILE * TILE, inside.right, TILE):
            yield Box(left, top, min(left + TILE, width), min(top + TILE, height))


def read_tile(label_map: LabelMap, box: Box) -> Pixels:
    """Return a copy of the labels and provenance inside ``box``, uint8 [2, h, w]."""
    return np.stack((label_map.labels[box.slices], label_map.provenance[box.slices]))


def write_tile(label_map: LabelMap, box: Box, pixels: Pixels) -> None:
    """Write ``pixels`` (uint8 [2, h, w]) back to where `read_tile` read them."""
    label_map.labels[box.slices] = pixels[0]
    label_map.provenance[box.slices] = pixels[1]


class Tile:
    """One tile of an edit; it is compressed later, so that compressing does not delay the gesture.

    ``before`` and ``after`` are uint8 [2, h, w] or the bytes from `packed`. Several threads may read and compress a
    tile at the same time: each side is read once and changes from raw to packed, never back.
    """

    __slots__ = ("_after", "_before", "box")

    def __init__(self, box: Box, before: Pixels | bytes, after: Pixels | bytes) -> None:
        self.box = box
        self._before: Pixels | bytes = before
        self._after: Pixels | bytes = after

    @property
    def before(self) -> Pixels:
        """Uint8 [2, h, w], read-only. Raises LabelError when its file is damaged."""
        return self._pixels(self._before)

    @property
    def after(self) -> Pixels:
        """Uint8 [2, h, w], read-only. Raises LabelError when its file is damaged."""
        return self._pixels(self._after)

    @property
    def packed(self) -> tuple[bytes, bytes]:
        """``before`` and ``after`` as zlib streams of [2, h, w]; compresses the tile."""
        self._before, self._after = before, after = _packed(self._before), _packed(self._after)
        return before, after

    @property
    def is_compressed(self) -> bool:
        """Whether `compress` has run."""
        return isinstance(self._before, bytes) and isinstance(self._after, bytes)

    @property
    def nbytes(self) -> int:
        """Memory in use, in bytes."""
        return sum(len(p) if isinstance(p, bytes) else p.nbytes for p in (self._before, self._after))

    def compress(self) -> None:
        """Compress the pixels in memory."""
        self._before, self._after = _packed(self._before), _packed(self._after)

    def until(self, later: Tile) -> Tile:
        """Return the change from before this to after ``later``, which begins where this ends."""
        return Tile(self.box, self._before, later._after)

    def _pixels(self, kept: Pixels | bytes) -> Pixels:
        return _unpacked(kept, self.box) if isinstance(kept, bytes) else kept


def _packed(side: Pixels | bytes) -> bytes:
    return side if isinstance(side, bytes) else zlib.compress(side.tobytes(), 1)


def _unpacked(packed: bytes, box: Box) -> Pixels:
    """Unpack at most the size of the tile, even from a longer stream."""
    size = 2 * box.height * box.width
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(packed, size + 1)
    except zlib.error:
        data = b""
    pixels = np.frombuffer(data, np.uint8)
    if pixels.size != size or not stream.eof or pixels[size // 2 :].max() > max(Provenance):
        raise LabelError("A step of the undo history is damaged.", "You cannot undo beyond this step.")
    return pixels.reshape(2, box.height, box.width)


class Edit:
    """What one gesture changed; immutable.

    Attributes
    ----------
    name : str
        Shown in the undo menu.
    tiles : tuple[Tile, ...]
        Only tiles in which a label or a provenance changed.
    box : Box
        Box around all tiles.
    """

    def __init__(self, name: str, tiles: Iterable[Tile]) -> None:
        self.name = name
        self.tiles = tuple(tiles)
        self._packed_bytes = 0
        box = EMPTY
        for tile in self.tiles:
            box = box.united(tile.box)
        self.box = box

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return not self.tiles

    @property
    def nbytes(self) -> int:
        """Memory in use, in bytes."""
        if self._packed_bytes:
            return self._packed_bytes
        packed = all(tile.is_compressed for tile in self.tiles)
        held = sum(tile.nbytes for tile in self.tiles)
        if packed:
            self._packed_bytes = held
        return held

    def redo(self, label_map: LabelMap) -> None:
        """Set ``label_map`` to its state after the gesture. Raises LabelError, and changes nothing, when damaged."""
        for box, pixels in [(tile.box, tile.after) for tile in self.tiles]:
            write_tile(label_map, box, pixels)

    def undo(self, label_map: LabelMap) -> None:
        """Set ``label_map`` to its state before the gesture. Raises LabelError, and changes nothing, when damaged."""
        for box, pixels in [(tile.box, tile.before) for tile in self.tiles]:
            write_tile(label_map, box, pixels)

    def compress(self) -> Edit:
        """Compress every tile now (for edits made off the UI thread) and return the same edit."""
        for tile in self.tiles:
            tile.compress()
        return self

    def joined(self, more: Edit) -> Edit:
        """Return this gesture and ``more``, an edit of the labels as they are after it, as one edit of this name.

        Only references are copied: it is quick however large both are. A tile that ``more`` sets back stays in it.
        """
        tiles = {tile.box: tile for tile in self.tiles}
        for tile in more.tiles:
            first = tiles.get(tile.box)
            tiles[tile.box] = tile if first is None else first.until(tile)
        return Edit(self.name, tiles.values())

    def rebased(self, label_map: LabelMap) -> Edit:
        """Return the same gesture for a label map that has changed since.

        A pixel that only this edit changes gets the edit's result. A pixel that has changed meanwhile stays.
        """
        tiles = []
        for tile in self.tiles:
            now, before, after = read_tile(label_map, tile.box), tile.before, tile.after
            moved_on = (now != before).any(axis=0)
            result = np.where(moved_on, now, after)
            if not np.array_equal(now, result):
                tiles.append(Tile(tile.box, now, result))
        return Edit(self.name, tiles)


def changed_tiles(
    label_map: LabelMap, change: Callable[[LabelMap, Box], LabelMap], within: Box | None = None
) -> Iterator[Tile | None]:
    """Yield each tile of a label map as ``change`` makes it, None where it stays as it is.

    ``change`` gets a copy of the labels in a box, and the box. ``within``: only tiles that touch this box.
    """
    height, width = label_map.shape
    for box in tile_boxes(within or Box(0, 0, width, height), height, width):
        before = read_tile(label_map, box)
        new = change(LabelMap(before[0], before[1]), box)
        after = np.stack((new.labels, new.provenance))
        yield None if np.array_equal(before, after) else Tile(box, before, after)


def diff(old: LabelMap, new: LabelMap, name: str) -> Edit:
    """Return the edit that turns ``old`` into ``new``; safe on any thread.

    Raises LabelError when the two are of different size.
    """
    if old.shape != new.shape:
        raise LabelError(
            f"A label map of shape {new.shape} cannot replace one of shape {old.shape}.", "Load this image again."
        )
    height, width = old.shape
    tiles = []
    for box in tile_boxes(Box(0, 0, width, height), height, width):
        at = box.slices
        if not (
            np.array_equal(old.labels[at], new.labels[at]) and np.array_equal(old.provenance[at], new.provenance[at])
        ):
            tiles.append(Tile(box, read_tile(old, box), read_tile(new, box)))
    return Edit(name, tiles)
