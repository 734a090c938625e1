"""Networks by the name of their architecture, with options: ``deeplab_v3plus:backbone=resnet101,output_stride=8``."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import cast

import torch

from segcore.errors import CheckpointError
from segcore.models.architecture_entries import of_packages
from segcore.models.segmenter import Segmenter

Option = str | int | bool
Builder = Callable[..., Segmenter]

BUILDERS: dict[str, str] = {
    "starter": "starter:Starter",
    "lraspp_lite0": "lraspp:lraspp_lite0",
    "fcn32s": "fcn:fcn32s",
    "fcn16s": "fcn:fcn16s",
    "fcn8s": "fcn:fcn8s",
    "fcn32s_fixed": "fcn:fcn32s_fixed",
    "fcn_alexnet": "fcn:fcn_alexnet",
    "fcn_googlenet": "fcn:fcn_googlenet",
    "deeplab_largefov": "deeplab_v1:deeplab_largefov",
    "deeplab_v2": "deeplab_v2:deeplab_v2",
    "deeplab_v2_resnet101": "deeplab_v2:deeplab_v2_resnet101",
    "deeplab_v3": "deeplab_v3:deeplab_v3",
    "deeplab_v3plus": "deeplab_v3plus:deeplab_v3plus",
    "pspnet": "pspnet:pspnet",
    "segformer": "segformer:segformer",
    "lraspp_mobilenetv3": "torchvision_models:lraspp_mobilenetv3",
    "deeplabv3_mobilenetv3": "torchvision_models:deeplabv3_mobilenetv3",
    "deeplabv3_resnet50": "torchvision_models:deeplabv3_resnet50",
    "deeplabv3_resnet101": "torchvision_models:deeplabv3_resnet101",
    "fcn_resnet50": "torchvision_models:fcn_resnet50",
    "fcn_resnet101": "torchvision_models:fcn_resnet101",
}
"""Name -> ``module:builder`` below `segcore.models`; called as ``builder(num_classes, **options)``."""

NEWEST: dict[str, str] = {"starter": "starter:multiple=32"}
"""What a new network of this name is built as; checkpoints keep the text that they were saved with."""

FROM_FILES: dict[str, str] = {
    "onnx": "onnx_network:OnnxNetwork",
    "exported_program": "exported_program:ExportedNetwork",
    "transformers": "transformers_network:transformers_network",
    "smp": "smp_network:SmpNetwork",
}
"""The same for networks that come with a file: called as ``builder(num_classes, config=json, **options)``."""

MAX_CLASSES = 10_000
"""Classes of a network. A project has at most 255; ImageNet classifiers have 1000."""

MOST_WEIGHTS = 500_000_000
"""Weights of a network: 2 GB in float32, four times as much in training."""

_KINDS = {bool: "true or false", int: "a whole number", str: "a name"}
_LONGEST = 300
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True)
class Architecture:
    """A name of `BUILDERS` with options for its builder.

    Attributes
    ----------
    name : str
        A key of `BUILDERS`.
    options : dict
        Keyword arguments of the builder: whole numbers, true or false, text.
    """

    name: str
    options: dict[str, Option] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Architecture:
        """Read ``name`` or ``name:key=value,key=value``, up to 300 characters. Raises CheckpointError."""
        if len(text) > _LONGEST:
            raise CheckpointError(
                f"'{text[:40]}…' is not an architecture: it has {len(text)} characters.",
                f"Write name:key=value,key=value in at most {_LONGEST}.",
            )
        name, _, rest = text.partition(":")
        if name not in FROM_FILES and not is_architecture(name):
            raise CheckpointError(
                f"The architecture '{name}' is unknown.",
                f"Choose one of: {', '.join((*BUILDERS, *of_packages()))}; update Maskwright, or install the package "
                "that adds it.",
            )
        options: dict[str, Option] = {}
        for part in filter(None, rest.split(",")):
            key, equals, value = part.partition("=")
            if not equals:
                raise CheckpointError(
                    f"'{part}' in '{text}' is not an option.", "Write options as key=value,key=value."
                )
            options[key.strip()] = _value(value.strip())
        return cls(name, options)

    def __str__(self) -> str:
        if not self.options:
            return self.name
        return f"{self.name}:{','.join(f'{key}={value!s}' for key, value in sorted(self.options.items()))}"

    def builder(self) -> Builder:
        """Return the builder, a function or class. Raises CheckpointError for a package that cannot be imported."""
        ours = BUILDERS.get(self.name) or FROM_FILES.get(self.name)
        if ours is None:
            return _of_package(self.name)
        module, _, name = ours.partition(":")
        return cast(Builder, getattr(import_module(f"segcore.models.{module}"), name))


def is_architecture(name: str) -> bool:
    """Whether a network of this name can be built to be trained: one of ours, or of an installed package."""
    return name in BUILDERS or name in of_packages()


def _of_package(name: str) -> Builder:
    entry = of_packages()[name]
    try:
        return cast(Builder, entry.load())
    except Exception as error:  # code of a person: it may raise anything
        package = entry.dist.name if entry.dist is not None else entry.value
        raise CheckpointError(
            f"The package {package}, which adds the architecture '{name}', cannot be imported ({error}).",
            "Mend or remove the package.",
        ) from error


def build(architecture: str, num_classes: int, config: str = "") -> Segmenter:
    """Build a network with random weights; nothing is downloaded.

    Parameters
    ----------
    architecture : str
        Text for `Architecture.parse`.
    num_classes : int
        Channels of the output, 1 to 255.
    config : str
        `Segmenter.config`: JSON of a network that came with a file.

    Raises
    ------
    CheckpointError
        This version does not know the architecture, an option or its value, or the network would have more than
        `MOST_WEIGHTS`. The size is checked before memory is allocated.
    """
    wanted = _checked(architecture, num_classes)
    if wanted.options or config:
        weights = sum(tensor.numel() for tensor in outline(architecture, num_classes, config).state_dict().values())
        if weights > MOST_WEIGHTS:
            raise CheckpointError(
                f"'{architecture}' would have {weights / 1e6:,.0f} million weights.",
                f"Choose a network of at most {MOST_WEIGHTS / 1e6:.0f} million; in float32 they take 2 GB.",
            )
    return _built(wanted, num_classes, config)


@lru_cache(maxsize=4)
def outline(architecture: str, num_classes: int, config: str = "") -> Segmenter:
    """Build a network whose tensors have shapes but no memory (torch's device "meta"); results are cached.

    Raises CheckpointError like `build`, but does not limit the number of weights.
    """
    wanted = _checked(architecture, num_classes)
    try:
        with torch.device("meta"):
            return _built(wanted, num_classes, config)
    except (RuntimeError, OverflowError) as error:  # a size beyond 64 bits
        raise CheckpointError(f"'{architecture}' cannot be built: {error}.", "Choose another value.") from error


def _checked(architecture: str, num_classes: int) -> Architecture:
    """Return the architecture with checked options. Raises CheckpointError for unknown ones and wrong types."""
    wanted = Architecture.parse(architecture)
    if not 1 <= num_classes <= MAX_CLASSES:
        raise CheckpointError(f"A network cannot have {num_classes} classes.", f"Give 1 to {MAX_CLASSES} classes.")
    try:
        parameters = inspect.signature(wanted.builder()).parameters
    except (ValueError, TypeError) as error:  # of a package: something else than a class or function
        raise CheckpointError(f"'{wanted.name}' has no builder ({error}).", "See docs/extending.md.") from error
    known = {key: parameter.default for key, parameter in parameters.items() if key not in ("num_classes", "config")}
    unknown = [key for key in wanted.options if key not in known]
    if unknown:
        raise CheckpointError(
            f"'{wanted.name}' has no option '{unknown[0]}'.",
            f"Its options are: {', '.join(known)}." if known else "It has no options.",
        )
    for key, value in wanted.options.items():
        kind = type(known[key])
        if kind in _KINDS and type(value) is not kind:
            raise CheckpointError(
                f"'{architecture}' cannot be built: {key} is {_KINDS[kind]}, not {value}.", "Choose another value."
            )
    return wanted


def _built(wanted: Architecture, num_classes: int, config: str) -> Segmenter:
    given = {"config": config} if config else {}
    try:
        network = wanted.builder()(num_classes, **given, **wanted.options)
    except (ValueError, TypeError) as error:  # the builder rejects the value
        raise CheckpointError(f"'{wanted}' cannot be built: {error}.", "Choose another value.") from error
    if not isinstance(network, Segmenter):
        raise CheckpointError(
            f"'{wanted.name}' builds a {type(network).__name__}, not a Segmenter.", "See docs/extending.md."
        )
    return network


def _value(text: str) -> Option:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else text
