"""Answer: what the live head makes of the free pixels, as an edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segcore.editing import Box, Edit
from segcore.editing.brush import Covered
from segcore.editing.edit import Tile, read_tile, tile_boxes
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, values_in


@dataclass(frozen=True)
class Answer:
    """What the head makes of the free pixels.

    Attributes
    ----------
    edit : Edit
        From the labels that the question was about; perhaps empty.
    flipped : Covered
        Pixels that had another label before.
    changed : int
        Pixels that had another label before, or none.
    values : frozenset[int]
        Class values that the image had, or has now.
    """

    edit: Edit
    flipped: Covered
    changed: int
    values: frozenset[int]


def answer_of(
    label_map: LabelMap, decided: NDArray[np.uint8], box: Box, kept_empty: Sequence[Covered], name: str
) -> Answer:
    """Return the answer that gives the free pixels of ``box`` what was decided. Slow for large boxes.

    Parameters
    ----------
    label_map : LabelMap
        The labels that the question was about; not changed.
    decided : NDArray[np.uint8]
        [box.height, box.width], 255 where a pixel stays as it is. Changed in place where pixels are kept empty.
    box : Box
        Lies in the image.
    kept_empty : Sequence[Covered]
        Erased pixels that stay without a label.
    name : str
        Of the edit.
    """
    from segcore.adaptation.painted_strokes import cropped  # only now: the window must be seen soon

    for each, mask in kept_empty:
        both = each.shared(box)
        if not both.is_empty:
            decided[both.inside(box).slices][mask[both.inside(each).slices]] = IGNORE_INDEX
    before = LabelMap(label_map.labels[box.slices], label_map.provenance[box.slices])
    changed = before.open() & (decided != IGNORE_INDEX) & (decided != before.labels)
    flipped = cropped(box, changed & (before.labels != IGNORE_INDEX))
    values = frozenset(values_in(label_map.labels)) | frozenset(values_in(decided))
    tiles = []
    for tile in tile_boxes(box, *label_map.shape):
        both = tile.shared(box)
        if not changed[both.inside(box).slices].any():
            continue
        labels = np.full((tile.height, tile.width), IGNORE_INDEX, np.uint8)
        labels[both.inside(tile).slices] = decided[both.inside(box).slices]
        old = read_tile(label_map, tile)
        new = LabelMap(old[0], old[1]).accept(labels)
        tiles.append(Tile(tile, old, np.stack((new.labels, new.provenance))))
    return Answer(Edit(name, tiles), flipped, int(np.count_nonzero(changed)), values - {IGNORE_INDEX})
