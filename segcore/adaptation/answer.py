"""Answer: the labels that the live head gives to the open image, from its scores and the last strokes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.deciding import Decision, Rule, cells_of, decided, drafted, in_the_middle
from segcore.adaptation.live_image import LearnedStroke, LiveImage, beside, cells_beside
from segcore.adaptation.live_options import LiveOptions
from segcore.adaptation.scorer import Scorer
from segcore.adaptation.tidying import drop_large_flips, drop_specks
from segcore.editing.box import Box


@dataclass(frozen=True)
class Answer:
    """Scores are decided, tidied, and the strokes on the image grow and spread.

    Attributes
    ----------
    now : LiveImage
        The open image.
    scorer : Scorer
        Gives the scores of its pixels.
    rule : Rule
        When a pixel takes the class that leads.
    options : LiveOptions
        Of the head.
    recent : list[LearnedStroke]
        The last strokes, which say how large a region may flip; empty: any size may.
    """

    now: LiveImage
    scorer: Scorer
    rule: Rule
    options: LiveOptions
    recent: list[LearnedStroke]

    def decide(self, labels: NDArray[np.uint8], provenance: NDArray[np.uint8], region: Box) -> Decision:
        """See `LiveHead.decide`; ``region`` is not empty and lies in the image."""
        now, options = self.now, self.options
        wide = region.widened(options.specks).clipped(*labels.shape)
        found = decided(self.scorer, now, labels, provenance, wide, self.rule)
        if self.recent:
            drop_large_flips(found.labels, labels[wide.slices], beside(self.recent, now.cells, wide), options.reach)
        if options.specks:
            drop_specks(found.labels, labels[wide.slices], provenance[wide.slices], options.specks)
        if now.growth is not None:
            now.growth.into(found.labels, labels, provenance, wide)
        if now.spread is not None:
            now.spread.into(found.labels, labels, provenance, wide)
        inner = region.inside(wide).slices
        return Decision(found.labels[inner], found.confidence[inner])

    def draft(self, labels: NDArray[np.uint8], provenance: NDArray[np.uint8], region: Box) -> NDArray[np.uint8]:
        """See `LiveHead.draft`; ``region`` is not empty and lies in the image."""
        found = drafted(self.scorer, self.now, labels, provenance, region, self.rule)
        if self.recent:
            cells = cells_of(region)
            touched = cells_beside(self.recent, self.now.cells)[cells.slices]
            drop_large_flips(found, in_the_middle(labels, cells), touched, self.options.reach)
        return found
