"""Edit: one gesture, stored as the tiles that it changed, before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import EMPTY, Box
from segcore.editing.plane import Plane, divided, pack, unpack
from segcore.errors import LabelError
from segcore.labels.label_map import LabelMap, Provenance

TILE = 128
"""Side of a tile in pixels; tiles at the right and lower border are smaller."""

HIGHEST = 255, max(Provenance)
"""Of a label and of a provenance."""

Pixels = NDArray[np.uint8]
"""Uint8 [2, h, w]: labels and provenance of one tile."""
Packed = tuple[bytes, bytes]
"""The same as two zlib streams of [h, w]."""
Change = tuple[Plane | None, Plane | None]
"""Labels and provenance to be written, uint8 [h, w] each; None where they are so already."""


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


def write_tile(label_map: LabelMap, box: Box, pixels: Pixels | Change) -> None:
    """Write labels and provenance to where `read_tile` read them."""
    labels, provenance = pixels
    if labels is not None:
        label_map.labels[box.slices] = labels
    if provenance is not None:
        label_map.provenance[box.slices] = provenance


class Tile:
    """One tile of an edit; it is compressed later, so that compressing does not delay the gesture.

    ``before`` and ``after`` are uint8 [2, h, w] or the bytes from `packed`. Several threads may read and compress a
    tile at the same time: each side is read once and changes from raw to packed, never back.
    """

    __slots__ = ("_after", "_before", "box")

    def __init__(self, box: Box, before: Pixels | bytes, after: Pixels | bytes) -> None:
        self.box = box
        self._before: Pixels | Packed | bytes = before
        self._after: Pixels | Packed | bytes = after

    @property
    def before(self) -> Pixels:
        """Uint8 [2, h, w], not to be changed. Raises LabelError when its file is damaged."""
        return self._pixels(self._sides()[0])

    @property
    def after(self) -> Pixels:
        """Uint8 [2, h, w], not to be changed. Raises LabelError when its file is damaged."""
        return self._pixels(self._sides()[1])

    @property
    def to_before(self) -> Change:
        """What leads from ``after`` to ``before``. Raises LabelError when its file is damaged."""
        before, after = self._sides()
        return self._change(after, before)

    @property
    def to_after(self) -> Change:
        """What leads from ``before`` to ``after``. Raises LabelError when its file is damaged."""
        return self._change(*self._sides())

    @property
    def packed(self) -> tuple[bytes, bytes]:
        """``before`` and ``after`` for a file, see `divided`; compresses the tile."""
        self.compress()
        before, after = self._before, self._after
        return _joined(before), _joined(after)

    @property
    def is_compressed(self) -> bool:
        """Whether `compress` has run."""
        return not isinstance(self._before, np.ndarray) and not isinstance(self._after, np.ndarray)

    @property
    def nbytes(self) -> int:
        """Memory in use, in bytes."""
        sides = self._before, self._after
        parts = {id(part): part for side in sides for part in (side if isinstance(side, tuple) else (side,))}
        return sum(len(part) if isinstance(part, bytes) else part.nbytes for part in parts.values())

    def compress(self) -> None:
        """Compress the pixels in memory."""
        before, after = _packed(self._before), _packed(self._after)
        if isinstance(before, tuple) and isinstance(after, tuple):  # a plane that stays is kept once
            after = (
                before[0] if before[0] == after[0] else after[0],
                before[1] if before[1] == after[1] else after[1],
            )
        self._before, self._after = before, after

    def until(self, later: Tile) -> Tile:
        """Return the change from before this to after ``later``, which begins where this ends."""
        joined = Tile(self.box, b"", b"")
        joined._before, joined._after = self._before, later._after
        return joined

    def _sides(self) -> tuple[Pixels | Packed, Pixels | Packed]:
        """Return both sides; those that came from a file are divided into planes."""
        before, after = self._before, self._after
        if isinstance(before, bytes):
            self._before = before = divided(before, self.box.height, self.box.width)
        if isinstance(after, bytes):
            self._after = after = divided(after, self.box.height, self.box.width)
        return before, after

    def _pixels(self, side: Pixels | Packed) -> Pixels:
        return np.stack((self._plane(side, 0), self._plane(side, 1))) if isinstance(side, tuple) else side

    def _change(self, here: Pixels | Packed, there: Pixels | Packed) -> Change:
        if not isinstance(here, tuple) or not isinstance(there, tuple):
            return self._plane(there, 0), self._plane(there, 1)
        labels = None if here[0] == there[0] else self._plane(there, 0)
        return labels, None if here[1] == there[1] else self._plane(there, 1)

    def _plane(self, side: Pixels | Packed, index: int) -> Plane:
        if not isinstance(side, tuple):
            plane: Plane = side[index]
            return plane
        return unpack(side[index], self.box.height, self.box.width, HIGHEST[index])


def _packed(side: Pixels | Packed | bytes) -> Packed | bytes:
    return (pack(side[0]), pack(side[1])) if isinstance(side, np.ndarray) else side


def _joined(side: Pixels | Packed | bytes) -> bytes:
    packed = _packed(side)
    return packed if isinstance(packed, bytes) else packed[0] + packed[1]


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
        for box, change in [(tile.box, tile.to_after) for tile in self.tiles]:
            write_tile(label_map, box, change)

    def undo(self, label_map: LabelMap) -> None:
        """Set ``label_map`` to its state before the gesture. Raises LabelError, and changes nothing, when damaged."""
        for box, change in [(tile.box, tile.to_before) for tile in self.tiles]:
            write_tile(label_map, box, change)

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


TileChange = Callable[[LabelMap, Box], LabelMap]
"""Returns a tile changed; it gets a copy of the labels in a box, and the box."""


def changed_tiles(label_map: LabelMap, change: TileChange, within: Box | None = None) -> Iterator[Tile | None]:
    """Yield each tile of a label map as ``change`` makes it, None where it stays as it is.

    ``within``: only tiles that touch this box.
    """
    height, width = label_map.shape
    for box in tile_boxes(within or Box(0, 0, width, height), height, width):
        before = read_tile(label_map, box)
        new = change(LabelMap(before[0], before[1]), box)
        after = np.stack((new.labels, new.provenance))
        yield None if np.array_equal(before, after) else Tile(box, before, after)


def differences(old: LabelMap, new: LabelMap) -> Iterator[Tile | None]:
    """Yield each tile in which ``new`` differs from ``old``, None where it does not.

    Raises LabelError when the two are of different size.
    """
    if old.shape != new.shape:
        raise LabelError(
            f"A label map of shape {new.shape} cannot replace one of shape {old.shape}.", "Load this image again."
        )
    height, width = old.shape
    for box in tile_boxes(Box(0, 0, width, height), height, width):
        at = box.slices
        if np.array_equal(old.labels[at], new.labels[at]) and np.array_equal(old.provenance[at], new.provenance[at]):
            yield None
        else:
            yield Tile(box, read_tile(old, box), read_tile(new, box))


def diff(old: LabelMap, new: LabelMap, name: str) -> Edit:
    """Return the edit that turns ``old`` into ``new``; safe on any thread. Raises LabelError, see `differences`."""
    return Edit(name, [tile for tile in differences(old, new) if tile is not None])
