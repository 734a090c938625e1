"""What the tests of a project share: small label maps, predictions, and a full disk."""

from __future__ import annotations

import numpy as np

from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap
from segcore.project.project import Project

CLASSES = ClassSet.in_voc_colors(["road", "Himmel", "tree"])


U, P, H, C = Provenance.UNTOUCHED, Provenance.PREDICTED, Provenance.PAINTED, Provenance.CONFIRMED


def painted(value=1, shape=(4, 6)):
    label_map = LabelMap.blank(*shape)
    label_map.labels[:2], label_map.provenance[:2] = value, H
    return label_map


def prediction(value=2, shape=(4, 6)):
    probabilities = np.zeros((3, *shape), np.uint8)
    probabilities[value] = 255
    return ProbabilityMap(
        probabilities, np.full(shape, value, np.uint8), np.full(shape, 51, np.uint8), CLASSES.indices, "m"
    )


def reopened(project):
    project.close()
    return Project.open(project.root)
