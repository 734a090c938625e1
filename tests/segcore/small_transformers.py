"""Small networks of transformers, made and asked by the library itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from segcore.models.transformers_network import MASKED, NETWORKS
from tests.segcore.norm_statistics import with_statistics

CLASSES = ["tree", "road", "sky", "car"]


@dataclass(frozen=True)
class Kind:
    """The library's class and configuration, with a backbone or without, the processor, and the input's size."""

    network: str
    config: str
    arguments: dict[str, Any]
    processor: str
    backbone: tuple[str, dict[str, Any]] | None = None
    sides: tuple[int, int] = (64, 64)


FOUR = ["stage1", "stage2", "stage3", "stage4"]
TRANSFORMER = {"hidden_size": 16, "num_hidden_layers": 4, "num_attention_heads": 2, "intermediate_size": 16}
KINDS = {
    "segformer": Kind(
        "SegformerForSemanticSegmentation",
        "SegformerConfig",
        {"hidden_sizes": [8, 8, 16, 16], "depths": [1] * 4, "num_attention_heads": [1] * 4, "decoder_hidden_size": 16},
        "SegformerImageProcessor",
    ),
    "upernet": Kind(
        "UperNetForSemanticSegmentation",
        "UperNetConfig",
        {"hidden_size": 16, "auxiliary_channels": 8, "auxiliary_in_channels": 16},
        "SegformerImageProcessor",
        ("ConvNextConfig", {"hidden_sizes": [8, 8, 16, 16], "depths": [1] * 4, "out_features": FOUR}),
    ),
    "dpt": Kind(
        "DPTForSemanticSegmentation",
        "DPTConfig",
        {
            **TRANSFORMER,
            "image_size": 64,
            "backbone_out_indices": [0, 1, 2, 3],
            "neck_hidden_sizes": [8, 8, 16, 16],
            "fusion_hidden_size": 16,
        },
        "DPTImageProcessor",
    ),
    "beit": Kind(
        "BeitForSemanticSegmentation",
        "BeitConfig",
        {
            **TRANSFORMER,
            "image_size": 64,
            "out_indices": [1, 2, 3, 4],
            "use_relative_position_bias": True,
            "auxiliary_channels": 8,
        },
        "BeitImageProcessor",
    ),
    "mobilevit": Kind(
        "MobileViTForSemanticSegmentation",
        "MobileViTConfig",
        {
            "image_size": 64,
            "hidden_sizes": [8, 8, 16],
            "neck_hidden_sizes": [8, 8, 8, 8, 16, 16, 16],
            "num_attention_heads": 2,
            "aspp_out_channels": 16,
            "atrous_rates": [1, 2, 3],
        },
        "MobileViTImageProcessor",
    ),
    "mask2former": Kind(
        "Mask2FormerForUniversalSegmentation",
        "Mask2FormerConfig",
        {
            **dict.fromkeys(("feature_size", "mask_feature_size", "hidden_dim"), 32),
            **dict.fromkeys(("encoder_feedforward_dim", "dim_feedforward"), 16),
            "encoder_layers": 1,
            "decoder_layers": 2,
            "num_attention_heads": 2,
            "num_queries": 8,
        },
        "Mask2FormerImageProcessor",
        (
            "SwinConfig",
            {
                "image_size": 64,
                "embed_dim": 8,
                "depths": [1] * 4,
                "num_heads": [1] * 4,
                "window_size": 2,
                "out_features": FOUR,
            },
        ),
    ),
    "data2vec-vision": Kind(
        "Data2VecVisionForSemanticSegmentation",
        "Data2VecVisionConfig",
        {
            **TRANSFORMER,
            "image_size": 64,
            "out_indices": [1, 2, 3, 4],
            "use_relative_position_bias": True,
            "auxiliary_channels": 8,
        },
        "BeitImageProcessor",
    ),
    "mobilevitv2": Kind(
        "MobileViTV2ForSemanticSegmentation",
        "MobileViTV2Config",
        {
            "image_size": 64,
            "width_multiplier": 0.1,
            "base_attn_unit_dims": [64, 64, 64],
            "aspp_out_channels": 16,
            "atrous_rates": [1, 2, 3],
        },
        "MobileViTImageProcessor",
    ),
    "mobilenet_v2": Kind(
        "MobileNetV2ForSemanticSegmentation",
        "MobileNetV2Config",
        {"image_size": 64, "depth_multiplier": 0.25, "output_stride": 8},
        "MobileNetV2ImageProcessor",
    ),
    "maskformer": Kind(
        "MaskFormerForInstanceSegmentation",
        "MaskFormerConfig",
        {
            **dict.fromkeys(("fpn_feature_size", "mask_feature_size"), 32),
            "decoder_config": {
                "model_type": "detr",
                "d_model": 32,
                "encoder_layers": 0,
                "decoder_layers": 2,
                **dict.fromkeys(("encoder_attention_heads", "decoder_attention_heads"), 2),
                **dict.fromkeys(("encoder_ffn_dim", "decoder_ffn_dim"), 16),
                "num_queries": 8,
            },
        },
        "MaskFormerImageProcessor",
        (
            "SwinConfig",
            {
                "image_size": 64,
                "embed_dim": 8,
                "depths": [1] * 4,
                "num_heads": [1] * 4,
                "window_size": 2,
                "out_features": FOUR,
            },
        ),
    ),
}


def make(folder, name, **config):
    """Write a folder as ``save_pretrained`` does, with a network whose labels are not all the same."""
    import transformers

    transformers.utils.logging.disable_progress_bar()  # it would leave a thread
    kind = KINDS[name]
    id2label = dict(enumerate(CLASSES))
    arguments = {**kind.arguments, "id2label": id2label, "label2id": {v: k for k, v in id2label.items()}}
    if kind.backbone is not None:
        arguments["backbone_config"] = getattr(transformers, kind.backbone[0])(**kind.backbone[1])
    torch.manual_seed(0)
    network = getattr(transformers, kind.network)(getattr(transformers, kind.config)(**arguments))
    if name in MASKED:  # masks that differ from each other
        for key, parameter in network.named_parameters():
            if any(part in key for part in ("mask_embedder", "queries", "decoder.layers.1")) and parameter.dim() > 1:
                torch.nn.init.normal_(parameter, std=0.5)
    x = torch.nn.functional.interpolate(torch.randn(2, 3, 8, 8), kind.sides, mode="bilinear")  # smooth, as photos are
    with_statistics(network, x)
    spread(network, network.get_submodule(NETWORKS[name].head), x)
    network.save_pretrained(folder)
    height, width = kind.sides
    size = (
        {"do_center_crop": False}
        if name in ("mobilevit", "mobilevitv2", "beit", "data2vec-vision", "mobilenet_v2")
        else {}
    )
    getattr(transformers, kind.processor)(size={"height": height, "width": width}, **size).save_pretrained(folder)
    if config:
        path = folder / "config.json"
        path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **config}), "utf-8")
    return folder


@torch.no_grad()
def spread(network, head, x):
    """Give each channel of the last layer mean 0 and deviation 3: random weights give one label everywhere."""
    seen = []
    hook = head.register_forward_hook(lambda _, __, output: seen.append(output))
    network(pixel_values=x)
    hook.remove()
    by_channel = seen[-1].movedim(1, -1) if seen[-1].dim() == 4 else seen[-1]
    mean, std = (value(by_channel.flatten(0, -2), 0) for value in (torch.mean, torch.std))
    head.weight.mul_((3 / std).view(-1, *[1] * (head.weight.dim() - 1)))
    head.bias.sub_(mean).mul_(3 / std)


@torch.no_grad()
def prediction(folder, name, image):
    """Return the labels of an image by the library alone: channel numbers, [H, W]."""
    import transformers

    kind = KINDS[name]
    network = getattr(transformers, kind.network).from_pretrained(folder, local_files_only=True).eval()
    processor = getattr(transformers, kind.processor).from_pretrained(folder, local_files_only=True)
    inputs = processor(images=image, return_tensors="pt")
    outputs = network(pixel_values=inputs["pixel_values"])
    found = processor.post_process_semantic_segmentation(outputs, target_sizes=[image.shape[:2]])
    return np.asarray(found[0])
