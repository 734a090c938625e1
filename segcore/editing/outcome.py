"""Outcome: the label map that a command asks for, as one edit that respects what is protected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import Box
from segcore.editing.edit import Edit, Tile, changed_tiles
from segcore.editing.paint_policy import OPEN, PaintPolicy
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import Progress, Task

STEP = 256
"""Tiles between two looks at whether a person has cancelled."""


@dataclass(frozen=True)
class Outcome:
    """What a command makes of a label map.

    Attributes
    ----------
    labels : NDArray[np.uint8]
        [H, W], class values, 255 = no label.
    provenance : Provenance or None
        Of the pixels whose label changes; None: the one that they have. A pixel without a label becomes UNTOUCHED.
    also : NDArray[np.bool_] or None
        [H, W]: pixels that take ``provenance`` although their label stays.
    ignores : bool
        Whether 255 is a label here, ignore, and has a provenance as other labels have.
    """

    labels: NDArray[np.uint8]
    provenance: Provenance | None = Provenance.PAINTED
    also: NDArray[np.bool_] | None = None
    ignores: bool = False

    def edit(self, before: LabelMap, name: str, policy: PaintPolicy = OPEN) -> Task[Edit]:
        """Return the edit from ``before``; pixels that the policy does not allow stay as they are."""
        tiles: list[Tile] = []
        for number, tile in enumerate(changed_tiles(before, lambda old, box: self._of_tile(old, box, policy))):
            if tile is not None:
                tiles.append(tile)
            if number % STEP == STEP - 1:
                yield Progress(0, 0)
        return Edit(name, tiles)

    def _of_tile(self, old: LabelMap, box: Box, policy: PaintPolicy) -> LabelMap:
        labels = self.labels[box.slices]
        changed = labels != old.labels
        if self.also is not None:
            changed |= self.also[box.slices]
        if not policy.is_open:
            changed &= policy.allows(old.labels, old.provenance) & ~np.isin(labels, list(policy.locked))
        kept = old.provenance if self.provenance is None else np.uint8(self.provenance)
        erased = (labels == IGNORE_INDEX) & (not self.ignores)
        provenance = np.where(erased, np.uint8(Provenance.UNTOUCHED), kept)
        return LabelMap(np.where(changed, labels, old.labels), np.where(changed, provenance, old.provenance))


def changed_pixels(edit: Edit) -> int:
    """Return how many pixels have another label or provenance after the edit."""
    return sum(int(np.count_nonzero((tile.before != tile.after).any(axis=0))) for tile in edit.tiles)


def paints(edit: Edit) -> bool:
    """Return whether the edit gives a pixel a label that a person painted or confirmed."""
    for tile in edit.tiles:
        labels, provenance = tile.after
        if (
            (tile.before != tile.after).any(axis=0) & (provenance >= Provenance.PAINTED) & (labels != IGNORE_INDEX)
        ).any():
            return True
    return False


def labels_after(edit: Edit, labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a copy of the labels, uint8 [H, W], as the edit leaves them."""
    after = labels.copy()
    for tile in edit.tiles:
        after[tile.box.slices] = tile.after[0]
    return after
