"""Audit: corrected labels of a project that look wrong to a model which has not seen them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_cache import FeatureCache
from segcore.adaptation.feature_pyramid import FeaturePyramid
from segcore.errors import LabelError, MaskwrightError
from segcore.images.image import read_image
from segcore.labels.classes import IGNORE_INDEX
from segcore.progress import Progress, Task
from segcore.worklist.cell_labels import cell_labels
from segcore.worklist.held_out_model import HeldOutModel
from segcore.worklist.kept_labels import is_kept, kept_labels
from segcore.worklist.label_issues import LabelIssue, Suspects, Thresholds, issues_of, suspects_of

if TYPE_CHECKING:
    from segcore.adaptation.features import Features
    from segcore.project.project import Project

FOLDS = 5
"""Each image is judged by a model that was fitted to four fifths of the others."""
MOST = 200
"""Issues that are returned."""


@dataclass(frozen=True)
class Audit:
    """What was found.

    Attributes
    ----------
    issues : tuple[LabelIssue, ...]
        Highest priority first, at most `MOST`.
    images : int
        Corrected images that were looked at.
    kept : int
        Issues that are left out because a person kept the label before.
    """

    issues: tuple[LabelIssue, ...]
    images: int
    kept: int


def audit(project: Project, features: Features | None = None) -> Task[Audit]:
    """Look for corrected labels that look wrong.

    Parameters
    ----------
    project : Project
        At least two of its images must be painted or confirmed in part.
    features : Features or None
        The frozen network; None loads EfficientNet-Lite0 with ImageNet weights on the CPU.

    Raises
    ------
    LabelError
        With fewer than two corrected images that can be read, or corrected pixels of one class only.
    """
    ids = project.corrected_ids()
    if len(ids) < 2:
        raise LabelError("An audit needs at least two corrected images.", "Paint or confirm labels in more images.")
    if features is None:
        from segcore.adaptation.features import imagenet_features  # imports torch

        features = yield from imagenet_features()
    folds = min(FOLDS, len(ids))
    model, cache = HeldOutModel(folds), FeatureCache()
    seen: dict[str, int] = {}  # image -> fold
    values: set[int] = set()
    for number, image_id in enumerate(ids):
        yield Progress(number, 2 * len(ids), image_id)
        with suppress(MaskwrightError):  # the image list tells what cannot be read
            labels = yield from _cells(project, image_id)
            pyramid = yield from _features(project, image_id, features, cache)
            seen[image_id] = number % folds
            model.learn(seen[image_id], pyramid, labels)
            values.update(int(value) for value in np.unique(labels) if value != IGNORE_INDEX)
    if len(seen) < 2:
        raise LabelError(
            f"An audit needs at least two corrected images, and only {len(seen)} of {len(ids)} can be read.",
            "Put the images back into their folder.",
        )
    if len(values) < 2:
        raise LabelError(
            "The corrected pixels are of one class only, so none can look like another.", "Label a second class."
        )
    model.finish()
    thresholds, found = Thresholds(), list[Suspects]()
    for number, (image_id, fold) in enumerate(seen.items()):
        yield Progress(len(ids) + number, 2 * len(ids), image_id)
        with suppress(MaskwrightError):
            labels = yield from _cells(project, image_id)
            pyramid = yield from _features(project, image_id, features, cache)
            scored = model.probabilities(fold, pyramid)
            if scored is not None and labels.shape == scored[1].shape[:2]:
                shape = pyramid.height, pyramid.width
                found.append(suspects_of(image_id, shape, labels, *scored, thresholds))
    table, kept = thresholds.table(), kept_labels(project)
    issues = [issue for suspects in found for issue in issues_of(suspects, table)]
    shown = sorted((each for each in issues if not is_kept(each, kept)), key=lambda each: -each.priority)
    return Audit(tuple(shown[:MOST]), len(seen), len(issues) - len(shown))


def _cells(project: Project, image_id: str) -> Task[NDArray[np.uint8]]:
    yield Progress(0, 0, image_id)
    return cell_labels(project.load_labels(image_id).label_map)


def _features(project: Project, image_id: str, features: Features, cache: FeatureCache) -> Task[FeaturePyramid]:
    """Return the features of an image; those that the memory has no room for are computed again."""
    pyramid = cache.get(image_id)
    if pyramid is None:
        for_image = features.of(read_image(project.image_path(image_id)))
        pyramid = yield from for_image
        cache.put(image_id, pyramid)
    return pyramid
