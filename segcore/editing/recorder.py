"""Recorder: paints into a label map and keeps the pixels from before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import EMPTY, Box
from segcore.editing.edit import Edit, Pixels, Tile, read_tile, tile_boxes, write_tile
from segcore.editing.paint_policy import OPEN, PaintPolicy
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, Provenance


class Recorder:
    """A gesture in progress.

    Each tile of the label map is copied when it is first touched, so the cost is that of the stroke, not of the image.

    Parameters
    ----------
    label_map : LabelMap
        The label map that is painted into.
    name : str
        Name of the edit.
    policy : PaintPolicy
        Which pixels may be painted over.
    on_change : Callable[[Box], None] | None
        Told each box of pixels that was painted into.
    keeps_ignore : bool
        Whether the ignore index is painted as a label of its own, which no model fills; else it erases.

    Attributes
    ----------
    closed : bool
        Whether `paint` does nothing any more.
    value : int | None
        Class value painted last (255 = erased); None when nothing was painted.
    covered : bool
        Whether a pixel of the label map was to be painted.
    protected : int | None
        Label of a pixel that the policy protected from being painted, if there was one.
    changed : bool
        Whether `finish` found pixels that are different from before.
    """

    def __init__(
        self,
        label_map: LabelMap,
        name: str,
        policy: PaintPolicy = OPEN,
        on_change: Callable[[Box], None] | None = None,
        keeps_ignore: bool = False,
    ) -> None:
        self.name = name
        self.closed = False
        self.keeps_ignore = keeps_ignore
        self.value: int | None = None
        self.covered = False
        self.protected: int | None = None
        self.changed = False
        self._label_map = label_map
        self._on_change = on_change
        self._before: dict[Box, Pixels] = {}
        self._policy = policy

    def paint(self, box: Box, mask: NDArray[np.bool_], value: int) -> Box:
        """Label the pixels of ``mask`` (bool, the size of ``box``, which lies inside the map) as ``value``.

        They become PAINTED; with the ignore index they become UNTOUCHED, so that a model may fill them again, unless
        the recorder keeps it. Pixels that the policy does not allow stay. Returns the box that may have changed, empty
        when the recorder is closed.
        """
        if self.closed:
            return EMPTY
        self.value = value
        if box.is_empty:
            return EMPTY
        for tile in tile_boxes(box, *self._label_map.shape):
            if tile not in self._before:
                self._before[tile] = read_tile(self._label_map, tile)
        labels, provenance = self._label_map.labels[box.slices], self._label_map.provenance[box.slices]
        self.covered = self.covered or bool(mask.any())
        if not self._policy.is_open:
            wanted, mask = mask, mask & self._policy.allows(labels, provenance, value)
            if self.protected is None and (kept := labels[wanted & ~mask]).size:
                self.protected = int(kept[0])
        erased = value == IGNORE_INDEX and not self.keeps_ignore
        np.copyto(labels, np.uint8(value), where=mask)
        np.copyto(provenance, np.uint8(Provenance.UNTOUCHED if erased else Provenance.PAINTED), where=mask)
        if self._on_change is not None:
            self._on_change(box)
        return box

    def finish(self) -> Edit:
        """Return the edit painted so far, which may be empty; the recorder can then paint the next one."""
        edit = _edit(self.name, self._before, self._label_map)
        self.changed = self.changed or not edit.is_empty
        self._before.clear()
        return edit

    def so_far(self) -> Callable[[LabelMap], Edit]:
        """Return a function that makes the edit painted so far from a copy of the label map.

        The function may run on another thread: it reads only the copy.
        """
        return partial(_edit, self.name, dict(self._before))

    def revert(self) -> Box:
        """Revert everything painted since the last `finish`; return the box around it."""
        changed = EMPTY
        for box, before in self._before.items():
            write_tile(self._label_map, box, before)
            changed = changed.united(box)
        self._before.clear()
        return changed

    def close(self) -> None:
        """Close the recorder: `paint` does nothing from now on."""
        self.closed = True


def _edit(name: str, before: Mapping[Box, Pixels], label_map: LabelMap) -> Edit:
    """Return the edit from these tiles to ``label_map``."""
    tiles = []
    for box, pixels in before.items():
        after = read_tile(label_map, box)
        if not np.array_equal(pixels, after):
            tiles.append(Tile(box, pixels, after))
    return Edit(name, tiles)
