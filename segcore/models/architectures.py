"""Networks by the name of their architecture, with options: ``deeplab_v3plus:backbone=resnet101,output_stride=8``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import cast

from segcore.errors import CheckpointError
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
    "lraspp_mobilenetv3": "torchvision_models:lraspp_mobilenetv3",
    "deeplabv3_mobilenetv3": "torchvision_models:deeplabv3_mobilenetv3",
    "deeplabv3_resnet50": "torchvision_models:deeplabv3_resnet50",
    "deeplabv3_resnet101": "torchvision_models:deeplabv3_resnet101",
    "fcn_resnet50": "torchvision_models:fcn_resnet50",
    "fcn_resnet101": "torchvision_models:fcn_resnet101",
}
"""Name -> ``module:builder`` below `segcore.models`; called as ``builder(num_classes, **options)``."""


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
        """Read ``name`` or ``name:key=value,key=value``. Raises CheckpointError."""
        name, _, rest = text.partition(":")
        if name not in BUILDERS:
            raise CheckpointError(
                f"There is no architecture '{name}'.", f"Choose one of: {', '.join(BUILDERS)}; or update Maskwright."
            )
        options: dict[str, Option] = {}
        for part in filter(None, rest.split(",")):
            key, equals, value = part.partition("=")
            if not equals:
                raise CheckpointError(f"'{part}' in '{text}' is no option.", "Write options as key=value,key=value.")
            options[key.strip()] = _value(value.strip())
        return cls(name, options)

    def __str__(self) -> str:
        if not self.options:
            return self.name
        return f"{self.name}:{','.join(f'{key}={value!s}' for key, value in sorted(self.options.items()))}"

    def builder(self) -> Builder:
        """Return the function or class that builds it."""
        module, _, name = BUILDERS[self.name].partition(":")
        return cast(Builder, getattr(import_module(f"segcore.models.{module}"), name))


def build(architecture: str, num_classes: int) -> Segmenter:
    """Build a network with random weights; nothing is downloaded.

    Parameters
    ----------
    architecture : str
        As `Architecture.parse` reads it.
    num_classes : int
        Channels of the output.

    Raises
    ------
    CheckpointError
        When this version does not know the architecture, or the architecture does not know an option or its value.
    """
    wanted = Architecture.parse(architecture)
    builder = wanted.builder()
    known = {key: p.default for key, p in inspect.signature(builder).parameters.items() if key != "num_classes"}
    unknown = [key for key in wanted.options if key not in known]
    if unknown:
        raise CheckpointError(
            f"'{wanted.name}' has no option '{unknown[0]}'.",
            f"Its options are: {', '.join(known)}." if known else "It has no options.",
        )
    try:
        for key, value in wanted.options.items():
            if isinstance(known[key], bool) and not isinstance(value, bool):
                raise ValueError(f"{key} is true or false, not {value}")
        return builder(num_classes, **wanted.options)
    except (ValueError, TypeError) as error:  # a builder refuses a value it cannot work with
        raise CheckpointError(f"'{architecture}' cannot be built: {error}", "Choose another value.") from error


def _value(text: str) -> Option:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return int(text) if text.lstrip("-").isdigit() else text
