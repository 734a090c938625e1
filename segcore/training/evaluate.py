"""Evaluation: what a model gets right on labelled images, in the classes of the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segcore.errors import CrfError, DeviceError, ImageError, LabelError
from segcore.images.image import read_image
from segcore.labels.class_mapping import join_by_name
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.metrics.boundary import BoundaryScore
from segcore.metrics.calibration import PixelSample
from segcore.metrics.image_counts import ImageCounts, total
from segcore.metrics.scores import Scores
from segcore.prediction import Predictor
from segcore.progress import Progress, Task
from segcore.training.dataset import Pair, read_truth
from segcore.training.distributed import ALONE, World

if TYPE_CHECKING:
    from segcore.crf import Crf


def evaluate(
    predictor: Predictor,
    pairs: Sequence[Pair],
    classes: ClassSet,
    ignore_index: int = IGNORE_INDEX,
    crf: Crf | None = None,
    failures: list[tuple[str, str]] | None = None,
    world: World = ALONE,
    each: list[ImageCounts] | None = None,
    sample: PixelSample | None = None,
) -> Task[Scores]:
    """Measure a model.

    Parameters
    ----------
    predictor : Predictor
        The model; its classes are joined to ``classes`` by name. A pixel whose winning class has no partner counts
        as an error of its true class.
    pairs : sequence of Pair
        The labelled images.
    classes : ClassSet
        Classes of the labels; the scores name them.
    ignore_index : int
        Pixels of this value do not count; 255 never does.
    crf : Crf or None
        Refine the probabilities first.
    failures : list of (key, message) or None
        With a list, images that cannot be read, refined, or predicted within the memory, or whose label map cannot be
        read, are added to it and passed over, as long as there are others.
    world : World
        With several processes, each measures its share of the images, and all get the scores and failures of all.
    each : list of ImageCounts or None
        With a list, the confusion matrix of every image is added to it.
    sample : PixelSample or None
        Draws from the images that this process measures.

    Returns
    -------
    Task[Scores]
        One step an image, and those of prediction in between.

    Raises
    ------
    ImageError, LabelError, DeviceError, CheckpointError, CrfError
    """
    share = world.shard(pairs)
    counts, boundary = list[ImageCounts](), BoundaryScore(len(classes))
    table = channels_by_name(predictor.model.classes, classes)
    failed: list[tuple[str, str]] = []
    failure: ImageError | LabelError | DeviceError | CrfError | None = None
    for number, pair in enumerate(share):
        yield Progress(number, len(share), f"Evaluating {pair.key}")
        try:
            image = read_image(pair.image)
            truth = read_truth(pair, classes, (image.shape[0], image.shape[1]), ignore_index)
            probabilities = yield from predictor.probabilities(image)
            if crf is not None:
                probabilities = yield from crf.refine(image, probabilities)
        except (ImageError, LabelError, DeviceError, CrfError) as error:
            if failures is None:
                raise
            failure = error
            failed.append((pair.key, error.message))
            continue
        labels = table[probabilities.argmax(0)]
        counts.append(ImageCounts.of(pair.key, truth, labels, len(classes)))
        boundary.update(truth, labels)
        if sample is not None:
            sample.add(truth, probabilities, table)
    gathered = world.gather([image.to_json() for image in counts]) if world.size > 1 else []
    counts = [ImageCounts.from_json(image) for part in gathered for image in part] or counts
    boundary.sums, boundary.images = (world.sum_over_ranks(part) for part in (boundary.sums, boundary.images))
    everywhere = sorted((key, message) for part in world.gather(failed) for key, message in part)
    if len(everywhere) == len(pairs) > 0:
        raise failure or LabelError(everywhere[0][1])
    if failures is not None:
        failures += everywhere
    if each is not None:
        each += counts
    return total(counts, len(classes)).scores(classes.names, boundary)


def channels_by_name(model_classes: ClassSet, classes: ClassSet) -> NDArray[np.uint8]:
    """Uint8 [model channels]: the channel of ``classes`` that has the same name, 255 where there is none."""
    table = np.full(len(model_classes), IGNORE_INDEX, np.uint8)
    for channel, source in enumerate(join_by_name(classes.names, model_classes.names)):
        if source is not None:
            table[source] = channel
    return table
