"""Which classes a network knows that is about to be trained."""

from __future__ import annotations

import torch

from segcore.models.model import Model


def known_classes(model: Model) -> list[bool]:
    """Return for each channel whether the network has learned it; a network that was only just built knows none.

    `model_for_training` leaves the weights of a class at zero that the checkpoint does not have.
    """
    classifiers = model.segmenter.classifiers()
    last = model.lineage[-1] if model.lineage else {}
    if "file" in last or "start" in last or last.get("source") == "random weights":
        return [False] * model.segmenter.num_classes
    known: list[bool] = torch.stack([conv.weight.flatten(1).any(1) for conv in classifiers]).any(0).tolist()
    return known[: model.segmenter.num_classes]  # a network of masks has a channel more, for no object
