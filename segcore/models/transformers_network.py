"""Networks of Hugging Face's transformers as segmenters: SegFormer, UPerNet, DPT, BEiT, MobileViT, Mask2Former and kin.

A checkpoint keeps the library's own configuration; the network is built from it by the library's own class. Only the
types of `NETWORKS` are built: no code of a model folder runs, and nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from segcore.errors import CheckpointError, MaskwrightError
from segcore.installation import to_install
from segcore.models.input_rules import InputRules
from segcore.models.optional_package import optional_package
from segcore.models.outside_network import OutsideNetwork, read_config

_LEAST = 1e-30
"""A score of 0 would have no logarithm; smaller scores than this one are alike."""


@dataclass(frozen=True)
class NetworkType:
    """One ``model_type`` of the library.

    Attributes
    ----------
    name : str
        The library's class.
    head : str
        Path of its last layer, whose output channels are the classes.
    body : str
        Path of its pretrained part.
    multiple : str
        Key of the configuration that height and width have to be multiples of; "" for none.
    fixed : bool
        Whether it takes only the configuration's ``image_size``.
    least : int
        Pixels that height and width have to have: 2 x 2 cells at a stride of 32 are 64.
    mask_side : int or None
        Height and width to which the library brings masks before it joins them, whatever the image's size.
    processor : str
        The library's class that makes the input, where a folder does not name one.
    squares : bool
        Whether it takes every square input: its ``image_size`` gives way to the size that the processor makes.
    """

    name: str
    head: str
    body: str
    multiple: str = ""
    fixed: bool = False
    least: int = 1
    mask_side: int | None = None
    processor: str = "SegformerImageProcessor"
    squares: bool = False


_CONVOLUTION = "segmentation_head.classifier.convolution"
_MASKED = "model.pixel_level_module.encoder"
NETWORKS: dict[str, NetworkType] = {
    "segformer": NetworkType("SegformerForSemanticSegmentation", "decode_head.classifier", "segformer"),
    "upernet": NetworkType("UperNetForSemanticSegmentation", "decode_head.classifier", "backbone"),
    "dpt": NetworkType(
        "DPTForSemanticSegmentation", "head.head.4", "dpt", fixed=True, processor="DPTImageProcessor", squares=True
    ),
    "beit": NetworkType(
        "BeitForSemanticSegmentation", "decode_head.classifier", "beit", "patch_size", processor="BeitImageProcessor"
    ),
    "data2vec-vision": NetworkType(
        "Data2VecVisionForSemanticSegmentation",
        "decode_head.classifier",
        "data2vec_vision",
        fixed=True,
        processor="BeitImageProcessor",
    ),
    "mobilevit": NetworkType(
        "MobileViTForSemanticSegmentation", _CONVOLUTION, "mobilevit", processor="MobileViTImageProcessor"
    ),
    "mobilevitv2": NetworkType(
        "MobileViTV2ForSemanticSegmentation", _CONVOLUTION, "mobilevitv2", least=64, processor="MobileViTImageProcessor"
    ),
    "mobilenet_v2": NetworkType(
        "MobileNetV2ForSemanticSegmentation", _CONVOLUTION, "mobilenet_v2", processor="MobileNetV2ImageProcessor"
    ),
    "mask2former": NetworkType(
        "Mask2FormerForUniversalSegmentation",
        "class_predictor",
        _MASKED,
        least=64,
        mask_side=384,
        processor="Mask2FormerImageProcessor",
    ),
    "maskformer": NetworkType(
        "MaskFormerForInstanceSegmentation", "class_predictor", _MASKED, least=64, processor="MaskFormerImageProcessor"
    ),
}
MASKED = ("mask2former", "maskformer")
"""Types whose answer is a set of masks, each with a class."""


class TransformersNetwork(OutsideNetwork):
    """A network of the library that answers with scores for each pixel.

    Parameters
    ----------
    num_classes : int
        C.
    config : str
        JSON: ``model`` (the library's configuration), ``rules`` (`InputRules`).
    """

    def __init__(self, num_classes: int, config: str) -> None:
        data = read_config(config, "transformers")
        super().__init__(num_classes, InputRules.from_json(data["rules"]))
        self.config = config
        kind = str(data["model"].get("model_type"))
        self.kind = NETWORKS[kind]
        self.network = built(data["model"], num_classes)

    def logits(self, x: Tensor) -> Tensor:
        """See `OutsideNetwork`."""
        found: Tensor = self.network(pixel_values=x).logits
        return found

    def classifiers(self) -> list[nn.Conv2d]:
        """Return the last layer."""
        head = self.network.get_submodule(self.kind.head)
        assert isinstance(head, nn.Conv2d)
        return [head]

    def backbone(self) -> nn.Module:
        """Return the encoder."""
        return self.network.get_submodule(self.kind.body)


class MaskNetwork(TransformersNetwork):
    """Mask2Former and MaskFormer: each pixel's score is the sum over all masks of class times mask.

    The logits are the logarithm of these scores, so that their softmax is the scores' share. Equation 1 of section 3.4
    of Cheng et al. 2021, https://arxiv.org/abs/2107.06278.
    """

    def __init__(self, num_classes: int, config: str) -> None:
        super().__init__(num_classes, config)
        self.network.criterion = nn.Identity()  # the library's loss, which has a weight for each class

    def logits(self, x: Tensor) -> Tensor:
        """See `OutsideNetwork`."""
        found = self.network(pixel_values=x)
        masks, side = found.masks_queries_logits.float(), self.kind.mask_side
        if side is not None:
            masks = functional.interpolate(masks, (side, side), mode="bilinear", align_corners=False)
        classes = found.class_queries_logits.float().softmax(-1)[..., :-1]
        scores = torch.einsum("nqc,nqhw->nchw", classes, masks.sigmoid())
        # The logarithm after the interpolation, as the library compares the scores themselves.
        sized = functional.interpolate(scores, x.shape[2:], mode="bilinear", align_corners=False)
        return sized.clamp(min=_LEAST).log()

    def classifiers(self) -> list[nn.Conv2d]:
        """Return the layer of the masks' classes; its last channel stands for no object."""
        head: Any = self.network.get_submodule(self.kind.head)
        return [head]

    def keep_channels(self, sources: list[int | None]) -> None:
        """See `Segmenter`; the channel of no object stays the last."""
        super().keep_channels([*sources, self.num_classes])
        self.num_classes -= 1


def transformers_network(num_classes: int, network: str = "", config: str = "") -> TransformersNetwork:
    """Build a network of the library with random weights.

    Parameters
    ----------
    num_classes : int
        C.
    network : str
        Its ``model_type``, for people; the configuration decides.
    config : str
        See `TransformersNetwork`.
    """
    kind = read_config(config, "transformers")["model"].get("model_type")
    return (MaskNetwork if kind in MASKED else TransformersNetwork)(num_classes, config)


def network_type(config: Mapping[str, Any]) -> NetworkType:
    """Return the type of a configuration. Raises CheckpointError for one that Maskwright does not know."""
    kind = config.get("model_type")
    if not isinstance(kind, str) or kind not in NETWORKS:
        raise CheckpointError(
            f"The network type '{kind}' is unknown, or labels no pixels.", f"Choose one of: {', '.join(NETWORKS)}."
        )
    return NETWORKS[kind]


def cleaned(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration without what would load code or files from elsewhere, and without its class names."""
    kept = {key: value for key, value in config.items() if key not in _LEFT_OUT and not key.startswith("_")}
    for key, value in kept.items():
        if isinstance(value, dict):
            inside = {each: value[each] for each in value if not (key == _DECODER and each in _BACKBONE)}
            kept[key] = cleaned(inside)
    if isinstance(kept.get("backbone"), str) or kept.get("use_timm_backbone"):
        raise CheckpointError(
            f"Its backbone '{kept.get('backbone')}' is only named, not described (backbone_config is missing).",
            "Save it with a backbone of transformers itself.",
        )
    return kept


_DECODER = "decoder_config"
"""MaskFormer's decoder is DETR's without DETR's own backbone, which its configuration names all the same."""
_BACKBONE = ("backbone", "backbone_config", "use_timm_backbone")
_LEFT_OUT = (
    *("id2label", "label2id", "num_labels", "architectures", "auto_map", "quantization_config"),
    *("attn_implementation", "torch_dtype", "dtype", "transformers_version", "use_pretrained_backbone"),
    "backbone_kwargs",
)


def built(config: Mapping[str, Any], num_classes: int) -> nn.Module:
    """Build the library's network for a cleaned configuration, in float32."""
    library = transformers()
    kind = network_type(config)
    try:
        network: nn.Module = getattr(library, kind.name)(configuration(config, num_classes))
    except Exception as error:  # the library checks nothing beforehand
        raise ValueError(f"its library says {error}") from error
    return network.float()


def configuration(config: Mapping[str, Any], num_classes: int) -> Any:
    """Return the library's configuration; auxiliary heads, which only its own training uses, are left out."""
    known = {key: value for key, value in config.items() if key != "model_type"}
    if _most_layers(known) > _LAYERS:
        raise ValueError(f"it has more than {_LAYERS} layers in a row")
    made = transformers().CONFIG_MAPPING[str(config["model_type"])].from_dict(known)
    made.id2label = {channel: str(channel) for channel in range(num_classes)}
    made.label2id = {str(channel): channel for channel in range(num_classes)}
    if hasattr(made, "use_auxiliary_head"):
        made.use_auxiliary_head = False
    return made


_LAYERS = 1000
"""In a damaged file the number can be in the billions, and the library would make them one by one."""


def _most_layers(config: Mapping[str, Any]) -> int:
    """Return the largest number that a configuration gives for layers, blocks or depths."""
    most = 0
    for key, value in config.items():
        if isinstance(value, dict):
            most = max(most, _most_layers(value))
        elif any(word in key for word in ("layers", "blocks", "depth")):
            numbers = value if isinstance(value, list) else [value]
            most = max([most, *(number for number in numbers if isinstance(number, int))])
    return most


def transformers() -> Any:
    """Return the library, imported now. Raises MaskwrightError when it is not installed."""
    return optional_package(
        "transformers",
        MaskwrightError(
            "A model folder of Hugging Face needs the package transformers, which is not installed.",
            to_install("transformers", "transformers"),
        ),
    )
