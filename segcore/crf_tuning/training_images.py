"""Training images of a project or of folders: corrected label maps with their predictions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segcore.crf_tuning.training_image import TrainingImage
from segcore.errors import CrfError, MaskwrightError
from segcore.images.image import read_image
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.label_map import State
from segcore.labels.probability_map import ProbabilityMap
from segcore.models.checkpoint_info import read_checkpoint_info
from segcore.progress import Progress, Task

if TYPE_CHECKING:
    from segcore.prediction import Predictor
    from segcore.project.project import Project
    from segcore.training.dataset import Pair

MOST_IMAGES = 30
"""Enough images for five parameters; more would only take longer."""

Look = Callable[[str], Task[tuple[NDArray[np.uint8], NDArray[np.uint8], ProbabilityMap | None]]]
"""From a key to the image, the truth in channels (255: unknown), and the prediction, if there is one."""


def project_training_images(
    project: Project, predictor: Predictor | None = None, most: int = MOST_IMAGES
) -> Task[list[TrainingImage]]:
    """Collect the corrected images of a project: pixels that are painted or confirmed are the truth.

    When at least two images are done, only done images count: the painted pixels of an unfinished image are mostly
    wrong predictions, and any CRF looks good on them.

    Parameters
    ----------
    project : Project
        Its stored predictions are used; images without one are skipped.
    predictor : Predictor or None
        Predicts all images instead.
    most : int
        Largest number of images; those that the network was not trained on come first.

    Returns
    -------
    Task[list[TrainingImage]]
        It yields once an image. Of a large image, only windows are kept.

    Raises
    ------
    CrfError
        No image is corrected yet, or no corrected image has a prediction. Images that cannot be read are skipped.
    """
    corrected = project.corrected_ids()
    if not corrected:
        raise CrfError("No image of this project is corrected yet.", "Paint or confirm some pixels first.")
    done = [key for key in corrected if project.state(key) == State.DONE]
    keys = done if len(done) > 1 else corrected
    if predictor is None:
        keys = [key for key in keys if project.prediction_path(key).exists()]
    table = project.classes.channel_table()
    seen = _seen(keys, project.active_model if predictor is None else None, predictor)

    def look(key: str) -> Task[tuple[NDArray[np.uint8], NDArray[np.uint8], ProbabilityMap | None]]:
        image = read_image(project.image_path(key))
        truth = table[project.load_label_map(key).ground_truth()]
        if predictor is None:
            return image, truth, project.load_prediction(key)
        model = predictor.model
        probabilities = yield from predictor.probabilities(image)
        mapping = project.mapping_for(model.classes)
        return image, truth, mapping.apply(probabilities, model.classes, project.classes, model.name)

    training_images = yield from _collect(keys, look, seen, most)
    if not training_images:
        raise CrfError("No corrected image of this project has a prediction.", "Predict the corrected images first.")
    return training_images


def folder_training_images(
    pairs: Sequence[Pair],
    classes: ClassSet,
    predictor: Predictor,
    ignore_index: int = IGNORE_INDEX,
    most: int = MOST_IMAGES,
) -> Task[list[TrainingImage]]:
    """Collect images with their label maps; the model's classes are matched to the labels' by name.

    Parameters
    ----------
    pairs : Sequence[Pair]
        See `segcore.training.folder_pairs.pair_folders`.
    classes : ClassSet
        Classes of the label maps.
    predictor, most
        See `project_training_images`.
    ignore_index : int
        Label value to ignore; 255 is always ignored.

    Raises
    ------
    CrfError
        No image can be read together with its label map.
    """
    from segcore.training.dataset import read_truth

    by_key = {pair.key: pair for pair in pairs}
    model = predictor.model
    mapping = ClassMapping.by_name(model.classes, classes)

    def look(key: str) -> Task[tuple[NDArray[np.uint8], NDArray[np.uint8], ProbabilityMap | None]]:
        image = read_image(by_key[key].image)
        truth = read_truth(by_key[key], classes, (image.shape[0], image.shape[1]), ignore_index)
        probabilities = yield from predictor.probabilities(image)
        return image, truth, mapping.apply(probabilities, model.classes, classes, model.name)

    training_images = yield from _collect(list(by_key), look, _seen(by_key, None, predictor), most)
    if not training_images:
        raise CrfError("No image can be read together with its label map.", "Check both folders.")
    return training_images


def _collect(keys: Sequence[str], look: Look, seen: Collection[str], most: int) -> Task[list[TrainingImage]]:
    """Read at most ``most`` of ``keys``, spread evenly over the list; those not in ``seen`` come first."""
    fresh = _evenly([key for key in keys if key not in seen], most)
    keys = [*fresh, *_evenly([key for key in keys if key in seen], most - len(fresh))]
    training_images: list[TrainingImage] = []
    for number, key in enumerate(keys):
        yield Progress(number, len(keys), f"Reading {key}")
        try:
            image, truth, prediction = yield from look(key)
            if prediction is None:
                continue
            # The CRF does not change a pixel whose winning class is not mapped to a class of the project.
            truth = np.where(prediction.labels == IGNORE_INDEX, np.uint8(IGNORE_INDEX), truth)
            training_images += TrainingImage(key, image, prediction.probabilities, truth, key in seen).windows()
        except MaskwrightError:
            continue
    return training_images


def _evenly(keys: Sequence[str], most: int) -> list[str]:
    count = min(max(0, most), len(keys))
    return [keys[number * len(keys) // count] for number in range(count)]


def _seen(keys: Collection[str], name: str | None, predictor: Predictor | None) -> frozenset[str]:
    """Return the keys that the model was trained on: ``predictor``'s model, or the one of this name or path."""
    from segcore.models.lineage import fingerprint, seen_by

    try:
        lineage = predictor.model.lineage if predictor is not None else read_checkpoint_info(Path(name or "")).lineage
    except (MaskwrightError, OSError):  # a name of the catalogue
        return frozenset()
    marks = seen_by(lineage)
    return frozenset(key for key in keys if fingerprint(key) in marks)
