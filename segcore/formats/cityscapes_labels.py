"""The labels of Cityscapes: ids, train ids and colours, from cityscapesscripts/helpers/labels.py."""

from __future__ import annotations

from typing import NamedTuple

from segcore.labels.palette import Color


class CityscapesLabel(NamedTuple):
    """A label; ``train_id`` 255: left out of training."""

    name: str
    id: int
    train_id: int
    color: Color


_NOT_TRAINED = 255

LABELS: tuple[CityscapesLabel, ...] = (
    CityscapesLabel("unlabeled", 0, _NOT_TRAINED, (0, 0, 0)),
    CityscapesLabel("ego vehicle", 1, _NOT_TRAINED, (0, 0, 0)),
    CityscapesLabel("rectification border", 2, _NOT_TRAINED, (0, 0, 0)),
    CityscapesLabel("out of roi", 3, _NOT_TRAINED, (0, 0, 0)),
    CityscapesLabel("static", 4, _NOT_TRAINED, (0, 0, 0)),
    CityscapesLabel("dynamic", 5, _NOT_TRAINED, (111, 74, 0)),
    CityscapesLabel("ground", 6, _NOT_TRAINED, (81, 0, 81)),
    CityscapesLabel("road", 7, 0, (128, 64, 128)),
    CityscapesLabel("sidewalk", 8, 1, (244, 35, 232)),
    CityscapesLabel("parking", 9, _NOT_TRAINED, (250, 170, 160)),
    CityscapesLabel("rail track", 10, _NOT_TRAINED, (230, 150, 140)),
    CityscapesLabel("building", 11, 2, (70, 70, 70)),
    CityscapesLabel("wall", 12, 3, (102, 102, 156)),
    CityscapesLabel("fence", 13, 4, (190, 153, 153)),
    CityscapesLabel("guard rail", 14, _NOT_TRAINED, (180, 165, 180)),
    CityscapesLabel("bridge", 15, _NOT_TRAINED, (150, 100, 100)),
    CityscapesLabel("tunnel", 16, _NOT_TRAINED, (150, 120, 90)),
    CityscapesLabel("pole", 17, 5, (153, 153, 153)),
    CityscapesLabel("polegroup", 18, _NOT_TRAINED, (153, 153, 153)),
    CityscapesLabel("traffic light", 19, 6, (250, 170, 30)),
    CityscapesLabel("traffic sign", 20, 7, (220, 220, 0)),
    CityscapesLabel("vegetation", 21, 8, (107, 142, 35)),
    CityscapesLabel("terrain", 22, 9, (152, 251, 152)),
    CityscapesLabel("sky", 23, 10, (70, 130, 180)),
    CityscapesLabel("person", 24, 11, (220, 20, 60)),
    CityscapesLabel("rider", 25, 12, (255, 0, 0)),
    CityscapesLabel("car", 26, 13, (0, 0, 142)),
    CityscapesLabel("truck", 27, 14, (0, 0, 70)),
    CityscapesLabel("bus", 28, 15, (0, 60, 100)),
    CityscapesLabel("caravan", 29, _NOT_TRAINED, (0, 0, 90)),
    CityscapesLabel("trailer", 30, _NOT_TRAINED, (0, 0, 110)),
    CityscapesLabel("train", 31, 16, (0, 80, 100)),
    CityscapesLabel("motorcycle", 32, 17, (0, 0, 230)),
    CityscapesLabel("bicycle", 33, 18, (119, 11, 32)),
)

BY_NAME = {each.name: each for each in LABELS}
