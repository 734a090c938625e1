"""The optimisers: AdamW, or SGD with momentum; head, backbone and biases have rates of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from segcore.models.segmenter import Segmenter
from segcore.training.recipe import Recipe
from segcore.training.schedules import rate_at

LARGE = 10_000_000
"""A backbone of more weights than this is a large one."""


def optimizer_for(
    segmenter: Segmenter, learning: Iterable[nn.Parameter], recipe: Recipe, gentle: float = 1.0, head_first: float = 0.0
) -> torch.optim.Optimizer:
    """Build the optimiser.

    Parameters
    ----------
    segmenter : Segmenter
        Says what belongs to the head.
    learning : iterable of Parameter
        The parameters that learn; the others are left out altogether.
    recipe : Recipe
        Its rates, decay and momentum.
    gentle : float
        Both rates are multiplied by this.
    head_first : float
        The backbone's rate begins to rise at this share of the training.
    """
    head = {id(parameter) for parameter in segmenter.head_parameters()}
    biases = {id(p) for module in segmenter.modules() if (p := getattr(module, "bias", None)) is not None}
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for parameter in learning:
        apart = id(parameter) in biases and (recipe.bias_rate != 1.0 or not recipe.bias_decay)
        groups.setdefault((id(parameter) in head, apart), []).append(parameter)
    settings: list[dict[str, Any]] = [
        {
            "params": parameters,
            "highest": gentle
            * (recipe.head_rate if in_head else recipe.backbone_rate)
            * (recipe.bias_rate if is_bias else 1.0),
            "from": 0.0 if in_head else head_first,
            "weight_decay": 0.0 if is_bias and not recipe.bias_decay else recipe.weight_decay,
        }
        for (in_head, is_bias), parameters in sorted(groups.items(), key=lambda item: (not item[0][0], item[0][1]))
    ]
    if recipe.optimizer == "adamw":
        return torch.optim.AdamW(settings, betas=(recipe.momentum, recipe.memory), fused=True)
    return torch.optim.SGD(settings, lr=0.0, momentum=recipe.momentum, fused=True)


def set_rates(optimizer: torch.optim.Optimizer, recipe: Recipe, fraction: float) -> None:
    """Give each group the rate that belongs to ``fraction`` (0.0 to 1.0) of the training."""
    for group in optimizer.param_groups:
        since = (fraction - group["from"]) / (1.0 - group["from"])
        group["lr"] = rate_at(max(0.0, since), recipe.schedule, recipe.warm_up) * group["highest"]


def share_of_rates(segmenter: Segmenter, recipe: Recipe) -> float:
    """Return what `Recipe.plain` and `Recipe.large` say of this network: its rates are multiplied by this."""
    backbone = segmenter.backbone()
    if not any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in backbone.modules()):
        return recipe.plain
    return recipe.large if sum(parameter.numel() for parameter in backbone.parameters()) > LARGE else 1.0
