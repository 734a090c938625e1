"""RemainingErrors: which share of the pixels is still wrong, from what a person changed in the images that are done.

The estimate is post-stratified by the model's own confidence (Horvitz and Thompson 1952): of the predicted pixels in
confidence bin b, a person changed w_b of n_b in the done images. Each of the m_b pixels of bin b that nobody has
painted or confirmed is wrong with probability e_b = (w_b + k e) / (n_b + k), where e = sum w / sum n, and k, `PRIOR`
of an image's pixels, keeps an almost empty bin near the mean. The share is sum_b m_b e_b over all pixels.

The interval: pixels of an image are not independent, images nearly so. The share is estimated again without each of
the n done images (jackknife, on the logit scale); the standard error grows by sqrt(1 + n / m), because the m remaining
images are themselves a draw; Student's t with n - 1 degrees of freedom gives the bounds.

It assumes that a person changed what was wrong before marking an image as done, that at equal confidence the model
errs as often in the remaining images as in the done ones, and that labels follow the kept prediction. Images without
a kept prediction, such as those labelled by live adaptation alone, and predictions made after an image was done, do not
count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segcore.worklist.image_facts import ImageFacts

LEAST_DONE = 5
"""Done images with a prediction below which nothing is estimated."""
LEAST_CHANGED = 2
"""Of them, images in which something was changed: the jackknife leaves one of them out."""
PRIOR = 0.01
"""Pixels of the mean, as a share of one image, that are added to each bin."""
Z = 1.959964
"""Normal quantile of a 95 % interval."""


@dataclass(frozen=True)
class RemainingErrors:
    """An estimate.

    Attributes
    ----------
    share, low, high : float
        Of the pixels of all images with a prediction, 0-1: the estimate and its 95 % interval.
    done : int
        Images that it is taken from.
    wrong : Mapping[str, float]
        Expected wrong pixels of each image that is not done.
    pixels : int
        Of all images with a prediction.
    """

    share: float
    low: float
    high: float
    done: int
    wrong: Mapping[str, float]
    pixels: int

    def without(self, image_ids: Iterable[str]) -> float:
        """Return the share that would still be wrong, 0-1, if these images were corrected."""
        return self.share - sum(self.wrong.get(each, 0.0) for each in image_ids) / self.pixels


def remaining_errors(facts: Mapping[str, ImageFacts]) -> RemainingErrors | None:
    """Estimate how much is still wrong.

    None with fewer than `LEAST_DONE` usable done images, or fewer than `LEAST_CHANGED` of them changed.
    """
    done = [each for each in facts.values() if sum(each.done_bins)]
    waiting = {key: each for key, each in facts.items() if sum(each.open_bins)}
    pixels = sum(each.pixels for each in facts.values() if sum(each.open_bins) or sum(each.done_bins))
    known = np.array([each.done_bins for each in done], np.float64)
    wrong = np.array([each.wrong_bins for each in done], np.float64)
    if len(done) < LEAST_DONE or np.count_nonzero(wrong.sum(1)) < LEAST_CHANGED:
        return None
    free = np.array([each.open_bins for each in waiting.values()], np.float64).reshape(-1, known.shape[1])
    rates = _rates(known.sum(0), wrong.sum(0), len(known))
    share = float(free.sum(0) @ rates) / pixels
    low, high = _interval(share, known, wrong, free.sum(0) / pixels, len(waiting))
    expected = {key: float(each) for key, each in zip(waiting, free @ rates, strict=True)}
    return RemainingErrors(share, low, high, len(done), expected, pixels)


def _rates(known: NDArray[np.float64], wrong: NDArray[np.float64], images: int) -> NDArray[np.float64]:
    """Return e_b, [..., B], from the sums of pixels and of changed pixels over this number of done images."""
    pixels = known.sum(-1, keepdims=True)
    prior = PRIOR * pixels / images
    mean = wrong.sum(-1, keepdims=True) / np.maximum(pixels, 1)
    return np.asarray((wrong + prior * mean) / np.maximum(known + prior, 1e-9))


def _interval(
    share: float, known: NDArray[np.float64], wrong: NDArray[np.float64], free: NDArray[np.float64], waiting: int
) -> tuple[float, float]:
    """Return the bounds; ``free`` is [B], m_b over all pixels, and ``waiting`` the number of remaining images."""
    if share <= 0:  # nothing is left to be wrong
        return 0.0, 0.0
    count = len(known)
    left_out = _rates(known.sum(0) - known, wrong.sum(0) - wrong, count - 1) @ free
    logits = _logit(np.clip(left_out, 1e-9, 1 - 1e-9))
    variance = (count - 1) / count * ((logits - logits.mean()) ** 2).sum()
    reach = student_t(count - 1) * float(np.sqrt(variance * (1 + count / max(1, waiting))))
    middle = float(_logit(np.array(share)))
    return _logistic(middle - reach), _logistic(middle + reach)


def _logit(share: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.log(share / (1 - share)))


def _logistic(value: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(value, -50, 50))))


def student_t(freedom: int) -> float:
    """Return the 97.5 % quantile of Student's t (Abramowitz and Stegun, 26.7.5); within 0.01 from 4 degrees on."""
    z = Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + terms[0] / freedom + terms[1] / freedom**2 + terms[2] / freedom**3
