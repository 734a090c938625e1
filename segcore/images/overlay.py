"""Overlay: labels in their colours over the image, for pictures that are written to disk."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.labels.classes import IGNORE_INDEX, ClassSet


def overlay(
    image: NDArray[np.uint8], labels: NDArray[np.uint8], classes: ClassSet, opacity: float = 0.45
) -> NDArray[np.uint8]:
    """Blend the colours of ``labels`` over ``image`` and draw the borders between labels in full colour.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    labels : NDArray[np.uint8]
        [H, W], class values; 255 leaves the image as it is.
    classes : ClassSet
        Gives the colours.
    opacity : float
        Of the areas, 0.0-1.0.

    Returns
    -------
    NDArray[np.uint8]
        RGB, [H, W, 3].
    """
    colors = classes.palette()[labels]
    known = (labels != IGNORE_INDEX)[..., None]
    blended = image + (colors.astype(np.float32) - image) * opacity
    return np.where(known, np.where(_borders(labels)[..., None], colors, np.rint(blended)), image).astype(np.uint8)


def contact_sheet(pictures: Sequence[tuple[str, NDArray[np.uint8]]], columns: int = 2) -> NDArray[np.uint8]:
    """Join RGB pictures of one size into one, ``columns`` in a row, each with its title above."""
    panels = []
    for title, picture in pictures:
        bar = np.full((28, picture.shape[1], 3), 32, np.uint8)
        cv2.putText(bar, title, (8, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (235, 235, 235), 1, cv2.LINE_AA)
        panels.append(np.vstack([bar, picture]))
    panels += [np.full_like(panels[0], 32)] * (-len(panels) % columns)
    return np.vstack([np.hstack(panels[i : i + columns]) for i in range(0, len(panels), columns)])


def _borders(labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Bool [H, W]: pixels with another label within one pixel."""
    kernel = np.ones((3, 3), np.uint8)
    return np.asarray(cv2.dilate(labels, kernel) != cv2.erode(labels, kernel))
