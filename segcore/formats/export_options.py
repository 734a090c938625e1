"""ExportOptions: what a person decides about an export besides format and folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from segcore.formats.splits import SplitRule


@dataclass(frozen=True)
class ExportOptions:
    """Options of an export; formats ignore those that they have no use for.

    Attributes
    ----------
    copy_images : bool
        Copy the images, too, where the format has a place for them.
    predictions : bool
        Export pixels that only a model labelled, too. The report says so.
    split : SplitRule
        How images are divided into train, val and test.
    one_object_a_class : bool
        Where a format wants objects, all pixels of a class are one; otherwise each connected piece is one.
    background : bool
        Where a format wants objects, the background class is written as objects, too.
    tolerance : float
        Polygons have fewer corners, none of the left-out ones further from the border than this, in pixels; 0 is exact.
    volumes : bool
        The slices of a stack are one file, in formats that have volumes, and stay in one part.
    parts : Mapping[str, str]
        "train", "val" or "test" of each exported image; filled in by `export_project`.
    """

    copy_images: bool = False
    predictions: bool = False
    split: SplitRule = field(default_factory=SplitRule)
    one_object_a_class: bool = False
    background: bool = False
    tolerance: float = 0.0
    volumes: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)

    def part(self, image_id: str) -> str:
        """Return "train", "val" or "test"; "train" for an image that was not divided."""
        return self.parts.get(image_id, "train")
