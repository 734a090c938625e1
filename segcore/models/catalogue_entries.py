"""The catalogue as data: the models, and whether their weights are on this machine. Never imports torch."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

from resources import resource
from segcore.models.papers import DEEPLAB_V3, EFFICIENTNET, FCN, MOBILENET_V3

VOC_NAMES = (
    "__background__",
    "aeroplane",
    "bicycle",
    "bird",
    "boat",
    "bottle",
    "bus",
    "car",
    "cat",
    "chair",
    "cow",
    "diningtable",
    "dog",
    "horse",
    "motorbike",
    "person",
    "pottedplant",
    "sheep",
    "sofa",
    "train",
    "tvmonitor",
)
"""The classes of torchvision's published weights, in the order of their channels."""

Place = Literal["bundled", "here", "download"]


@dataclass(frozen=True)
class CatalogueEntry:
    """A model of the catalogue.

    Attributes
    ----------
    name : str
        Name in commands and settings.
    title : str
        Name for people.
    paper : str
        Authors, title, year, arXiv number.
    classes : str
        Classes of the published weights.
    input : str
        Input of the network.
    megabytes : float
        Size of the weights' file.
    licence : str
        Licence of the weights.
    weights : str or None
        File name of the published weights; None for the bundled checkpoint.
    """

    name: str
    title: str
    paper: str
    classes: str
    input: str
    megabytes: float
    licence: str
    weights: str | None


def _published(name: str, title: str, paper: str, megabytes: float, weights: str) -> CatalogueEntry:
    return CatalogueEntry(
        name, title, paper, "21, PASCAL VOC", "RGB, short side 520", megabytes, "BSD-3-Clause", weights
    )


BUNDLED_CHECKPOINT = "checkpoints/starter_roads.safetensors"
"""Path of the starter's checkpoint among the resources."""

CATALOGUE: dict[str, CatalogueEntry] = {
    entry.name: entry
    for entry in (
        CatalogueEntry(
            "starter",
            "Starter (EfficientNet-Lite0)",
            EFFICIENTNET,
            "4, road damage",
            "RGB, any size",
            6.5,
            "MIT; encoder Apache-2.0",
            None,
        ),
        _published(
            "lraspp_mobilenetv3",
            "LR-ASPP MobileNetV3-Large",
            MOBILENET_V3,
            12.5,
            "lraspp_mobilenet_v3_large-d234d4ea.pth",
        ),
        _published(
            "deeplabv3_mobilenetv3",
            "DeepLabV3 MobileNetV3-Large",
            DEEPLAB_V3,
            42.3,
            "deeplabv3_mobilenet_v3_large-fc3c493d.pth",
        ),
        _published(
            "deeplabv3_resnet50", "DeepLabV3 ResNet-50", DEEPLAB_V3, 160.5, "deeplabv3_resnet50_coco-cd0a2569.pth"
        ),
        _published(
            "deeplabv3_resnet101", "DeepLabV3 ResNet-101", DEEPLAB_V3, 233.2, "deeplabv3_resnet101_coco-586e9e4e.pth"
        ),
        _published("fcn_resnet50", "FCN ResNet-50", FCN, 135.0, "fcn_resnet50_coco-1167a1af.pth"),
        _published("fcn_resnet101", "FCN ResNet-101", FCN, 207.7, "fcn_resnet101_coco-7ecb50ca.pth"),
    )
}


def weights_folder() -> Path:
    """Return the person's folder for published weights, for downloads and files added by hand."""
    return Path(platformdirs.user_data_dir("maskwright", appauthor=False)) / "weights"


def torch_hub_folder() -> Path:
    """Return the folder of torch.hub's weights, by torch.hub's own rules."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.environ.get("TORCH_HOME", os.path.join(cache, "torch"))
    return Path(os.path.expanduser(home)) / "hub" / "checkpoints"


def weights_path(entry: CatalogueEntry) -> Path | None:
    """Return the file with the entry's weights, or None when it is not on this machine."""
    if entry.weights is None:
        bundled = resource(BUNDLED_CHECKPOINT)
        return bundled if bundled.is_file() else None
    return find_weights(entry.weights)


def find_weights(name: str) -> Path | None:
    """Return the file of this name in the folders where published weights are kept, or None."""
    found = (folder / name for folder in (weights_folder(), torch_hub_folder()))
    return next((path for path in found if path.is_file()), None)


def where_is(entry: CatalogueEntry) -> Place:
    """Return whether the entry's weights are bundled, on this machine, or to download."""
    if entry.weights is None:
        return "bundled"
    return "download" if weights_path(entry) is None else "here"
