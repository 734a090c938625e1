"""The model that a training has made, and what its checkpoint says of the training."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from segcore.metrics.calibration import Calibration
from segcore.metrics.scores import Scores
from segcore.models.lineage import fingerprint
from segcore.models.model import Model
from segcore.models.segmenter import Segmenter
from segcore.training.comparison import Comparison
from segcore.training.request import TrainRequest
from segcore.training.validation import Best


def new_version(
    request: TrainRequest,
    base: Model,
    segmenter: Segmenter,
    before: Scores | None,
    best: Best,
    comparison: Comparison,
    facts: dict[str, Any],
) -> Model:
    """Return the model of the best state.

    Parameters
    ----------
    request : TrainRequest
        What was trained on what.
    base : Model
        The model that the training started from.
    segmenter : Segmenter
        Takes the best state and becomes the model's network.
    before : Scores or None
        Of the model in use, on the held-out images.
    best : Best
        The best state and its scores.
    comparison : Comparison
        Of the best state with the model in use.
    facts : dict
        More for this step of the lineage, JSON values: how many images, steps and minutes there were.
    """
    segmenter.load_state_dict(best.state)
    calibration = Calibration.of(best.measured.sample)
    step = {
        "trained_from": base.name,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "held_out_images": len(request.validate),
        "classes": request.classes.names,
        "seed": request.seed,
        "epochs": request.epochs,
        **facts,
        "best_step": best.step,
        "mean_iou_before": None if before is None else before.mean_iou,
        "mean_iou_after": best.scores.mean_iou,
        "comparison": comparison.anonymous().to_json(),
        "calibration": calibration.to_json(),
        "trained_on": sorted(fingerprint(pair.key) for pair in request.train),
        "measured_on": sorted(fingerprint(pair.key) for pair in request.validate),
    }
    if request.project:
        step["project"] = request.project
    return Model(
        segmenter,
        base.architecture,
        request.classes,
        base.preprocess,
        request.out.stem,
        best.scores.to_json(),
        [*base.lineage, step],
        calibration.temperature,
    )
