"""Networks of segmentation_models.pytorch, in folders written by ``save_pretrained``: ``config.json``, safetensors.

Unet, FPN, DeepLabV3+ and the others, on any encoder of the library. Nothing is unpickled or downloaded.
"""

from __future__ import annotations

import inspect
import json
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from segcore.errors import CheckpointError, MaskwrightError
from segcore.installation import to_install
from segcore.labels.classes import ClassSet
from segcore.models.architectures import build
from segcore.models.description import Description, DescriptionNeededError, described, read_object
from segcore.models.input_rules import InputRules
from segcore.models.model import Model, check_shapes
from segcore.models.optional_package import optional_package
from segcore.models.outside_network import OutsideNetwork, read_config
from segcore.models.program_output import preprocess_of
from segcore.models.weights_file import read_weights

KEY = "_model_class"
WEIGHTS = "model.safetensors"
_MULTIPLE = 32
"""The library rejects sides that are no multiple of the encoder's stride, which is 32 or a part of it for most."""
_HANDED_ON = {"dynamic_img_size": bool, "output_stride": int}
"""Arguments that the library hands on to timm, and their types."""
_IMAGENET = Description(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
_LEFT_OUT = ("classes", "encoder_weights", "activation", "aux_params")
_AUXILIARY = "classification_head."


class SmpNetwork(OutsideNetwork):
    """A network of the library.

    Parameters
    ----------
    num_classes : int
        C.
    network : str
        Its class, such as ``Unet``.
    config : str
        JSON: ``model`` (the arguments of the class), ``rules`` (`InputRules`).
    """

    def __init__(self, num_classes: int, network: str = "Unet", config: str = "") -> None:
        data = read_config(config, "smp")
        super().__init__(num_classes, InputRules.from_json(data["rules"]))
        self.config = config
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with _NumbersOnCpu():
                    made = network_class(network)(**data["model"], classes=num_classes, encoder_weights=None)
        except (KeyError, RuntimeError, AssertionError, AttributeError, IndexError) as error:
            raise ValueError(f"its library says {error}") from error
        self.network: Any = made

    def logits(self, x: Tensor) -> Tensor:
        """See `OutsideNetwork`."""
        found: Tensor = self.network(x)
        return found

    def classifiers(self) -> list[nn.Conv2d]:
        """Return the last convolution of the segmentation head."""
        return [each for each in self.network.segmentation_head.modules() if isinstance(each, nn.Conv2d)][-1:]

    def backbone(self) -> nn.Module:
        """Return the encoder."""
        found: nn.Module = self.network.encoder
        return found


class _NumbersOnCpu(TorchFunctionMode):
    """Makes ``torch.linspace`` on the CPU: encoders read numbers from it, which the device "meta" does not have."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Call a function of torch."""
        given = kwargs or {}
        return func(*args, **({**given, "device": "cpu"} if func is torch.linspace else given))


def load_smp(folder: Path, description: Description | None = None) -> Model:
    """Read a folder written by ``save_pretrained``.

    Parameters
    ----------
    folder : Path
        The folder.
    description : Description or None
        Class names and preprocessing; None: those of ``maskwright.json`` in the folder, which the library lacks.

    Raises
    ------
    DescriptionNeededError
        Class names or preprocessing are not said.
    CheckpointError
        Files are missing, the network is unknown, takes other than three channels, or its weights do not fit.
    MaskwrightError
        segmentation_models.pytorch is not installed.
    """
    raw = read_object(folder / "config.json")
    name = str(raw.get(KEY))
    arguments = {key: value for key, value in raw.items() if not key.startswith("_") and key not in _LEFT_OUT}
    try:
        _check(network_class(name), arguments)
    except CheckpointError as error:
        raise CheckpointError(f"{folder}: {error.message}", error.remedy) from error
    if not (folder / WEIGHTS).is_file():
        raise CheckpointError(
            f"{folder} has no {WEIGHTS}; pickled weights are not opened.",
            "Save it again: model.save_pretrained(folder).",
        )
    weights = {key: value for key, value in read_weights(folder / WEIGHTS).items() if not key.startswith(_AUXILIARY)}
    channels = raw.get("classes", 1)
    if type(channels) is not int or channels < 1:
        raise CheckpointError(f"{folder} has no number of classes in config.json.", "Save it again.")
    if description is None:
        said = {key: value for key, value in raw.items() if key != "classes"}
        description = described(folder, Description().updated(said, folder / "config.json"))
    if description.missing() or description.classes is None:
        known = description if description.mean else Description(description.classes, _IMAGENET.mean, _IMAGENET.std)
        raise DescriptionNeededError(folder, known, channels, description.missing())
    classes = description.classes
    rules = InputRules(description.channels == "BGR", _MULTIPLE)
    architecture = f"smp:network={name}"
    segmenter: Any = build(architecture, channels, json.dumps({"model": arguments, "rules": rules.to_json()}))
    wanted = _rules_of(segmenter.backbone(), rules, description.fit)
    if wanted != rules:
        segmenter = build(architecture, channels, json.dumps({"model": arguments, "rules": wanted.to_json()}))
    state = {f"network.{key}": value for key, value in weights.items()}
    check_shapes(segmenter, {key: value.shape for key, value in state.items()}, folder / WEIGHTS, architecture)
    segmenter.load_state_dict(state)
    if channels == 1:  # one class against the background, whose logit is 0: softmax over both is the sigmoid
        segmenter.keep_channels([None, 0])
        if len(classes) == 1:
            classes = ClassSet.in_voc_colors(["background", *classes.names])
    if len(classes) != segmenter.num_classes:
        raise CheckpointError(
            f"{folder} has {segmenter.num_classes} output channels, but {len(classes)} class names.",
            "Name one class a channel, in their order.",
        )
    title = folder.resolve().name
    preprocess = preprocess_of(description, folder)
    return Model(segmenter.eval(), architecture, classes, preprocess, title, {}, [{"source": title}])


def _rules_of(encoder: nn.Module, rules: InputRules, fit: str) -> InputRules:
    """Return the rules with the only size, or the stride, of an encoder of another kind, such as a ViT."""
    only = next((each.img_size for each in encoder.modules() if getattr(each, "strict_img_size", False)), None)
    if isinstance(only, tuple):
        return InputRules(rules.reverse, 1, (int(only[0]), int(only[1])), fit)
    stride = getattr(encoder, "output_stride", None)
    return rules if not isinstance(stride, int) or _MULTIPLE % stride == 0 else replace(rules, multiple=stride)


def network_class(name: str) -> Any:
    """Return a class of the library by its name, of those that segment. Raises CheckpointError, MaskwrightError."""
    known = {each.__name__: each for each in library().MODEL_ARCHITECTURES_MAPPING.values()}
    if name not in known:
        raise CheckpointError(f"The network '{name}' is unknown.", f"Choose one of: {', '.join(known)}.")
    return known[name]


def library() -> Any:
    """Return segmentation_models.pytorch, imported now. Raises MaskwrightError when it is not installed."""
    return optional_package(
        "segmentation_models_pytorch",
        MaskwrightError(
            "This folder needs the package segmentation-models-pytorch, which is not installed.",
            to_install("smp", "segmentation-models-pytorch"),
        ),
    )


def _check(network: Any, arguments: Mapping[str, Any]) -> None:
    if arguments.get("in_channels", 3) != 3:
        raise CheckpointError(
            f"It takes images of {arguments['in_channels']} channels.", "Choose a network for RGB images."
        )
    # Others would reach timm, which may open files and addresses that they name; so may such a name of an encoder.
    known = [*inspect.signature(network.__init__).parameters, "decoder_use_batchnorm"]
    handed_on = [key for key, kind in _HANDED_ON.items() if type(arguments.get(key)) is kind]
    unknown = [key for key in arguments if key not in (*known, *handed_on)]
    if unknown:
        raise CheckpointError(
            f"'{network.__name__}' has no argument '{unknown[0]}'.",
            "Update segmentation-models-pytorch; other arguments that it hands on to timm are not taken.",
        )
    encoder = str(arguments.get("encoder_name", ""))
    if ":" in encoder or "/" in encoder:
        raise CheckpointError(
            f"The encoder '{encoder}' is an address.", "Choose a network with an encoder of the library."
        )
