"""SegFormer: Simple and Efficient Design for Semantic Segmentation with Transformers (arXiv:2105.15203), to train.

The network is transformers' own, in the sizes of the paper's table 6 (appendix A), with new weights.
"""

from __future__ import annotations

import json

from segcore.models.input_rules import InputRules
from segcore.models.transformers_network import TransformersNetwork

VARIANTS: dict[str, tuple[tuple[int, ...], tuple[int, ...], int]] = {
    "b0": ((2, 2, 2, 2), (32, 64, 160, 256), 256),
    "b1": ((2, 2, 2, 2), (64, 128, 320, 512), 256),
    "b2": ((3, 4, 6, 3), (64, 128, 320, 512), 768),
    "b3": ((3, 4, 18, 3), (64, 128, 320, 512), 768),
    "b4": ((3, 8, 27, 3), (64, 128, 320, 512), 768),
    "b5": ((3, 6, 40, 3), (64, 128, 320, 512), 768),
}
"""Depth and channels of the four stages, and channels of the decoder."""


def segformer(num_classes: int, variant: str = "b0") -> TransformersNetwork:
    """Build a SegFormer with random weights.

    Parameters
    ----------
    num_classes : int
        C.
    variant : str
        A key of `VARIANTS`.

    Raises
    ------
    ValueError
        The variant is unknown.
    MaskwrightError
        transformers is not installed.
    """
    if variant not in VARIANTS:
        raise ValueError(f"variant is '{variant}', not one of {', '.join(VARIANTS)}")
    depths, channels, decoder = VARIANTS[variant]
    config = {
        "model_type": "segformer",
        "depths": depths,
        "hidden_sizes": channels,
        "num_attention_heads": (1, 2, 5, 8),
        "decoder_hidden_size": decoder,
    }
    network = TransformersNetwork(num_classes, json.dumps({"model": config, "rules": InputRules().to_json()}))
    network.config = ""  # the architecture's name and option say it all
    return network
